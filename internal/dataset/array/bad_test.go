package array

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/misuse"
)

// badFile is a file that must be rejected, and what the error must say of it.
type badFile struct {
	file []byte
	want string
}

// noise does not compress.
func noise(n int) []byte {
	r := rand.New(rand.NewPCG(3, 0))
	content := make([]byte, n)
	for i := range content {
		content[i] = byte(r.Uint32())
	}
	return content
}

func badIDX() map[string]badFile {
	good := idxImages(3, 2, 2) // 16 + 12 bytes
	gz := packed(good)
	random := packed(idx(8, []uint32{200, 8, 8}, noise(200*64)...))
	const all = math.MaxUint32
	return map[string]badFile{
		"empty":               {nil, "is empty"},
		"empty content":       {packed(nil), "is empty"},
		"header cut in magic": {good[:3], "ends inside the header, after 3 of 8 bytes"},
		"header cut":          {good[:7], "ends inside the header, after 7 of 16 bytes"},
		"header only":         {good[:16], "header says 3 images, file ends after 0"},
		"truncated":           {good[:16+9], "header says 3 images, file ends after 2"},
		"truncated inside":    {packed(good[:16+9]), "header says 3 images, file ends after 2"},
		"one byte short":      {good[:len(good)-1], "header says 3 images, file ends after 2"},
		"trailing byte":       {append(bytes.Clone(good), 0), "header says 3 images, but more data follows"},
		"trailing in gzip":    {packed(append(bytes.Clone(good), 0)), "header says 3 images, but more data follows"},
		"trailing after gzip": {append(bytes.Clone(gz), "no gzip at all"...), "not gzip follows the compressed data"},
		"trailing member":     {joined(gz, packed([]byte{0})), "header says 3 images, but more data follows"},
		"labels":              {idxLabels(1, 2, 3), "is a label file"},
		"unknown type":        {idx(0x0a, []uint32{1, 1}, 0), "is not an IDX file (magic 0x00000a02)"},
		"no dimensions":       {[]byte{0, 0, 8, 0, 1, 2, 3, 4}, "is not an IDX file"},
		"PNG":                 {[]byte("\x89PNG\r\n\x1a\n"), "is not an IDX file (magic 0x89504e47)"},
		"no images":           {idx(8, []uint32{0, 2, 2}), "header says 0 images, want at least one"},
		"no rows":             {idx(8, []uint32{1, 0, 2}), "header says images of shape [0 2]"},
		"no columns":          {idx(8, []uint32{1, 2, 0}), "header says images of shape [2 0]"},
		"a billion images": {idx(8, []uint32{1e9, 28, 28}, make([]byte, 84)...),
			"header says 1000000000 images, file ends after 0"},
		"a billion, packed": {packed(idx(8, []uint32{1e9, 28, 28})),
			"1000000000 images of shape [28 28], more than the file can hold"},
		"2^96 pixels":      {idx(8, []uint32{all, all, all}), "want at most 2147483647 numbers each"},
		"2^62 pixels":      {idx(8, []uint32{1 << 31, 1 << 15, 1 << 15}), "more than can be addressed"},
		"2^32 pixels each": {idx(8, []uint32{3, 1 << 16, 1 << 16}, 1), "want at most 2147483647 numbers each"},
		"an infinite number": {
			idx(0x0d, []uint32{2, 2}, encoded(binary.BigEndian, []float32{0, 0, 1, float32(math.Inf(1))})...),
			"element 1 of sample 1 (from 0) is infinite",
		},
		"too large a number": {idx(0x0e, []uint32{2, 1}, encoded(binary.BigEndian, []float64{0, 1e39})...),
			"element 0 of sample 1 (from 0) is infinite or too large"},
		"gzip cut in images":  {random[:len(random)/2], "compressed data is cut off"},
		"gzip trailer cut":    {gz[:len(gz)-1], "compressed data is cut off"},
		"gzip wrong checksum": {flipped(gz, -8), "compressed data is corrupt: gzip: invalid checksum"},
	}
}

