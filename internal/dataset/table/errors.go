package table

import (
	"fmt"
	"strconv"
	"strings"

	"ridge/internal/words"
)

// TargetError says that a column that was asked for, to predict it or to leave it out, is not there.
type TargetError struct {
	File   string
	Target string   // what was asked for
	Names  []string // of the columns, if they have names
	Count  int      // of the columns
}

// Error implements error; it says which columns there are, or which one looks like it.
func (e *TargetError) Error() string {
	const most = 20
	there := fmt.Sprintf("its columns have the numbers 1 to %d and no names", e.Count)
	if e.Names != nil {
		names := make([]string, len(e.Names))
		for i := range names {
			names[i] = quoted(e.Names[i])
		}
		there = fmt.Sprintf("it has %s; a number from 1 to %d will do, too", words.List(names, most), e.Count)
	}
	if other := looksLike(e.Target, e.Names); other != "" {
		there = other
	}
	return fmt.Sprintf("%s: no column %q: %s", e.File, e.Target, there)
}

// quoted is a name as it stands in a list: in quotes if it could be taken for several, or for none.
func quoted(name string) string {
	if name == "" || strings.ContainsAny(name, "\", ") {
		return strconv.Quote(name)
	}
	return name
}
