package train

import "fmt"

// DivergedError says that a loss, an objective or a weight is not finite, or that a loss only
// rises: the data, the weights or an option are too large for the method or for the precision. The
// network is that of the last finished epoch, or with [Control].KeepBest that of the best one.
type DivergedError struct {
	Epoch int // the one under way, counted from 1
	// Value is the loss or the objective. If it is finite, it was the weights that were not.
	Value float64
	// Reason says what and where, such as "objective is NaN after the V step of iteration 3".
	Reason string
	// Advice says what may help.
	Advice string
}

// Error says where it happened and what may help.
func (e *DivergedError) Error() string { return fmt.Sprintf("%s: %s", e.Reason, e.Advice) }
