package page

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func written(t *testing.T, p *Page) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, p.Write(&b))
	return b.String()
}

func TestPageHasAllThatThereIs(t *testing.T) {
	text := written(t, &Page{
		Title: "Title", Summary: "a  b", Samples: "the test samples",
		Charts: []Chart{NewChart("Errors", "epoch", 2, false, Series{"training", []float64{0.5, 0.25, 0.25}})},
		Matrix: Matrix{[]string{"<script>", "b"}, [][]int{{7, 1}, {0, 8}}},
		Worst: []Sample{
			{Index: 3, Class: "<script>", Answer: "b", Margin: -0.5,
				Image: Picture([]float32{0, 1, 2, 3}, []int{2, 2})},
			{Index: 4, Line: 17, Class: "a", Answer: "b", Margin: -0.25},
		},
		Weights:  nil,
		Settings: []Setting{{"gamma", "0.7"}},
	})
	for _, part := range []string{
		"<title>Title</title>", "<pre>a  b</pre>", "best: 2", "epoch 3", "&lt;script&gt;", "no. 3: ", "line 17: ",
		"(-0.5)", "data:image/png;base64,", ">0.7</td>", "calc(0.125 * 55%)",
		"prefers-color-scheme: dark",
	} {
		assert.Contains(t, text, part)
	}
	for _, foreign := range []string{"<script", "http:", "https:", "ZgotmplZ", "Weights of", "@import", "<link"} {
		assert.NotContains(t, text, foreign)
	}
	assert.Equal(t, strings.Count(text, "<div"), strings.Count(text, "</div>"))
	assert.NotContains(t, written(t, &Page{Title: "Nothing"}), "<h2>")
}

func TestChartsLeaveOutWhatIsNoNumber(t *testing.T) {
	nan := math.NaN()
	c := NewChart("Loss", "epoch", 0, true, Series{"loss", []float64{100, nan, 0, 1, 10}})
	assert.Equal(t, "M64.0 28.0M334.0 204.0L424.0 116.0", c.Lines[0].Path)
	assert.Equal(t, []string{"1", "100"}, []string{c.Ticks[0].Text, c.Ticks[4].Text})
	assert.Empty(t, c.Best)
	for _, values := range [][]float64{nil, {nan}, {0.5}, {0, 0}, {math.Inf(1)}} {
		c := NewChart("Errors", "epoch", 0, false, Series{"e", values})
		for _, l := range c.Lines {
			assert.NotContains(t, l.Path, "NaN")
			assert.NotContains(t, l.Path, "Inf")
		}
	}
	assert.Equal(t, "start", NewChart("", "", 1, false, Series{"e", []float64{1, 2}}).BestAnchor)
}

func TestPicturesHaveThePixelsOfTheirNumbers(t *testing.T) {
	for name, c := range map[string]struct {
		url  string
		want [][3]uint32 // of the pixels
	}{
		"grey": {string(Picture([]float32{-1, 0, 1, -1}, []int{2, 2})),
			[][3]uint32{{0, 0, 0}, {128, 128, 128}, {255, 255, 255}, {0, 0, 0}}},
		"even": {string(Picture([]float32{3, 3}, []int{1, 2})), [][3]uint32{{0, 0, 0}, {0, 0, 0}}},
		"colours": {string(Picture([]float32{1, 0, 0, 0, 0, 1}, []int{1, 2, 3})),
			[][3]uint32{{255, 0, 0}, {0, 0, 255}}},
		"signed": {string(Signed([]float64{2, -2, 0}, []int{1, 3})),
			[][3]uint32{{60, 150, 255}, {255, 150, 60}, {127, 127, 127}}},
		"zeros": {string(Signed([]float64{0}, []int{1, 1})), [][3]uint32{{127, 127, 127}}},
		"added up": {string(Signed([]float64{1, -1, 0, 0, 0, 1}, []int{1, 2, 3})),
			[][3]uint32{{127, 127, 127}, {60, 150, 255}}},
	} {
		data, ok := strings.CutPrefix(c.url, "data:image/png;base64,")
		require.True(t, ok, name)
		b, err := base64.StdEncoding.DecodeString(data)
		require.NoError(t, err)
		img, err := png.Decode(bytes.NewReader(b))
		require.NoError(t, err)
		for i, want := range c.want {
			r, g, b, _ := img.At(i%img.Bounds().Dx(), i/img.Bounds().Dx()).RGBA()
			assert.Equal(t, want, [3]uint32{r >> 8, g >> 8, b >> 8}, "%s, pixel %d", name, i)
		}
	}
}
