package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"ridge/internal/words"
)

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

// writeShapes says what the names of the networks stand for.
func (c *Comparison) writeShapes(b *strings.Builder) {
	if len(c.Shapes) == 0 {
		return
	}
	b.WriteString("\n| name | network | settings |\n|---|---|---|\n")
	for _, s := range c.Shapes {
		fmt.Fprintf(b, "| %s | %s | %s |\n", s.Name, s.Layers, s.Settings)
	}
}
