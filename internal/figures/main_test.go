package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/plotter"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/chart"
	"ridge/internal/report"
)

// sampleTrace is what train --json writes of a run of n iterations.
func sampleTrace(t *testing.T, n int) []byte {
	t.Helper()
	p := train.Problem{Samples: 10, Layers: 1, Bits: 32}
	r := &report.Run{Network: []int{2, 3, 2}, Recipe: bcd.FullBatches.With(bcd.FullBatches.Defaults(p))}
	for i := 1; i <= n; i++ {
		f := 1 / float64(i)
		r.Trace = append(r.Trace, train.Epoch{
			Epoch: i, TrainError: f / 20, TestError: f / 10,
			Values: map[string]float64{
				bcd.ObjectiveBefore: f,
				bcd.ObjectiveAfterU: f / 2, bcd.ObjectiveAfterV: f / 4, bcd.ObjectiveAfterW: f / 8,
				bcd.Stationarity: 0.5 * math.Pow(0.9, float64(i)), bcd.Distance: 1 - f,
			},
		})
	}
	var b bytes.Buffer
	require.NoError(t, r.WriteJSON(&b))
	return b.Bytes()
}

func writeFile(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace.json")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// path is a path of an SVG file.
type path struct {
	Data  string `xml:"d,attr"`
	Style string `xml:"style,attr"`
}

// paths are all paths of an SVG file, which must be well-formed.
func paths(t *testing.T, svg []byte) []path {
	t.Helper()
	var all []path
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "path" {
			var p path
			require.NoError(t, d.DecodeElement(&p, &start))
			all = append(all, p)
		}
	}
}

// draw draws traces of n iterations, one of each label, and returns the picture and the
// standard output.
func drawSamples(t *testing.T, n int, labels []string, options ...string) (svg []byte, stdout string) {
	t.Helper()
	file := writeFile(t, sampleTrace(t, n))
	out := filepath.Join(t.TempDir(), "picture.svg")
	args := append([]string{"-out", out}, options...)
	for _, label := range labels {
		args = append(args, label+"="+file)
	}
	var table, stderr strings.Builder
	require.Zero(t, run(args, &table, &stderr), stderr.String())
	svg, err := os.ReadFile(out)
	require.NoError(t, err)
	return svg, table.String()
}

// linesOf counts the lines of the i-th colour by how many segments they have.
func linesOf(t *testing.T, svg []byte, colour color.Color) map[int]int {
	t.Helper()
	r, g, b, _ := colour.RGBA()
	stroke := fmt.Sprintf("stroke:#%02X%02X%02X;", r>>8, g>>8, b>>8)
	lines := map[int]int{}
	for _, p := range paths(t, svg) {
		if strings.Contains(p.Style, stroke) {
			lines[strings.Count(p.Data, "L")]++
		}
	}
	return lines
}

func TestPictureHasALineOfEachTraceInEachPanel(t *testing.T) {
	const iterations = 5
	var labels []string
	for i := range chart.Palette {
		labels = append(labels, fmt.Sprintf("a<b&%d", i))
	}
	svg, stdout := drawSamples(t, iterations, labels)
	for i, colour := range chart.Palette {
		const objective, testError, legend = 4*iterations - 1, iterations - 1, 1
		assert.Equal(t, map[int]int{objective: 1, testError: 1, legend: 1}, linesOf(t, svg, colour), "trace %d", i)
		assert.Contains(t, string(svg), fmt.Sprintf(">a&lt;b&amp;%d</text>", i))
	}
	assert.NotContains(t, string(svg), "NaN")
	assert.NotContains(t, string(svg), "Liberation Sans;", "a font without others to fall back on")
	assert.Empty(t, stdout)
}

func TestPanelsAreThoseAskedFor(t *testing.T) {
	const iterations = 7
	for _, c := range []struct {
		options []string
		want    map[int]int // lines of the trace, by segments
		text    string
	}{
		{[]string{"-panels", "objective", "-zoom", "3"}, map[int]int{4*3 - 1: 1, 1: 1}, ">a</text>"},
		{[]string{"-panels", "objective", "-zoom", "100"}, map[int]int{4*iterations - 1: 1, 1: 1}, ">a</text>"},
		{[]string{"-panels", "distance"}, map[int]int{iterations - 1: 1, 1: 1}, ">a</text>"},
		{[]string{"-panels", "stationarity"}, map[int]int{iterations - 1: 1, 1: 1}, ">a, ρ = 0.9000</text>"},
		{[]string{"-panels", "stationarity,distance,error"}, map[int]int{iterations - 1: 3, 1: 2}, ">a</text>"},
	} {
		svg, _ := drawSamples(t, iterations, []string{"a"}, c.options...)
		assert.Equal(t, c.want, linesOf(t, svg, chart.Palette[0]), c.options)
		assert.Contains(t, string(svg), c.text)
	}
}

// The traces' stationarity is 0.5·0.9^t.
func TestStationarityIsShownWithItsFittedLine(t *testing.T) {
	dashed := func(svg []byte) (n int) {
		for _, p := range paths(t, svg) {
			if strings.Contains(p.Style, "dash") {
				n++
			}
		}
		return n
	}
	svg, _ := drawSamples(t, 20, []string{"a", "b"}, "-panels", "stationarity")
	assert.Equal(t, 2, dashed(svg))
	for _, label := range []string{"a", "b"} {
		assert.Contains(t, string(svg), ">"+label+", ρ = 0.9000</text>")
	}
	svg, _ = drawSamples(t, 1, []string{"a"}, "-panels", "stationarity")
	assert.Zero(t, dashed(svg), "one iteration has no rate")
	assert.Contains(t, string(svg), ">a</text>")
}

