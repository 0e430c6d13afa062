package table

import (
	"fmt"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/words"
)

// Format is a kind of file that can be read. A reader is a package that exports one.
type Format struct {
	// Name is what messages call the format: "CSV", "a folder of images".
	Name string
	// Match reports whether a file is of this format, by its first bytes if they tell, and
	// else by its name. It may be wrong about a file that no format can read.
	Match func(source.Probe) bool
	// Read reads the file. Bad content is a *source.FormatError, what does not fit into
	// o.Limit a *memory.LimitError, what is far larger than its file a *ShareError, a target that
	// is not there a *TargetError.
	Read func(f *source.File, o Options) (*Table, error)
}

// Header says whether the first line of a table has the names of its columns.
type Header int

// Whether there is a header.
const (
	FindHeader Header = iota // as the content suggests
	WithHeader
	WithoutHeader
)

// ParseHeader reads "auto", "yes" or "no".
func ParseHeader(text string) (Header, error) {
	switch text {
	case "auto":
		return FindHeader, nil
	case "yes":
		return WithHeader, nil
	case "no":
		return WithoutHeader, nil
	}
	return 0, fmt.Errorf("%q: want auto, yes or no", text)
}

// Options say how to read a file.
type Options struct {
	// Targets are the columns to predict: names, or numbers from 1. Without any it is the
	// last column, or what the format has for labels.
	Targets []string
	// Drop are columns that are left out, by names or numbers from 1: the file is read as if they were not there, as
	// far as the format can do that. The target is then the last of the others. [Table.Drop] sees to the rest.
	Drop []string
	// Unlabelled says that there need be no target; if there is one it is left out.
	Unlabelled bool
	// Header says whether text has a header.
	Header Header
	// Like, if not nil, says what the columns must be: those of another file. Targets are
	// then those of Like.
	Like *Layout
	// Limit is the most memory that the table may take, in bytes.
	Limit int64
	// Memory is what a process may take because of the files, in bytes, whatever their size; 0 for a multiple of
	// their size ([Options.Budget]).
	Memory int64
	// Workers is how many goroutines may work at a time, at least 1. The result does not
	// depend on it.
	Workers int
}

// Layout is how the columns of a file that was read before lay in it.
type Layout struct {
	Inputs  []LayoutColumn
	Targets []LayoutColumn
	// At are the positions of the targets among all columns, counted from 0; nil if they
	// were no columns of the file.
	At []int
	// Arrays are those of the file, if somebody chose them.
	Arrays *columns.Arrays
	// DecimalComma is that of the file.
	DecimalComma bool
}

// LayoutColumn is a column of a [Layout].
type LayoutColumn struct {
	Name string // "" without one
	Kind Kind
	// Levels are the known levels of text; all others are treated alike, and may be the cell -1.
	Levels []string
	// Thousands is that of a [Column].
	Thousands string
	// Spare says that the file need not have it if its columns have names.
	Spare bool
}

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
	if other := LooksLike(e.Target, e.Names); other != "" {
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
