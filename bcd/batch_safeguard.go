package bcd

// verifySlack is how far a step may raise the loss of its batch, relative to the mean
// of the epoch: late in the training a batch may have next to no loss.
const verifySlack = 0.1

// watch looks at whether the loss of the batch says that the training diverges, and goes back to sound weights if they
// lose much less, or if the loss is not finite: then the batch is over, and has made no step.
func (m *minibatch[T]) watch(due duties, epoch int, loss float64) (wentBack bool, err error) {
	if due.first {
		if !finite(loss) {
			return false, diverged(epoch, "at the start", loss)
		}
		m.guard.divergence.begin(loss)
	}
	if !m.guard.divergence.isSuspect(loss, m.batch.total) {
		m.guard.divergence.add(loss)
		return false, nil
	}
	if m.wasBetter(loss) {
		return true, m.goBack(epoch, loss)
	}
	m.guard.divergence.addHard(loss, m.batch.total)
	return false, nil
}

// verify looks at the loss of the batch again after the step, and halves the step
// until it is not above what it was before, but for the slack.
func (m *minibatch[T]) verify(before float64) {
	allowed := before + verifySlack*m.tally.meanLoss()
	m.graph.unpack()
	halvings := m.guard.halve(m.iterate, allowed, func() float64 {
		m.batch.Forward()
		return m.batch.meanLoss()
	}, m.graph.changed)
	m.tally.halvings += halvings
}

// wasBetter reports whether the weights that were sound last lose less than half on the batch, of which
// the iterate loses so much: if not, the batch is an odd one, and the weights are not to blame.
func (m *minibatch[T]) wasBetter(loss float64) bool {
	if !finite(loss) {
		return true
	}
	m.graph.unpack()
	m.guard.before.CopyWeights(m.iterate)
	m.iterate.CopyWeights(m.guard.good)
	m.graph.changed()
	m.batch.Forward()
	if m.batch.meanLoss() < loss/2 {
		return true
	}
	m.iterate.CopyWeights(m.guard.before)
	m.graph.changed()
	m.batch.Forward()
	return false
}

// undo undoes what has been done since the best epoch began, if the epoch under way shows that the training
// diverges: the memory and the momentum begin anew, too, as they are of other weights.
func (m *minibatch[T]) undo(loss float64) error {
	m.guard.good.CopyWeights(m.best.begin.iterate)
	m.average.set(m.best.begin.average)
	m.best.doubleLoss()
	m.forget()
	return m.goBack(m.epochs+1, loss)
}

// recoverFromOverflow begins the memory and the momentum anew, at the weights of the last sound check: Gram matrices
// cannot be inverted, for the reason err, as activations overflow when they are squared. If going back there is of no
// use, it returns err.
func (m *minibatch[T]) recoverFromOverflow(err error, epoch int, loss float64) error {
	m.forget()
	if m.goBack(epoch, loss) != nil {
		return err
	}
	return nil
}

// forget makes what was remembered of the batches begin anew.
func (m *minibatch[T]) forget() {
	m.memory.forget()
	m.spectral.forget()
}

// goBack reverts the iterate, as the losses say that the training diverges. The error says that going back is of no
// use.
func (m *minibatch[T]) goBack(epoch int, loss float64) error {
	m.tally.halvings++
	useful := m.guard.revert(m.iterate)
	m.graph.changed()
	if !useful {
		return diverged(epoch, "after the W step", loss)
	}
	return nil
}
