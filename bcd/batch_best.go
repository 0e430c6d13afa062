package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// best is where the epoch of the lowest loss began, to go back to. All epochs have the same
// samples, odd ones among them: if the loss of an epoch is far above that of an earlier one, the weights are to
// blame. That is seen late, but surely. What the weights at the end of an epoch are worth is not known before
// the next one: its last step may be the one that spoils them.
type best[T mat.Float] struct {
	loss         float64     // of the epoch; +Inf before the first one
	begin, ended snapshot[T] // where it began; where the last epoch ended
}

// snapshot is the iterate and the average at the end of an epoch.
type snapshot[T mat.Float] struct{ iterate, average *nn.Network[T] }

func newSnapshot[T mat.Float](net *nn.Network[T]) snapshot[T] {
	return snapshot[T]{net.Clone(), net.Clone()}
}

func (s snapshot[T]) state(state *train.State) {
	train.Weights(state, "iterate", s.iterate)
	train.Weights(state, "average", s.average)
}

func (s snapshot[T]) set(iterate, average *nn.Network[T]) {
	s.iterate.CopyWeights(iterate)
	s.average.CopyWeights(average)
}

func newBest[T mat.Float](net *nn.Network[T]) *best[T] {
	return &best[T]{math.Inf(1), newSnapshot(net), newSnapshot(net)}
}

// state exchanges all of it.
func (b *best[T]) state(s *train.State) {
	s.Float("loss", &b.loss)
	s.In("begin", b.begin.state)
	s.In("ended", b.ended.state)
}

// isFarBelow reports whether the loss of an epoch is far above that of the best one, and what losing next to nothing
// may vary by, in the unit of losses.
func (b *best[T]) isFarBelow(loss, unit float64) bool {
	const times, least = 3, 0.25
	return loss > max(times*b.loss, least*unit)
}

// keep takes the end of an epoch of some loss into account.
func (b *best[T]) keep(loss float64, iterate, average *nn.Network[T]) {
	if loss <= b.loss { // not NaN: no batch counted
		b.loss = loss
		b.begin.set(b.ended.iterate, b.ended.average)
	}
	b.ended.set(iterate, average)
}

// doubleLoss doubles the loss of the best epoch when the training goes back there: should the next epochs, of shorter
// steps, be no better, then it was the loss that was odd, and not they.
func (b *best[T]) doubleLoss() { b.loss *= 2 }
