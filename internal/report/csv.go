package report

import (
	"encoding/csv"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"ridge/bcd/train"
)

// traceColumn is a column of the trace in CSV.
type traceColumn struct {
	name string
	of   func(train.Step) float64
}

// columnOrder has the columns of all traces. Their names and their order are an interface to other
// programs: what methods measure besides comes after them.
var columnOrder = []string{
	"iteration", "theta", "objective", "objective_after_u", "objective_after_v", "objective_after_w",
	"stationarity", "distance", "block_kkt", "block_gradient", "train_error", "validation_error", "test_error",
	"seconds", "seconds_u", "seconds_v", "seconds_w", "forward_loss", "eta", "halvings", "learning_rate", "nonzero",
}

// stepColumns are the columns of what every method has.
var stepColumns = map[string]func(train.Step) float64{
	"iteration":        func(s train.Step) float64 { return float64(s.Epoch) },
	"train_error":      func(s train.Step) float64 { return s.TrainError },
	"validation_error": func(s train.Step) float64 { return s.ValidationError },
	"test_error":       func(s train.Step) float64 { return s.TestError },
	"seconds":          func(s train.Step) float64 { return s.Seconds },
	"forward_loss":     func(s train.Step) float64 { return s.Loss },
}

// traceColumns are the columns for the run's network.
func (r *Run) traceColumns() []traceColumn {
	var columns []traceColumn
	for _, name := range append(slices.Clone(columnOrder), r.otherMeasures()...) {
		columns = append(columns, traceColumn{name, func(s train.Step) float64 { return stepValue(s, name) }})
	}
	for i := range len(r.Network) - 2 {
		columns = append(columns, traceColumn{
			"activity_" + strconv.Itoa(i+1), func(s train.Step) float64 {
				if s.Activity == nil {
					return math.NaN()
				}
				return s.Activity[i]
			},
		})
	}
	return columns
}

// otherMeasures are the names of what the run measures beyond columnOrder.
func (r *Run) otherMeasures() []string {
	if len(r.Trace) == 0 {
		return nil
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.last().Values)) {
		if !slices.Contains(columnOrder, name) {
			names = append(names, name)
		}
	}
	return names
}

// WriteCSV writes the run's trace: a header, then one line for each iteration or
// epoch. What it does not have is empty.
func (r *Run) WriteCSV(w io.Writer) error {
	columns := r.traceColumns()
	out := csv.NewWriter(w)
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.name
	}
	if err := out.Write(line); err != nil {
		return err
	}
	for _, s := range r.Trace {
		for i, c := range columns {
			line[i] = csvNumber(c.of(s))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// csvNumber has as many digits as it takes to read the same float64 back.
func csvNumber(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
