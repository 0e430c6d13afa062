package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"ridge/bcd"
	"ridge/bcd/train"
)

// trace is a run of at least one iteration, under the name that the picture has for
// it. Of the epochs, only what iterationJSON names is set.
type trace struct {
	label, path string
	epochs      train.Trace
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
	info, err := f.Stat()
	if err != nil {
		return trace{}, err
	}
	size, text := info.Size(), []byte(nil)
	if size <= traceLimit { // which says nothing of a pipe
		if text, err = io.ReadAll(io.LimitReader(f, traceLimit+1)); err != nil {
			return trace{}, err
		}
		size = int64(len(text))
	}
	if size > traceLimit {
		return trace{}, fmt.Errorf("%s: larger than %d MiB, which no trace is", path, traceLimit>>20)
	}
	epochs, err := decode(text)
	if err != nil {
		return trace{}, fmt.Errorf("%s: %w", path, err)
	}
	return trace{label, path, epochs}, nil
}

// number is a float64 of the trace: NaN if it is null or not there.
type number struct{ value *float64 }

func (n *number) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &n.value) }

func (n number) float64() float64 {
	if n.value == nil {
		return math.NaN()
	}
	return *n.value
}

// iterationJSON is what pictures show of an iteration.
type iterationJSON struct {
	Iteration       int    `json:"iteration"`
	Objective       number `json:"objective"`
	ObjectiveAfterU number `json:"objective_after_u"`
	ObjectiveAfterV number `json:"objective_after_v"`
	ObjectiveAfterW number `json:"objective_after_w"`
	Stationarity    number `json:"stationarity"`
	Distance        number `json:"distance"`
	TestError       number `json:"test_error"`
}

// decode returns the epochs of a run in JSON, at least one.
func decode(text []byte) (train.Trace, error) {
	var run struct {
		Trace []iterationJSON `json:"trace"`
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return nil, fmt.Errorf("not what train --json writes: %w", err)
	}
	if len(run.Trace) == 0 {
		return nil, errors.New("a trace without iterations: nothing to draw")
	}
	var epochs train.Trace
	last := 0
	for _, it := range run.Trace {
		if it.Iteration <= last {
			return nil, fmt.Errorf("iteration %d follows iteration %d", it.Iteration, last)
		}
		last = it.Iteration
		epochs = append(epochs,
			train.Epoch{Epoch: it.Iteration, TestError: it.TestError.float64(), Values: map[string]float64{
				bcd.ObjectiveBefore: it.Objective.float64(),
				bcd.ObjectiveAfterU: it.ObjectiveAfterU.float64(),
				bcd.ObjectiveAfterV: it.ObjectiveAfterV.float64(),
				bcd.ObjectiveAfterW: it.ObjectiveAfterW.float64(),
				bcd.Stationarity:    it.Stationarity.float64(),
				bcd.Distance:        it.Distance.float64(),
			}})
	}
	return epochs, nil
}