func badNPY() map[string]badFile {
	good := npy("<f4", false, "(2, 2)", make([]byte, 16))
	return map[string]badFile{
		"empty":        {nil, "ends inside the header"},
		"another file": {[]byte("hello world, this is text"), "is no array of NumPy"},
		"version 4":    {joined([]byte(npyMagic), []byte{4, 0, 1, 1, 1, 1}), "version 4 of the format"},
		"header cut":   {good[:40], "ends inside the header"},
		"huge header": {joined([]byte(npyMagic), []byte{2, 0, 0xff, 0xff, 0xff, 0xff}),
			"its header has 4294967295 bytes"},
		"no header": {joined([]byte(npyMagic), []byte{1, 0, 2, 0}, []byte("{}")),
			"its header says neither type nor shape"},
		"cut":             {good[:len(good)-1], "header says 2 samples, file ends after 1"},
		"more":            {append(bytes.Clone(good), 0), "more data follows"},
		"objects":         {npy("|O", false, "(2, 2)", nil), `elements are of the type "|O"`},
		"complex":         {npy("<c8", false, "(2, 2)", nil), `elements are of the type "<c8"`},
		"strings":         {npy("<U3", false, "(2, 2)", make([]byte, 48)), "its elements are strings, want numbers"},
		"records":         {bytes.Replace(good, []byte("'<f4'"), []byte("[(0)]"), 1), "records of several values"},
		"no dimension":    {npy("<f4", false, "()", make([]byte, 4)), "an array of 0 dimensions"},
		"nine dimensions": {npy("<f4", false, "(1,1,1,1,1,1,1,1,1)", make([]byte, 4)), "an array of 9 dimensions"},
		"huge dimension":  {npy("<f4", false, "(99999999999999999999, 1)", nil), "a dimension of 99999999999999999999"},
		"huge":            {npy("<f4", false, "(4611686018427387904, 4)", nil), "more than can be addressed"},
		"huge, Fortran": {npy("<f4", true, "(1000000000, 100)", make([]byte, 8)),
			"header says 1000000000 samples, file ends after 0"},
		"NPY of 1e9 rows": {npy("<f8", false, "(1000000000, 1000)", make([]byte, 8)),
			"header says 1000000000 samples, file ends after 0"},
	}
}

func TestBadArraysAreRefused(t *testing.T) {
	for name, files := range map[string]map[string]badFile{"some/file.gz": badIDX(), "some/file.npy": badNPY()} {
		for what, c := range files {
			t.Run(name+" "+what, func(t *testing.T) {
				before := misuse.Allocated()
				_, err := readBytes(t, name, c.file)
				assert.Less(t, misuse.Allocated()-before, uint64(1<<20),
					"bytes allocated for a file of %d", len(c.file))
				bad, ok := errors.AsType[*source.FormatError](err)
				require.True(t, ok, "%v", err)
				assert.Equal(t, name, bad.File)
				assert.ErrorContains(t, err, c.want)
			})
		}
	}
}

func TestUnpackingStopsAtTheClaim(t *testing.T) {
	bomb := bytes.NewReader(packed(joined(idxImages(1, 2, 2), make([]byte, 32<<20))))
	r, err := source.NewReader(iotest.OneByteReader(bomb), "bomb", bomb.Size()) // no reading ahead
	require.NoError(t, err)
	s, err := openIDX(r)
	require.NoError(t, err)
	_, err = numbers[float32](s, table.Options{Limit: 1 << 30})
	assert.ErrorContains(t, err, "header says 1 images, but more data follows")
	assert.Greater(t, bomb.Len(), int(bomb.Size())/2, "most of the bomb should not even be read")
}

