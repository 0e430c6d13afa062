package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/lambda"
	"ridge/internal/words"
)

// choice shows how λ, and what else was not given, were chosen before the training.
type choice struct{ *lambda.Choice }

// fact describes the choice in a line; a table has what was tried.
func (c choice) fact() string {
	chosen, noise := c.Tried[c.Chosen], ""
	// Losses of other samples say nothing here, but the differences are those of the same ones.
	if slices.ContainsFunc(c.Tried, func(t lambda.Tried) bool { return t.Difference < 0 }) {
		noise = "; smaller losses are within the noise, or do not come with fewer errors"
	}
	return c.name(chosen) + ", chosen by " + c.folds() + noise + c.atEnd()
}

// ChoiceTable is what was tried before the training: by which samples the choice was made, the titles of the columns,
// and a row for each that was tried, which says at its end which was chosen. All are empty without a choice.
func (r *Run) ChoiceTable() (by string, header []string, rows [][]string) {
	if r.Choice == nil {
		return "", nil, nil
	}
	c := choice{r.Choice}
	weighted := ""
	if r.Weight != "" {
		weighted = ", with their weights"
	}
	by = fmt.Sprintf("by samples that are held out%s: %s, %s", weighted, c.folds(), seconds(c.Seconds))
	columns := c.columns(len(r.Targets))
	for _, column := range columns {
		header = append(header, column.title)
	}
	for i, tried := range c.Tried {
		row := make([]string, len(columns))
		for k, column := range columns {
			row[k] = column.cell(tried)
		}
		if i == c.Chosen {
			row[len(row)-1] = "chosen"
		}
		rows = append(rows, row)
	}
	return by, header, rows
}

