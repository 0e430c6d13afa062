package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"ridge/internal/words"
)

// WriteTable writes the evaluation for people to read: the confusion matrix, how well each class is recognized, and the
// totals. A matrix too wide for the terminal is replaced by the most frequent confusions, if there are any.
func (e *Evaluation) WriteTable(w io.Writer, colour bool) error {
	tables := []table.Writer{e.classTable(colour), e.factTable(colour)}
	if confusion := e.confusion(colour); confusion != nil {
		tables = slices.Insert(tables, 0, confusion)
	}
	return render(w, tables...)
}

// confusion is the matrix, the table of the most frequent mistakes, or, if there are none of these, nil.
func (e *Evaluation) confusion(colour bool) table.Writer {
	if 2*len(e.Classes) <= Width { // a column is no narrower
		if matrix := e.confusionTable(colour); text.LongestLineLen(matrix.Render()) <= Width {
			return matrix
		}
	}
	if e.Wrong() == 0 {
		return nil
	}
	return e.mistakeTable(colour)
}

// confusionTable is the matrix: a row for each true class, a column for each answer.
func (e *Evaluation) confusionTable(colour bool) table.Writer {
	header := table.Row{"class"}
	for _, class := range e.Classes {
		header = append(header, class)
	}
	t := newTable(colour)
	t.AppendHeader(append(header, "error"))
	t.SetColumnConfigs(rightAligned(len(header) + 1))
	counts := e.Confusion.perClass(len(e.Classes))
	for i, answers := range e.Confusion.Dense(len(e.Classes)) {
		row := table.Row{e.Classes[i]}
		for j, n := range answers {
			row = append(row, confusionCell(n, i == j, colour))
		}
		t.AppendRow(append(row, percent(fraction(counts[i].wrong(), counts[i].samples))))
	}
	return t
}

// confusionCell leaves zeros out, so that the mistakes stand out.
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

// mostRows is how many classes have a line of their own.
const mostRows = 50

// classTable has the precision and the recall of each class; of many, of those that get the most
// samples wrong.
func (e *Evaluation) classTable(colour bool) table.Writer {
	counts := e.Confusion.perClass(len(e.Classes))
	order := make([]int, len(counts))
	for i := range order {
		order[i] = i
	}
	if len(order) > mostRows {
		slices.SortStableFunc(order, func(a, b int) int { return counts[b].wrong() - counts[a].wrong() })
	}
	t := newTable(colour)
	t.AppendHeader(table.Row{"class", "samples", "wrong", "recall", "precision"})
	t.SetColumnConfigs(rightAligned(5))
	for _, i := range order[:min(len(order), mostRows)] {
		c := counts[i]
		t.AppendRow(table.Row{e.Classes[i], c.samples, c.wrong(), percent(c.recall()), percent(c.precision())})
	}
	if more := len(order) - mostRows; more > 0 {
		t.AppendRow(table.Row{fmt.Sprintf("… and %s more", words.Group(more)), "", "", "", ""})
	}
	return t
}

// mistakeTable has the ten most frequent mistakes.
func (e *Evaluation) mistakeTable(colour bool) table.Writer {
	t := newTable(colour)
	t.AppendHeader(table.Row{"class", "answer", "times"})
	t.SetColumnConfigs(rightAligned(3))
	for _, m := range e.Confusion.mistakes(10) {
		t.AppendRow(table.Row{e.Classes[m.Class], e.Classes[m.Answer], m.Count})
	}
	return t
}

func (e *Evaluation) factTable(colour bool) table.Writer {
	part := partPrefix(e.Part)
	class, guessError := e.Guess()
	t := newFacts(colour)
	t.AppendRows([]table.Row{
		{"model", e.Model},
		{"network", widths(e.Network)},
		{"data", fmt.Sprintf("%s: %s, %s",
			e.Dataset, words.Counted(e.Samples(), part+"sample"), classesFact(len(e.Classes)))},
		{"balanced accuracy", percent(e.BalancedAccuracy())},
		{part + "error", emphasize(errorOf(e.ErrorRate(), e.Samples())+OneLine(e.Weighted.fact()), colour)},
		{"by guessing", guess(guessError, e.Samples(), class)},
	})
	for _, o := range e.Others {
		t.AppendRow(table.Row{o.Part + " error", errorOf(fraction(o.Wrong, o.Samples), o.Samples) + o.Weighted.fact()})
	}
	return t
}

// fact is what follows an error without weights.
func (w *WeightedError) fact() string {
	if w == nil {
		return ""
	}
	return "; " + weightedFact(w.Error, w.Weight)
}

// weightedFact shows an error with weights.
func weightedFact(v float64, weight string) string {
	return percent(v) + ", samples counting by --weight " + weight
}
