package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"ridge/bcd"
)

// writeTable writes a line for each trace, as Markdown. A number that the trace does not
// have is a dash.
func writeTable(w io.Writer, traces []trace) error {
	var b strings.Builder
	b.WriteString("| | iterations | objective, last | largest rise | stationarity, first | last | rate ρ | distance | test error |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|\n")
	for _, t := range traces {
		first, last := t.steps[0], t.steps[len(t.steps)-1]
		rate, _ := t.steps.Rate()
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", t.label, last.Iteration,
			cell("%.7f", last.AfterW), cell("%+.1e", largestRise(t.steps)),
			cell("%.1e", first.Stationarity), cell("%.1e", last.Stationarity), cell("%.4f", rate),
			cell("%.3f", last.Distance), cell("%.2f %%", 100*last.TestError))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// largestRise is the largest relative change of the objective in a block step: that no
// step raises it is to say that it is not above 0.
func largestRise(steps bcd.Trace) float64 {
	rise := math.Inf(-1)
	for _, s := range steps {
		for _, step := range [][2]float64{{s.Objective, s.AfterU}, {s.AfterU, s.AfterV}, {s.AfterV, s.AfterW}} {
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
