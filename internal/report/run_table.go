package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/bcd"
	"ridge/bcd/nn"
)

// WriteTable writes the run for a person to read: the course of the iteration in
// about ten lines, then what was trained, how, and how well.
func (r *Run) WriteTable(w io.Writer, colour bool) error {
	tables := []table.Writer{r.factTable(colour)}
	if len(r.Trace) > 0 {
		tables = slices.Insert(tables, 0, r.traceTable(colour))
	}
	return render(w, tables...)
}

// traceTable has a line for some iterations, the first and the last among them.
func (r *Run) traceTable(colour bool) table.Writer {
	header := table.Row{"iter", "objective", "stationarity"}
	digits := decimals(r.last().Value(bcd.ObjectiveAfterW))
	if r.Batch > 0 {
		header = table.Row{"epoch", "loss"}
		digits = decimals(r.last().Loss)
	}
	if r.Gradient == nil {
		header = append(header, "active")
	}
	if r.L1 > 0 {
		header = append(header, "nonzero")
	}
	header = append(header, "train err")
	if r.Validation > 0 {
		header = append(header, "val. err")
	}
	header = append(header, "test err", "time")

	t := newTable(colour)
	t.AppendHeader(header)
	t.SetColumnConfigs(rightAligned(len(header)))
	for i, s := range r.Trace {
		if !shown(i+1, len(r.Trace)) {
			continue
		}
		row := table.Row{s.Epoch, fixed(s.Value(bcd.ObjectiveAfterW), digits), fixed(s.Value(bcd.Stationarity), -1)}
		if r.Batch > 0 {
			row = table.Row{s.Epoch, fixed(s.Loss, digits)}
		}
		if r.Gradient == nil {
			row = append(row, fmt.Sprintf("%.0f %%", 100*r.active(s)))
		}
		if r.L1 > 0 {
			row = append(row, percent(s.Value(bcd.Nonzero)))
		}
		row = append(row, percent(s.TrainError))
		if r.Validation > 0 {
			row = append(row, percent(s.ValidationError))
		}
		t.AppendRow(append(row, percent(s.TestError), seconds(s.Seconds)))
	}
	return t
}

// shown tells whether iteration i of n has a line: the first and the last have, and
// between them the multiples of such a step that there are about ten.
func shown(i, n int) bool {
	step := lineStep(n)
	tooClose := n-i < (step+1)/2 // to the last one: nearly the same line twice
	return i == 1 || i == n || i%step == 0 && !tooClose
}

// lineStep is the smallest of 1, 2, 5, 10, 20, 50 … that goes into n at most ten times.
func lineStep(n int) int {
	for decade := 1; ; decade *= 10 {
		for _, step := range [...]int{decade, 2 * decade, 5 * decade} {
			if n <= 10*step {
				return step
			}
		}
	}
}

func (r *Run) factTable(colour bool) table.Writer {
	last := r.last()
	t := newFacts(colour)
	t.AppendRows([]table.Row{
		{"data", r.dataFact()},
		{"network", fmt.Sprintf("%s, %s weights%s", widths(r.Network), count(r.Parameters), r.initFact())},
		{"method", r.methodFact()},
		{"parameters", r.parameterFact()},
		{"machine", fmt.Sprintf("%s, %s, float%d", r.ISA, plural(r.Workers, "worker"), r.Precision)},
		r.courseFact(),
		r.resultFact(),
	})
	if r.L1 > 0 && len(r.Trace) > 0 {
		t.AppendRow(table.Row{"nonzero", percent(last.Value(bcd.Nonzero)) + " of the weights, biases not counted"})
	}
	t.AppendRow(table.Row{"train error", errorOf(last.TrainError, r.Train)})
	if r.Validation > 0 {
		t.AppendRow(table.Row{"validation error", errorOf(last.ValidationError, r.Validation)})
	}
	t.AppendRow(table.Row{"test error", emphasize(errorOf(last.TestError, r.Test), colour)})
	for _, path := range r.Saved {
		t.AppendRow(table.Row{"saved", path})
	}
	return t
}

