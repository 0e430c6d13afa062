package images

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // registers the decoder
	_ "image/png"  // registers the decoder
	"io"
	"math"
	"path/filepath"
	"slices"

	"ridge/internal/dataset/ordered"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/files"
	"ridge/internal/memory"
	"ridge/internal/words"
)

// pixelsPerByte is the most pixels that a byte of a file can stand for: deflate makes 1032
// bytes of one, each of eight pixels. A baseline JPEG has at least two bits for 64 pixels.
const pixelsPerByte = 8 * source.DeflateRatio

// imageHeader is what a file says of itself before its pixels.
type imageHeader struct {
	width, height int
	size          int64 // bytes of the file
	colour        bool  // it may have colours
	deep          int   // 1 if it has numbers of 16 bits
	err           error
}

// readHeader reads the size of an image and reports whether it is one of grey levels.
func readHeader(path string) imageHeader {
	f, err := files.OpenRegular(path)
	if err != nil {
		return imageHeader{err: err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return imageHeader{err: err}
	}
	c, _, err := image.DecodeConfig(bufio.NewReader(f))
	if err != nil {
		return imageHeader{err: broken(path, err)}
	}
	if c.Width < 1 || c.Height < 1 ||
		memory.Product(int64(c.Width), int64(c.Height)) > memory.Product(pixelsPerByte, info.Size()) {
		return imageHeader{err: source.Bad(path, "says that it has %d×%d pixels, more than its %d bytes can hold",
			c.Width, c.Height, info.Size())}
	}
	grey := c.ColorModel == color.GrayModel || c.ColorModel == color.Gray16Model
	if palette, ok := c.ColorModel.(color.Palette); ok {
		grey = true
		for _, p := range palette {
			r, g, b, _ := p.RGBA()
			grey = grey && r == g && g == b
		}
	}
	h := imageHeader{width: c.Width, height: c.Height, size: info.Size(), colour: !grey}
	if isDeep(c.ColorModel) {
		h.deep = 1
	}
	return h
}

// isDeep reports whether the numbers of an image have 16 bits.
func isDeep(m color.Model) bool {
	return m == color.Gray16Model || m == color.RGBA64Model || m == color.NRGBA64Model
}

// broken is the error for a file that can't be decoded.
func broken(path string, err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return source.Bad(path, "the image is cut off")
	}
	if errors.Is(err, image.ErrFormat) {
		return source.Bad(path, "is neither a PNG nor a JPEG image")
	}
	return &source.FormatError{File: path, Reason: "the image can't be decoded", Err: err}
}

// decodeAll makes a table of pictures, in their order. First all of them are looked at, so
// that sizes that differ, and what does not fit, are known before anything is decoded.
func decodeAll(f *source.File, dir string, pictures []picture, o table.Options, shape []int) (*table.Table, error) {
	if len(pictures) == 0 {
		return nil, source.Bad(dir, "has no images")
	}
	all, err := readHeaders(f, pictures, o.Workers)
	if err != nil {
		return nil, err
	}
	have := []int{all.height, all.width}
	if all.colour || len(shape) == 3 || o.Like != nil && len(o.Like.Inputs) == 3*all.width*all.height {
		have = append(have, 3) // grey images may be a part of coloured ones
	}
	if err := fits(dir, have, shape, o); err != nil {
		return nil, err
	}
	size := pixels(have)
	// Besides the pixels there is an image for each worker, of at most eight bytes a pixel.
	need := table.Bytes(int64(len(pictures)), int64(size), 0) + memory.Product(8*int64(o.Workers), int64(size))
	if err := o.Check(dir, all.size, need, fmt.Sprintf("%s images of %v", words.Group(len(pictures)), have),
		need); err != nil {
		return nil, err
	}
	t := &table.Table{Source: dir, Size: all.size, Rows: len(pictures), Inputs: table.Numbers(size), Shape: have,
		Divisor: 255}
	t.Cells, t.Files = make([]float32, len(pictures)*size), namesWithin(f, pictures)
	next := counter(f, len(pictures))
	work := func(i int) error { return decode(pictures[i].path, have, t.Cells[i*size:(i+1)*size]) }
	err = ordered.Map(o.Workers, next, work, func(err error) error { return err })
	if err == nil && all.deep > 0 && o.Like == nil {
		t.Notes = append(t.Notes, deepNote(t, all.deep))
	}
	return t, err
}

// namesWithin are the names of pictures as they lie in the folder that was named, or, of one that was named itself, its
// own name.
func namesWithin(f *source.File, pictures []picture) []string {
	names := make([]string, len(pictures))
	for i, p := range pictures {
		within, err := filepath.Rel(f.Path, p.path)
		if err != nil || within == "." {
			within = filepath.Base(p.path)
		}
		names[i] = filepath.ToSlash(within)
	}
	return names
}

