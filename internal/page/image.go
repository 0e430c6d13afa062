package page

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image"
	"image/color"
	"image/png"
)

// Picture returns an image with the given rows and columns, and 1 or 3 numbers for each pixel: low is black and high
// white.
func Picture(pixels []float32, shape []int) template.URL {
	low, high := pixels[0], pixels[0]
	for _, v := range pixels {
		low, high = min(low, v), max(high, v)
	}
	if high == low {
		high = low + 1
	}
	grey := func(v float32) uint8 { return uint8(255*(v-low)/(high-low) + 0.5) }
	return draw(shape, func(i int) color.Color {
		if len(shape) == 3 {
			p := pixels[3*i : 3*i+3]
			return color.NRGBA{grey(p[0]), grey(p[1]), grey(p[2]), 255}
		}
		return color.Gray{grey(pixels[i])}
	})
}

// Signed returns an image of weights: those above 0 are blue, those below orange, those near it grey. The weights of
// the colours of a pixel are added up.
func Signed(weights []float64, shape []int) template.URL {
	channels := 1
	if len(shape) == 3 {
		channels = 3
	}
	sums := make([]float64, len(weights)/channels)
	largest := 0.0
	for i := range sums {
		for _, v := range weights[i*channels : (i+1)*channels] {
			sums[i] += v
		}
		largest = max(largest, sums[i], -sums[i])
	}
	if largest == 0 {
		largest = 1
	}
	mix := func(to color.NRGBA, share float64) color.Color {
		between := func(b uint8) uint8 { return uint8(127 + share*(float64(b)-127)) }
		return color.NRGBA{between(to.R), between(to.G), between(to.B), 255}
	}
	return draw(shape, func(i int) color.Color {
		if v := sums[i] / largest; v < 0 {
			return mix(color.NRGBA{255, 150, 60, 255}, -v)
		}
		return mix(color.NRGBA{60, 150, 255, 255}, sums[i]/largest)
	})
}

// draw returns a PNG of the pixels.
func draw(shape []int, pixel func(i int) color.Color) template.URL {
	img := image.NewNRGBA(image.Rect(0, 0, shape[1], shape[0]))
	for i := range shape[0] * shape[1] {
		img.Set(i%shape[1], i/shape[1], pixel(i))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "" // a buffer has room, and the image is no larger than what was trained on
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()))
}
