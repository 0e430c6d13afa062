package dataset

import (
	"fmt"
	"strings"

	"ridge/internal/dataset/array"
	"ridge/internal/dataset/source"
	"ridge/internal/words"
)

// FormatError says that a file was read but its content is not valid.
type FormatError = source.FormatError

// MissingError says that a folder lacks files of the layout of MNIST.
type MissingError = array.MissingError

// HoldOutError says that a part of a set can't be held out.
type HoldOutError struct {
	Set  string // its name
	Part string // "test" or "validation"
	Err  error  // why, a *split.AmountError
}

// Error names the set and the part.
func (e *HoldOutError) Error() string {
	return fmt.Sprintf("%s: the %s part: %v", e.Set, e.Part, e.Err)
}

// Unwrap returns the cause.
func (e *HoldOutError) Unwrap() error { return e.Err }

// WideError says that the columns of a set make more inputs than were wanted.
type WideError struct {
	Set          string // its name
	Inputs, Most int
}

// Error names the set and both numbers.
func (e *WideError) Error() string {
	return fmt.Sprintf("%s: its columns make %s inputs, want at most %s",
		e.Set, words.Group(e.Inputs), words.Group(e.Most))
}

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
