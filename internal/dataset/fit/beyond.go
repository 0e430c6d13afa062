package fit

import (
	"fmt"
	"slices"
	"sync"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// beyond finds the first row of which an input is beyond float32, as it has a number far from those of the training
// rows. It may be used by several goroutines at once.
type beyond struct {
	table *table.Table
	mutex sync.Mutex
	found bool
	at    int // which of the rows that are taken it is
	row   []float32
	line  int // 0 if it is not known
}

// see notes that the inputs x of the i-th row that is taken, row k of the table, are not all finite.
func (b *beyond) see(i, k int, x, row []float32) {
	for _, v := range x {
		if finite(v) {
			continue
		}
		b.mutex.Lock()
		defer b.mutex.Unlock()
		if !b.found || i < b.at {
			b.found, b.at, b.row = true, i, slices.Clone(row)
			if b.table.Lines != nil {
				b.line = int(b.table.Lines[k])
			}
		}
		return
	}
}

// err names the first number that was noted, nil if there is none.
func (b *beyond) err(in *columns.Inputs) error {
	if !b.found {
		return nil
	}
	for j, c := range in.Columns {
		one := columns.Inputs{Columns: []columns.Column{c}}
		x := make([]float32, one.Width())
		one.Apply(x, b.row[j:j+1])
		for _, v := range x {
			if !finite(v) {
				return &source.FormatError{File: b.table.Source, Line: b.line,
					Column: table.Label(b.table.Inputs[j].Field, c.Name), Reason: tooFar(&c, b.row[j])}
			}
		}
	}
	return nil
}

// tooFar says of a cell why its input is beyond float32.
func tooFar(c *columns.Column, cell float32) string {
	if c.Kind != columns.Number || cell != cell {
		return "what the network does with its values leads beyond the numbers of 32 bits"
	}
	number := func(v float64) string { return columns.FormatNumber(short(v)) }
	return fmt.Sprintf("%s is too far from the training data, whose mean is %s, as it is divided by %s: write ? or "+
		"nothing where a value is missing", number(float64(cell)), number(c.Mean), number(c.Divisor))
}
