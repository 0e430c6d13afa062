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
func (t trace) points(of func(train.Epoch) (plotter.XYs, error)) (plotter.XYs, error) {
	var all plotter.XYs
	for _, e := range t.epochs {
		p, err := of(e)
		if err != nil {
			return nil, fmt.Errorf("%s: iteration %d: %w", t.path, e.Epoch, err)
		}
		all = append(all, p...)
	}
	return all, nil
}

// objectivePoints are those of all block steps: iteration i starts at i−1, and ends its
// U, V and W steps at i−2/3, i−1/3 and i.
func objectivePoints(e train.Epoch) (plotter.XYs, error) {
	var points plotter.XYs
	for block, f := range []float64{e.Value(bcd.ObjectiveBefore), e.Value(bcd.ObjectiveAfterU),
		e.Value(bcd.ObjectiveAfterV), e.Value(bcd.ObjectiveAfterW)} {
		if math.IsNaN(f) {
			return nil, errors.New("the objective before or after a block is missing")
		}
		if err := positive("objective", f); err != nil {
			return nil, err
		}
		points = append(points, plotter.XY{X: float64(e.Epoch) - 1 + float64(block)/3, Y: f})
	}
	return points, nil
}

func stationarityPoint(e train.Epoch) (plotter.XYs, error) {
	if math.IsNaN(e.Value(bcd.Stationarity)) {
		return nil, errors.New("the stationarity is missing")
	}
	return plotter.XYs{{X: float64(e.Epoch), Y: e.Value(bcd.Stationarity)}}, positive("stationarity",
		e.Value(bcd.Stationarity))
}

func distancePoint(e train.Epoch) (plotter.XYs, error) {
	switch d := e.Value(bcd.Distance); {
	case math.IsNaN(d):
		return nil, errors.New("the distance from the first iteration is missing")
	case d < 0:
		return nil, fmt.Errorf("distance %g: want a number of at least 0", d)
	default:
		return plotter.XYs{{X: float64(e.Epoch), Y: d}}, nil
	}
}

// errorPoint is in percent.
func errorPoint(epoch train.Epoch) (plotter.XYs, error) {
	switch e := epoch.TestError; {
	case math.IsNaN(e):
		return nil, errors.New("the test error is missing")
	case !(e >= 0 && e <= 1):
		return nil, fmt.Errorf("test error %g: want a fraction", e)
	default:
		return plotter.XYs{{X: float64(epoch.Epoch), Y: 100 * e}}, nil
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
