package columns

import (
	"fmt"
	"slices"
	"strconv"
)

// Description is what one has to know to use a network on raw data. Names, levels and classes must be UTF-8 ([UTF8]).
type Description struct {
	Inputs  Inputs  `json:"inputs"`
	Outputs Outputs `json:"outputs"`
}

// Inputs is what is done to the raw columns.
type Inputs struct {
	// Scale is how Columns were fitted. Only reports need it.
	Scale Scale `json:"scale"`
	// Shape is that of an image, {height, width} or {height, width, 3}; nil for a table.
	Shape []int `json:"shape,omitempty"`
	// DecimalComma says that fractions of the training file have a comma in the place of the point. Then those of a raw
	// row may have either. Else a field with a comma is not a number, as it may separate thousands, unless it shows
	// which mark does so ([ThousandsMark]), or its column knows (Column.Thousands).
	DecimalComma bool `json:"decimal_comma,omitempty"`
	// Columns are the raw columns, in the order of the training file, without the targets.
	Columns []Column `json:"columns"`
}

// Kind says how the network uses a raw column.
type Kind string

// The kinds of column.
const (
	Number  Kind = "number"
	Levels  Kind = "levels"
	Dropped Kind = "dropped"
)

// Column is what is done to a raw column; the package comment has the arithmetic.
type Column struct {
	Name string `json:"name,omitempty"` // from the header
	Kind Kind   `json:"kind"`
	// Why is the reason why a column is dropped, for people to read.
	Why string `json:"why,omitempty"`
	// Fill replaces missing numbers.
	Fill float64 `json:"fill,omitempty"`
	// Mean is the mean of a column of numbers.
	Mean float64 `json:"mean,omitempty"`
	// Divisor is that of a column of numbers, or of all levels; not 0.
	Divisor float64 `json:"divisor,omitempty"`
	// Curve adds an input to a column of numbers; nil if there is none.
	Curve *Curve `json:"curve,omitempty"`
	// Pieces adds several inputs to a column of numbers; nil if there are none.
	Pieces *Pieces `json:"pieces,omitempty"`
	// Levels are UTF-8, in ascending order of their bytes; Means has as many elements.
	Levels []string  `json:"levels,omitempty"`
	Means  []float64 `json:"means,omitempty"`
	// Thousands is the mark that separates thousands in the numbers of the training file, "." or ",". The other one of
	// the two is then the decimal mark, whatever DecimalComma says. It is "" if there is none ([WithoutThousands]).
	Thousands string `json:"thousands,omitempty"`
	// Missing is the input that says whether the cell is missing; nil if there is none.
	Missing *Affine `json:"missing,omitempty"`
}

// Affine is the map v → (v - Mean) / Divisor.
type Affine struct {
	Mean    float64 `json:"mean"`
	Divisor float64 `json:"divisor"`
}

// of applies the map and rounds once, to float32.
func (a Affine) of(v float64) float32 { return float32((v - a.Mean) / a.Divisor) }

// width is how many inputs the column adds.
func (c *Column) width() int {
	n := 0
	switch c.Kind {
	case Number:
		n = 1
		if c.Curve != nil {
			n++
		}
		if c.Pieces != nil {
			n += len(c.Pieces.Means)
		}
	case Levels:
		n = len(c.Levels)
	}
	if c.Missing != nil {
		n++
	}
	return n
}

// Width is the number of inputs of the network.
func (in *Inputs) Width() int {
	n := 0
	for j := range in.Columns {
		n += in.Columns[j].width()
	}
	return n
}

// InPieces reports whether a column has [Pieces].
func (in *Inputs) InPieces() bool {
	return slices.ContainsFunc(in.Columns, func(c Column) bool { return c.Pieces != nil })
}

// RawNames returns a name for each raw column, for people: that of the header, or the number of the
// column in the file.
func (d *Description) RawNames() []string {
	names := make([]string, len(d.Inputs.Columns))
	positions := d.Outputs.positions(len(names))
	for j, c := range d.Inputs.Columns {
		if names[j] = c.Name; c.Name == "" {
			names[j] = strconv.Itoa(positions[j] + 1)
		}
	}
	return names
}

// Names returns a name for each input of the network, for people: "age", "age, from 18 to 25", "sex=male",
// "age is missing", or with the number of the column in the file if it has no name.
func (d *Description) Names() []string {
	var names []string
	raw := d.RawNames()
	for j, c := range d.Inputs.Columns {
		name := raw[j]
		switch c.Kind {
		case Number:
			names = append(names, name)
			if c.Curve != nil {
				names = append(names, name+", its rank")
			}
			if c.Pieces != nil {
				for k := range c.Pieces.Means {
					names = append(names,
						fmt.Sprintf("%s, from %s to %s", name, cellText(c.Pieces.At[k]), cellText(c.Pieces.At[k+1])))
				}
			}
		case Levels:
			for _, level := range c.Levels {
				names = append(names, name+"="+level)
			}
		}
		if c.Missing != nil {
			names = append(names, name+" is missing")
		}
	}
	return names
}
