package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// readGonum reads the ratios that BenchmarkVersus of mat/gonumblas reports: a curve for each routine, gonum's time
// over ours against the size.
func readGonum(r io.Reader) ([]curve, error) {
	var curves []curve
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || !strings.HasPrefix(words[0], "BenchmarkVersus/") {
			continue
		}
		c := curve{what: strings.TrimPrefix(words[0], "BenchmarkVersus/")}
		if c.what == "" {
			return nil, fmt.Errorf("line %d: %s names no routine", n, words[0])
		}
		for i, unit := range words[1:] {
			size, isRatio := strings.CutPrefix(unit, "x@")
			if !isRatio {
				continue
			}
			at, err := strconv.Atoi(size)
			ratio, err2 := parsePositive(words[i])
			if err != nil || err2 != nil || at < 1 {
				return nil, fmt.Errorf("line %d: %q %s", n, words[i], unit)
			}
			c.points = append(c.points, plotter.XY{X: float64(at), Y: ratio})
		}
		slices.SortFunc(c.points, bySize)
		curves = append(curves, c)
	}
	if len(curves) == 0 && lines.Err() == nil {
		return nil, fmt.Errorf("no line of BenchmarkVersus")
	}
	return curves, lines.Err()
}

// gonumPicture draws products and solves on the left, and what is factored on the right.
func gonumPicture(curves []curve) ([]byte, error) {
	products := []string{"gemm", "symm", "syrk", "syr2k", "trmm", "trsm"}
	var halves [2][]curve
	for _, c := range curves {
		half := 1
		if name, _, _ := strings.Cut(c.what[1:], "/"); slices.Contains(products, name) {
			half = 0
		}
		halves[half] = append(halves[half], c)
	}
	var panels []*plot.Plot
	for i, title := range []string{"products and solves", "factorizations"} {
		panel, err := gonumPanel(title+" (gonum's time over ridge's)", halves[i])
		if err != nil {
			return nil, err
		}
		panels = append(panels, panel)
	}
	return encode(panels)
}

func gonumPanel(title string, curves []curve) (*plot.Plot, error) {
	p := sizePanel(title)
	p.Legend.Top, p.Legend.Left, p.Legend.XOffs, p.Legend.YOffs = true, true, 6, 0
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 1, 1000, 0, 2
	for i, c := range curves {
		if err := c.draw(p, i); err != nil {
			return nil, err
		}
		for _, at := range c.points {
			p.X.Max, p.Y.Max = max(p.X.Max, at.X), max(p.Y.Max, at.Y)
		}
	}
	return p, nil
}
