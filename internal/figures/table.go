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
		first, last := t.epochs[0], t.epochs[len(t.epochs)-1]
		rate, _ := bcd.Rate(t.epochs)
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", t.label, last.Epoch,
			cell("%.7f", last.Value(bcd.ObjectiveAfterW)), cell("%+.1e", largestRise(t.epochs)),
			cell("%.1e", first.Value(bcd.Stationarity)), cell("%.1e", last.Value(bcd.Stationarity)), cell("%.4f", rate),
			cell("%.3f", last.Value(bcd.Distance)), cell("%.2f %%", 100*last.TestError))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// largestRise is the largest relative change of the objective in a block step: no step raises the objective if this is
// not above 0.
func largestRise(epochs train.Trace) float64 {
	rise := math.Inf(-1)
	for _, e := range epochs {
		for _, step := range [][2]float64{{e.Value(bcd.ObjectiveBefore), e.Value(bcd.ObjectiveAfterU)},
			{e.Value(bcd.ObjectiveAfterU), e.Value(bcd.ObjectiveAfterV)},
			{e.Value(bcd.ObjectiveAfterV), e.Value(bcd.ObjectiveAfterW)}} {
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
