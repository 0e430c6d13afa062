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
	"ridge/internal/chart"
	"ridge/internal/report"
)

// sampleTrace is what train --json writes of a run of n iterations.
func sampleTrace(t *testing.T, n int) []byte {
	t.Helper()
	r := &report.Run{Network: []int{2, 3, 2}}
	for i := 1; i <= n; i++ {
		f := 1 / float64(i)
		r.Trace = append(r.Trace, bcd.Step{
			Iteration: i, Objective: f, AfterU: f / 2, AfterV: f / 4, AfterW: f / 8,
			TrainError: f / 20, TestError: f / 10,
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

func TestDecodeReadsWhatTrainWrites(t *testing.T) {
	got, err := decode(sampleTrace(t, 2))
	require.NoError(t, err)
	want := plotter.XYs{
		{X: 0, Y: 1}, {X: 1. / 3, Y: 0.5}, {X: 2. / 3, Y: 0.25}, {X: 1, Y: 0.125},
		{X: 1, Y: 0.5}, {X: 4. / 3, Y: 0.25}, {X: 5. / 3, Y: 0.125}, {X: 2, Y: 0.0625},
	}
	require.Len(t, got.objective, len(want))
	for i := range want {
		assert.InDelta(t, want[i].X, got.objective[i].X, 1e-12)
		assert.Equal(t, want[i].Y, got.objective[i].Y)
	}
	assert.Equal(t, plotter.XYs{{X: 1, Y: 10}, {X: 2, Y: 5}}, got.testError)
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

func TestPictureHasALineOfEachTraceInEachPanel(t *testing.T) {
	const iterations = 5
	trace := writeFile(t, sampleTrace(t, iterations))
	out := filepath.Join(t.TempDir(), "picture.svg")
	args := []string{"-out", out}
	for i := range chart.Palette {
		args = append(args, fmt.Sprintf("a<b&%d=%s", i, trace))
	}
	var stderr strings.Builder
	require.Zero(t, run(args, &stderr), stderr.String())
	svg, err := os.ReadFile(out)
	require.NoError(t, err)
	all := paths(t, svg)
	for i, rgb := range chart.Palette {
		stroke := fmt.Sprintf("stroke:#%02X%02X%02X;", rgb.R, rgb.G, rgb.B)
		lines := map[int]int{} // by how many segments they have
		for _, p := range all {
			if strings.Contains(p.Style, stroke) {
				lines[strings.Count(p.Data, "L")]++
			}
		}
		assert.Equal(t, map[int]int{4*iterations - 1: 1, iterations - 1: 1, 1: 1}, lines, "objective, test error and legend of trace %d", i)
		assert.Contains(t, string(svg), fmt.Sprintf(">a&lt;b&amp;%d</text>", i))
	}
	assert.NotContains(t, string(svg), "NaN")
	assert.NotContains(t, string(svg), "Liberation Sans;", "a font without others to fall back on")
}

func TestPNG(t *testing.T) {
	out := filepath.Join(t.TempDir(), "picture.png")
	var stderr strings.Builder
	require.Zero(t, run([]string{"-out", out, "a=" + writeFile(t, sampleTrace(t, 1))}, &stderr), stderr.String())
	f, err := os.Open(out)
	require.NoError(t, err)
	defer f.Close()
	picture, err := png.Decode(f)
	require.NoError(t, err)
	assert.Equal(t, 1600, picture.Bounds().Dx())
	assert.Equal(t, color.NRGBAModel.Convert(color.White), color.NRGBAModel.Convert(picture.At(0, 0)), "the background")
}

func TestBadTracesLeaveThePictureAlone(t *testing.T) {
	const good = `"iteration": 1, "objective": 4, "objective_after_u": 3, "objective_after_v": 2, "objective_after_w": 1, "test_error": 0.5`
	with := func(old, replacement string) string {
		require.Contains(t, good, old)
		return `{"trace": [{` + strings.Replace(good, old, replacement, 1) + `}]}`
	}
	for _, c := range []struct{ name, trace, message string }{
		{"empty file", "", "unexpected end of JSON input"},
		{"not JSON", "iter objective", "not what train --json writes"},
		{"truncated", `{"trace": [{` + good, "unexpected end of JSON input"},
		{"trailing", `{"trace": [{` + good + `}]} {}`, "not what train --json writes"},
		{"no trace", `{}`, "a trace without iterations"},
		{"no iterations", `{"trace": []}`, "a trace without iterations"},
		{"objective null", with("3", "null"), "iteration 1: the objective before or after a block is missing"},
		{"objective missing", with(`"objective": 4, `, ""), "iteration 1: the objective before or after a block is missing"},
		{"objective zero", with(": 1, \"test", ": 0, \"test"), "iteration 1: objective 0: a logarithmic axis shows positive numbers only"},
		{"test error null", with("0.5", "null"), "iteration 1: the test error is missing"},
		{"test error in percent", with("0.5", "50"), "iteration 1: test error 50: want a fraction"},
		{"iteration 0", with(`"iteration": 1`, `"iteration": 0`), "iteration 0 follows iteration 0"},
		{"iteration twice", `{"trace": [{` + good + `}, {` + good + `}]}`, "iteration 1 follows iteration 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "picture.svg")
			require.NoError(t, os.WriteFile(out, []byte("old"), 0o600))
			trace := writeFile(t, []byte(c.trace))
			var stderr strings.Builder
			assert.Equal(t, 1, run([]string{"-out", out, "a=" + trace}, &stderr))
			assert.Contains(t, stderr.String(), "figures: "+trace+": ")
			assert.Contains(t, stderr.String(), c.message)
			content, err := os.ReadFile(out)
			require.NoError(t, err)
			assert.Equal(t, "old", string(content))
		})
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
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
		assert.Equal(t, 1, run([]string{"-out", c.out, "a=" + c.trace}, &stderr))
		assert.Contains(t, stderr.String(), c.named)
		assert.NoFileExists(t, c.out)
	}
}

func TestWrongCommandLines(t *testing.T) {
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
		{many, "8 traces, and colours for 7"},
	} {
		var stderr strings.Builder
		assert.Equal(t, 2, run(c.args, &stderr), c.args)
		assert.Contains(t, stderr.String(), c.message)
		assert.Contains(t, stderr.String(), usage)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"trace": [{"iteration": 1, "objective": 4, "objective_after_u": 3, "objective_after_v": 2, "objective_after_w": 1, "test_error": 0.5}]}`))
	f.Add(fmt.Appendf(nil, `{"trace": [{"iteration": %d, "objective": %g, "objective_after_u": 5e-324, "objective_after_v": 2, "objective_after_w": 1, "test_error": 0}]}`,
		math.MaxInt64, math.MaxFloat64))
	f.Fuzz(func(t *testing.T, text []byte) {
		decoded, err := decode(text)
		if err != nil {
			return
		}
		var b bytes.Buffer
		require.NoError(t, encode(&b, []trace{decoded}, "svg"))
		assert.NotContains(t, b.String(), "NaN")
	})
}
