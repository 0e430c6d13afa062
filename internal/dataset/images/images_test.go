package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/misuse"
)

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func asJPEG(img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 100}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// grey is an image of 3×2 pixels that count up from v.
func grey(v uint8) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, 3, 2))
	for i := range img.Pix {
		img.Pix[i] = v + uint8(i)
	}
	return img
}

// coloured is one of 2×1: red with alpha, and blue.
func coloured() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	img.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 51})
	img.SetNRGBA(1, 0, color.NRGBA{10, 20, 200, 255})
	return img
}

// folder writes files, by paths, into a new folder.
var folder = datasettest.Folder

func readPath(t *testing.T, path string, o table.Options) (*table.Table, error) {
	t.Helper()
	f, err := source.Open(t.Context(), path)
	require.NoError(t, err)
	defer f.Close()
	require.True(t, Format.Match(f.Probe()))
	if o.Limit == 0 {
		o.Limit = 1 << 30
	}
	o.Workers = 3
	return Format.Read(f, o)
}

func TestGreyImagesByClass(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"b/2.png": asPNG(grey(20)), "b/10.PNG": asPNG(grey(10)), "a/x/deep.png": asPNG(grey(30)), ".hidden": nil,
		"b/.DS_Store": nil, "b/Thumbs.db": nil, "desktop.ini": nil,
	})
	got, err := readPath(t, dir, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{30, 31, 32, 33, 34, 35, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25}, got.Cells,
		"in the order of their names")
	assert.Equal(t, []int{2, 3}, got.Shape)
	assert.EqualValues(t, 255, got.Divisor)
	assert.Equal(t, []table.Column{{Kind: table.Text, Levels: []string{"a", "b"}}}, got.Targets)
	assert.True(t, got.Labels, "the names of folders are classes")
	assert.Equal(t, []float64{0, 1, 1}, got.Values)
}

func TestEveryKindOfImage(t *testing.T) {
	grey16 := image.NewGray16(image.Rect(0, 0, 2, 1))
	grey16.SetGray16(1, 0, color.Gray16{0xabcd})
	palette := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{color.Gray{7}, color.Gray{9}})
	palette.SetColorIndex(1, 0, 1)
	rgb := image.NewPaletted(image.Rect(0, 0, 2, 1), color.Palette{color.Gray{7}, color.RGBA{1, 2, 3, 255}})
	rgb.SetColorIndex(1, 0, 1)
	for name, c := range map[string]struct {
		file []byte
		want []float32
	}{
		"grey.png":    {asPNG(grey(5)), []float32{5, 6, 7, 8, 9, 10}},
		"grey16.png":  {asPNG(grey16), []float32{0, 0xabcd / 257.}},
		"palette.png": {asPNG(palette), []float32{7, 9}},
		"rgb.png":     {asPNG(rgb), []float32{7, 7, 7, 1, 2, 3}},
		"colour.png":  {asPNG(coloured()), []float32{51, 0, 0, 10, 20, 200}},
	} {
		got, err := readPath(t, folder(t, map[string][]byte{"a/" + name: c.file}), table.Options{})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got.Cells, name)
	}
	got, err := readPath(t, folder(t, map[string][]byte{"a/x.jpeg": asJPEG(grey(100)), "a/y.jpg": asJPEG(grey(100))}),
		table.Options{})
	require.NoError(t, err)
	require.Len(t, got.Cells, 12)
	for i, x := range got.Cells {
		assert.InDelta(t, 100+i%6, x, 3)
	}
	// Grey images among coloured ones are coloured, too.
	got, err = readPath(t,
		folder(t,
			map[string][]byte{"a/x.png": asPNG(grey(1)),
				"a/y.jpg": asJPEG(image.NewYCbCr(image.Rect(0, 0, 3, 2), image.YCbCrSubsampleRatio444))}),
		table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []int{2, 3, 3}, got.Shape)
	assert.Equal(t, []float32{1, 1, 1, 2, 2, 2}, got.Cells[:6])
}

func TestAFolderWithATestPart(t *testing.T) {
	dir := folder(t,
		map[string][]byte{"train/a/1.png": asPNG(grey(1)), "train/b/2.png": asPNG(grey(2)),
			"test/b/3.png": asPNG(grey(3))})
	got, err := readPath(t, dir, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, 2, got.Rows)
	require.NotNil(t, got.Test)
	assert.Equal(t, []float32{3, 4, 5, 6, 7, 8}, got.Test.Cells)
	assert.Equal(t, []string{"b"}, got.Test.Targets[0].Levels)
}