// WriteChoice writes the table of what was tried, if there was a choice, for people to read. An empty line ends it.
func (r *Run) WriteChoice(w io.Writer, colour bool) error {
	by, header, rows := r.ChoiceTable()
	if rows == nil {
		return nil
	}
	if _, err := fmt.Fprintf(w, "%s\n\n", paragraph("choice of "+r.Choice.What()+" "+by, 1)); err != nil {
		return err
	}
	t := newTable(colour)
	t.AppendHeader(rowOf(header, func(s string) any { return s }))
	t.SetColumnConfigs(rightAligned(len(header) - 1)) // all but the mark of the chosen one
	for i, row := range rows {
		t.AppendRow(rowOf(row, func(s string) any {
			if i == r.Choice.Chosen {
				return emphasize(s, colour)
			}
			return s
		}))
	}
	if err := render(w, t); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// rowOf makes cells of texts.
func rowOf(texts []string, cell func(string) any) table.Row {
	row := make(table.Row, len(texts))
	for i, text := range texts {
		row[i] = cell(text)
	}
	return row
}

// choiceColumn is a column of the table of what was tried.
type choiceColumn struct {
	title string
	cell  func(lambda.Tried) string
}

// digits is how many digits after the point show all losses, -1 if they take exponents, because all are small.
func (c choice) digits() int {
	digits, largest := 0, 0.0
	for _, t := range c.Tried {
		if !math.IsInf(t.Loss, 1) {
			digits, largest = max(digits, decimals(t.Loss)), max(largest, t.Loss)
		}
	}
	if digits == 0 && largest < 1 {
		return decimals(largest)
	}
	return digits
}

// columns are those of the table; what is the same for all has none. targets is the number of those of a regression, 0
// for classes.
func (c choice) columns(targets int) []choiceColumn {
	digits := c.digits()
	difference := func(t lambda.Tried) string {
		// The difference from a chosen one that diverged, too, is not a number.
		if t.Difference == 0 || math.IsInf(t.Difference, 0) || math.IsNaN(t.Difference) {
			return none
		}
		sign := ""
		if t.Difference > 0 {
			sign = "+"
		}
		return sign + fixed(t.Difference, digits)
	}
	deviation := func(t lambda.Tried) string {
		if difference(t) == none {
			return ""
		}
		return fixed(t.StandardError, digits)
	}
	var list []choiceColumn
	for _, column := range []choiceColumn{
		{"λ", func(t lambda.Tried) string { return Number(t.Lambda) }},
		{"hidden", func(t lambda.Tried) string { return widths(t.Hidden) }},
		{"epochs", func(t lambda.Tried) string { return words.Group(t.Epochs) }},
		{"pieces", func(t lambda.Tried) string { return map[bool]string{false: "no", true: "yes"}[t.Pieces] }},
		{"input", triedInputStep},
		{"samples", func(t lambda.Tried) string { return words.Group(t.Samples) }},
		{"divisions", func(t lambda.Tried) string { return words.Group(t.Divisions) }},
	} {
		differs := func(t lambda.Tried) bool { return column.cell(t) != column.cell(c.Tried[0]) }
		if slices.ContainsFunc(c.Tried, differs) {
			list = append(list, column)
		}
	}
	return append(list,
		choiceColumn{"loss", func(t lambda.Tried) string { return triedLoss(t, digits) }},
		choiceColumn{"vs chosen", difference},
		choiceColumn{"±", deviation},
		choiceColumn{"error", func(t lambda.Tried) string { return triedError(t, targets) }},
		choiceColumn{"", func(lambda.Tried) string { return "" }},
	)
}

// triedLoss is that of the held-out samples, infinite if a training diverged.
func triedLoss(t lambda.Tried, digits int) string {
	if math.IsInf(t.Loss, 1) {
		return "diverged"
	}
	return fixed(t.Loss, digits)
}

// triedError is that of the held-out samples, as in the table of epochs: in a regression of so many targets, a fraction
// of their variance.
func triedError(t lambda.Tried, targets int) string {
	switch {
	case math.IsInf(t.Loss, 1):
		return none
	case targets > 0:
		return percent(2 * t.Loss / float64(targets))
	default:
		return percent(t.Error)
	}
}

// folds says how the samples were held out.
func (c choice) folds() string {
	if c.Divisions > 1 {
		return fmt.Sprintf("%d divisions into %d folds", c.Divisions, c.Folds)
	}
	return fmt.Sprintf("%d folds", c.Folds)
}

// atEnd says that the choice is the smallest or the largest of what was tried, beyond which a better one may lie.
func (c choice) atEnd() string {
	if c.InputStepAlone {
		return ""
	}
	chosen, end, look := c.Tried[c.Chosen].Lambda, "", ""
	others := func(beyond func(v float64) bool) bool {
		return !slices.ContainsFunc(c.Tried, func(t lambda.Tried) bool { return beyond(t.Lambda) })
	}
	switch {
	case others(func(v float64) bool { return v < chosen }):
		end, look = "smallest", "x0.004,x0.016,x0.06,x1"
	case others(func(v float64) bool { return v > chosen }):
		end, look = "largest", "x1,x4,x16,x64"
	default:
		return ""
	}
	usual := c.Tried[0]
	if hidden := c.Tried[c.Chosen].Hidden; !slices.Equal(hidden, usual.Hidden) {
		look += " --net " + strings.ReplaceAll(widths(hidden), "-", ",")
	}
	if epochs := c.Tried[c.Chosen].Epochs; epochs != usual.Epochs {
		look += fmt.Sprintf(" --epochs %d", epochs)
	}
	if c.Tried[c.Chosen].Pieces {
		look += " --pieces yes"
	}
	if step := c.Tried[c.Chosen].InputStep; step != usual.InputStep {
		look += " --input-step " + Number(step)
	}
	return fmt.Sprintf(
		"; this λ is the %s that was tried, and train tune --grid lambda,lambda-out=%s, with those flags "+
			"of this training that say what is read and trained, looks for a better one beyond",
		end, look)
}

// triedInputStep is how many times as far as η says the weights that read the input go.
func triedInputStep(t lambda.Tried) string { return "×" + Number(t.InputStep) }

// name is λ, and what else there was to choose from; or the input step, if there was nothing else.
func (c choice) name(t lambda.Tried) string {
	if c.InputStepAlone {
		return triedInputStep(t)
	}
	name := Number(t.Lambda)
	if slices.ContainsFunc(c.Tried, func(o lambda.Tried) bool { return !slices.Equal(o.Hidden, t.Hidden) }) {
		name += " with " + widths(t.Hidden)
	}
	if slices.ContainsFunc(c.Tried, func(o lambda.Tried) bool { return o.Epochs < t.Epochs }) {
		name += fmt.Sprintf(" in %d epochs", t.Epochs)
	}
	if t.Pieces {
		name += " in pieces"
	}
	if t.InputStep != c.Tried[0].InputStep {
		name += " with input step " + triedInputStep(t)
	}
	return name
}

// object is the choice for JSON, null if nothing was chosen.
func (c choice) object() any {
	if c.Choice == nil {
		return nil
	}
	tried := make([]object, len(c.Tried))
	for i, t := range c.Tried {
		tried[i] = object{{"hidden", t.Hidden}, {"epochs", t.Epochs}, {"lambda", t.Lambda}, {"lambda_out", t.LambdaOut},
			{"pieces", t.Pieces}, {"input_step", t.InputStep}, {"divisions", t.Divisions}, {"samples", t.Samples},
			{"loss", t.Loss}, {"error", t.Error}, {"loss_difference", t.Difference},
			{"standard_error", t.StandardError}}
	}
	return object{{"folds", c.Folds}, {"divisions", c.Divisions}, {"seconds", c.Seconds}, {"chosen", c.Chosen},
		{"tried", tried}}
}
