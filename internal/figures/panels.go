package main

import (
	"fmt"
	"io"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"ridge/bcd"
	"ridge/internal/chart"
)

// A panel is one of the plots that a picture can have, side by side with others, with a
// line for each trace in the order and colours of all panels.
type panel func(p picture) (*plot.Plot, error)

// panels are all of them, under the names that -panels has for them.
var panels = map[string]panel{
	"objective":    objectivePanel,
	"stationarity": stationarityPanel,
	"distance":     distancePanel,
	"error":        errorPanel,
}

// picture is what the panels show.
type picture struct {
	traces []trace
	zoom   int // the iterations of the objective that are shown; 0: all
}

// encode writes the panels as svg or png.
func (p picture) encode(w io.Writer, names []string, format string) error {
	var plots []*plot.Plot
	for _, name := range names {
		plot, err := panels[name](p)
		if err != nil {
			return err
		}
		plots = append(plots, plot)
	}
	return chart.Encode(w, format, chart.Height, plots...)
}

// dot is the radius of the dots.
const dot vg.Length = 1.1

const (
	dotLimit  = 400 // the points of a line with dots
	lineLimit = 300 // the points of a line without dots
)

// objectivePanel has a dot for every block step, which shows that none rises, unless there are too many to be told
// apart.
func objectivePanel(p picture) (*plot.Plot, error) {
	panel := chart.NewPanel("Objective after each block step (log scale)", "iteration")
	axis := newLogAxis()
	for i, t := range p.traces {
		if p.zoom > 0 {
			t.epochs = t.epochs[:min(p.zoom, len(t.epochs))]
		}
		points, err := t.points(objectivePoints)
		if err != nil {
			return nil, err
		}
		lines, err := addSteps(panel, points, i)
		if err != nil {
			return nil, err
		}
		panel.Legend.Add(t.label, lines...)
		axis.include(points)
	}
	axis.apply(&panel.Y)
	return panel, nil
}

// stationarityPanel has, next to each line, the one that [bcd.Rate] fits to its second half,
// dashed, with its rate in the legend.
func stationarityPanel(p picture) (*plot.Plot, error) {
	panel := chart.NewPanel("Stationarity, fitted rate ρ (log scale)", "iteration")
	axis := newLogAxis()
	var fits []*plotter.Line
	var all plotter.XYs
	for i, t := range p.traces {
		points, err := t.points(stationarityPoint)
		if err != nil {
			return nil, err
		}
		line, err := addLine(panel, points, i)
		if err != nil {
			return nil, err
		}
		axis.include(points)
		all = append(all, points...)
		label := t.label
		if rate, scale := bcd.Rate(t.epochs); !math.IsNaN(rate) {
			label = fmt.Sprintf("%s, ρ = %.4f", t.label, rate)
			fits = appendFit(fits, t, rate, scale)
		}
		panel.Legend.Add(label, line)
	}
	for _, fit := range fits {
		panel.Add(fit)
	}
	axis.leaveRoom(all, p)
	axis.apply(&panel.Y)
	return panel, nil
}

// appendFit appends scale·rate^t over the half of the trace that it was fitted to. Values that overflow a float64 are
// not drawn.
func appendFit(fits []*plotter.Line, t trace, rate, scale float64) []*plotter.Line {
	half := t.epochs[len(t.epochs)/2:]
	var ends plotter.XYs
	for _, i := range []int{half[0].Epoch, half[len(half)-1].Epoch} {
		end := plotter.XY{X: float64(i), Y: scale * math.Pow(rate, float64(i))}
		if positive("", end.Y) != nil {
			return fits
		}
		ends = append(ends, end)
	}
	dashes := []vg.Length{3, 3}
	return append(fits,
		&plotter.Line{XYs: ends, LineStyle: draw.LineStyle{Color: chart.Ink, Width: chart.Thin, Dashes: dashes}})
}

