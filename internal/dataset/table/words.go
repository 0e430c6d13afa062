package table

import (
	"fmt"
	"strconv"
	"strings"

	"ridge/internal/words"
)

// Label is how messages call column i (from 0) of a file: its number, from 1, and its
// name if it has one.
func Label(i int, name string) string {
	if name == "" {
		return strconv.Itoa(i + 1)
	}
	return strconv.Itoa(i+1) + " " + strconv.Quote(name)
}

// WithoutColumns says that a file lacks columns of these names, in quotes.
func WithoutColumns(names []string) string {
	column := "column"
	if len(names) > 1 {
		column = "columns"
	}
	return fmt.Sprintf("it has no %s %s, which the training data has", column, strings.Join(names, ", "))
}

// UnlabelledNote is the note about rows that are left out of a file.
func UnlabelledNote(file string, rows int) string {
	are := "are"
	if rows == 1 {
		are = "is"
	}
	return fmt.Sprintf("%s: %s without a value of the target %s left out", file, words.Counted(rows, "row"), are)
}

// UnreadNote is the note about the columns at these positions of a file without names, which are taken for targets that
// nobody asks for, as there is one column, or there are some, more than the inputs.
func UnreadNote(file string, at []int) string {
	labels := make([]string, len(at))
	for k, position := range at {
		labels[k] = Label(position, "")
	}
	const most = 5
	if len(at) == 1 {
		return fmt.Sprintf("%s: %s is taken for the target, and not read", file, Columns(labels, most))
	}
	return fmt.Sprintf("%s: %s are taken for the targets, and not read", file, Columns(labels, most))
}

// ZerosNote is the note about columns of whole numbers that begin with a zero, such as example, and what to do if they
// are codes.
func ZerosNote(file, columns, example, remedy string) string {
	bare := strings.TrimLeft(example[:len(example)-1], "0") + example[len(example)-1:]
	return fmt.Sprintf("%s: %s: %s is read as the number %s: if it is a code, %s", file, columns, example, bare, remedy)
}

// RoundedNote is the note about whole numbers of a target that are rounded, such as example, which becomes v, and what
// to do if they are codes. what says which they are: "target 2 has".
func RoundedNote(file, what, example string, v float64, remedy string) string {
	return fmt.Sprintf(
		"%s: %s whole numbers of more than the 53 bits that are kept of each (float64): %s becomes %s: if they are "+
			"codes, %s", file, what, example, strconv.FormatFloat(v, 'f', 0, 64), remedy)
}

// Columns writes labels of columns, as [words.List] does, after the word that they need.
func Columns(labels []string, most int) string {
	if len(labels) == 1 {
		return "column " + labels[0]
	}
	return "columns " + words.List(labels, most)
}
