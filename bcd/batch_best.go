package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// best is the state at the end of the epoch of the lowest loss, to go back to. All epochs have the same
// samples, odd ones among them: if the loss of an epoch is far above that of an earlier one, the weights are to
// blame. That is seen late, but surely.
type best[T mat.Float] struct {
	loss             float64        // of the epoch; +Inf before the first one
	iterate, average *nn.Network[T] // at its end
}

func newBest[T mat.Float](net *nn.Network[T]) *best[T] {
	return &best[T]{loss: math.Inf(1), iterate: net.Clone(), average: net.Clone()}
}

// state names all of it.
func (b *best[T]) state(s *train.State) {
	s.Float("loss", &b.loss)
	train.Weights(s, "iterate", b.iterate)
	train.Weights(s, "average", b.average)
}

// isFarBelow tells whether the loss of an epoch is far above that of the best one, and what losing next to nothing
// may vary by: zeros is the loss of outputs of 0.
func (b *best[T]) isFarBelow(loss, zeros float64) bool {
	const times, least = 3, 0.25
	return loss > max(times*b.loss, least*zeros)
}

// keep keeps the end of an epoch, if it is the best one.
func (b *best[T]) keep(loss float64, iterate, average *nn.Network[T]) {
	if !(loss <= b.loss) { // NaN: no batch counted
		return
	}
	b.loss = loss
	b.iterate.CopyWeights(iterate)
	b.average.CopyWeights(average)
}
