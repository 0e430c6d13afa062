package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/words"
)

// Tuning is the result of a search for settings.
type Tuning struct {
	Dataset         string
	Samples         int // that the folds are made of
	Folds, Seeds    int
	Regression      bool          // errors are fractions of the variance
	Weight          string        // the value of --weight, by which samples count in errors; "" without one
	Trials          []TuningTrial // the best first
	Default         float64       // the error without a search
	GainDeviation   float64       // standard error of how much less that of the first trial is
	Chosen, Command string
	UsualLambda     bool // the command says that λ is not to be chosen
	Tested          bool // the command has test samples
}

// TuningTrial is a trial of settings. Error is infinite if one of its runs failed.
type TuningTrial struct {
	Settings             string
	Error, StandardError float64
	Runs, Failed         int
	Seconds              float64 // mean of a run
}

// WriteTable writes the trials and the choice, if there is one, for people to read.
func (r *Tuning) WriteTable(w io.Writer, colour bool) error {
	t := newTable(colour)
	t.AppendHeader(table.Row{"error", "±", "seconds", "settings"})
	t.SetColumnConfigs(append(rightAligned(3),
		table.ColumnConfig{Number: 4, WidthMax: Width - 30, WidthMaxEnforcer: wrapWords}))
	for i, c := range r.Trials {
		if c.Failed > 0 {
			t.AppendRow(table.Row{none, none, maybeSeconds(c.Seconds),
				fmt.Sprintf("%s (%d of %d failed)", c.Settings, c.Failed, c.Runs)})
			continue
		}
		var mean any = percent(c.Error)
		if i == 0 {
			mean = emphasize(percent(c.Error), colour)
		}
		t.AppendRow(table.Row{mean, percent(c.StandardError), maybeSeconds(c.Seconds), c.Settings})
	}
	facts := newFacts(colour)
	of := "samples"
	if r.Regression {
		of = "samples; errors are fractions of the variance"
	}
	facts.AppendRow(table.Row{"data", fmt.Sprintf("%s: %s %s", r.Dataset, words.Group(r.Samples), of)})
	weighted := ""
	if r.Weight != "" {
		weighted = fmt.Sprintf(", samples counting by --weight %s", r.Weight)
	}
	facts.AppendRow(table.Row{"judged by",
		fmt.Sprintf("%s, %s%s; ± is the standard error of the mean",
			words.Counted(r.Folds, "fold"), words.Counted(r.Seeds, "seed"), weighted)})
	if r.Failed() {
		return render(w, t, facts)
	}
	facts.AppendRow(table.Row{"chosen", r.Chosen + r.verdict()})
	if err := render(w, t, facts); err != nil {
		return err
	}
	with := "This command trains with these settings"
	if !r.gains() {
		with = "Nothing that was tried is better than the defaults. This command trains with them"
	}
	note := ""
	if r.UsualLambda {
		note = paragraph("--choose-lambda no in it keeps the default λ, with which this was tried. Without that flag "+
			"train begins with a choice of its own on data that are not large: on tables of λ, and of hidden layers, "+
			"pieces and the input step, if they are not given, and on images of the input step.", 0) + "\n"
	}
	if r.Tested {
		with += " and shows the test error"
	}
	with = paragraph(with+".", 0)
	_, err := fmt.Fprintf(w, "\n%s\n%s\n  %s\n", with, note, r.Command)
	return err
}

// Failed reports whether there is no choice, as a run of each trial failed.
func (r *Tuning) Failed() bool { return math.IsInf(r.Trials[0].Error, 1) }

// gains reports whether a trial did better than the defaults, by more than rounding.
func (r *Tuning) gains() bool {
	return r.Trials[0].Error < r.Default && !IsTie(r.Trials[0].Error, r.Default)
}

// verdict says how much the choice gains.
func (r *Tuning) verdict() string {
	others := len(r.Trials) - 1
	switch gain := r.Default - r.Trials[0].Error; {
	case !r.gains() && others == 0:
		return ", the only trial"
	case !r.gains():
		return fmt.Sprintf(": of %s none has a smaller error", words.Counted(others, "other trial"))
	case math.IsInf(gain, 1):
		return ", while the defaults failed"
	case gain < r.GainDeviation:
		return fmt.Sprintf(
			", whose error is lower than that of the defaults by %s: less than the standard error of that, so "+
				"that it may be chance; more --seeds tell", points(gain))
	default:
		return fmt.Sprintf(", whose error is lower than that of the defaults by %s", points(gain))
	}
}

// WriteCSV writes a line for each trial. Errors are fractions; that of a trial that failed is empty.
func (r *Tuning) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"settings", "error", "standard_error", "runs", "failed", "seconds"}}
	for _, t := range r.Trials {
		row := []string{t.Settings, csvNumber(t.Error), csvNumber(t.StandardError), strconv.Itoa(t.Runs),
			strconv.Itoa(t.Failed), csvNumber(t.Seconds)}
		if t.Failed > 0 {
			row[1], row[2] = "", ""
		}
		rows = append(rows, row)
	}
	return c.WriteAll(rows)
}
