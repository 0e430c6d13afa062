package columns

import "fmt"

// Applier does what [Inputs.Apply] does, to the same bits, for many rows. What a column of plain numbers needs lies in
// 24 bytes next to that of its neighbours, where a [Column] has ten times as many, so that a wide row takes a tenth of
// the time. It may be used by several goroutines at once. The Inputs must not change as long as it is used.
type Applier struct {
	in    *Inputs
	width int
	runs  []run
}

// run is columns that stand side by side: plain numbers, each of which is one input, or others.
type run struct {
	from  int // the first column
	plain []number
	other []Column
}

// number is what becomes of a cell of a plain number, with fill in the place of a missing one.
type number struct {
	Affine
	fill float64
}

// NewApplier returns one for these inputs. It panics if they are nil.
func NewApplier(in *Inputs) *Applier {
	if in == nil {
		panic("columns: NewApplier: the inputs are nil")
	}
	a := &Applier{in: in, width: in.Width()}
	for from := 0; from < len(in.Columns); {
		r := run{from: from}
		for ; from < len(in.Columns) && in.Columns[from].isPlain(); from++ {
			c := &in.Columns[from]
			r.plain = append(r.plain, number{Affine{c.Mean, c.Divisor}, c.Fill})
		}
		first := from
		for from < len(in.Columns) && !in.Columns[from].isPlain() {
			from++
		}
		r.other = in.Columns[first:from]
		a.runs = append(a.runs, r)
	}
	return a
}

// isPlain reports whether a column is one number that makes one input.
func (c *Column) isPlain() bool {
	return c.Kind == Number && c.Curve == nil && c.Pieces == nil && c.Missing == nil
}

// Width is the number of inputs, that of the [Inputs].
func (a *Applier) Width() int { return a.width }

// Apply is [Inputs.Apply].
func (a *Applier) Apply(dst, row []float32) {
	if a.in == nil || len(row) != len(a.in.Columns) || len(dst) != a.width {
		panic(fmt.Sprintf("columns: Applier.Apply: %d cells to %d inputs, by an applier of %d inputs",
			len(row), len(dst), a.width))
	}
	for i := range a.runs {
		r := &a.runs[i]
		cells, out := row[r.from:][:len(r.plain)], dst[:len(r.plain)]
		for j, n := range r.plain {
			v := float64(cells[j])
			if v != v {
				v = n.fill
			}
			out[j] = n.of(v)
		}
		dst = dst[len(r.plain):]
		for j := range r.other {
			dst = dst[r.other[j].apply(dst, row[r.from+len(r.plain)+j]):]
		}
	}
}
