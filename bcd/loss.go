package bcd

import (
	"fmt"

	"ridge/mat"
)

// Loss is what the outputs of a sample are judged by in the objective.
type Loss uint8

const (
	// Hinge is the squared hinge ½Σ_k max(0, 1 − y_k o_k)², with y_k = 1 for the
	// sample's class and −1 for the others.
	Hinge Loss = iota
	// Squared is ½‖y − o‖², with y_k = 1 for the sample's class and 0 for the others.
	Squared
)

var lossNames = [...]string{Hinge: "hinge", Squared: "squared"}

// String returns "hinge" or "squared".
func (l Loss) String() string { return nameOf("Loss", lossNames[:], int(l)) }

// ParseLoss is the inverse of [Loss.String]. Its error is an *[OptionError].
func ParseLoss(s string) (Loss, error) {
	i, err := parseName("loss", lossNames[:], s)
	return Loss(i), err
}

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

// ParseObjective is the inverse of [Objective.String]. Its error is an *[OptionError].
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
	return 0, &OptionError{option, fmt.Sprintf("unknown %q: want %s or %s", s, names[0], names[1])}
}

// targets returns the N×K matrix Y of the loss.
func targets[T mat.Float](loss Loss, labels []int, classes int) mat.Dense[T] {
	y := mat.NewDense[T](len(labels), classes)
	if loss == Hinge {
		y.Fill(-1)
	}
	for i, label := range labels {
		y.Set(i, label, 1)
	}
	return y
}
