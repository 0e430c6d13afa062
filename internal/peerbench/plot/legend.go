package main

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// corner is a place for a legend; from and base are the left and lower edges of a legend of the given height, in
// fractions of the panel.
type corner struct {
	top, left bool
	x, y      vg.Length
	from      float64
	base      func(height float64) float64
}

// The legend's width and the height of one of its rows, in fractions of the panel; lift is the height at which the
// lowest legend begins, above the lines of the slowest libraries.
const (
	legendWidth = 0.32
	legendRow   = 0.075
	lift        = 0.12
)

// corners are tried in this order.
var corners = []corner{
	{top: false, left: false, x: -6, y: 24, from: 1 - legendWidth, base: func(float64) float64 { return lift }},
	{top: true, left: true, x: 6, y: 0, from: 0, base: func(h float64) float64 { return 1 - h }},
	{top: true, left: false, x: -6, y: 0, from: 1 - legendWidth, base: func(h float64) float64 { return 1 - h }},
}

// placeLegend puts the legend into the corner in which it covers the least of the lines. The axes' limits must be set.
func placeLegend(p *plot.Plot, lines []plotter.XYs) {
	best, least := corners[0], math.MaxInt
	for _, c := range corners {
		if n := c.covers(p, lines); n < least {
			best, least = c, n
		}
	}
	p.Legend.Top, p.Legend.Left, p.Legend.XOffs, p.Legend.YOffs = best.top, best.left, best.x, best.y
}

// covers counts points of the lines behind a legend in the corner, 50 to a segment.
func (c corner) covers(p *plot.Plot, lines []plotter.XYs) int {
	const pieces = 50
	height := legendRow * float64(len(lines))
	count := 0
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			for k := range pieces {
				at := float64(k) / pieces
				x := (1-at)*p.X.Norm(line[i-1].X) + at*p.X.Norm(line[i].X)
				y := (1-at)*p.Y.Norm(line[i-1].Y) + at*p.Y.Norm(line[i].Y)
				if x >= c.from && x <= c.from+legendWidth && y >= c.base(height) && y <= c.base(height)+height {
					count++
				}
			}
		}
	}
	return count
}
