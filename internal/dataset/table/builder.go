package table

import (
	"fmt"
	"math"

	"ridge/internal/memory"
	"ridge/internal/words"
)

// Builder collects the rows of a table whose number is not known beforehand. It takes
// about the memory of the rows, if the estimates of their number are good, and never more
// than the limit, or than the file may take ([Options.Share]).
type Builder struct {
	file           string
	size           int64 // of the file
	width, targets int
	extra          int64
	o              Options
	rows           int
	cells          []float32
	values         []float64
}

// NewBuilder returns a builder for rows of width inputs and the given number of targets, from a file of size bytes, -1
// if that is not known. o has the most bytes that the table may take.
func NewBuilder(file string, size int64, width, targets int, o Options) *Builder {
	return &Builder{file: file, size: size, width: width, targets: targets, o: o}
}

// Rows is how many rows there are.
func (b *Builder) Rows() int { return b.rows }

// Bytes is how much memory the rows take.
func (b *Builder) Bytes() int64 { return int64(b.rows) * b.rowBytes() }

// rowBytes is the size of a row.
func (b *Builder) rowBytes() int64 { return rowBytes + 4*int64(b.width) + 8*int64(b.targets) }

// Extra sets how many bytes are taken besides the rows: by dictionaries.
func (b *Builder) Extra(bytes int64) { b.extra = bytes }

// need is how much memory the given number of rows takes.
func (b *Builder) need(rows int64) int64 {
	return memory.Sum(Bytes(rows, int64(b.width), int64(b.targets)), b.extra)
}

// check returns an error if this number of rows takes more memory than allowed, in all or for a file of this size. The
// error assumes that there will be about expect rows in the end.
func (b *Builder) check(rows, expect int64) error {
	need := b.need(rows)
	if need <= min(b.o.Limit, b.o.Share(b.size)) {
		return nil // without formatting a message
	}
	all := b.need(max(rows, expect))
	all = memory.Sum(all, all/4) // as it is an estimate
	return b.o.Check(b.file, b.size, need,
		fmt.Sprintf("the first %s rows of %s columns", words.Group(rows), words.Group(b.width+b.targets)), all)
}

// Append adds rows, which are copied: cells is rows×inputs, values rows×targets. It returns a *[memory.LimitError] if
// that makes more than may be taken, and a *[ShareError] if it makes more than the file may take.
//
// expect is how many rows there will be in the end as far as anybody knows; room for as many is taken if there is none
// left. It is no reason to refuse anything: the rest of a file may be unlike its beginning.
func (b *Builder) Append(rows int, cells []float32, values []float64, expect int64) error {
	want := int64(b.rows) + int64(rows)
	if err := b.check(want, expect); err != nil {
		return err
	}
	if want > b.capacity() {
		room := b.room(want, expect)
		b.cells = grown(b.cells, room*int64(b.width))
		b.values = grown(b.values, room*int64(b.targets))
	}
	b.rows += rows
	b.cells = append(b.cells, cells...)
	b.values = append(b.values, values...)
	return nil
}

// room is for how many rows to take memory if want of them are needed: never for more than are allowed.
func (b *Builder) room(want, expect int64) int64 {
	room := max(want, expect)
	if b.need(room) > b.o.Share(b.size) {
		room = min(room, 2*want) // more than there may be: it is not taken on trust
	}
	if b.rows > 0 { // where nothing is known, or was known wrongly, a quarter more
		have := b.capacity()
		room = max(room, have+have/4)
	}
	return max(want, min(room, b.most()))
}

// most is how many rows there may be.
func (b *Builder) most() int64 {
	bytes := min(b.o.Limit, b.o.Share(b.size))
	return max(0, bytes-b.need(0)) / max(1, b.rowBytes())
}

// capacity is how many rows there is room for.
func (b *Builder) capacity() int64 {
	room := int64(math.MaxInt64)
	if b.width > 0 {
		room = int64(cap(b.cells) / b.width)
	}
	if b.targets > 0 {
		room = min(room, int64(cap(b.values)/b.targets))
	}
	return room
}

// grown is s with room for exactly n elements.
func grown[T any](s []T, n int64) []T {
	if n <= int64(cap(s)) {
		return s
	}
	return append(make([]T, 0, n), s...)
}

// Table hands the rows over.
func (b *Builder) Table(source string, inputs, targets []Column) *Table {
	return &Table{Source: source, Size: max(0, b.size), Rows: b.rows, Inputs: inputs, Cells: b.cells, Targets: targets,
		Values: b.values}
}
