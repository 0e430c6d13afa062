package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"ridge/internal/chart"
)

// scaleColumns are the header of `peerbench scale` (run in ../scale.go) and of ../peers/torch_scale.py.
const scaleColumns = "what\tshape\tdtype\tworkers\tseconds\tGFLOP/s\tspeedup\tefficiency"

// readScale reads the rows in float32 of `peerbench scale`.
func readScale(r io.Reader) ([]curve, error) {
	var curves []curve
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words := strings.Split(lines.Text(), "\t")
		switch {
		case lines.Text() == scaleColumns:
			continue
		case len(words) != strings.Count(scaleColumns, "\t")+1:
			return nil, fmt.Errorf("line %d: %d columns, want those of peerbench scale", n, len(words))
		case words[2] != "f32":
			continue
		}
		workers, err := strconv.Atoi(words[3])
		efficiency, err2 := strconv.ParseFloat(words[7], 64)
		if err != nil || err2 != nil || workers < 1 || !(efficiency >= 0) || math.IsInf(efficiency, 0) {
			return nil, fmt.Errorf("line %d: %q workers, efficiency %q", n, words[3], words[7])
		}
		i := slices.IndexFunc(curves, func(c curve) bool { return c.what == words[0] && c.shape == words[1] })
		if i < 0 {
			i = len(curves)
			curves = append(curves, curve{what: words[0], shape: words[1]})
		}
		curves[i].points = append(curves[i].points, plotter.XY{X: float64(workers), Y: efficiency})
	}
	return curves, lines.Err()
}

// scalePicture draws level 3 on the left, the last and so the largest shape of each operation, and the trainings on
// the right; where there are rows of one of them only, that one.
func scalePicture(curves []curve) ([]byte, error) {
	var algebra, trainings []curve
	for i, c := range curves {
		later := func(d curve) bool { return d.what == c.what }
		switch {
		case c.what == "train":
			trainings = append(trainings, curve{what: c.shape, points: c.points})
		case !slices.ContainsFunc(curves[i+1:], later):
			c.what += " " + c.shape
			algebra = append(algebra, c)
		}
	}
	var panels []*plot.Plot
	for _, half := range []struct {
		title  string
		curves []curve
	}{{"level 3, float32 (efficiency)", algebra}, {"training (efficiency)", trainings}} {
		if len(half.curves) == 0 {
			continue
		}
		panel, err := scalePanel(half.title, half.curves)
		if err != nil {
			return nil, err
		}
		panels = append(panels, panel)
	}
	return encode(panels)
}

func scalePanel(title string, curves []curve) (*plot.Plot, error) {
	p := chart.NewPanel(title, "workers")
	p.X.Scale = plot.LogScale{}
	p.Legend.Top, p.Legend.Left, p.Legend.XOffs, p.Legend.YOffs = false, true, 6, 24
	var ticks plot.ConstantTicks // the numbers of workers that were measured
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 1, 2, 0, 1
	for i, c := range curves {
		if err := c.draw(p, i); err != nil {
			return nil, err
		}
		for _, at := range c.points {
			p.X.Max, p.Y.Max = max(p.X.Max, at.X), max(p.Y.Max, at.Y)
			if tick := (plot.Tick{Value: at.X, Label: fmt.Sprint(at.X)}); !slices.Contains(ticks, tick) {
				ticks = append(ticks, tick)
			}
		}
	}
	p.X.Tick.Marker = ticks
	return p, nil
}