func TestTheSystemsFaultIsNotTheFiles(t *testing.T) {
	broken := errors.New("the disk is gone")
	file := idxImages(100, 28, 28)
	for _, at := range []int{0, 1, 2, 10, 400} {
		r, err := source.NewReader(&failing{bytes.NewReader(file[:at]), broken}, "f", int64(len(file)))
		require.NoError(t, err)
		s, err := openIDX(r)
		if err == nil {
			_, err = numbers[float32](s, table.Options{Limit: 1 << 30})
		}
		require.ErrorIs(t, err, broken, "after %d bytes", at)
		assert.ErrorContains(t, err, "f: ")
	}
}

// failing is a reader that ends in an error.
type failing struct {
	*bytes.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.Len() == 0 {
		return 0, f.err
	}
	return f.Reader.Read(p)
}

// mayUnpack is the most bytes that what is in a file can be: deflate alone makes more of them.
func mayUnpack(file []byte) uint64 {
	size := uint64(len(file))
	if bytes.HasPrefix(file, []byte("\x1f\x8b")) {
		return size * source.DeflateRatio
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(size))
	if err != nil {
		return size
	}
	all := size // and what the directory says, of which parts may lie over each other
	for _, member := range z.File {
		stored := min(member.CompressedSize64, size)
		if member.Method != zip.Store {
			stored *= source.DeflateRatio
		}
		all += stored
	}
	return all
}

func TestOnlyWhatIsPackedMayBecomeFarMore(t *testing.T) {
	array := npy("|u1", false, "(1000, 1)", noise(1000))
	size := func(file []byte) int { return int(mayUnpack(file)) / len(file) }
	assert.Equal(t, 1, size(array))
	assert.Equal(t, 1, size(npz(zip.Store, "x", array)), "nearly twice")
	assert.Greater(t, size(npz(zip.Deflate, "x", array)), source.DeflateRatio/2)
	assert.Equal(t, source.DeflateRatio, size(packed(array)))
}

// fuzz holds a reader to what it promises for any file: a table that is whole or an error,
// in memory that the file's size bounds.
func fuzz(f *testing.F, format table.Format, name string, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := source.OfBytes(t.Context(), name, content)
		if err != nil {
			return
		}
		unpacked := mayUnpack(content)
		before := misuse.Allocated()
		got, err := format.Read(file, table.Options{Limit: 1 << 30})
		// Four bytes an element, eight for a label, twice that while a slice grows or is
		// transposed, what keeps a string or a column (of bytes in one row, 370), and a constant for buffers.
		require.LessOrEqual(t, misuse.Allocated()-before, 400*unpacked+2<<20)
		if err != nil {
			return
		}
		require.Len(t, got.Cells, got.Rows*len(got.Inputs))
		require.Len(t, got.Values, got.Rows*len(got.Targets))
	})
}

func FuzzIDX(f *testing.F) {
	claimsColumns := idx(12, []uint32{0xffe40000, 0xff00}, 0, 0, 0, 2) // whose rounding took memory
	seeds := [][]byte{idxImages(3, 2, 2), packed(idxImages(3, 2, 2)), idx(8, []uint32{2, 2}, 1, 2, 3, 4), claimsColumns}
	for _, c := range badIDX() {
		seeds = append(seeds, c.file)
	}
	fuzz(f, IDX, "f", seeds...)
}

func FuzzNPY(f *testing.F) {
	seeds := [][]byte{npy("<f8", false, "(3, 2)", make([]byte, 48)), npy("|u1", true, "(3, 2)", make([]byte, 6))}
	for _, c := range badNPY() {
		seeds = append(seeds, c.file)
	}
	fuzz(f, NPY, "f.npy", seeds...)
}

func FuzzNPZ(f *testing.F) {
	x, y := npy("<f4", false, "(2, 2)", make([]byte, 16)), npy("<U2", false, "(2,)", make([]byte, 16))
	fuzz(f, NPZ, "f.npz", npz(zip.Deflate, "x", x, "y", y),
		npz(zip.Store, "x_train", x, "y_train", y, "x_test", x, "y_test", y), npz(zip.Store, "x", x))
}
