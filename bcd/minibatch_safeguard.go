package bcd

import "ridge/bcd/vec"

// losses is what the losses of the batches say about whether the training diverges. It can
// do so late and slowly: a deep network that has come down to a loss of 0.01 may be at 1 some
// epochs later, where no step helps any more.
type losses struct {
	zeros  float64 // the loss of outputs of 0
	recent float64 // mean of the last batches
	lowest float64 // what that has come down to
}

// newLosses returns them for a first batch of the given loss.
func newLosses(zeros, first float64) losses {
	start := max(zeros, first)
	return losses{zeros, start, start}
}

const lossWindow = 64 // batches in recent

// add takes a batch into account.
func (l *losses) add(loss float64) {
	l.recent += (loss - l.recent) / lossWindow
	l.lowest = min(l.lowest, l.recent)
}

// diverge tells whether a batch of so many samples has a loss that no batch should have, or
// the last ones one that they should not have together.
func (l *losses) diverge(loss float64, samples int) bool {
	return !(loss <= max(l.chance(samples), 20*l.lowest)) || // NaN does
		l.recent > max(l.chance(lossWindow*samples)/5, 8*l.lowest)
}

// sound tells whether weights after these batches are worth going back to.
func (l *losses) sound() bool { return l.recent <= 2*l.lowest }

// goBack makes the last batches those of sound weights.
func (l *losses) goBack() { l.recent = 2 * l.lowest }

// chance is what so many samples may lose in a network that loses next to nothing: one of them
// twenty times as much as if its outputs were 0, and the mean of many that much less.
func (l *losses) chance(samples int) float64 {
	const most, least = 20, 0.25
	return l.zeros * max(most/float64(samples), least)
}

// verifySlack is how far a step may raise the loss of its batch, relative to the mean
// of the epoch: late in the training a batch may have next to no loss.
const verifySlack = 0.1

// verify looks at the loss of the batch again after the step, and halves the step
// until it is not above what it was before.
func (m *minibatch[T]) verify(rows int, before float64) {
	const most = 6 // halvings; what is left is the old weights
	allowed := before + verifySlack*m.stats.loss/float64(m.stats.samples)
	for k := 0; ; k++ {
		m.forward(rows)
		if m.loss(rows) <= allowed {
			if k == 0 {
				const recovery = 1.25
				m.scale = min(m.ceiling, recovery*m.scale)
			}
			return
		}
		m.halve()
		if k == most {
			m.current.CopyWeights(m.before)
			return
		}
		for n := 1; n <= m.layers()+1; n++ {
			vec.Blend(m.weights(m.current, n).Data, m.weights(m.before, n).Data, 0.5)
		}
	}
}

// halve makes the next steps shorter.
func (m *minibatch[T]) halve() {
	m.scale /= 2
	m.stats.halvings++
}

// forget is for Gram matrices that cannot be inverted, for the reason err: activations
// that overflow when they are squared. The memory begins anew, at the weights of the last
// check.
func (m *minibatch[T]) forget(epoch int, loss float64, err error) error {
	for n := range m.curves[1:] {
		m.curves[n+1].updates = 0
		m.curves[n+1].gram.Fill(0)
	}
	if m.goBack(epoch, loss) != nil {
		return err
	}
	return nil
}

// goBack is for losses that say that the training diverges: the weights become those that
// were sound last, and from now on no step is as long as the longest one was.
func (m *minibatch[T]) goBack(epoch int, loss float64) error {
	m.current.CopyWeights(m.good)
	m.before.CopyWeights(m.good)
	m.losses.goBack()
	m.halve()
	m.ceiling /= 2
	const smallest = 0x1p-30
	if m.scale < smallest {
		return diverged(epoch, "after the W step", loss)
	}
	return nil
}
