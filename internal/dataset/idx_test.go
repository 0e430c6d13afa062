package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// idx encodes an IDX file with any header.
func idx(magic uint32, dims []uint32, elements ...byte) []byte {
	file := binary.BigEndian.AppendUint32(nil, magic)
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, d)
	}
	return append(file, elements...)
}

// idxImages encodes images of rows×cols whose pixels count up from 0.
func idxImages(count, rows, cols int) []byte {
	pixels := make([]byte, count*rows*cols)
	for i := range pixels {
		pixels[i] = byte(i)
	}
	return idx(0x803, []uint32{uint32(count), uint32(rows), uint32(cols)}, pixels...)
}

func idxLabels(labels ...byte) []byte {
	return idx(0x801, []uint32{uint32(len(labels))}, labels...)
}

func packed(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return b.Bytes()
}

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// flipped returns file with the byte at index i (from the end if negative) changed.
func flipped(file []byte, i int) []byte {
	file = bytes.Clone(file)
	if i < 0 {
		i += len(file)
	}
	file[i] ^= 0xff
	return file
}

func TestReadImagesScalesBytesToUnitInterval(t *testing.T) {
	plain := idxImages(8, 8, 4) // all 256 values
	for name, file := range map[string][]byte{
		"plain":            plain,
		"gzip":             packed(plain),
		"two gzip members": joined(packed(plain[:20]), packed(plain[20:])),
	} {
		t.Run(name, func(t *testing.T) {
			for kind, r := range map[string]io.Reader{
				"sized reader":          bytes.NewReader(file),
				"unsized reader":        bytes.NewBuffer(file),
				"byte by byte":          iotest.OneByteReader(bytes.NewReader(file)),
				"end with last byte":    iotest.DataErrReader(bytes.NewReader(file)),
				"size of a larger file": sizedReader{bytes.NewReader(file), math.MaxInt64},
			} {
				images, err := ReadImages(r, "f")
				require.NoError(t, err, kind)
				assert.Equal(t, []int{8, 8, 4}, []int{images.Count, images.Rows, images.Cols})
				require.Len(t, images.Pixels, 256)
				for i, p := range images.Pixels {
					require.Equal(t, float32(float64(i)/255), p)
				}
			}
		})
	}
}

type sizedReader struct {
	io.Reader
	size int64
}

func (r sizedReader) Size() int64 { return r.size }

func TestReadImagesGrowsPastItsFirstAllocation(t *testing.T) {
	plain := idxImages(7*chunk/64, 8, 8)
	images, err := ReadImages(bytes.NewBuffer(plain), "f")
	require.NoError(t, err)
	require.Len(t, images.Pixels, 7*chunk)
	assert.Equal(t, 7*chunk, cap(images.Pixels), "the last growth should stop at what the header claims")
	for i, p := range images.Pixels {
		if want := float32(byte(i)) / 255; p != want {
			require.Equal(t, want, p, "pixel %d", i)
		}
	}
}

func TestReadLabelsReturnsTheBytes(t *testing.T) {
	for _, file := range [][]byte{idxLabels(3, 0, 255), packed(idxLabels(3, 0, 255))} {
		labels, err := ReadLabels(bytes.NewReader(file), "f")
		require.NoError(t, err)
		assert.Equal(t, []byte{3, 0, 255}, labels)
	}
}

// badFile is a file that must be rejected, and what the error must say of it.
type badFile struct {
	file []byte
	want string
}

// randomImages are 200 images that do not compress.
var randomImages = packed(idx(0x803, []uint32{200, 8, 8}, noise(3)[:200*64]...))

