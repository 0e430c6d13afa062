package compare

import (
	"io"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"ridge/internal/chart"
)

// WritePicture draws the test error on a network against the epoch and against the
// seconds, on logarithmic axes: a line for each solver, the mean over the seeds, with a
// band from the lowest to the highest. format is "svg" or "png". The network must be in
// s.Curves.
func (s *Summary) WritePicture(w io.Writer, network, format string) error {
	curves := s.Curves[network]
	byEpoch := chart.NewPanel("Test error on "+network+" (%, log scale)", "epoch")
	roomForLegend(byEpoch, curves)
	bySeconds := chart.NewPanel("Test error (%), against time", "seconds (log scale)")
	bySeconds.X.Min = math.Inf(1) // its own, not 0
	err := s.draw(byEpoch, curves, true, func(_ Curve, i int) float64 { return float64(i + 1) })
	if err != nil {
		return err
	}
	if err := s.draw(bySeconds, curves, false, func(c Curve, i int) float64 {
		return max(c.Seconds[i], 1e-6)
	}); err != nil {
		return err
	}
	logarithmic(&bySeconds.X)
	return chart.Encode(w, format, chart.Height, byEpoch, bySeconds)
}

// draw adds the curves to a panel.
func (s *Summary) draw(p *plot.Plot, curves []Curve, legend bool, x func(Curve, int) float64) error {
	// Without this a network without errors has no place on a logarithmic axis.
	least := 50 / float64(max(s.Test, 1))
	percent := func(e float64) float64 { return max(100*e, least) }
	for _, c := range curves {
		colour := chart.Palette[s.colour(c.Solver)]
		var mean, band plotter.XYs
		spread := 0.0
		for i := range c.Error {
			mean = append(mean, plotter.XY{X: x(c, i), Y: percent(c.Error[i])})
			band = append(band, plotter.XY{X: x(c, i), Y: percent(c.High[i])})
			spread = max(spread, c.High[i]-c.Low[i])
		}
		for i := len(c.Error) - 1; i >= 0; i-- {
			band = append(band, plotter.XY{X: x(c, i), Y: percent(c.Low[i])})
		}
		if spread > 0 && len(c.Error) > 1 {
			area, err := plotter.NewPolygon(band)
			if err != nil {
				return err
			}
			area.Color, area.LineStyle = chart.Faint(colour), draw.LineStyle{}
			p.Add(area)
		}
		line, err := plotter.NewLine(mean)
		if err != nil {
			return err
		}
		line.LineStyle = draw.LineStyle{Color: colour, Width: chart.Thick}
		p.Add(line)
		if legend {
			p.Legend.Add(c.Solver, line)
		}
	}
	logarithmic(&p.Y)
	return nil
}

// roomForLegend puts the legend to the right of the curves, and ends the labels of the
// axis where they end.
func roomForLegend(p *plot.Plot, curves []Curve) {
	last := 1.0
	for _, c := range curves {
		last = max(last, float64(len(c.Error)))
	}
	p.X.Max = 1.35 * last
	p.X.Tick.Marker = plot.TickerFunc(func(low, _ float64) []plot.Tick { return chart.LinearTicks(0)(low, last) })
	p.Legend.Left, p.Legend.XOffs = false, 0
}

// colour is the index of a solver's, the same in all pictures.
func (s *Summary) colour(solver string) int {
	for i, name := range slices.Concat(TunedSolvers(), Solvers()) { // those of the whole comparison keep theirs
		if name == solver {
			return i % len(chart.Palette)
		}
	}
	return 0
}

// logarithmic makes an axis, whose range is that of its data, logarithmic, with some room
// at both ends.
func logarithmic(a *plot.Axis) {
	a.Min, a.Max = a.Min/1.15, min(a.Max*1.15, math.MaxFloat64)
	a.Scale = plot.LogScale{}
	a.Tick.Marker = plot.TickerFunc(chart.LogTicks)
}
