package main

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot/plotter"

	"ridge/bcd"
	"ridge/bcd/train"
)

// points returns the points of a panel's line, those of each step in turn. An error names
// the file and the iteration.
func (t trace) points(of func(train.Step) (plotter.XYs, error)) (plotter.XYs, error) {
	var all plotter.XYs
	for _, s := range t.steps {
		p, err := of(s)
		if err != nil {
			return nil, fmt.Errorf("%s: iteration %d: %w", t.path, s.Epoch, err)
		}
		all = append(all, p...)
	}
	return all, nil
}

// objectivePoints are those of all block steps: iteration i starts at i−1, and ends its
// U, V and W steps at i−2/3, i−1/3 and i.
func objectivePoints(s train.Step) (plotter.XYs, error) {
	var points plotter.XYs
	for block, f := range []float64{s.Value(bcd.ObjectiveBefore), s.Value(bcd.ObjectiveAfterU),
		s.Value(bcd.ObjectiveAfterV), s.Value(bcd.ObjectiveAfterW)} {
		if math.IsNaN(f) {
			return nil, errors.New("the objective before or after a block is missing")
		}
		if err := positive("objective", f); err != nil {
			return nil, err
		}
		points = append(points, plotter.XY{X: float64(s.Epoch) - 1 + float64(block)/3, Y: f})
	}
	return points, nil
}

func stationarityPoint(s train.Step) (plotter.XYs, error) {
	if math.IsNaN(s.Value(bcd.Stationarity)) {
		return nil, errors.New("the stationarity is missing")
	}
	return plotter.XYs{{X: float64(s.Epoch), Y: s.Value(bcd.Stationarity)}}, positive("stationarity",
		s.Value(bcd.Stationarity))
}

func distancePoint(s train.Step) (plotter.XYs, error) {
	switch d := s.Value(bcd.Distance); {
	case math.IsNaN(d):
		return nil, errors.New("the distance from the first iteration is missing")
	case d < 0:
		return nil, fmt.Errorf("distance %g: want a number of at least 0", d)
	default:
		return plotter.XYs{{X: float64(s.Epoch), Y: d}}, nil
	}
}

// errorPoint is in percent.
func errorPoint(s train.Step) (plotter.XYs, error) {
	switch e := s.TestError; {
	case math.IsNaN(e):
		return nil, errors.New("the test error is missing")
	case !(e >= 0 && e <= 1):
		return nil, fmt.Errorf("test error %g: want a fraction", e)
	default:
		return plotter.XYs{{X: float64(s.Epoch), Y: 100 * e}}, nil
	}
}

func positive(name string, v float64) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return fmt.Errorf("%s %g: a logarithmic axis shows positive numbers only", name, v)
	}
	return nil
}

// thin leaves out points between the first and the last, the same number after each
// that stays, so that at most limit+1 are left: more than can be told apart would only
// make the file larger.
func thin(points plotter.XYs, limit int) plotter.XYs {
	every := (len(points) + limit - 1) / limit
	if every <= 1 {
		return points
	}
	var kept plotter.XYs
	for i := 0; i < len(points)-1; i += every {
		kept = append(kept, points[i])
	}
	return append(kept, points[len(points)-1])
}
