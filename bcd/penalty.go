package bcd

import (
	"fmt"

	"ridge/bcd/nn"
)

// Objective is how hidden variables that are no forward activations are penalized.
type Objective uint8

const (
	// Fenchel is the tight lift ½‖u‖² + ½‖max(0,z)‖² − u·z.
	Fenchel Objective = iota
	// Tikhonov is ½‖u − z‖², the penalty of Zhang and Brand.
	Tikhonov
)

var objectiveNames = [...]string{Fenchel: "fenchel", Tikhonov: "tikhonov"}

// String returns "fenchel" or "tikhonov".
func (o Objective) String() string { return nameOf("Objective", objectiveNames[:], int(o)) }

// ParseObjective is the inverse of [Objective.String]. Its error is an *[nn.OptionError].
func ParseObjective(s string) (Objective, error) {
	i, err := parseName("objective", objectiveNames[:], s)
	return Objective(i), err
}

func nameOf(kind string, names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s(%d)", kind, i)
}

func parseName(option string, names []string, s string) (int, error) {
	for i, name := range names {
		if s == name {
			return i, nil
		}
	}
	return 0, &nn.OptionError{Option: option, Reason: fmt.Sprintf("unknown %q: want %s or %s", s, names[0], names[1])}
}
