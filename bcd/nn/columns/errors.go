package columns

import (
	"fmt"
	"strconv"
)

// RowError says why a raw row can't be read.
type RowError struct {
	Column int    // of the inputs, from 0; -1: the error is about the row as a whole
	Name   string // of the column, "" without one
	Reason string
}

// Error names the column, counted from 1.
func (e *RowError) Error() string {
	switch {
	case e.Column < 0:
		return e.Reason
	case e.Name == "":
		return fmt.Sprintf("column %d: %s", e.Column+1, e.Reason)
	}
	return fmt.Sprintf("column %d %s: %s", e.Column+1, strconv.Quote(e.Name), e.Reason)
}
