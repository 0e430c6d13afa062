package checkpoint

import (
	"errors"
	"fmt"
	"strings"

	"ridge/internal/files"
)

// TakenError says that the folder is another training's since it was removed, or that another training has begun there
// at the same time, where there are no locks.
type TakenError struct {
	// Holder is the process that trains with the folder; nil: it may have ended, and what it has saved is there.
	Holder *files.Holder
}

// Error implements error.
func (e *TakenError) Error() string {
	if e.Holder == nil {
		return "the folder has what another training has saved in it now"
	}
	return fmt.Sprintf("the folder was removed, and %v trains with it now", e.Holder)
}

// DamagedError says that files have been read, and are not what they should be.
type DamagedError struct {
	Reasons []error // one for each file, which it names
}

// Error implements error.
func (e *DamagedError) Error() string { return errors.Join(e.Reasons...).Error() }

// Unwrap returns the reasons.
func (e *DamagedError) Unwrap() []error { return e.Reasons }

// OtherTrainingError says that a state belongs to another training.
type OtherTrainingError struct {
	Differences []Difference // at least one
	// Given are the flags that differ if no difference is one of them: one of them may be why it is there.
	Given []Difference
}

// Difference is something that differs: its values in the state and in this training; empty: there is none.
type Difference struct{ Name, Theirs, Our string }

// Error implements error.
func (e *OtherTrainingError) Error() string {
	text := "its training has " + differencesText(e.Differences)
	if e.Given != nil {
		text += " (flags that differ: " + differencesText(e.Given) + ")"
	}
	return text
}

// differencesText lists theirs, and then ours.
func differencesText(list []Difference) string {
	var theirs, ours []string
	for _, d := range list {
		theirs = append(theirs, d.Name+" "+shown(d.Theirs))
		ours = append(ours, d.Name+" "+shown(d.Our))
	}
	if len(list) == 1 {
		ours[0] = shown(list[0].Our)
	}
	return strings.Join(theirs, " and ") + ", this one " + strings.Join(ours, " and ")
}

func shown(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}
