package report

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"

	"ridge/bcd"
)

// traceColumn is a column of the trace in CSV.
type traceColumn struct {
	name string
	of   func(bcd.Step) float64
}

// traceColumns are the columns for the run's network.
func (r *Run) traceColumns() []traceColumn {
	columns := []traceColumn{
		{"iteration", func(s bcd.Step) float64 { return float64(s.Iteration) }},
		{"theta", func(s bcd.Step) float64 { return s.Theta }},
		{"objective", func(s bcd.Step) float64 { return s.Objective }},
		{"objective_after_u", func(s bcd.Step) float64 { return s.AfterU }},
		{"objective_after_v", func(s bcd.Step) float64 { return s.AfterV }},
		{"objective_after_w", func(s bcd.Step) float64 { return s.AfterW }},
		{"stationarity", func(s bcd.Step) float64 { return s.Stationarity }},
		{"distance", func(s bcd.Step) float64 { return s.Distance }},
		{"block_kkt", func(s bcd.Step) float64 { return s.BlockKKT }},
		{"block_gradient", func(s bcd.Step) float64 { return s.BlockGradient }},
		{"train_error", func(s bcd.Step) float64 { return s.TrainError }},
		{"validation_error", func(s bcd.Step) float64 { return s.ValidationError }},
		{"test_error", func(s bcd.Step) float64 { return s.TestError }},
		{"seconds", func(s bcd.Step) float64 { return s.Seconds }},
		{"seconds_u", func(s bcd.Step) float64 { return s.SecondsU }},
		{"seconds_v", func(s bcd.Step) float64 { return s.SecondsV }},
		{"seconds_w", func(s bcd.Step) float64 { return s.SecondsW }},
		{"forward_loss", func(s bcd.Step) float64 { return r.batchOnly(s.Loss) }},
		{"eta", func(s bcd.Step) float64 { return r.bcdOnly(s.Eta) }},
		{"halvings", func(s bcd.Step) float64 { return r.bcdOnly(float64(s.Halvings)) }},
		{"learning_rate", func(s bcd.Step) float64 { return r.gradientOnly(s.Eta) }},
		{"nonzero", r.nonzero},
	}
	for i := range len(r.Network) - 2 {
		columns = append(columns, traceColumn{
			"activity_" + strconv.Itoa(i+1), func(s bcd.Step) float64 {
				if s.Activity == nil {
					return math.NaN()
				}
				return s.Activity[i]
			},
		})
	}
	return columns
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

// Prediction is a network's answer to one sample.
type Prediction struct {
	Class string
	Score float64 // the output of that class, the largest of all
}

// WritePredictions writes the predictions as CSV: a header, then index, class and
// score of each, the index counting from 0.
func WritePredictions(w io.Writer, predictions []Prediction) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"index", "class", "score"}); err != nil {
		return err
	}
	for i, p := range predictions {
		if err := out.Write([]string{strconv.Itoa(i), p.Class, csvNumber(p.Score)}); err != nil {
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
