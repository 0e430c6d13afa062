package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/words"
)

// WriteTable writes the run for people to read: what was chosen before the training, if anything was, the course of the
// training in about ten lines, then what was trained, how, and how well.
func (r *Run) WriteTable(w io.Writer, colour bool) error {
	if err := r.WriteChoice(w, colour); err != nil {
		return err
	}
	if len(r.Trace) == 0 {
		return r.WriteFacts(w, colour)
	}
	trace := r.TraceTable(w, colour)
	for _, e := range r.Trace {
		if err := trace.Add(e); err != nil {
			return err
		}
	}
	if err := trace.End(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	return r.WriteFacts(w, colour)
}

// WriteFacts writes what was trained, how, and how well.
func (r *Run) WriteFacts(w io.Writer, colour bool) error { return render(w, r.factTable(colour)) }

// titledMeasures are those of the method that have a column: of what is minimized, and of the
// network.
func (r *Run) titledMeasures() (columns [2][]train.Measure) {
	for _, m := range r.Recipe.Method().Measures {
		switch {
		case m.Title == "" || m.Name == bcd.Nonzero && !r.sparse():
		case m.Format == train.Percent:
			columns[1] = append(columns[1], m)
		default:
			columns[0] = append(columns[0], m)
		}
	}
	return columns
}

// cells shows what was measured.
func cells(measures []train.Measure, e train.Epoch, digits int) table.Row {
	var row table.Row
	for _, m := range measures {
		v := e.Value(m.Name)
		switch m.Format {
		case train.Percent:
			row = append(row, percent(v))
		case train.Scientific:
			row = append(row, fixed(v, -1))
		case train.Count:
			row = append(row, Number(v))
		default:
			row = append(row, fixed(v, digits))
		}
	}
	return row
}

// shown reports whether iteration i of n has a line: the first and the last have, and
// between them the multiples of such a step that there are about ten.
func shown(i, n int) bool {
	step := lineStep(n)
	tooClose := n-i < (step+1)/2 // too close to the last one: nearly the same line twice
	return i == 1 || i == n || i%step == 0 && !tooClose
}

// lineStep is the smallest of 1, 2, 5, 10, 20, 50 … that goes into n at most ten times.
func lineStep(n int) int {
	for decade := 1; ; decade *= 10 {
		for _, step := range [...]int{decade, 2 * decade, 5 * decade} {
			if (n-1)/10 < step { // n ≤ 10·step, which may be too large for an int
				return step
			}
		}
	}
}

func (r *Run) factTable(colour bool) table.Writer {
	kept := r.kept()
	t := newFacts(colour)
	t.AppendRows([]table.Row{
		{"data", r.dataFact()},
		{"network", fmt.Sprintf("%s, %s weights%s", widths(r.Network), words.Group(r.Parameters), r.initFact())},
		{"method", r.methodFact()},
		{"parameters", r.parameterFact()},
		{"machine", fmt.Sprintf("%s, %s, float%d", r.ISA, words.Counted(r.Workers, "worker"), r.Precision)},
		r.courseFact(),
		r.resultFact(),
	})
	if r.Choice != nil {
		t.AppendRow(table.Row{strings.TrimPrefix(r.Choice.What(), "the "), choice{r.Choice}.fact()})
	}
	if r.sparse() && len(r.Trace) > 0 {
		t.AppendRow(table.Row{"nonzero", percent(kept.Value(bcd.Nonzero)) + " of the weights, biases not counted"})
	}
	if best := r.Trace.Best(); best > 0 {
		t.AppendRow(table.Row{"kept",
			fmt.Sprintf("%s %d, which has the smallest validation error", r.Recipe.Method().Round, best)})
	}
	t.AppendRow(table.Row{"train error", r.errorFact(kept.TrainError, r.Train) + styled(r.whileFact(kept))})
	if r.Validation > 0 {
		t.AppendRow(table.Row{"validation error",
			r.validationFact(kept.ValidationError) + styled(r.ownFact("validation"))})
	}
	if r.Test > 0 {
		t.AppendRow(table.Row{"test error",
			emphasize(string(r.errorFact(kept.TestError, r.Test)), colour) + styled(r.ownFact("test"))})
		t.AppendRows(r.qualityFacts(kept))
	}
	t.AppendRows(accuracyFacts("validation", r.ValidationFit))
	t.AppendRows(accuracyFacts("test", r.TestFit))
	for _, path := range r.Saved {
		t.AppendRow(table.Row{"saved", path})
	}
	return t
}

func (r *Run) dataFact() string {
	parts := []string{words.Group(r.Train) + " training"}
	if r.Weight != "" {
		parts[0] = fmt.Sprintf("%s training (%s with those repeated by --weight %s)",
			words.Group(r.Distinct), words.Group(r.Train), r.Weight)
	}
	if r.Test == 0 && r.Validation == 0 {
		parts[0] += " samples"
	}
	if r.Validation > 0 {
		validation := words.Group(r.Validation) + " validation"
		if r.Fold > 1 {
			validation += fmt.Sprintf(" (block %d from the end)", r.Fold)
		}
		if r.Test == 0 {
			validation += " samples"
		}
		parts = append(parts, validation)
	}
	if r.Test > 0 {
		parts = append(parts, words.Counted(r.Test, "test sample")+r.drawnFact())
	}
	return fmt.Sprintf("%s: %s, %s", r.Dataset, strings.Join(parts, ", "), r.taskFact())
}

// taskFact says what is predicted.
func (r *Run) taskFact() string {
	if r.Targets != nil {
		return "a regression of " + listed(r.Targets)
	}
	return classesFact(r.Classes) + r.nameFact()
}

// drawnFact says how to get the same test samples again.
func (r *Run) drawnFact() string {
	if !r.Drawn {
		return ""
	}
	return fmt.Sprintf(" (drawn by seed %d)", r.Seed)
}

// nameFact names the classes, unless they are called by their numbers: the first ones if there are many.
func (r *Run) nameFact() string {
	numbers := true
	for i, name := range r.Names {
		numbers = numbers && name == strconv.Itoa(i)
	}
	if numbers {
		return ""
	}
	return ": " + listed(r.Names)
}

// listed are names, the first ones if there are many.
func listed(names []string) string {
	const most = 10
	if n := len(names); n > most {
		return fmt.Sprintf("%s, … %s", words.Names(names[:most-1], most), words.Quote(names[n-1]))
	}
	return words.Names(names, most)
}

// errorFact shows an error of a number of samples: for a regression, the mean squared error of targets that are
// standardized by the training samples.
func (r *Run) errorFact(v float64, samples int) styled {
	if r.Targets != nil {
		return styled(percent(v) + " of the training targets' variance")
	}
	return styled(errorOf(v, samples))
}

// whileFact says that the training error of mini-batches is of networks that changed between them, and so is not that
// of the result.
func (r *Run) whileFact(kept train.Epoch) string {
	if !r.mini() || kept.Epoch == 0 {
		return ""
	}
	return fmt.Sprintf(", during epoch %d", kept.Epoch)
}

// ownFact says why an error in a regression and R² do not add up to 1.
func (r *Run) ownFact(part string) string {
	if r.Targets == nil {
		return ""
	}
	return fmt.Sprintf("; R² below is by that of the %s targets", part)
}

// validationFact shows the error of the validation samples, without the number of those that are wrong if they have
// weights.
func (r *Run) validationFact(v float64) styled {
	if r.Weight == "" {
		return r.errorFact(v, r.Validation)
	}
	return styled(OneLine(weightedFact(v, r.Weight)))
}

func classesFact(n int) string {
	if n == 1 {
		return "1 class"
	}
	return words.Group(n) + " classes"
}

func (r *Run) methodFact() string {
	loss := r.Loss
	if l, err := nn.ParseLoss[float64](r.Loss); err == nil {
		loss = l.Title()
	}
	method := r.Solver
	if objective := r.objective(); objective != "" {
		method += ", " + objective
	}
	return fmt.Sprintf("%s, %s, %s", method, loss, r.inputFact())
}

// inputFact says what was done to the inputs.
func (r *Run) inputFact() string {
	switch {
	case r.Pieces:
		return "standardized inputs, numbers in pieces"
	case r.Scale == columns.Standard:
		return "standardized inputs"
	case r.Scale == columns.Common:
		return "centred inputs, divided by one number"
	case r.Centred || r.Scale == columns.Center:
		return "centred inputs"
	}
	return "inputs as they are"
}

// parameterFact shows the options that have a label.
func (r *Run) parameterFact() string {
	var fact strings.Builder
	m, options := r.Recipe.Method(), r.Recipe.Options()
	for _, o := range m.Options {
		text := Value(o, options)
		if o.Label == "" || o.Hidden || o.Quiet != "" && text == o.Quiet || !o.Used(m.Options, options) {
			continue
		}
		if fact.Len() > 0 && !strings.HasPrefix(o.Label, "(") {
			fact.WriteByte(',')
		}
		if fact.Len() > 0 {
			fact.WriteByte(' ')
		}
		fmt.Fprintf(&fact, o.Label, text)
	}
	if _, ok := m.Option("seed"); !ok {
		fmt.Fprintf(&fact, ", seed %d", r.Seed)
	}
	return fact.String()
}

// Value shows the value of an option as people type it.
func Value(o train.Option, options any) string {
	switch v := o.Value(options).(type) {
	case float64:
		return Number(v)
	case []float64:
		return Numbers(v)
	}
	return o.Text(options)
}

// courseFact says how many iterations or epochs there were.
func (r *Run) courseFact() table.Row {
	name, planned := r.Recipe.Method().Round+"s", r.Recipe.Rounds()
	n, took := len(r.Trace), seconds(r.Seconds)
	if n == planned {
		return table.Row{name, fmt.Sprintf("%d in %s", n, took)}
	}
	return table.Row{name, fmt.Sprintf("%d of %d in %s, then %s", n, planned, took, r.Ended)}
}

// resultFact shows what was minimized, and for mini-batches how often a step was too long, if ever.
func (r *Run) resultFact() table.Row {
	last := r.kept()
	if r.measures(bcd.ObjectiveAfterW) {
		return table.Row{"objective",
			fmt.Sprintf("%s, stationarity %s",
				fixed(last.Value(bcd.ObjectiveAfterW), decimals(last.Value(bcd.ObjectiveAfterW))),
				fixed(last.Value(bcd.Stationarity), -1))}
	}
	halvings := 0
	for _, e := range r.Trace {
		if v := e.Value(bcd.Halvings); v > 0 {
			halvings += int(v)
		}
	}
	fact := fixed(last.Loss, decimals(last.Loss))
	if halvings > 0 {
		fact += ", steps halved " + words.Counted(halvings, "time")
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
