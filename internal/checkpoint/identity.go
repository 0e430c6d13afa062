package checkpoint

import (
	"encoding/json"
	"fmt"
)

// Identity says what a training is: what its bits depend on.
type Identity struct {
	// Settings are all options and everything else that must be the same, in the order in which they are compared.
	Settings []Setting `json:"settings"`
	// Program is the program that computes. Another one may or may not compute other bits.
	Program string `json:"program"`
}

// Setting is a value that two trainings can differ by.
type Setting struct {
	// Name is what people know it by: a flag, or a noun.
	Name  string `json:"name"`
	Value string `json:"value"`
}

// OtherTrainingError says that a state belongs to another training.
type OtherTrainingError struct {
	Name        string // of what differs
	Theirs, Our string // its values in the state and in this training; empty: there is none
}

// Error implements error.
func (e *OtherTrainingError) Error() string {
	return fmt.Sprintf("its training has %s %s, this one %s", e.Name, shown(e.Theirs), shown(e.Our))
}

func shown(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}

// Encode returns what a state stores about its training.
func (i Identity) Encode() ([]byte, error) { return json.Marshal(i) }

// Compare returns an *[OtherTrainingError] if the state belongs to another training. A state that says nothing about
// its training is an error, too.
func (i Identity) Compare(about []byte) (theirs Identity, err error) {
	if err := json.Unmarshal(about, &theirs); err != nil {
		return theirs, fmt.Errorf("does not say what training it is of: %w", err)
	}
	values := map[string]string{}
	for _, s := range theirs.Settings {
		values[s.Name] = s.Value
	}
	for _, s := range i.Settings {
		if values[s.Name] != s.Value {
			return theirs, &OtherTrainingError{s.Name, values[s.Name], s.Value}
		}
		delete(values, s.Name)
	}
	for _, s := range theirs.Settings {
		if value, ok := values[s.Name]; ok {
			return theirs, &OtherTrainingError{s.Name, value, ""}
		}
	}
	return theirs, nil
}
