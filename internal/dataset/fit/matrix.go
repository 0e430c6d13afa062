package fit

import (
	"fmt"
	"sync"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// Matrix returns the inputs of the network for these rows of a table, or for all if rows
// is nil: len(rows)×Width, row-major. The columns of the table must be those of in.
func Matrix(in *columns.Inputs, t *table.Table, rows []int, workers int) ([]float32, error) {
	codes, err := match(in, t)
	if err != nil {
		return nil, err
	}
	n := t.Rows
	if rows != nil {
		n = len(rows)
	}
	width, columns := in.Width(), len(in.Columns)
	x := make([]float32, n*width)
	parallel(n, rowsAtLeast, workers, func(from, to int) {
		row := make([]float32, columns)
		for i := from; i < to; i++ {
			k := i
			if rows != nil {
				k = rows[i]
			}
			copy(row, t.Cells[k*columns:(k+1)*columns])
			recode(row, codes)
			in.Apply(x[i*width:(i+1)*width], row)
		}
	})
	return x, nil
}

// Take is Matrix for all rows of a table that is no longer needed: the result overwrites its cells, unless there are
// more inputs than columns.
func Take(in *columns.Inputs, t *table.Table, workers int) ([]float32, error) {
	width, columns := in.Width(), len(in.Columns)
	if width > columns {
		x, err := Matrix(in, t, nil, workers)
		t.Cells = nil
		return x, err
	}
	codes, err := match(in, t)
	if err != nil {
		return nil, err
	}
	cells := t.Cells
	if width < columns {
		workers = 1 // each row is written where an earlier one was read
	}
	parallel(t.Rows, rowsAtLeast, workers, func(from, to int) {
		row := make([]float32, columns)
		for i := from; i < to; i++ {
			copy(row, cells[i*columns:(i+1)*columns])
			recode(row, codes)
			in.Apply(cells[i*width:(i+1)*width], row)
		}
	})
	t.Cells = nil
	return cells[: t.Rows*width : t.Rows*width], nil
}

// Check returns a *source.FormatError unless the columns of a table are those of in.
func Check(in *columns.Inputs, t *table.Table) error {
	_, err := match(in, t)
	return err
}

// match returns for each column of text what the codes of the table are in Levels; it is
// an error if the table has other columns.
func match(in *columns.Inputs, t *table.Table) ([][]float32, error) {
	if len(t.Inputs) != len(in.Columns) {
		return nil, source.Bad(t.Source, "it has %d columns of inputs, want %d", len(t.Inputs), len(in.Columns))
	}
	codes := make([][]float32, len(in.Columns))
	for j := range in.Columns {
		c, have := &in.Columns[j], &t.Inputs[j]
		if c.Kind == columns.Dropped {
			continue
		}
		if (c.Kind == columns.Levels) != (have.Kind == table.Text) {
			return nil, &source.FormatError{File: t.Source, Column: table.Label(table.Position(j, t.At), c.Name),
				Reason: fmt.Sprintf("it has %s, and %s in the training data", have.Kind, c.Kind)}
		}
		if c.Kind == columns.Levels {
			codes[j] = make([]float32, len(have.Levels))
			for i, level := range have.Levels {
				codes[j][i] = float32(c.Level(level))
			}
		}
	}
	return codes, nil
}

// recode replaces the table's codes by indices of Levels.
func recode(row []float32, codes [][]float32) {
	for j, code := range codes {
		if code != nil && row[j] >= 0 {
			row[j] = code[int(row[j])]
		}
	}
}

// rowsAtLeast is how many rows are worth a goroutine.
const rowsAtLeast = 256

// parallel calls do for parts of 0..n-1, each of at least least indices, on up to the given number
// of goroutines.
func parallel(n, least, workers int, do func(from, to int)) {
	workers = max(1, min(workers, n/least))
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	all.Wait()
}
