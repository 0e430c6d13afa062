package source

import (
	"fmt"
	"strings"
)

// FormatError says that a file was found and read but does not hold what it must.
type FormatError struct {
	File   string // the file as the caller named it
	Line   int    // of a text, from 1; 0: the error is not about a line
	Column string // of a table, for example "3" or `3 "age"`; "": not about a column
	Reason string // what is wrong
	Err    error  // the cause, if another package found the fault; may be nil
	// NoTarget is true if nothing is wrong but that the target is missing.
	NoTarget bool
}

// Error implements error: "FILE: line LINE, column COLUMN: REASON", with the cause
// appended if there is one.
func (e *FormatError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	b.WriteString(": ")
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d", e.Line)
	}
	if e.Column != "" {
		if e.Line > 0 {
			b.WriteString(", ")
		}
		b.WriteString("column " + e.Column)
	}
	if e.Line > 0 || e.Column != "" {
		b.WriteString(": ")
	}
	b.WriteString(e.Reason)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *FormatError) Unwrap() error { return e.Err }

// NoTarget is a *[FormatError] about a file that lacks nothing but the target.
func NoTarget(file, format string, args ...any) error {
	return &FormatError{File: file, Reason: fmt.Sprintf(format, args...), NoTarget: true}
}

// Bad is a *[FormatError] about a file as a whole.
func Bad(file, format string, args ...any) error {
	return &FormatError{File: file, Reason: fmt.Sprintf(format, args...)}
}

// WrongSum is the error for a file whose unpacked content has a SHA-256 other than the one that is wanted.
func WrongSum(file, got, want string) error {
	return Bad(file, "SHA-256 of the unpacked content is %s, want %s", got, want)
}
