package main

import (
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"ridge/internal/chart"
)

// dot is the radius of the dots.
const dot vg.Length = 1.1

// encode writes the picture of the traces, each with at least one point, as svg or
// png.
func encode(w io.Writer, traces []trace, format string) error {
	objective, err := objectivePanel(traces)
	if err != nil {
		return err
	}
	testError, err := testErrorPanel(traces)
	if err != nil {
		return err
	}
	return chart.Encode(w, format, chart.Height, objective, testError)
}

// objectivePanel has a dot for every block step, so that one sees that none rises,
// and the legend of both panels: here the curves leave the upper right corner free.
func objectivePanel(traces []trace) (*plot.Plot, error) {
	p := chart.NewPanel("Objective after each block step (log scale)", "iteration")
	low, high := math.Inf(1), 0.0
	for i, t := range traces {
		line, dots, err := plotter.NewLinePoints(t.objective)
		if err != nil {
			return nil, err
		}
		line.LineStyle = draw.LineStyle{Color: chart.Palette[i], Width: chart.Thin}
		dots.GlyphStyle = draw.GlyphStyle{Color: chart.Palette[i], Radius: dot, Shape: draw.CircleGlyph{}}
		p.Add(line, dots)
		p.Legend.Add(t.label, line, dots)
		_, _, l, h := plotter.XYRange(t.objective)
		low, high = min(low, l), max(high, h)
	}
	p.Y.Scale = plot.LogScale{}
	p.Y.Tick.Marker = plot.TickerFunc(chart.LogTicks)
	p.Y.Min, p.Y.Max = low/1.15, min(high*1.15, math.MaxFloat64)
	return p, nil
}

// testErrorPanel starts at zero, so that the heights compare.
func testErrorPanel(traces []trace) (*plot.Plot, error) {
	p := chart.NewPanel("Test error (%)", "iteration")
	high := 0.0
	for i, t := range traces {
		line, err := plotter.NewLine(t.testError)
		if err != nil {
			return nil, err
		}
		line.LineStyle = draw.LineStyle{Color: chart.Palette[i], Width: chart.Thick}
		p.Add(line)
		_, _, _, h := plotter.XYRange(t.testError)
		high = max(high, h)
	}
	p.Y.Tick.Marker = chart.LinearTicks(-2)
	p.Y.Min, p.Y.Max = 0, max(1.1*high, 0.01)
	return p, nil
}