func TestLongLinesAreThinned(t *testing.T) {
	svg, _ := drawSamples(t, dotLimit, []string{"a"}, "-panels", "objective")
	assert.Equal(t, map[int]int{267: 1, 1: 1}, linesOf(t, svg, chart.Palette[0]), "every sixth of 1600 points")
	svg, _ = drawSamples(t, 10*lineLimit, []string{"a"}, "-panels", "distance")
	assert.Equal(t, map[int]int{lineLimit: 1, 1: 1}, linesOf(t, svg, chart.Palette[0]))
	points := make(plotter.XYs, 1000)
	for i := range points {
		points[i].X = float64(i)
	}
	for _, n := range []int{1, 2, 299, 300, 301, 600, 601, 1000} {
		kept := thin(points[:n], 300)
		assert.LessOrEqual(t, len(kept), 301, n)
		assert.GreaterOrEqual(t, len(kept), min(n, 150), n)
		assert.Equal(t, points[0], kept[0], n)
		assert.Equal(t, points[n-1], kept[len(kept)-1], n)
	}
}

func TestTheTableHasALineOfEachTrace(t *testing.T) {
	const title = "| | iterations | objective, last | largest rise |" +
		" stationarity, first | last | rate ρ | distance | test error |\n" +
		"|---|---|---|---|---|---|---|---|---|\n"
	const measured = " | 4 | 0.0312500 | -5.0e-01 | 4.5e-01 | 3.3e-01 | 0.9000 | 0.750 | 2.50 % |\n"
	_, stdout := drawSamples(t, 4, []string{"a", "b"}, "-table")
	assert.Equal(t, title+"| a"+measured+"| b"+measured, stdout)
	rising := train.Trace{{Values: map[string]float64{
		bcd.ObjectiveBefore: 2, bcd.ObjectiveAfterU: 1, bcd.ObjectiveAfterV: 1.5, bcd.ObjectiveAfterW: 1.5,
	}}}
	assert.Equal(t, 0.5, largestRise(rising))
	var b strings.Builder
	untested := trace{label: "of another program", epochs: train.Trace{{Epoch: 1, TestError: math.NaN()}}}
	require.NoError(t, writeTable(&b, []trace{untested}))
	assert.Contains(t, b.String(), "| – |")
}

func TestAPNGHasAWhiteBackground(t *testing.T) {
	out, trace := filepath.Join(t.TempDir(), "picture.png"), writeFile(t, sampleTrace(t, 1))
	var stderr strings.Builder
	require.Zero(t, run([]string{"-out", out, "a=" + trace}, io.Discard, &stderr), stderr.String())
	f, err := os.Open(out)
	require.NoError(t, err)
	defer f.Close()
	picture, err := png.Decode(f)
	require.NoError(t, err)
	assert.Equal(t, 1600, picture.Bounds().Dx())
	assert.Equal(t, color.NRGBAModel.Convert(color.White), color.NRGBAModel.Convert(picture.At(0, 0)), "the background")
}

func TestFilesThatCannotBeUsedAreNamed(t *testing.T) {
	trace, folder := writeFile(t, sampleTrace(t, 1)), t.TempDir()
	huge := filepath.Join(folder, "huge.json")
	require.NoError(t, os.WriteFile(huge, nil, 0o600))
	require.NoError(t, os.Truncate(huge, traceLimit+1))
	for _, c := range []struct{ out, trace, named string }{
		{filepath.Join(folder, "a.svg"), filepath.Join(folder, "nowhere.json"), "nowhere.json"},
		{filepath.Join(folder, "a.svg"), huge, "huge.json: larger than 64 MiB"},
		{filepath.Join(folder, "nowhere", "a.svg"), trace, "nowhere"},
	} {
		var stderr strings.Builder
		assert.Equal(t, 1, run([]string{"-out", c.out, "a=" + c.trace}, io.Discard, &stderr))
		assert.Contains(t, stderr.String(), c.named)
		assert.NoFileExists(t, c.out)
	}
}

func TestWrongCommandLinesShowTheUsage(t *testing.T) {
	many := []string{"-out", "a.svg"}
	for i := range len(chart.Palette) + 1 {
		many = append(many, fmt.Sprintf("%d=t", i))
	}
	for _, c := range []struct {
		args    []string
		message string
	}{
		{nil, `-out ""`},
		{[]string{"-out", "a.jpg", "a=t"}, `-out "a.jpg": want the name of an .svg or a .png file`},
		{[]string{"-out", "a.svg"}, "no trace to draw"},
		{[]string{"-out", "a.svg", "t.json"}, `"t.json": want LABEL=TRACE.json`},
		{[]string{"-out", "a.svg", "=t"}, `"=t": want LABEL=TRACE.json`},
		{[]string{"-out", "a.svg", "a="}, `"a=": want LABEL=TRACE.json`},
		{[]string{"-out", "a.svg", "a=t", "a=u"}, "another trace of that label"},
		{[]string{"-colour"}, "-colour"},
		{[]string{"-out", "a.svg", "-zoom", "-1", "a=t"}, "-zoom -1: want a number of iterations"},
		{[]string{"-out", "a.svg", "-panels", "loss", "a=t"},
			`-panels "loss": want some of distance, error, objective, stationarity`},
		{[]string{"-out", "a.svg", "-panels", "", "a=t"}, `-panels ""`},
		{many, "8 traces, and colours for 7"},
	} {
		var stderr strings.Builder
		assert.Equal(t, 2, run(c.args, io.Discard, &stderr), c.args)
		assert.Contains(t, stderr.String(), c.message)
		assert.Contains(t, stderr.String(), usage)
	}
}
