package table

import (
	"cmp"
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
	columnBytes = 500       // about what is known of a column beside its cells
	rowBytes    = 48        // about what a row takes beside its cells: its label, and its place among the parts
)

// Bytes is about how much memory a table of so many rows, inputs and targets takes.
func Bytes(rows, inputs, targets int64) int64 {
	cells := memory.Product(rows, add(rowBytes, memory.Product(4, inputs), memory.Product(8, targets)))
	return add(cells, memory.Product(columnBytes, add(inputs, targets)))
}

// add adds numbers that are not negative. A sum that overflows is the largest number.
func add(numbers ...int64) int64 {
	all := int64(0)
	for _, n := range numbers {
		if all += n; all < 0 {
			return math.MaxInt64
		}
	}
	return all
}

// Budget is the most memory that a process may take because of files of so many bytes: a multiple of them.
func Budget(size int64) int64 { return max(minBudget, memory.Product(source.Times, size)) }

// Share is the most memory that the table of a file of so many bytes may take.
func Share(size int64) int64 { return max(minShare, memory.Product(source.Times*2/3, size)) }

// Left is how much memory may be taken for what is made of tables, beside them: what [Budget] leaves. Without limit it
// is math.MaxInt64: for tables that are part of the program.
func Left(tables ...*Table) int64 {
	size, taken := int64(0), int64(process)
	for _, t := range tables {
		if t.Size <= 0 {
			return math.MaxInt64
		}
		size, taken = add(size, t.Size), add(taken, t.Bytes())
	}
	return max(0, Budget(size)-taken)
}

// ShareError says that a small file makes a large table.
type ShareError struct {
	File string
	What string // the table, for example "1,000,000 rows of 100 columns"
	Need int64  // bytes of memory
	Size int64  // bytes of the file
	// Limit is what there may be, for what is made of a table; 0 for a table, of which there may be [Share].
	Limit int64
	Hint  string // what to do; for a table that is said without one
}

// Error names the limit and what to do.
func (e *ShareError) Error() string {
	limit, hint := cmp.Or(e.Limit, Share(e.Size)), cmp.Or(e.Hint, "if it is meant so, unpack it, or store it as CSV or NPY")
	return fmt.Sprintf("%s: %s take %s of memory, the limit for a file of %s is %s: %s",
		e.File, e.What, memory.Bytes(e.Need), memory.Bytes(e.Size), memory.Bytes(limit), hint)
}

// Check refuses a table that takes so many bytes if a limit or the share of its file, whose size is not known if it is
// negative, is less. The errors are *[memory.LimitError] and *[ShareError].
func Check(limit int64, file string, size, need int64, what string) error {
	if size >= 0 && need > Share(size) {
		return &ShareError{File: file, What: what, Need: need, Size: size}
	}
	return memory.Check(limit, need, file+": "+what)
}
