package columns

import (
	"fmt"
	"math"
	"slices"

	"ridge/internal/words"
)

// Apply writes the inputs of the network for one raw row to dst, of length Width. row has a cell for each column: a
// number, the index of a level (negative for a level that training has not seen), or NaN if it is missing. Dropped
// columns are ignored. dst and row do not overlap. It does not allocate. It panics if the lengths don't match.
func (in *Inputs) Apply(dst, row []float32) {
	if len(row) != len(in.Columns) || len(dst) != in.Width() {
		panic(fmt.Sprintf("columns: Apply: %d cells to %d inputs: want %d to %d",
			len(row), len(dst), len(in.Columns), in.Width()))
	}
	at := 0
	for j := range in.Columns {
		at += in.Columns[j].apply(dst[at:], row[j])
	}
}

// apply writes the inputs for a cell, and returns how many there are.
func (c *Column) apply(dst []float32, x float32) (inputs int) {
	missing, at := x != x, 0
	switch c.Kind {
	case Number:
		v := float64(x)
		if missing {
			v = c.Fill
		}
		dst[at] = Affine{c.Mean, c.Divisor}.of(v)
		at++
		if c.Curve != nil {
			y := c.Curve.Mean
			if !missing {
				y = c.Curve.Value(v)
			}
			dst[at] = Affine{c.Curve.Mean, c.Curve.Divisor}.of(y)
			at++
		}
		if c.Pieces != nil {
			n := len(c.Pieces.Means)
			c.Pieces.apply(dst[at:at+n], v, missing)
			at += n
		}
	case Levels:
		if len(c.Means) != len(c.Levels) {
			panic(fmt.Sprintf("columns: Apply: %d levels with %d means", len(c.Levels), len(c.Means)))
		}
		for i, mean := range c.Means {
			dst[at+i] = Affine{mean, c.Divisor}.of(indicator(float32(i) == x))
		}
		at += len(c.Means)
	}
	if c.Missing != nil {
		dst[at] = c.Missing.of(indicator(missing))
		at++
	}
	return at
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// ParseRow reads the fields of a raw row, one for each column, as cells for Apply. It does not allocate unless it
// fails, or a number has a decimal comma and more than 15 digits, or separators of thousands. Fields of dropped columns
// are ignored.
func (in *Inputs) ParseRow(cells []float32, fields []string) error {
	if len(fields) != len(in.Columns) {
		reason := fmt.Sprintf("%s, want %d", words.Counted(len(fields), "field"), len(in.Columns))
		return &RowError{Column: -1, Reason: reason}
	}
	if len(cells) != len(fields) {
		panic(fmt.Sprintf("columns: ParseRow: room for %d cells of %d", len(cells), len(fields)))
	}
	for j := range in.Columns {
		c := &in.Columns[j]
		field := Clean(fields[j])
		cells[j] = nan
		switch {
		case c.Kind == Number:
			x, ok := in.parseCell(c, field)
			if ok {
				cells[j] = x
			} else if !IsMissing(field) {
				return &RowError{Column: j, Name: c.Name, Reason: fmt.Sprintf("%q is not a number", field)}
			}
		case c.Kind == Levels:
			if level := c.Level(UTF8(field)); level >= 0 || !IsMissing(field) { // of older models any text is a level
				cells[j] = float32(level)
			}
		}
	}
	return nil
}

// parseCell is [ParseCell], with a decimal comma in the place of the point if the training file had such numbers, and
// with marks between thousands if the column had them, or the field shows that it has.
func (in *Inputs) parseCell(c *Column, field string) (x float32, ok bool) {
	if c.Thousands != "" {
		return ParseCell(WithoutThousands(field, c.Thousands))
	}
	if in.DecimalComma {
		if v, ok := parseShort(field, ','); ok {
			return float32(v), true
		}
		x, ok = ParseCell(WithPoint(field))
	} else {
		x, ok = ParseCell(field)
	}
	if !ok {
		if mark := ThousandsMark(field); mark != "" {
			return ParseCell(WithoutThousands(field, mark))
		}
	}
	return x, ok
}

// Level returns the index of a level, or -1 if there is no such level.
func (c *Column) Level(text string) int {
	if i, ok := slices.BinarySearch(c.Levels, text); ok {
		return i
	}
	return -1
}

// nan is a cell that is missing.
var nan = float32(math.NaN())
