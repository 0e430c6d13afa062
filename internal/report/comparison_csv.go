package report

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

// WriteCSV writes a line for each solver on each network, below a header. What there is
// not is empty.
func (c *Comparison) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{
		"network", "solver", "settings", "validation_error", "seeds", "failed", "test_error", "test_error_deviation",
		"seconds", "target", "seeds_to_target", "seconds_to_target",
	}); err != nil {
		return err
	}
	for i := range c.Cells {
		cell := &c.Cells[i]
		mean, deviation := cell.MeanError()
		reached, toTarget := cell.Reached()
		if err := out.Write([]string{
			cell.Network, cell.Solver, cell.Settings, csvNumber(cell.ValidationError), strconv.Itoa(len(cell.Errors)),
			strconv.Itoa(cell.Failed),
			csvNumber(mean), csvNumber(deviation), csvNumber(meanOf(cell.Seconds)), csvNumber(c.Target),
			strconv.Itoa(reached), csvNumber(toTarget),
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteTrialsCSV writes a line for each run of the tuning, below a header: what was tried,
// and lost. The error of a run that failed is empty.
func (c *Comparison) WriteTrialsCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"network", "solver", "settings", "epochs", "seed", "validation_error"}); err != nil {
		return err
	}
	for _, t := range c.Tried {
		shown := t.ValidationError
		if math.IsInf(shown, 1) {
			shown = math.NaN()
		}
		if err := out.Write([]string{t.Network, t.Solver, t.Settings, strconv.Itoa(t.Epochs),
			strconv.FormatUint(t.Seed, 10), csvNumber(shown)}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
