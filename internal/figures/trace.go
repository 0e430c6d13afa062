package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"gonum.org/v1/plot/plotter"
)

// trace is a run as the picture shows it.
type trace struct {
	label string
	// objective has the points of all block steps: iteration i starts at i−1, and
	// ends its U, V and W steps at i−2/3, i−1/3 and i.
	objective plotter.XYs
	// testError is in percent, one point for each iteration.
	testError plotter.XYs
}

// traceLimit is the size in bytes above which a file is refused: that of more
// than 100,000 iterations.
const traceLimit = 64 << 20

// readTrace reads what train --json wrote to a file.
func readTrace(label, path string) (trace, error) {
	f, err := os.Open(path)
	if err != nil {
		return trace{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, traceLimit+1))
	switch {
	case err != nil:
		return trace{}, err
	case len(text) > traceLimit:
		return trace{}, fmt.Errorf("%s: larger than %d MiB, which no trace is", path, traceLimit>>20)
	}
	t, err := decode(text)
	if err != nil {
		return trace{}, fmt.Errorf("%s: %w", path, err)
	}
	t.label = label
	return t, nil
}

// iterationJSON is what the picture needs of an iteration. A number that does not
// exist is null there, and nil here.
type iterationJSON struct {
	Iteration       int      `json:"iteration"`
	Objective       *float64 `json:"objective"`
	ObjectiveAfterU *float64 `json:"objective_after_u"`
	ObjectiveAfterV *float64 `json:"objective_after_v"`
	ObjectiveAfterW *float64 `json:"objective_after_w"`
	TestError       *float64 `json:"test_error"`
}

// decode makes a trace of a run in JSON. Whatever it accepts can be drawn.
func decode(text []byte) (trace, error) {
	var run struct {
		Trace []iterationJSON `json:"trace"`
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return trace{}, fmt.Errorf("not what train --json writes: %w", err)
	}
	if len(run.Trace) == 0 {
		return trace{}, errors.New("a trace without iterations: nothing to draw")
	}
	var t trace
	last := 0
	for _, it := range run.Trace {
		if it.Iteration <= last {
			return trace{}, fmt.Errorf("iteration %d follows iteration %d", it.Iteration, last)
		}
		last = it.Iteration
		if err := t.add(it); err != nil {
			return trace{}, fmt.Errorf("iteration %d: %w", it.Iteration, err)
		}
	}
	return t, nil
}

// add appends the points of an iteration.
func (t *trace) add(it iterationJSON) error {
	for step, f := range []*float64{it.Objective, it.ObjectiveAfterU, it.ObjectiveAfterV, it.ObjectiveAfterW} {
		switch {
		case f == nil:
			return errors.New("the objective before or after a block is missing")
		case !(*f > 0) || math.IsInf(*f, 0):
			return fmt.Errorf("objective %g: a logarithmic axis shows positive numbers only", *f)
		}
		x := float64(it.Iteration) - 1 + float64(step)/3
		t.objective = append(t.objective, plotter.XY{X: x, Y: *f})
	}
	switch e := it.TestError; {
	case e == nil:
		return errors.New("the test error is missing")
	case !(*e >= 0 && *e <= 1):
		return fmt.Errorf("test error %g: want a fraction", *e)
	default:
		t.testError = append(t.testError, plotter.XY{X: float64(it.Iteration), Y: 100 * *e})
	}
	return nil
}
