package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// WriteTable writes the evaluation for a person to read: the confusion matrix with
// the error of each class, then the whole. A matrix too wide for the terminal is
// replaced by the errors of the classes and the most frequent confusions.
func (e *Evaluation) WriteTable(w io.Writer, colour bool) error {
	matrix := e.confusionTable(colour)
	if text.LongestLineLen(matrix.Render()) <= Width {
		return render(w, matrix, e.factTable(colour))
	}
	return render(w, e.classTable(colour), e.mistakeTable(colour), e.factTable(colour))
}

// confusionTable is the matrix, true classes down, answers across.
func (e *Evaluation) confusionTable(colour bool) table.Writer {
	header := table.Row{"class"}
	for _, class := range e.Classes {
		header = append(header, class)
	}
	t := newTable(colour)
	t.AppendHeader(append(header, "error"))
	t.SetColumnConfigs(rightAligned(len(header) + 1))
	for i, class := range e.Classes {
		row := table.Row{class}
		for j, n := range e.Confusion[i] {
			row = append(row, confusionCell(n, i == j, colour))
		}
		samples, wrong := e.class(i)
		t.AppendRow(append(row, percent(fraction(wrong, samples))))
	}
	return t
}

// confusionCell leaves zeros out: what is left are the mistakes.
func confusionCell(n int, right, colour bool) styled {
	switch s := strconv.Itoa(n); {
	case n == 0:
		return "·"
	case right:
		return emphasize(s, colour)
	default:
		return styled(s)
	}
}

// classTable has the error of each class.
func (e *Evaluation) classTable(colour bool) table.Writer {
	t := newTable(colour)
	t.AppendHeader(table.Row{"class", "samples", "wrong", "error"})
	t.SetColumnConfigs(rightAligned(4))
	for i, class := range e.Classes {
		samples, wrong := e.class(i)
		t.AppendRow(table.Row{class, samples, wrong, percent(fraction(wrong, samples))})
	}
	return t
}

// mistakeTable has the ten most frequent mistakes.
func (e *Evaluation) mistakeTable(colour bool) table.Writer {
	type mistake struct{ class, answer, count int }
	var mistakes []mistake
	for i, row := range e.Confusion {
		for j, n := range row {
			if i != j && n > 0 {
				mistakes = append(mistakes, mistake{i, j, n})
			}
		}
	}
	slices.SortStableFunc(mistakes, func(a, b mistake) int { return b.count - a.count })

	t := newTable(colour)
	t.AppendHeader(table.Row{"class", "answer", "times"})
	t.SetColumnConfigs(rightAligned(3))
	for _, m := range mistakes[:min(10, len(mistakes))] {
		t.AppendRow(table.Row{e.Classes[m.class], e.Classes[m.answer], m.count})
	}
	return t
}

func (e *Evaluation) factTable(colour bool) table.Writer {
	t := newFacts(colour)
	t.AppendRows([]table.Row{
		{"model", e.Model},
		{"network", widths(e.Network)},
		{"data", fmt.Sprintf("%s: %s %s samples, %s", e.Dataset, count(e.Samples()), e.Part, classesFact(len(e.Classes)))},
		{e.Part + " error", emphasize(errorOf(e.Error(), e.Samples()), colour)},
	})
	return t
}
