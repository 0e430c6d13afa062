package table

import (
	"fmt"
	"strconv"
	"strings"
)

// Label is how messages call column i (from 0) of a file: its number, from 1, and its
// name if it has one.
func Label(i int, name string) string {
	if name == "" {
		return strconv.Itoa(i + 1)
	}
	return strconv.Itoa(i+1) + " " + strconv.Quote(name)
}

// Group writes a number with commas between thousands.
func Group(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// List writes the first names of a list, at most so many, and how many more there are.
func List(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
