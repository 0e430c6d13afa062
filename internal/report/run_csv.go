package report

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd"
	"ridge/bcd/train"
)

// traceColumn is a column of the trace in CSV.
type traceColumn struct {
	name string
	of   func(train.Epoch) float64
}

// columnOrder has the columns of all traces. Their names and their order are an interface to other
// programs: what methods measure besides comes after them, and what a run has no value of is left out.
var columnOrder = []string{
	"iteration", "theta", "objective", "objective_after_u", "objective_after_v", "objective_after_w",
	"stationarity", "distance", "block_kkt", "block_gradient", "train_error", "validation_error", "test_error",
	"seconds", "seconds_u", "seconds_v", "seconds_w", "forward_loss", "eta", "halvings", "learning_rate", "nonzero",
}

// epochColumns are the columns of what every method has.
var epochColumns = map[string]func(train.Epoch) float64{
	"iteration":        func(e train.Epoch) float64 { return float64(e.Epoch) },
	"train_error":      func(e train.Epoch) float64 { return e.TrainError },
	"validation_error": func(e train.Epoch) float64 { return e.ValidationError },
	"test_error":       func(e train.Epoch) float64 { return e.TestError },
	"seconds":          func(e train.Epoch) float64 { return e.Seconds },
	"forward_loss":     func(e train.Epoch) float64 { return e.Loss },
}

// traceColumns are the columns that a run with this trace has.
func (r *Run) traceColumns(trace train.Trace) []traceColumn {
	var columns []traceColumn
	for _, name := range append(slices.Clone(columnOrder), r.otherMeasures()...) {
		if !r.has(name) {
			continue
		}
		columns = append(columns, traceColumn{name, func(e train.Epoch) float64 { return epochValue(e, name) }})
	}
	if len(trace) == 0 || trace[0].Activity == nil {
		return columns
	}
	for i := range len(r.Network) - 2 {
		columns = append(columns,
			traceColumn{"activity_" + strconv.Itoa(i+1), func(e train.Epoch) float64 { return e.Activity[i] }})
	}
	return columns
}

// has reports whether some epoch of the run may have a value in a column: not what other methods measure, nor errors of
// samples that there are none of.
func (r *Run) has(column string) bool {
	switch column {
	case "validation_error":
		return r.Validation > 0
	case "test_error":
		return r.Test > 0
	case "forward_loss":
		return !r.measures(bcd.ObjectiveAfterW)
	case bcd.Nonzero:
		return r.sparse()
	}
	_, always := epochColumns[column]
	return always || r.measures(column)
}

// otherMeasures are the names of what the run's method measures beyond columnOrder.
func (r *Run) otherMeasures() []string {
	var names []string
	for _, m := range r.Recipe.Method().Measures {
		if !slices.Contains(columnOrder, m.Name) {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return names
}

// WriteCSV writes the run's trace: a header, then one line for each iteration or
// epoch. What an epoch does not have is empty.
func (r *Run) WriteCSV(w io.Writer) error {
	trace := r.TraceCSV(r.Trace)
	if _, err := w.Write(trace.Header()); err != nil {
		return err
	}
	for _, e := range r.Trace {
		if _, err := w.Write(trace.Line(e)); err != nil {
			return err
		}
	}
	return nil
}

// TraceCSV is the trace of a run in CSV, a line at a time: for traces that are still growing.
type TraceCSV struct{ columns []traceColumn }

// TraceCSV returns that of the run, which begins with these epochs, one at least. Others may be still to come.
func (r *Run) TraceCSV(begin train.Trace) TraceCSV { return TraceCSV{r.traceColumns(begin)} }

// Header is the first line.
func (t TraceCSV) Header() []byte {
	return t.line(func(c traceColumn) string { return c.name })
}

// Line has the measurements of an iteration or epoch.
func (t TraceCSV) Line(e train.Epoch) []byte {
	return t.line(func(c traceColumn) string { return csvNumber(c.of(e)) })
}

func (t TraceCSV) line(field func(traceColumn) string) []byte {
	fields := make([]string, len(t.columns))
	for i, c := range t.columns {
		fields[i] = field(c)
	}
	return []byte(strings.Join(fields, ",") + "\n") // neither names nor numbers need quotes
}
