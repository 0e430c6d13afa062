package fit

import (
	"fmt"
	"sync"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// Matrix returns the inputs of the network for these rows of a table, or for all if rows
// is nil: len(rows)×Width, row-major. The columns of the table must be those of in. A number whose input is beyond
// float32 is a *source.FormatError.
func Matrix(in *columns.Inputs, t *table.Table, rows []int, workers int) ([]float32, error) {
	codes, err := match(in, t)
	if err != nil {
		return nil, err
	}
	n := t.Rows
	if rows != nil {
		n = len(rows)
	}
	applier, cols := columns.NewApplier(in), len(in.Columns)
	width := applier.Width()
	x := make([]float32, n*width)
	far := beyond{table: t}
	parallel(n, rowsAtLeast, workers, func(from, to int) {
		row := make([]float32, cols)
		for i := from; i < to; i++ {
			k := i
			if rows != nil {
				k = rows[i]
			}
			copy(row, t.Cells[k*cols:(k+1)*cols])
			recode(row, codes)
			applier.Apply(x[i*width:(i+1)*width], row)
			far.see(i, k, x[i*width:(i+1)*width], row)
		}
	})
	return x, far.err(in)
}

// Take is Matrix for all rows of a table that is no longer needed: the result overwrites its cells, unless there are
// more inputs than columns.
func Take(in *columns.Inputs, t *table.Table, workers int) ([]float32, error) {
	applier, cols := columns.NewApplier(in), len(in.Columns)
	width := applier.Width()
	if width > cols {
		x, err := Matrix(in, t, nil, workers)
		t.Cells = nil
		return x, err
	}
	codes, err := match(in, t)
	if err != nil {
		return nil, err
	}
	cells, far := t.Cells, beyond{table: t}
	take := func(from, to int) {
		row := make([]float32, cols)
		for i := from; i < to; i++ {
			copy(row, cells[i*cols:(i+1)*cols])
			recode(row, codes)
			at := from*cols + (i-from)*width // within what was read
			applier.Apply(cells[at:at+width], row)
			far.see(i, i, cells[at:at+width], row)
		}
	}
	parallel(t.Rows, rowsAtLeast, workers, take)
	if width < cols {
		for _, p := range partsOf(t.Rows, rowsAtLeast, workers) {
			copy(cells[p.from*width:p.to*width], cells[p.from*cols:])
		}
	}
	t.Cells = nil
	return cells[: t.Rows*width : t.Rows*width], far.err(in)
}

// Check returns a *source.FormatError unless the columns of a table are those of in.
func Check(in *columns.Inputs, t *table.Table) error {
	_, err := match(in, t)
	return err
}

// coding is what the codes of a column of text are in Levels.
type coding struct {
	column int
	codes  []float32
}

// match returns the coding of each column of text; it is an error if the table has other columns.
func match(in *columns.Inputs, t *table.Table) ([]coding, error) {
	if len(t.Inputs) != len(in.Columns) {
		return nil, source.Bad(t.Source, "it has %d columns of inputs, want %d", len(t.Inputs), len(in.Columns))
	}
	if !table.SameOrder(t.Shape, in.Shape) {
		return nil, source.Bad(t.Source, "its samples have the shape %v, those of the training data %v: the numbers "+
			"of one would be taken for others", t.Shape, in.Shape)
	}
	var list []coding
	for j := range in.Columns {
		c, have := &in.Columns[j], &t.Inputs[j]
		if c.Kind == columns.Dropped {
			continue
		}
		if (c.Kind == columns.Levels) != (have.Kind == table.Text) {
			return nil, &source.FormatError{File: t.Source, Column: table.Label(have.Field, c.Name),
				Reason: fmt.Sprintf("it has %s, and %s in the training data", have.Kind, c.Kind)}
		}
		if c.Kind == columns.Levels {
			codes := make([]float32, len(have.Levels))
			for i, level := range have.Levels {
				codes[i] = float32(c.Level(level))
			}
			list = append(list, coding{j, codes})
		}
	}
	return list, nil
}

// recode replaces the table's codes by indices of Levels.
func recode(row []float32, list []coding) {
	for _, c := range list {
		if x := &row[c.column]; *x >= 0 {
			*x = c.codes[int(*x)]
		}
	}
}

// rowsAtLeast is how many rows are worth a goroutine.
const rowsAtLeast = 256

// part is the indices from … to−1.
type part struct{ from, to int }

// partsOf divides 0..n-1 into as many parts as there are workers, but each of at least least indices.
func partsOf(n, least, workers int) []part {
	parts := make([]part, max(1, min(workers, n/least)))
	for w := range parts {
		parts[w] = part{n * w / len(parts), n * (w + 1) / len(parts)}
	}
	return parts
}

// parallel calls do for each of the parts, on a goroutine of its own.
func parallel(n, least, workers int, do func(from, to int)) {
	var all sync.WaitGroup
	for _, p := range partsOf(n, least, workers) {
		all.Go(func() { do(p.from, p.to) })
	}
	all.Wait()
}
