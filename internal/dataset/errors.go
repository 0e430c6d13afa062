package dataset

import (
	"fmt"
	"io/fs"
	"strings"
)

// FormatError says that a file was found and read but does not hold what it must.
type FormatError struct {
	File   string // the file as the caller named it
	Reason string // what is wrong with it
	Err    error  // the cause, if another package found the fault; may be nil
}

// Error implements error: "FILE: REASON", with the cause appended if there is one.
func (e *FormatError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.File, e.Reason, e.Err)
	}
	return e.File + ": " + e.Reason
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// MissingError says that a folder lacks files of the MNIST layout. It is an
// fs.ErrNotExist to errors.Is.
type MissingError struct {
	Dir     string
	Missing []string // names without the .gz they may carry
}

// Error implements error; it names the missing files and all that are expected.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s: no %s; the folder must hold %s, each plain or .gz",
		e.Dir, strings.Join(e.Missing, ", "), strings.Join(layout[:], ", "))
}

// Unwrap returns fs.ErrNotExist.
func (e *MissingError) Unwrap() error { return fs.ErrNotExist }

// FetchError says that no mirror delivered a file.
type FetchError struct {
	File    string   // the file that could not be had
	Dir     string   // where it belongs
	Missing []string // every file that is still missing in Dir, File among them
	Mirrors []error  // why each mirror failed, in the order they were tried
}

// Error implements error. It takes several lines: one for each mirror, and one
// that says what to do on a machine without a network.
func (e *FetchError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: no mirror delivered it", e.File)
	for _, err := range e.Mirrors {
		fmt.Fprintf(&b, "\n  %v", err)
	}
	fmt.Fprintf(&b, "\nfetch again to go on where it stopped, or put these files into %s by hand: %s",
		e.Dir, strings.Join(e.Missing, ", "))
	return b.String()
}

// Unwrap returns what went wrong with each mirror.
func (e *FetchError) Unwrap() []error { return e.Mirrors }
