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

// Counted writes a number and what it counts: "1 row", "2,000 rows".
func Counted(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Group(n) + " " + noun
}

// UnlabelledNote is the note about rows that are left out of a file.
func UnlabelledNote(file string, rows int) string {
	are := "are"
	if rows == 1 {
		are = "is"
	}
	return fmt.Sprintf("%s: %s without a value of the target %s left out", file, Counted(int64(rows), "row"), are)
}

// Columns writes labels of columns, as List does, after the word that they need.
func Columns(labels []string, most int) string {
	if len(labels) == 1 {
		return "column " + labels[0]
	}
	return "columns " + List(labels, most)
}

// List writes the first names of a list, at most the given number, and how many more there are.
func List(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
