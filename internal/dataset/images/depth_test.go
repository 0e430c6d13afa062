package images

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// Cameras of microscopes and X-rays have 12 bits or so.
func TestImagesOf16BitsKeepThem(t *testing.T) {
	deep, colour := image.NewGray16(image.Rect(0, 0, 3, 2)), image.NewNRGBA64(image.Rect(0, 0, 3, 2))
	full := image.NewGray16(image.Rect(0, 0, 3, 2))
	for i := range 6 {
		deep.SetGray16(i%3, i/3, color.Gray16{uint16(4090 + i)})
		full.SetGray16(i%3, i/3, color.Gray16{uint16(65530 + i)})
		colour.SetNRGBA64(i%3, i/3, color.NRGBA64{uint16(i), 300, 65535, 65535})
	}
	for name, c := range map[string]struct {
		images []image.Image
		want   []float32 // times 257, of the first image
		note   string    // after the folder
	}{
		"none": {[]image.Image{grey(1)}, []float32{257, 514, 771, 1028, 1285, 1542}, ""},
		"dark": {[]image.Image{deep, grey(1)}, []float32{4090, 4091, 4092, 4093, 4094, 4095},
			": 1 of 2 images have 16 bits a number; the largest number of all is 4,095 of 65,535: all inputs are " +
				"small (--scale standard makes them larger)"},
		"bright": {[]image.Image{full, deep}, []float32{65530, 65531, 65532, 65533, 65534, 65535},
			": 2 of 2 images have 16 bits a number; the largest number of all is 65,535 of 65,535"},
		"colours": {[]image.Image{colour}, []float32{0, 300, 65535, 1, 300, 65535},
			": 1 of 1 images have 16 bits a number; the largest number of all is 65,535 of 65,535"},
	} {
		files := map[string][]byte{}
		for i, img := range c.images {
			files[fmt.Sprintf("a/%d.png", i)] = asPNG(img)
		}
		dir := folder(t, files)
		got, err := readPath(t, dir, table.Options{})
		require.NoError(t, err, name)
		for i, v := range c.want {
			assert.Equal(t, v/257, got.Cells[i], name)
		}
		if c.note == "" {
			assert.NotContains(t, fmt.Sprint(got.Notes), "16 bits", name)
		} else {
			assert.Contains(t, got.Notes, dir+c.note, name)
		}
		like := &table.Layout{Inputs: make([]table.LayoutColumn, len(got.Inputs))}
		got, err = readPath(t, dir, table.Options{Unlabelled: true, Like: like})
		require.NoError(t, err, name)
		assert.NotContains(t, fmt.Sprint(got.Notes), "16 bits", name)
	}
}
