package bcd

import "ridge/bcd/train"

// Objective is the penalty on hidden variables that differ from the forward
// activations.
type Objective uint8

const (
	// Fenchel is the tight lift ½‖u‖² + ½‖max(0,z)‖² − u·z.
	Fenchel Objective = iota
	// Tikhonov is ½‖u − z‖², the penalty of Zhang and Brand.
	Tikhonov
)

var objectiveNames = []string{Fenchel: "fenchel", Tikhonov: "tikhonov"}

// String returns "fenchel" or "tikhonov".
func (o Objective) String() string { return train.NameOf("Objective", objectiveNames, int(o)) }

// ParseObjective is the inverse of [Objective.String]. Its error is an *[nn.OptionError].
func ParseObjective(s string) (Objective, error) {
	return train.OneName[Objective]("objective", objectiveNames)(s)
}

// check returns an *[nn.OptionError] unless there is such an objective.
func (o Objective) check() error { return train.CheckName("objective", objectiveNames, o) }
