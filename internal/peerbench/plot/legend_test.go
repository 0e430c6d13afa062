package main

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/plot/plotter"
)

func TestTheLegendStandsWhereItCoversNoLine(t *testing.T) {
	for _, c := range []struct {
		name      string
		line      plotter.XYs
		top, left bool
	}{
		{"high lines", plotter.XYs{{X: 10, Y: 80}, {X: 1000, Y: 90}}, false, false},
		{"rising lines", plotter.XYs{{X: 10, Y: 5}, {X: 500, Y: 18}, {X: 1000, Y: 15}}, true, true},
		{"falling lines", plotter.XYs{{X: 10, Y: 97}, {X: 100, Y: 97}, {X: 400, Y: 15}, {X: 1000, Y: 14}}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sizePanel("")
			p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 10, 1000, 0, 100
			placeLegend(p, []plotter.XYs{c.line})
			require.Equal(t, c.top, p.Legend.Top)
			require.Equal(t, c.left, p.Legend.Left)
		})
	}
}
