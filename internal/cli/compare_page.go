package cli

import (
	"bytes"
	"fmt"

	"ridge/internal/compare"
	"ridge/internal/page"
	"ridge/internal/report"
	"ridge/internal/words"
)

// pageName is the page of a comparison in its folder.
const pageName = "report.html"

// comparisonPage is the page of a comparison: the errors of all solvers on all networks, and their course.
func comparisonPage(s *compare.Summary) (*page.Page, error) {
	var summary bytes.Buffer
	if err := s.WriteTable(&summary, false); err != nil {
		return nil, err
	}
	p := &page.Page{Title: "Solvers on " + s.Dataset, Summary: summary.String()}
	for _, network := range s.Networks {
		curves := s.Curves[network]
		if len(curves) == 0 {
			continue
		}
		var series []page.Series
		for _, c := range curves {
			values := make([]float64, len(c.Error))
			for i, e := range c.Error {
				values[i] = 100 * e
			}
			series = append(series, page.Series{Name: c.Solver, Values: values})
		}
		p.Charts = append(p.Charts,
			page.NewChart("Test error on "+network+" (%, mean of the seeds)", "epoch", 0, false, series...))
	}
	p.Tables = append(p.Tables, errorTable(s), settingsTable(s))
	for _, setting := range [][2]string{
		{"training samples", fmt.Sprint(s.Train)}, {"of these, to tune by", fmt.Sprint(s.Validation)},
		{"test samples", fmt.Sprint(s.Test)},
		{"seeds", fmt.Sprint(s.Seeds)}, {"epochs", fmt.Sprint(s.Epochs)},
		{"trials of each solver", fmt.Sprint(s.Trials)},
		{"runs finished", fmt.Sprintf("%d of %d", s.Finished, s.Runs)}, {"machine", s.MachineFact()},
		{"command", s.Command},
	} {
		p.Settings = append(p.Settings, page.Setting{Name: setting[0], Value: setting[1]})
	}
	for _, o := range s.Origins {
		p.Settings = append(p.Settings,
			page.Setting{Name: words.Counted(o.Runs, "run"), Value: o.Source() + ", " + o.CPU})
	}
	return p, nil
}

// errorTable has the test errors: a row for each solver, a column for each network.
func errorTable(s *compare.Summary) page.Table {
	t := page.Table{
		Title: "Test errors",
		Text: "In percent, after the last epoch: mean and standard deviation over the seeds. " +
			"The settings are those that the tuning chose.",
		Header: append([]string{"solver"}, s.Networks...),
	}
	for _, solver := range s.Solvers {
		row := []string{solver}
		for _, network := range s.Networks {
			row = append(row, findCell(s, network, solver).ErrorText())
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// findCell returns the cell of a solver on a network, an empty one if there is none.
func findCell(s *compare.Summary, network, solver string) *report.Cell {
	for i := range s.Cells {
		if c := &s.Cells[i]; c.Network == network && c.Solver == solver {
			return c
		}
	}
	return new(report.Cell)
}

// settingsTable has what the tuning chose.
func settingsTable(s *compare.Summary) page.Table {
	t := page.Table{Title: "What the tuning chose",
		Header: []string{"network and solver", "settings", "time of a training"}}
	for i := range s.Cells {
		if c := &s.Cells[i]; c.Settings != "" {
			t.Rows = append(t.Rows, []string{c.Network + ", " + c.Solver, c.Settings, c.SecondsText()})
		}
	}
	return t
}
