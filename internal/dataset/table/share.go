package table

import (
	"fmt"
	"math"

	"ridge/internal/dataset/source"
	"ridge/internal/memory"
)

// A compressed file, an image or a header can stand for a thousand times its bytes. That much is refused: what is that
// large in memory should be large on the disk, so that a small file can't take a machine's memory.
//
// A process that reads a file takes more than the table: a table that grows is copied, garbage waits to be collected,
// and inputs and weights are made of it. The table may take two thirds of what the process may.
const (
	minBudget   = 256 << 20 // bytes of memory that a process may take for any file
	minShare    = 96 << 20  // … and the table
	process     = 40 << 20  // what a process takes without a file
	columnBytes = 500       // about the memory for what is known of a column, besides its cells
	rowBytes    = 48        // about what a row takes besides its cells: its label, and its place among the parts
)

// Bytes is about how much memory a table takes.
func Bytes(rows, inputs, targets int64) int64 {
	cells := memory.Product(rows, memory.Sum(rowBytes, memory.Product(4, inputs), memory.Product(8, targets)))
	return memory.Sum(cells, memory.Product(columnBytes, memory.Sum(inputs, targets)))
}

// Budget is the most memory that a process may take because of files of size bytes in all: o.Memory, or else a multiple
// of the size.
func (o Options) Budget(size int64) int64 {
	if o.Memory > 0 {
		return o.Memory
	}
	return max(minBudget, memory.Product(source.Times, size))
}

// Share is the most memory that the table of a file of size bytes may take. If the size is not known (negative), it is
// math.MaxInt64, unless o.Memory is set.
func (o Options) Share(size int64) int64 {
	switch {
	case o.Memory > 0:
		return shareOf(o.Memory)
	case size < 0:
		return math.MaxInt64
	}
	return max(minShare, memory.Product(source.Times*2/3, size))
}

// shareOf is what a table may take of what a process may.
func shareOf(budget int64) int64 { return budget / 3 * 2 }

// budgetFor is what a process must be allowed to take for a table of share bytes.
func budgetFor(share int64) int64 { return memory.Sum(share, share/2, 3) }

// Without returns the options for a second table next to one that takes the given number of bytes.
func (o Options) Without(bytes int64) Options {
	o.Limit = max(0, o.Limit-bytes)
	if o.Memory > 0 {
		o.Memory = max(1, o.Memory-bytes) // 0 would be a multiple of the size
	}
	return o
}

// Left is how much memory may be taken for what is made of tables, besides the tables: what [Options.Budget] leaves;
// and what the process takes with them. Without limit it is math.MaxInt64: for tables that are part of the program.
func (o Options) Left(tables ...*Table) (left, taken int64) {
	size, taken := int64(0), int64(process)
	for _, t := range tables {
		if t.Size <= 0 {
			return math.MaxInt64, taken
		}
		size, taken = memory.Sum(size, t.Size), memory.Sum(taken, t.Bytes())
	}
	return max(0, o.Budget(size)-taken), taken
}

// ShareError says that a small file makes a large table.
type ShareError struct {
	File  string
	What  string // the table, for example "1,000,000 rows of 100 columns"
	Need  int64  // bytes of memory
	Size  int64  // bytes of the file
	Limit int64  // bytes that the table may take
	Hint  string // what to do
	// Memory is what Options.Memory would have to be; 0 if that is not known.
	Memory int64
}

// Error names the limit and what to do.
func (e *ShareError) Error() string {
	allowed := "a larger --memory"
	if e.Memory > 0 {
		allowed = "--memory " + memory.RoundUp(e.Memory)
	}
	return fmt.Sprintf("%s: %s take %s of memory, the limit for a file of %s is %s: %s, or %s allows it",
		e.File, e.What, memory.Bytes(e.Need), memory.Bytes(e.Size), memory.Bytes(e.Limit), e.Hint, allowed)
}

// Check refuses a table that takes need bytes if that is more than o.Limit or than the share of its file, whose size is
// negative if it is not known. If need is for a part of the table, all is about how many bytes the whole takes; 0 if
// nobody knows. The errors are *[memory.LimitError] and *[ShareError].
func (o Options) Check(file string, size, need int64, what string, all int64) error {
	share := o.Share(size)
	if need <= share {
		return memory.Check(o.Limit, need, file+": "+what)
	}
	e := &ShareError{
		File: file, What: what, Need: need, Size: max(0, size), Limit: share,
		Hint: "if that is intended, unpack it, or store it as CSV or NPY",
	}
	if all > 0 {
		e.Memory = budgetFor(max(need, all))
	}
	return e
}
