package table

import (
	"fmt"

	"ridge/internal/dataset/source"
	"ridge/internal/memory"
)

// A compressed file, an image or a header can stand for a thousand times its bytes. That much is refused: what is that
// large in memory should be large on the disk, so that a small file can't take a machine's memory.
const (
	minShare    = 64 << 20 // bytes of memory that any file may take
	columnBytes = 500      // about what is known of a column beside its cells
)

// Bytes is about how much memory a table of so many rows, inputs and targets takes.
func Bytes(rows, inputs, targets int64) int64 {
	cells := memory.Product(rows, 4*inputs+8*targets)
	return cells + min(memory.Product(columnBytes, inputs+targets), most-cells)
}

const most = 1<<63 - 1

// Share is the most memory that the table of a file of so many bytes may take: a multiple of them.
func Share(size int64) int64 { return max(minShare, memory.Product(source.Times, size)) }

// ShareError says that a small file makes a large table.
type ShareError struct {
	File string
	What string // the table, for example "1,000,000 rows of 100 columns"
	Need int64  // bytes of memory
	Size int64  // bytes of the file
}

// Error names the limit and what to do.
func (e *ShareError) Error() string {
	return fmt.Sprintf("%s: %s take %s of memory, the limit for a file of %s is %s: if it is meant so, unpack it, or store it as CSV or NPY",
		e.File, e.What, memory.Bytes(e.Need), memory.Bytes(e.Size), memory.Bytes(Share(e.Size)))
}

// Check refuses a table that takes so many bytes if a limit or the share of its file, whose size is not known if it is
// negative, is less. The errors are *[memory.LimitError] and *[ShareError].
func Check(limit int64, file string, size, need int64, what string) error {
	if size >= 0 && need > Share(size) {
		return &ShareError{File: file, What: what, Need: need, Size: size}
	}
	return memory.Check(limit, need, file+": "+what)
}