func (r *Run) dataFact() string {
	parts := []string{count(r.Train) + " training"}
	if r.Validation > 0 {
		validation := count(r.Validation) + " validation"
		if r.Fold > 1 {
			validation += fmt.Sprintf(" (block %d from the end)", r.Fold)
		}
		parts = append(parts, validation)
	}
	parts = append(parts, count(r.Test)+" test samples")
	return fmt.Sprintf("%s: %s, %s", r.Dataset, strings.Join(parts, ", "), classesFact(r.Classes))
}

func classesFact(n int) string {
	if n == 1 {
		return "1 class"
	}
	return count(n) + " classes"
}

func (r *Run) methodFact() string {
	loss := r.Loss
	if l, err := nn.ParseLoss[float64](r.Loss); err == nil {
		loss = l.Title()
	}
	inputs := "inputs as they are"
	if r.Centred {
		inputs = "centred inputs"
	}
	if r.Gradient != nil {
		return fmt.Sprintf("%s, %s, %s", r.Solver, loss, inputs)
	}
	return fmt.Sprintf("%s, %s, %s, %s", r.Solver, r.Objective, loss, inputs)
}

func (r *Run) parameterFact() string {
	if r.Gradient != nil {
		return r.gradientFact()
	}
	course := "θ " + r.Theta
	if r.Batch > 0 {
		course = fmt.Sprintf("η %s (input ×%s), δ %s, batches of %d", Number(r.Step), Number(r.InputStep), Number(r.Damping), r.Batch)
	}
	penalties := fmt.Sprintf("λ %s, λ_out %s", Number(r.Lambda), Number(r.LambdaOut))
	if r.L1 > 0 {
		penalties += ", λ₁ " + Number(r.L1)
	}
	return fmt.Sprintf("γ %s, %s, %s, seed %d", Numbers(r.Gamma), penalties, course, r.Seed)
}

// gradientFact tells the numbers that the solver uses.
func (r *Run) gradientFact() string {
	g := r.Gradient
	fact := fmt.Sprintf("rate %s, %s", Number(g.Rate), g.Policy)
	for _, c := range []struct {
		name  string
		value float64
	}{{"momentum", g.Momentum}, {"momentum2", g.Momentum2}, {"rms decay", g.RMSDecay}, {"δ", g.Delta}, {"weight decay", g.WeightDecay}} {
		if !math.IsNaN(c.value) {
			fact += fmt.Sprintf(", %s %s", c.name, Number(c.value))
		}
	}
	return fmt.Sprintf("%s, batches of %d, seed %d", fact, r.Batch, r.Seed)
}

// courseFact tells how many iterations or epochs there were.
func (r *Run) courseFact() table.Row {
	name := "iterations"
	if r.Batch > 0 {
		name = "epochs"
	}
	n, took := len(r.Trace), seconds(r.Seconds)
	if n == r.Planned {
		return table.Row{name, fmt.Sprintf("%d in %s", n, took)}
	}
	return table.Row{name, fmt.Sprintf("%d of %d in %s, then %s", n, r.Planned, took, r.Ended)}
}

// resultFact tells what was minimized. Mini-batches tell how often a step was too
// long, if there was one.
func (r *Run) resultFact() table.Row {
	last := r.last()
	if r.Batch == 0 {
		return table.Row{"objective", fmt.Sprintf("%s, stationarity %s", fixed(last.Value(bcd.ObjectiveAfterW), decimals(last.Value(bcd.ObjectiveAfterW))), fixed(last.Value(bcd.Stationarity), -1))}
	}
	halvings := 0
	for _, s := range r.Trace {
		if v := s.Value(bcd.Halvings); v > 0 {
			halvings += int(v)
		}
	}
	fact := fixed(last.Loss, decimals(last.Loss))
	if halvings > 0 {
		fact += ", steps halved " + plural(halvings, "time")
	}
	return table.Row{"loss", fact}
}

// initFact names the initialization, unless it is the usual one.
func (r *Run) initFact() string {
	if r.Init == (nn.Init{}) {
		return ""
	}
	return fmt.Sprintf(", first %v", r.Init)
}
