package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"ridge/internal/words"
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

// proseWidth is how long lines of prose in Markdown are at most, which people also read as text.
const proseWidth = 120

// WriteMarkdown writes the comparison as a section of a document. picture names the file
// of a network's picture; it is left out where that is empty.
func (c *Comparison) WriteMarkdown(w io.Writer, picture func(network string) string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## Solvers on %s\n\n", markdown(c.Dataset))
	if standing := c.standing(); standing != "" {
		b.WriteString(Wrap(standing, proseWidth) + "\n\n")
	}
	b.WriteString(Wrap(c.facts(), proseWidth) + "\n")
	c.writeOrigins(&b)
	c.writeShapes(&b)
	b.WriteString("\nTest error after the last epoch in percent, mean ± standard deviation over the seeds:\n\n")
	best := c.best()
	c.matrix(&b, func(cell *Cell) string {
		text := cell.ErrorText()
		if best[cell] {
			return "**" + text + "**"
		}
		return text
	})
	c.writeDuels(&b)
	b.WriteString("\nTime of a training, evaluations not included:\n\n")
	c.matrix(&b, (*Cell).SecondsText)
	c.writeTimesToTarget(&b)
	for _, network := range c.Networks {
		if file := picture(network); file != "" {
			fmt.Fprintf(&b, "\n![Test error on %s against epoch and seconds](%s)\n", network, file)
		}
	}
	b.WriteString("\nThe settings, and the validation error of those that were found on the network itself:\n\n")
	b.WriteString("| network | solver | settings | validation error |\n|---|---|---|---|\n")
	for _, cell := range c.Cells {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n",
			cell.Network, cell.Solver, orNone(cell.Settings), percent(cell.ValidationError))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// facts is a paragraph on what was trained, and how.
func (c *Comparison) facts() string {
	text := fmt.Sprintf("%s training and %s test samples. The settings were found by trying %s; each network was then "+
		"trained on all training samples for %s with %s.", words.Group(c.Train), words.Group(c.Test), c.tuningFact(),
		words.Counted(c.Epochs, "epoch"), words.Counted(c.Seeds, "seed"))
	if c.ISA != "" {
		text += fmt.Sprintf(" Machine: %s.", c.MachineFact())
	}
	if c.Finished < c.Runs {
		text += fmt.Sprintf(" Unfinished: %s.", c.unfinishedFact())
	}
	return text
}

func (c *Comparison) writeTimesToTarget(b *strings.Builder) {
	if !slices.ContainsFunc(c.Cells, func(cell Cell) bool { n, _ := cell.Reached(); return n > 0 }) {
		fmt.Fprintf(b, "\nNo training came to a test error of at most %s.\n", c.target())
		return
	}
	fmt.Fprintf(b,
		"\nTime to the first epoch with at most %s test error, and how many seeds got there, if not all did:\n\n",
		c.target())
	c.matrix(b, (*Cell).targetText)
}

// matrix writes a table with a line for each solver and a column for each network.
func (c *Comparison) matrix(b *strings.Builder, text func(*Cell) string) {
	fmt.Fprintf(b, "| solver | %s |\n|---%s|\n",
		strings.Join(c.Networks, " | "), strings.Repeat("|---:", len(c.Networks)))
	for _, solver := range c.Solvers {
		fmt.Fprintf(b, "| %s |", solver)
		for i := range c.Cells {
			if cell := &c.Cells[i]; cell.Solver == solver {
				fmt.Fprintf(b, " %s |", text(cell))
			}
		}
		b.WriteString("\n")
	}
}
