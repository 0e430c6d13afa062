package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"ridge/bcd"
	"ridge/bcd/train"
)

// writeTable writes a line for each trace, as Markdown. A number that the trace does not
// have is a dash.
func writeTable(w io.Writer, traces []trace) error {
	var b strings.Builder
	b.WriteString(
		"| | iterations | objective, last | largest rise | stationarity, first | last | rate ρ | distance | " +
			"test error |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|\n")
	for _, t := range traces {
		first, last := t.steps[0], t.steps[len(t.steps)-1]
		rate, _ := bcd.Rate(t.steps)
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", t.label, last.Epoch,
			cell("%.7f", last.Value(bcd.ObjectiveAfterW)), cell("%+.1e", largestRise(t.steps)),
			cell("%.1e", first.Value(bcd.Stationarity)), cell("%.1e", last.Value(bcd.Stationarity)), cell("%.4f", rate),
			cell("%.3f", last.Value(bcd.Distance)), cell("%.2f %%", 100*last.TestError))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// largestRise is the largest relative change of the objective in a block step: no step raises the objective if this is
// not above 0.
func largestRise(steps train.Trace) float64 {
	rise := math.Inf(-1)
	for _, s := range steps {
		for _, step := range [][2]float64{{s.Value(bcd.ObjectiveBefore), s.Value(bcd.ObjectiveAfterU)},
			{s.Value(bcd.ObjectiveAfterU), s.Value(bcd.ObjectiveAfterV)},
			{s.Value(bcd.ObjectiveAfterV), s.Value(bcd.ObjectiveAfterW)}} {
			rise = max(rise, (step[1]-step[0])/step[0])
		}
	}
	return rise
}

// cell is a number in the table.
func cell(format string, v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf(format, v)
}
