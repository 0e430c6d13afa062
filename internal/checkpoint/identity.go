package checkpoint

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Identity says what a training is: what its bits depend on.
type Identity struct {
	// Settings are all options and everything else that must be the same, in the order in which they are compared.
	Settings []Setting `json:"settings"`
	// Program is the program that computes. Another one may or may not compute other bits.
	Program string `json:"program"`
	// Flags are all that may lead to other settings, as they were given. They need not be the same, as others may lead
	// to the same settings; they explain why the setting [Samples] is not, and may explain others. States of older
	// programs have none.
	Flags []Setting `json:"flags,omitempty"`
	// Extends reports, for settings by their names, whether a training with the value in a state is the first part of
	// this one, to the bit, so that it can go on. It is no part of a state.
	Extends map[string]func(theirs string) bool `json:"-"`
}

// The names of settings that no flag is the name of.
const (
	// Samples identifies the samples.
	Samples = "the samples"
	// Arithmetic is how sums are rounded, which depends on the machine and not on flags.
	Arithmetic = "the arithmetic"
)

// Setting is a value that two trainings can differ by.
type Setting struct {
	// Name is what people know it by: a flag, or a noun.
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Encode returns what a state stores about its training.
func (i Identity) Encode() ([]byte, error) { return json.Marshal(i) }

// Compare returns an *[OtherTrainingError] if the state belongs to another training, and not to a first part of this
// one. A state that says nothing about its training is an error, too.
func (i Identity) Compare(about []byte) (theirs Identity, err error) {
	if err := json.Unmarshal(about, &theirs); err != nil {
		return theirs, fmt.Errorf("does not say what training it is of: %w", err)
	}
	settings := i.differ(theirs.Settings, i.Settings)
	if len(settings) == 0 {
		return theirs, nil
	}
	e := &OtherTrainingError{Differences: settings[:1]}
	var flags []Difference
	if theirs.Flags != nil {
		flags = slices.DeleteFunc(differences(theirs.Flags, i.Flags), func(d Difference) bool {
			_, extends := i.Extends[d.Name] // then it decides on no samples, and matters only if it is what differs
			return extends && (settings[0].Name == Samples || !isAmong(settings, d.Name))
		})
	}
	switch first := settings[0].Name; {
	case len(flags) == 0 || first == Arithmetic:
	case first == Samples:
		e.Differences = flags
	case !isAmong(flags, first):
		e.Given = flags
	}
	return theirs, e
}

// isAmong reports whether a setting is among those that differ.
func isAmong(list []Difference, name string) bool {
	return slices.ContainsFunc(list, func(d Difference) bool { return d.Name == name })
}

// differ are the settings that differ, without those with which a training goes on.
func (i Identity) differ(theirs, ours []Setting) []Difference {
	return slices.DeleteFunc(differences(theirs, ours), func(d Difference) bool {
		extends, ok := i.Extends[d.Name]
		return ok && extends(d.Theirs)
	})
}

// differences are the settings whose values differ, in the order of ours, and then those that only the others have.
func differences(theirs, ours []Setting) (list []Difference) {
	values := map[string]string{}
	for _, s := range theirs {
		values[s.Name] = s.Value
	}
	for _, s := range ours {
		if values[s.Name] != s.Value {
			list = append(list, Difference{s.Name, values[s.Name], s.Value})
		}
		delete(values, s.Name)
	}
	for _, s := range theirs {
		if value := values[s.Name]; value != "" {
			list = append(list, Difference{s.Name, value, ""})
		}
	}
	return list
}
