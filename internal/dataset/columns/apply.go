package columns

import (
	"fmt"
	"slices"
	"sync"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// Apply writes the inputs of the network for one raw row to dst, of length Width. row has
// a cell for each column: a number, the index of a level or a negative number for another
// one, NaN for missing; dropped columns are not looked at. dst and row do not overlap. It
// does not allocate.
func (in *Inputs) Apply(dst, row []float32) {
	at := 0
	for j := range in.Columns {
		c := &in.Columns[j]
		x := row[j]
		missing := x != x
		switch c.Kind {
		case Number:
			v := float64(x)
			if missing {
				v = c.Fill
			}
			dst[at] = Affine{c.Mean, c.Divisor}.of(v)
			at++
		case Levels:
			for i, mean := range c.Means {
				dst[at+i] = Affine{mean, c.Divisor}.of(indicator(float32(i) == x))
			}
			at += len(c.Means)
		}
		if c.Missing != nil {
			dst[at] = c.Missing.of(indicator(missing))
			at++
		}
	}
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ParseRow reads the fields of a raw row, one for each column, as cells for Apply. It does
// not allocate unless it fails. Fields of dropped columns are not looked at.
func (in *Inputs) ParseRow(cells []float32, fields []string) error {
	if len(fields) != len(in.Columns) {
		return fmt.Errorf("%d fields, want %d", len(fields), len(in.Columns))
	}
	for j := range in.Columns {
		c := &in.Columns[j]
		field := table.Clean(fields[j])
		cells[j] = table.Missing
		switch {
		case c.Kind == Number:
			x, ok := table.ParseCell(field)
			if ok {
				cells[j] = x
			} else if !table.IsMissing(field) {
				return fmt.Errorf("column %s: %q is no number", table.Label(j, c.Name), field)
			}
		case c.Kind == Levels && !table.IsMissing(field):
			cells[j] = float32(c.level(table.UTF8(field)))
		}
	}
	return nil
}

// level is the index of a level, or -1.
func (c *Column) level(text string) int {
	if i, ok := slices.BinarySearch(c.Levels, text); ok {
		return i
	}
	return -1
}

// Matrix returns the inputs of the network for these rows of a table, or for all if rows
// is nil: len(rows)×Width, row-major. The columns of the table must be those of in.
func (in *Inputs) Matrix(t *table.Table, rows []int, workers int) ([]float32, error) {
	codes, err := in.match(t)
	if err != nil {
		return nil, err
	}
	n := t.Rows
	if rows != nil {
		n = len(rows)
	}
	width, columns := in.Width(), len(in.Columns)
	x := make([]float32, n*width)
	parallel(n, workers, func(from, to int) {
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

// Take is Matrix for all rows of a table that is not needed any more: the result takes the
// place of its cells, in the same memory unless there are more inputs than columns.
func (in *Inputs) Take(t *table.Table, workers int) ([]float32, error) {
	width, columns := in.Width(), len(in.Columns)
	if width > columns {
		x, err := in.Matrix(t, nil, workers)
		t.Cells = nil
		return x, err
	}
	codes, err := in.match(t)
	if err != nil {
		return nil, err
	}
	cells := t.Cells
	if width < columns {
		workers = 1 // a row is written where one before it was read
	}
	parallel(t.Rows, workers, func(from, to int) {
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

// match returns for each column of text what the codes of the table are in Levels; it is
// an error if the table has other columns.
func (in *Inputs) match(t *table.Table) ([][]float32, error) {
	if len(t.Inputs) != len(in.Columns) {
		return nil, source.Bad(t.Source, "it has %d columns of inputs, want %d", len(t.Inputs), len(in.Columns))
	}
	codes := make([][]float32, len(in.Columns))
	for j := range in.Columns {
		c, have := &in.Columns[j], &t.Inputs[j]
		if c.Kind == Dropped {
			continue
		}
		if (c.Kind == Levels) != (have.Kind == table.Text) {
			return nil, &source.FormatError{File: t.Source, Column: table.Label(table.Position(j, t.At), c.Name),
				Reason: fmt.Sprintf("it has %s, and %s in the training data", have.Kind, c.Kind)}
		}
		if c.Kind == Levels {
			codes[j] = make([]float32, len(have.Levels))
			for i, level := range have.Levels {
				codes[j][i] = float32(c.level(level))
			}
		}
	}
	return codes, nil
}

// recode puts indices of Levels in the place of the table's own.
func recode(row []float32, codes [][]float32) {
	for j, code := range codes {
		if code != nil && row[j] >= 0 {
			row[j] = code[int(row[j])]
		}
	}
}

// parallel calls do for parts of 0..n-1 on so many goroutines.
func parallel(n, workers int, do func(from, to int)) {
	workers = max(1, min(workers, n/256))
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	all.Wait()
}