// deepNote is about images of 16 bits, some of which use only the lowest ones.
func deepNote(t *table.Table, deep int) string {
	largest := math.Round(float64(slices.Max(t.Cells)) * byteStep)
	note := fmt.Sprintf("%s: %s of %s images have 16 bits a number; the largest number of all is %s of 65,535",
		t.Source, words.Group(deep), words.Group(t.Rows), words.Group(int(largest)))
	if largest < 1<<14 {
		note += ": all inputs are small (--scale standard makes them larger)"
	}
	return note
}

// counter counts to n-1, then says io.EOF, and ends early when the context ends.
func counter(f *source.File, n int) func() (int, error) {
	i := -1
	return func() (int, error) {
		if err := f.Context().Err(); err != nil {
			return 0, err
		}
		if i++; i == n {
			return 0, io.EOF
		}
		return i, nil
	}
}

// readHeaders returns the header of the first picture, which all others must share, but with the size of all files,
// whether any may have colours, and how many have numbers of 16 bits.
func readHeaders(f *source.File, pictures []picture, workers int) (all imageHeader, err error) {
	at := 0
	read := func(i int) imageHeader { return readHeader(pictures[i].path) }
	err = ordered.Map(workers, counter(f, len(pictures)), read,
		func(h imageHeader) error {
			defer func() { at++ }()
			switch {
			case h.err != nil:
				return h.err
			case at == 0:
				all = h
				return nil
			case h.width != all.width || h.height != all.height:
				return source.Bad(pictures[at].path,
					"has %d×%d pixels, but %s has %d×%d: all images must have one size",
					h.width, h.height, pictures[0].path, all.width, all.height)
			}
			all.colour = all.colour || h.colour
			all.size += h.size
			all.deep += h.deep
			return nil
		})
	return all, err
}

// pixels is how many numbers an image of this shape has.
func pixels(shape []int) int {
	size := 1
	for _, n := range shape {
		size *= n
	}
	return size
}

// fits compares a shape with that of the training part.
func fits(dir string, have, want []int, o table.Options) error {
	if want != nil && !slices.Equal(have, want) {
		return source.Bad(dir, "images of %v, but those of the training part have %v", have, want)
	}
	if o.Like == nil {
		return nil
	}
	if !table.SameOrder(have, o.Like.Shape) {
		return source.Bad(dir, "images of %v, but the samples of the training data have the shape %v", have,
			o.Like.Shape)
	}
	if size := pixels(have); len(o.Like.Inputs) != size {
		return source.Bad(dir, "images of %v, which are %d inputs, want %d", have, size, len(o.Like.Inputs))
	}
	return nil
}

// decode writes the pixels of an image to dst: bytes from 0 to 255, with fractions if the file has 16 bits.
func decode(path string, shape []int, dst []float32) error {
	f, err := files.OpenRegular(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// The file may be another one by now: its header is looked at again.
	c, _, err := image.DecodeConfig(bufio.NewReader(f))
	if err == nil && (c.Width != shape[1] || c.Height != shape[0]) {
		return source.Bad(path, "changed while it was read")
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return broken(path, err)
	}
	img, _, err := image.Decode(bufio.NewReader(f))
	if err != nil {
		return broken(path, err)
	}
	if len(shape) == 3 {
		colours(img, dst)
	} else {
		greys(img, dst)
	}
	return nil
}

// byteStep is how many levels of 16 bits make one of a byte.
const byteStep = 257

// levels returns what makes bytes of the levels of 16 bits that an image has.
func levels(img image.Image) func(v uint32) float32 {
	if isDeep(img.ColorModel()) {
		return func(v uint32) float32 { return float32(v) / byteStep }
	}
	return func(v uint32) float32 { return float32(v >> 8) }
}

// greys are the grey levels of an image that has no colours.
func greys(img image.Image, dst []float32) {
	b := img.Bounds()
	level := levels(img)
	i := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		if g, ok := img.(*image.Gray); ok {
			for _, v := range g.Pix[g.PixOffset(b.Min.X, y):][:b.Dx()] {
				dst[i] = float32(v)
				i++
			}
			continue
		}
		for x := b.Min.X; x < b.Max.X; x++ {
			r, _, _, _ := img.At(x, y).RGBA()
			dst[i] = level(r)
			i++
		}
	}
}

// colours are red, green and blue of every pixel.
func colours(img image.Image, dst []float32) {
	b := img.Bounds()
	level := levels(img)
	i := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			dst[i], dst[i+1], dst[i+2] = level(r), level(g), level(b)
			i += 3
		}
	}
}
