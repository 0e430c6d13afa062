// Command plot draws what the peer benchmark measured, in the manner of BLIS: GFLOP/s
// against size, several libraries in one picture, and the top of the axis is the FMA peak
// of the processor.
//
//	plot -out FOLDER out.tsv…
//
// writes FOLDER/OP.svg for every operation of the BLAS group, float32 on the left and
// float64 on the right, from the rows of one thread. A size is the first dimension of a
// shape. If a case was measured more than once, the last row counts.
//
//	plot -scale -out FOLDER scale.tsv
//
// writes FOLDER/scale.svg, efficiency against workers, from what `peerbench scale` printed.
//
//	plot -gonum -out FOLDER versus.txt
//
// writes FOLDER/gonum.svg, gonum's time over ours against size, from what BenchmarkVersus of mat/gonumblas printed.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"ridge/internal/chart"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "plot:", err)
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("plot", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", ".", "folder of the pictures")
	scale := flags.Bool("scale", false, "draw what peerbench scale printed")
	gonum := flags.Bool("gonum", false, "draw what BenchmarkVersus of mat/gonumblas printed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("no TSV file named")
	}
	switch {
	case *scale:
		return drawCurves(filepath.Join(*out, "scale.svg"), flags.Arg(0), readScale, scalePicture)
	case *gonum:
		return drawCurves(filepath.Join(*out, "gonum.svg"), flags.Arg(0), readGonum, gonumPicture)
	}
	m := newMeasurements()
	for _, path := range flags.Args() {
		if err := m.readFile(path); err != nil {
			return err
		}
	}
	if len(m.ops) == 0 {
		return fmt.Errorf("nothing to draw: no row of one thread in GFLOP/s")
	}
	for _, op := range m.ops {
		svg, err := m.picture(op)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(*out, op+".svg"), svg, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// drawCurves draws the file of that path.
func drawCurves(picture, path string, read func(io.Reader) ([]curve, error), draw func([]curve) ([]byte, error)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	curves, err := read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	svg, err := draw(curves)
	if err != nil {
		return err
	}
	return os.WriteFile(picture, svg, 0o666)
}

// dtypes are the panels, from left to right.
var dtypes = []struct{ name, title string }{{"f32", "float32"}, {"f64", "float64"}}

// libraries are the lines: the names of the benchmark, in the order in which they get their
// colours, and what the legend calls them. Others are not drawn.
var libraries = []struct{ impl, title string }{
	{"ridge", "ridge"},
	{"openblas-skx", "OpenBLAS"},
	{"blis-skx", "BLIS"},
	{"onednn", "oneDNN"},
	{"gonum", "gonum"},
}

// picture draws the panels of an operation as SVG.
func (m *measurements) picture(op string) ([]byte, error) {
	var panels []*plot.Plot
	for _, d := range dtypes {
		panel, err := m.panel(op, d.name, d.title)
		if err != nil {
			return nil, err
		}
		panels = append(panels, panel)
	}
	return encode(panels)
}

func encode(panels []*plot.Plot) ([]byte, error) {
	var svg bytes.Buffer
	err := chart.Encode(&svg, "svg", chart.Height, panels...)
	return svg.Bytes(), err
}

// sizePanel is an empty panel of numbers from 0 against sizes, on a logarithmic axis.
func sizePanel(title string) *plot.Plot {
	p := chart.NewPanel(title, "size")
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.TickerFunc(chart.LogTicks)
	p.Y.Tick.Marker = chart.LinearTicks(0)
	return p
}

func (m *measurements) panel(op, dtype, title string) (*plot.Plot, error) {
	p := sizePanel(fmt.Sprintf("%s, %s (GFLOP/s)", op, title))
	var lines []plotter.XYs
	for i, library := range libraries {
		sizes := m.values[key{op, dtype, library.impl}]
		if len(sizes) == 0 {
			continue
		}
		var points plotter.XYs
		for n, v := range sizes {
			points = append(points, plotter.XY{X: float64(n), Y: v})
		}
		slices.SortFunc(points, bySize)
		line, err := plotter.NewLine(points)
		if err != nil {
			return nil, fmt.Errorf("%s %s %s: %w", op, dtype, library.impl, err)
		}
		line.Color, line.Width = chart.Palette[i], chart.Thick
		if i > 0 {
			line.Width = chart.Thin
		}
		p.Add(line)
		p.Legend.Add(library.title, line)
		lines = append(lines, points)
	}
	p.X.Min, p.X.Max = m.smallest, m.largest
	p.Y.Min, p.Y.Max = 0, m.peaks[dtype]
	placeLegend(p, lines)
	return p, nil
}