func TestImagesToPredict(t *testing.T) {
	dir := folder(t, map[string][]byte{"b.png": asPNG(grey(2)), "a.png": asPNG(grey(1)), "notes.txt": nil})
	got, err := readPath(t, dir, table.Options{Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, 2, got.Rows)
	assert.Empty(t, got.Targets)
	assert.Equal(t, []string{"a.png", "b.png"}, got.Files)
	assert.Equal(t, []string{dir + ": left out, as the names of images end in .png, .jpg, .jpeg: 1 file, such as " +
		filepath.Join(dir, "notes.txt")}, got.Notes)
	got, err = readPath(t, filepath.Join(dir, "b.png"), table.Options{Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 3, 4, 5, 6, 7}, got.Cells)
	assert.Equal(t, []string{"b.png"}, got.Files)
	assert.Empty(t, got.Notes)

	like := &table.Layout{Inputs: make([]table.LayoutColumn, 18)}
	got, err = readPath(t, dir, table.Options{Unlabelled: true, Like: like})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 1, 1, 2}, got.Cells[:4], "as three colours, which training had")
	like.Inputs = like.Inputs[:5]
	_, err = readPath(t, dir, table.Options{Unlabelled: true, Like: like})
	assert.ErrorContains(t, err, "images of [2 3], which are 6 inputs, want 5")
}

// claims is a PNG that says another size than it has.
func claims(width, height uint32) []byte {
	file := asPNG(grey(0))
	for i, b := range []byte{
		byte(width >> 24), byte(width >> 16), byte(width >> 8), byte(width),
		byte(height >> 24), byte(height >> 16), byte(height >> 8), byte(height),
	} {
		file[16+i] = b
	}
	crc := pngCRC(file[12:29])
	copy(file[29:], []byte{byte(crc >> 24), byte(crc >> 16), byte(crc >> 8), byte(crc)})
	return file
}

// pngCRC is the checksum of a chunk of a PNG (RFC 2083, appendix 15).
func pngCRC(b []byte) uint32 {
	c := ^uint32(0)
	for _, v := range b {
		c ^= uint32(v)
		for range 8 {
			if c&1 == 1 {
				c = c>>1 ^ 0xedb88320
			} else {
				c >>= 1
			}
		}
	}
	return ^c
}

func TestBadFoldersAreRefused(t *testing.T) {
	good := asPNG(grey(0))
	tooMany := "says that it has 32768×32768 pixels, more than its"
	if math.MaxInt == math.MaxInt32 {
		tooMany = "the image can't be decoded: png: unsupported feature: dimension overflow"
	}
	for name, c := range map[string]struct {
		files map[string][]byte
		want  string
	}{
		"other sizes": {map[string][]byte{"a/1.png": good, "a/2.png": asPNG(coloured())},
			"2.png: has 2×1 pixels, but "},
		"another format":  {map[string][]byte{"a/1.png": good, "a/2.GIF": nil}, "2.GIF: is an image in a format that"},
		"a format beside": {map[string][]byte{"a/1.png": good, "b.webp": nil}, "b.webp: want folders of images here"},
		"no images":       {map[string][]byte{"a/1.png": good, "b/.keep": nil}, "b: has no images"},
		"a state":         {map[string][]byte{"a/1.png": good, "ck/state": nil}, "ck: has no images"},
		"not in a folder": {map[string][]byte{"a/1.png": good, "2.png": good}, "2.png: want folders of images here"},
		"cut":             {map[string][]byte{"a/1.png": good[:len(good)-20]}, "1.png: the image "},
		"cut in header":   {map[string][]byte{"a/1.png": good[:20]}, "1.png: the image "},
		"damaged": {
			map[string][]byte{"a/1.png": append(bytes.Clone(good[:45]), bytes.Repeat([]byte{1}, 50)...)},
			"1.png: the image can't be decoded",
		},
		"text":  {map[string][]byte{"a/1.png": []byte("not an image")}, "is neither a PNG nor a JPEG image"},
		"empty": {map[string][]byte{"a/1.png": nil}, "1.png: "},
		"10⁸ pixels": {map[string][]byte{"a/1.png": claims(1<<13, 1<<14)},
			"says that it has 8192×16384 pixels, more than its"},
		"10⁹ pixels":       {map[string][]byte{"a/1.png": claims(1<<15, 1<<15)}, tooMany},
		"pixels not there": {map[string][]byte{"a/1.png": claims(300, 300)}, "1.png: "},
		"test of another": {map[string][]byte{"train/a/1.png": good, "test/a/1.png": asPNG(coloured())},
			"images of [1 2 3], but those of the training part have [2 3]"},
	} {
		t.Run(name, func(t *testing.T) {
			before := misuse.Allocated()
			_, err := readPath(t, folder(t, c.files), table.Options{})
			bad, ok := errors.AsType[*source.FormatError](err)
			require.True(t, ok, "%v", err)
			assert.NotEmpty(t, bad.File)
			assert.ErrorContains(t, err, c.want)
			assert.Less(t, misuse.Allocated()-before, uint64(16<<20))
		})
	}
	dir := folder(t, map[string][]byte{"a/1.png": good})
	_, err := readPath(t, dir, table.Options{Targets: []string{"1"}})
	assert.ErrorContains(t, err, "no column can be chosen")
	_, err = readPath(t, filepath.Join(dir, "a", "1.png"), table.Options{})
	assert.ErrorContains(t, err, "is a single image")
}

