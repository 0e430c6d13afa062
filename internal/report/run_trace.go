package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/bcd"
	"ridge/bcd/train"
)

// TraceTable writes the course of a training for people to read while it is under way: some ten lines, each as soon as
// it is known.
type TraceTable struct {
	run    *Run
	w      io.Writer
	colour bool
	layout *traceLayout // nil: nothing has been written yet
	last   train.Epoch
	shown  int // the epoch of the last line
}

// TraceTable returns a table of the run's epochs, which are still to come.
func (r *Run) TraceTable(w io.Writer, colour bool) *TraceTable {
	return &TraceTable{run: r, w: w, colour: colour}
}

// Add takes an epoch, and writes its line if it has one.
func (t *TraceTable) Add(e train.Epoch) error {
	t.last = e
	if !shown(e.Epoch, t.run.Recipe.Rounds()) {
		return nil
	}
	return t.write()
}

// End writes the line of the last epoch, if it has none yet.
func (t *TraceTable) End() error {
	if t.last.Epoch == t.shown {
		return nil
	}
	return t.write()
}

// write writes the line of the last epoch, the first one below a header.
func (t *TraceTable) write() error {
	t.shown = t.last.Epoch
	first := t.layout == nil
	if first {
		t.layout = t.run.traceLayout(t.last)
	}
	const header = 2 // lines of it
	lines := t.layout.render(t.last, t.colour)
	text := lines[header+1] // the line in between only sets the width
	if first {
		text = strings.Join(lines[:header], "\n") + "\n" + text
	}
	_, err := io.WriteString(t.w, text+"\n")
	return err
}

// traceLayout is the columns of a trace: they are as wide at the first line as at the last one.
type traceLayout struct {
	run    *Run
	titled [2][]train.Measure
	digits int // after the point
	active bool
	widest table.Row
}

// traceLayout makes the columns for a training that begins with an epoch. What is minimized falls by some orders of
// magnitude, so it gets more digits than the first value needs.
func (r *Run) traceLayout(first train.Epoch) *traceLayout {
	const more = 2
	value := first.Loss
	if !r.mini() {
		value = first.Value(bcd.ObjectiveAfterW)
	}
	l := &traceLayout{run: r, titled: r.titledMeasures(), digits: decimals(value), active: first.Activity != nil}
	if l.digits >= 0 {
		l.digits += more
	}
	const time = "99999 s"
	l.widest = l.row(first)
	l.widest[0] = r.Recipe.Rounds()
	for i, cell := range l.widest {
		if text, ok := cell.(string); ok && strings.HasSuffix(text, "%") && strings.Contains(text, ".") {
			l.widest[i] = percent(1)
		}
	}
	if last := len(l.widest) - 1; utf8.RuneCountInString(fmt.Sprint(l.widest[last])) < len(time) {
		l.widest[last] = time
	}
	return l
}

// render returns the lines of a table with the widest row and that of an epoch.
func (l *traceLayout) render(e train.Epoch, colour bool) []string {
	header := l.header()
	t := newTable(colour)
	t.AppendHeader(header)
	t.SetColumnConfigs(rightAligned(len(header)))
	t.AppendRow(l.widest)
	t.AppendRow(l.row(e))
	return strings.Split(t.Render(), "\n")
}

func (l *traceLayout) header() table.Row {
	header := table.Row{"iter"}
	if l.run.mini() {
		header = table.Row{"epoch", "loss"}
	}
	for _, m := range l.titled[0] {
		header = append(header, m.Title)
	}
	if l.active {
		header = append(header, "active")
	}
	for _, m := range l.titled[1] {
		header = append(header, m.Title)
	}
	header = append(header, "train err")
	if l.run.Validation > 0 {
		header = append(header, "val. err")
	}
	if l.run.Test > 0 {
		header = append(header, "test err")
	}
	return append(header, "time")
}

func (l *traceLayout) row(e train.Epoch) table.Row {
	row := table.Row{e.Epoch}
	if l.run.mini() {
		row = append(row, fixed(e.Loss, l.digits))
	}
	row = append(row, cells(l.titled[0], e, l.digits)...)
	if l.active {
		row = append(row, fmt.Sprintf("%.0f %%", 100*l.run.active(e)))
	}
	row = append(row, cells(l.titled[1], e, l.digits)...)
	row = append(row, percent(e.TrainError))
	if l.run.Validation > 0 {
		row = append(row, percent(e.ValidationError))
	}
	if l.run.Test > 0 {
		row = append(row, percent(e.TestError))
	}
	return append(row, seconds(e.Seconds))
}