// distancePanel starts at zero, so that the heights compare.
func distancePanel(p picture) (*plot.Plot, error) {
	panel := chart.NewPanel("Distance of the weights from iteration 1", "iteration")
	var all plotter.XYs
	for i, t := range p.traces {
		points, err := t.points(distancePoint)
		if err != nil {
			return nil, err
		}
		line, err := addLine(panel, points, i)
		if err != nil {
			return nil, err
		}
		panel.Legend.Add(t.label, line)
		all = append(all, points...)
	}
	_, _, _, high := plotter.XYRange(all)
	fromZero(panel, max(high, rightHalf(all)/(1-p.legend())))
	return panel, nil
}

// errorPanel starts at zero, so that the heights compare. It has no legend: that of the panel next
// to it will do.
func errorPanel(p picture) (*plot.Plot, error) {
	panel := chart.NewPanel("Test error (%)", "iteration")
	high := 0.0
	for i, t := range p.traces {
		points, err := t.points(errorPoint)
		if err != nil {
			return nil, err
		}
		if _, err := addLine(panel, points, i); err != nil {
			return nil, err
		}
		_, _, _, h := plotter.XYRange(points)
		high = max(high, h)
	}
	fromZero(panel, high)
	return panel, nil
}

// addSteps adds the line of the i-th trace with a dot for each point, if not too many.
func addSteps(panel *plot.Plot, points plotter.XYs, i int) ([]plot.Thumbnailer, error) {
	if len(points) > dotLimit {
		line, err := addLine(panel, points, i)
		return []plot.Thumbnailer{line}, err
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return nil, err
	}
	line.LineStyle = draw.LineStyle{Color: chart.Palette[i], Width: chart.Thin}
	dots.GlyphStyle = draw.GlyphStyle{Color: chart.Palette[i], Radius: dot, Shape: draw.CircleGlyph{}}
	panel.Add(line, dots)
	return []plot.Thumbnailer{line, dots}, nil
}

// addLine adds the line of the i-th trace.
func addLine(panel *plot.Plot, points plotter.XYs, i int) (*plotter.Line, error) {
	line, err := plotter.NewLine(thin(points, lineLimit))
	if err != nil {
		return nil, err
	}
	line.LineStyle = draw.LineStyle{Color: chart.Palette[i], Width: chart.Thick}
	panel.Add(line)
	return line, nil
}

// legend is the part of a panel's height that the legend takes, from the top, in the
// right half.
func (p picture) legend() float64 {
	const line = 0.065
	return line * float64(len(p.traces))
}

// rightHalf is the highest Y in the right half of a panel of the points.
func rightHalf(points plotter.XYs) (high float64) {
	_, right, _, _ := plotter.XYRange(points)
	for _, p := range points {
		if p.X >= right/2 {
			high = max(high, p.Y)
		}
	}
	return high
}

// fromZero makes an axis from 0 to some more than high.
func fromZero(panel *plot.Plot, high float64) {
	panel.Y.Tick.Marker = chart.LinearTicks(-2)
	panel.Y.Min, panel.Y.Max = 0, max(min(1.1*high, math.MaxFloat64), 0.01)
}

// logAxis is a logarithmic axis with some room at both ends of the points.
type logAxis struct{ low, high float64 }

func newLogAxis() *logAxis { return &logAxis{math.Inf(1), 0} }

func (a *logAxis) include(points plotter.XYs) {
	_, _, low, high := plotter.XYRange(points)
	a.low, a.high = min(a.low, low), max(a.high, high)
}

// leaveRoom raises the axis until the points are below the legend.
func (a *logAxis) leaveRoom(points plotter.XYs, p picture) {
	below := math.Log(rightHalf(points)/a.low) / (1 - p.legend())
	a.high = max(a.high, a.low*math.Exp(below))
}

func (a *logAxis) apply(axis *plot.Axis) {
	axis.Scale = plot.LogScale{}
	axis.Tick.Marker = plot.TickerFunc(chart.LogTicks)
	axis.Min, axis.Max = a.low/1.15, min(a.high*1.15, math.MaxFloat64)
}
