package sgd

import "fmt"

// DivergedError says that the loss of a batch, or a weight after the last batch of an
// epoch, is no finite number. The network is that of the last finished epoch.
type DivergedError struct {
	Epoch, Batch int // counted from 1
	// Loss is that of the batch. If it is finite, it was the weights that were not.
	Loss float64
}

// Error says where it happened and what may help.
func (e *DivergedError) Error() string {
	what := fmt.Sprintf("loss is %v in", e.Loss)
	if e.Loss-e.Loss == 0 {
		what = "weights are not finite after"
	}
	return fmt.Sprintf("%s batch %d of epoch %d: lower the learning rate, or scale the inputs down", what, e.Batch, e.Epoch)
}
