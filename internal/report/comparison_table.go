package report

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/words"
)

// WriteTable writes the comparison for a person to read: the errors and the times, the
// duels, the settings, and what was done.
func (c *Comparison) WriteTable(w io.Writer, colour bool) error {
	tables := []table.Writer{c.resultTable(colour)}
	if len(c.Duels) > 0 {
		tables = append(tables, c.duelTable(colour))
	}
	return render(w, append(tables, c.settingsTable(colour), c.factTable(colour))...)
}

func (c *Comparison) resultTable(colour bool) table.Writer {
	t := newTable(colour)
	t.AppendHeader(table.Row{"network", "solver", "test error (%)", "time", "to " + c.target()})
	configs := rightAligned(5)
	t.SetColumnConfigs(configs[2:])
	best := c.best()
	network := ""
	for i := range c.Cells {
		cell := &c.Cells[i]
		err := emphasize(cell.ErrorText(), colour && best[cell])
		t.AppendRow(table.Row{unlessSame(&network, cell.Network), cell.Solver, err, cell.SecondsText(),
			cell.targetText()})
	}
	return t
}

func (c *Comparison) settingsTable(colour bool) table.Writer {
	t := newTable(colour)
	t.AppendHeader(table.Row{"network", "solver", "settings", "val. err"})
	t.SetColumnConfigs(rightAligned(4)[3:])
	network := ""
	for _, cell := range c.Cells {
		t.AppendRow(table.Row{unlessSame(&network, cell.Network), cell.Solver, orNone(cell.Settings),
			percent(cell.ValidationError)})
	}
	return t
}

// unlessSame returns the name, or nothing if it is that of the row before.
func unlessSame(before *string, name string) string {
	if *before == name {
		return ""
	}
	*before = name
	return name
}

func orNone(text string) string {
	if text == "" {
		return none
	}
	return text
}

func (c *Comparison) factTable(colour bool) table.Writer {
	t := newFacts(colour)
	t.AppendRow(table.Row{"data",
		fmt.Sprintf("%s: %s training, %s test samples", c.Dataset, words.Group(c.Train), words.Group(c.Test))})
	t.AppendRow(table.Row{"tuning", c.tuningFact()})
	t.AppendRow(table.Row{"runs",
		fmt.Sprintf("%s, %s each", words.Counted(c.Seeds, "seed"), words.Counted(c.Epochs, "epoch"))})
	if c.Choosing != "" {
		t.AppendRow(table.Row{"λ", "chosen before each training of " + c.Choosing})
	}
	if c.Finished < c.Runs {
		t.AppendRow(table.Row{"unfinished", c.unfinishedFact()})
	}
	if c.ISA != "" {
		t.AppendRow(table.Row{"machine", c.MachineFact()})
	}
	for _, o := range c.Origins {
		t.AppendRow(table.Row{"program", o.fact(c.Solvers)})
	}
	return t
}

func (c *Comparison) tuningFact() string {
	return fmt.Sprintf("%s of each solver on %s, judged by %s held-out training samples",
		words.Counted(c.Trials, "setting"), words.And(c.Tuned, len(c.Tuned)), words.Group(c.Validation))
}

func (c *Comparison) unfinishedFact() string {
	return fmt.Sprintf("%s of %s are done", words.Group(c.Finished), words.Counted(c.Runs, "run"))
}

// MachineFact says how the final runs were made, and whether all were made so; empty if there are none.
func (c *Comparison) MachineFact() string {
	if c.ISA == "" {
		return ""
	}
	text := c.fact()
	for _, e := range c.Others {
		text += "; other runs: " + e.fact()
	}
	if len(c.Others) > 0 {
		text += "; the seconds of these can't be compared"
	}
	return text
}

// fact says how runs were made.
func (e Execution) fact() string {
	text := fmt.Sprintf("%s, %s, float32", e.ISA, words.Counted(e.Workers, "worker"))
	if e.Jobs > 1 {
		text += fmt.Sprintf(", %s at a time", words.Counted(e.Jobs, "run"))
	}
	return text
}
