package table

import (
	"fmt"

	"ridge/internal/dataset/source"
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
	// last column that has values at the beginning and is not dropped, or what the format has for labels.
	Targets []string
	// Drop are columns that are left out, by names or numbers from 1. Text is read as if they were not there; of other
	// formats [Table.Drop] leaves them out. The target is the last of the others.
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
