package main

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"ridge/internal/chart"
)

// curve is a line of a picture: efficiency against workers, or a ratio against sizes.
type curve struct {
	what, shape string
	points      plotter.XYs
}

// draw adds the curve and its name to a panel of which it is the i-th.
func (c curve) draw(p *plot.Plot, i int) error {
	line, err := plotter.NewLine(c.points)
	if err != nil {
		return fmt.Errorf("%s: %w", c.what, err)
	}
	line.Color, line.Width = chart.Palette[i%len(chart.Palette)], chart.Thick
	p.Add(line)
	p.Legend.Add(c.what, line)
	return nil
}

// bySize orders points from left to right.
func bySize(a, b plotter.XY) int { return int(a.X - b.X) }