func badImages() map[string]badFile {
	good := idxImages(3, 2, 2) // 16 + 12 bytes
	gz := packed(good)
	const all = math.MaxUint32
	return map[string]badFile{
		"empty":               {nil, "is empty"},
		"empty content":       {packed(nil), "is empty"},
		"header cut in magic": {good[:3], "ends inside the header, after 3 of 16 bytes"},
		"header cut":          {good[:7], "ends inside the header, after 7 of 16 bytes"},
		"header only":         {good[:16], "header says 3 images, file ends after 0"},
		"truncated":           {good[:16+9], "header says 3 images, file ends after 2"},
		"truncated inside":    {packed(good[:16+9]), "header says 3 images, file ends after 2"},
		"one byte short":      {good[:len(good)-1], "header says 3 images, file ends after 2"},
		"trailing byte":       {append(bytes.Clone(good), 0), "header says 3 images, but more data follows"},
		"trailing in gzip":    {packed(append(bytes.Clone(good), 0)), "header says 3 images, but more data follows"},
		"trailing after gzip": {append(bytes.Clone(gz), "not gzip at all"...), "header says 3 images, but more data follows"},
		"trailing member":     {joined(gz, packed([]byte{0})), "header says 3 images, but more data follows"},
		"label file":          {idxLabels(1, 2, 3), "is a label file (magic 0x801), want an image file (magic 0x803)"},
		"tiny label file":     {idxLabels(1), "is a label file (magic 0x801), want an image file (magic 0x803)"},
		"matrix":              {idx(0x802, []uint32{1, 1}, 0), "is an IDX file of unsigned bytes in 2 dimensions (magic 0x802), want an image file"},
		"floats":              {idx(0xd03, []uint32{1, 1, 1}, 0, 0, 0, 0), "is an IDX file of 32-bit floats (magic 0xd03), want an image file"},
		"PNG":                 {[]byte("\x89PNG\r\n\x1a\n"), "is not an IDX file (magic 0x89504e47), want an image file"},
		"little-endian":       {[]byte{3, 8, 0, 0, 1, 0, 0, 0}, "is not an IDX file (magic 0x03080000)"},
		"no images":           {idx(0x803, []uint32{0, 2, 2}), "header says 0 images, want at least one"},
		"no rows":             {idx(0x803, []uint32{1, 0, 2}), "header says images of 0×2 pixels"},
		"no columns":          {idx(0x803, []uint32{1, 2, 0}), "header says images of 2×0 pixels"},
		"a billion images":    {idx(0x803, []uint32{1e9, 28, 28}, make([]byte, 84)...), "header says 1000000000 images, file ends after 0"},
		"a billion, packed":   {packed(idx(0x803, []uint32{1e9, 28, 28})), "header says 1000000000 images, file ends after 0"},
		"2^96 pixels":         {idx(0x803, []uint32{all, all, all}), "more than can be addressed"},
		"2^64 pixels":         {idx(0x803, []uint32{1 << 31, 1 << 31, 4}), "more than can be addressed"},
		"2^62 pixels":         {idx(0x803, []uint32{1 << 31, 1 << 31, 1}), "more than can be addressed"},
		"2^32 pixels each":    {idx(0x803, []uint32{3, 1 << 16, 1 << 16}, 1), "header says 3 images, file ends after 0"},
		"gzip header cut":     {gz[:5], "compressed data is cut off"},
		"gzip magic only":     {gz[:2], "compressed data is cut off"},
		"gzip data cut":       {gz[:12], "compressed data is cut off"},
		"gzip cut in images":  {randomImages[:len(randomImages)/2], "header says 200 images, the compressed data is cut off after 99"},
		"gzip trailer cut":    {gz[:len(gz)-1], "header says 3 images, the compressed data is damaged after the last"},
		"junk after gzip":     {append(bytes.Clone(gz), 0), "header says 3 images, the compressed data is damaged after the last"},
		"gzip wrong method":   {flipped(gz, 2), "compressed data is corrupt"},
		"gzip wrong checksum": {flipped(gz, -8), "compressed data is corrupt: gzip: invalid checksum"},
		"gzip wrong length":   {flipped(gz, -1), "compressed data is corrupt: gzip: invalid checksum"},
		"gzip corrupt data":   {joined(gz[:10], []byte{0xff, 0xff, 0xff}), "compressed data is corrupt: flate"},
	}
}

func badLabels() map[string]badFile {
	good := idxLabels(5, 0, 4)
	gz := packed(good)
	return map[string]badFile{
		"empty":               {nil, "is empty"},
		"header cut":          {good[:7], "ends inside the header, after 7 of 8 bytes"},
		"truncated":           {good[:10], "header says 3 labels, file ends after 2"},
		"trailing byte":       {append(bytes.Clone(good), 0), "header says 3 labels, but more data follows"},
		"image file":          {idxImages(1, 1, 1), "is an image file (magic 0x803), want a label file (magic 0x801)"},
		"no labels":           {idxLabels(), "header says 0 labels, want at least one"},
		"a billion labels":    {idx(0x801, []uint32{1e9}, make([]byte, 92)...), "header says 1000000000 labels, file ends after 92"},
		"gzip cut":            {gz[:len(gz)-9], "compressed data is damaged after the last"},
		"gzip wrong checksum": {flipped(gz, -8), "compressed data is corrupt: gzip: invalid checksum"},
	}
}

func checkBad(t *testing.T, files map[string]badFile, read func(io.Reader, string) error) {
	for name, c := range files {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			err := read(bytes.NewReader(c.file), "some/file.gz")
			assert.Less(t, allocated()-before, uint64(1<<20), "bytes allocated for a file of %d", len(c.file))

			bad, ok := errors.AsType[*FormatError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, "some/file.gz", bad.File)
			assert.ErrorContains(t, err, "some/file.gz: ")
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// allocated is how many bytes the program has ever allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func TestReadImagesRejectsBadFiles(t *testing.T) {
	checkBad(t, badImages(), func(r io.Reader, name string) error {
		_, err := ReadImages(r, name)
		return err
	})
}

func TestReadLabelsRejectsBadFiles(t *testing.T) {
	checkBad(t, badLabels(), func(r io.Reader, name string) error {
		_, err := ReadLabels(r, name)
		return err
	})
}

func TestReadImagesStopsUnpackingAtTheClaim(t *testing.T) {
	bomb := bytes.NewReader(packed(joined(idxImages(1, 2, 2), make([]byte, 32<<20))))
	unread := iotest.OneByteReader(bomb) // no reading ahead
	_, err := ReadImages(unread, "bomb")
	assert.ErrorContains(t, err, "header says 1 images, but more data follows")
	assert.Greater(t, bomb.Len(), int(bomb.Size())/2, "most of the bomb should not even be looked at")
}

func TestReadImagesDoesNotBlameTheFileForTheSystem(t *testing.T) {
	broken := errors.New("the disk is gone")
	file := idxImages(100, 28, 28)
	for _, file := range [][]byte{file, packed(file)} {
		for _, at := range []int{0, 1, 2, 10, 400} {
			r := io.MultiReader(bytes.NewReader(file[:at]), iotest.ErrReader(broken))
			_, err := ReadImages(r, "f")
			require.ErrorIs(t, err, broken, "after %d bytes", at)
			assert.ErrorContains(t, err, "f: ")
			_, isFormat := errors.AsType[*FormatError](err)
			assert.False(t, isFormat, "%v", err)
		}
	}
}