// Others may have put them there, or the program, which was asked to save its results in that folder.
func TestFilesThatAreNoImagesAreLeftOut(t *testing.T) {
	good := asPNG(grey(0))
	images := map[string][]byte{"a/1.png": good, "a/2.png": good, "b/1.png": good}
	dir := folder(t, images)
	want, err := readPath(t, dir, table.Options{})
	require.NoError(t, err)
	for _, name := range []string{"README.md", "a/model.safetensors", "b/deep/labels.csv"} {
		images[name] = []byte("no image")
	}
	dir = folder(t, images)
	got, err := readPath(t, dir, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, want.Values, got.Values)
	assert.Equal(t, want.Cells, got.Cells)
	assert.Contains(t, got.Notes, dir+": left out, as the names of images end in .png, .jpg, .jpeg: 3 files, such as "+
		filepath.Join(dir, "README.md"))
	parts := folder(t, map[string][]byte{"train/a/1.png": good, "train/b/1.png": good, "test/a/1.png": good,
		"model.json": nil})
	got, err = readPath(t, parts, table.Options{})
	require.NoError(t, err)
	assert.NotNil(t, got.Test)
	assert.Contains(t, got.Notes, parts+": left out, as the names of images end in .png, .jpg, .jpeg: 1 file, such as "+
		filepath.Join(parts, "model.json"))
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	files := map[string][]byte{}
	for i := range 10 {
		files[fmt.Sprintf("a/%d.png", i)] = asPNG(grey(0))
	}
	_, err := readPath(t, folder(t, files), table.Options{Limit: 300})
	limit, ok := errors.AsType[*memory.LimitError](err)
	require.True(t, ok, "%v", err)
	assert.Contains(t, limit.What, "10 images of [2 3]")
}

func TestSmallFilesDoNotMakeLargeImages(t *testing.T) {
	blank := asPNG(image.NewGray(image.Rect(0, 0, 1024, 1024))) // 1 KB
	_, err := readPath(t, folder(t, map[string][]byte{"a/1.png": blank, "b/1.png": blank}),
		table.Options{Limit: 1 << 40})
	share, ok := errors.AsType[*table.ShareError](err)
	require.True(t, ok, "%v", err)
	assert.EqualValues(t, 2*len(blank), share.Size)
	assert.Contains(t, share.What, "2 images of [1024 1024]")
}

func TestReadingEndsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, err := source.Open(ctx, folder(t, map[string][]byte{"a/1.png": asPNG(grey(0))}))
	require.NoError(t, err)
	cancel()
	_, err = Format.Read(f, table.Options{Limit: 1 << 30, Workers: 1})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	img := image.NewNRGBA(image.Rect(0, 0, 5, 4))
	var want []float32
	for i := range img.Pix {
		img.Pix[i] = uint8(r.Uint32())
		if i%4 == 3 {
			img.Pix[i] = 255
		} else {
			want = append(want, float32(img.Pix[i]))
		}
	}
	got, err := readPath(t, folder(t, map[string][]byte{"a/1.png": asPNG(img)}), table.Options{})
	require.NoError(t, err)
	assert.Equal(t, want, got.Cells)
}

func FuzzDecode(f *testing.F) {
	for _, file := range [][]byte{
		asPNG(grey(0)), asPNG(coloured()), asJPEG(grey(7)),
		claims(300, 300), claims(1<<15, 1<<15), []byte("GIF89a"),
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "x.png")
		require.NoError(t, os.WriteFile(path, content, 0o644))
		f, err := source.OfBytes(t.Context(), path, content)
		if err != nil {
			return
		}
		const limit = 1 << 22
		before := misuse.Allocated()
		got, err := Format.Read(f, table.Options{Unlabelled: true, Limit: limit, Workers: 1})
		// The pixels, and what decoding them takes: twice the image, or the coefficients of
		// a progressive JPEG.
		require.LessOrEqual(t, misuse.Allocated()-before, uint64(20*limit+100*len(content)))
		if err == nil {
			require.Len(t, got.Cells, len(got.Inputs))
		}
	})
}
