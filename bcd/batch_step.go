package bcd

// step is one batch of an epoch. docs/minibatch.md has the algorithm: forward is its step 1, watch 3, remember 5 and 6,
// move 8 to 10, and conclude 11, 12 and the average of 13.
func (m *minibatch[T]) step(epoch int, samples []int) error {
	due := m.schedule.next()
	loss := m.forward(due, samples)
	if wentBack, err := m.watch(due, epoch, loss); wentBack || err != nil {
		return err
	}
	m.batch.addTo(&m.tally, loss, due.check)
	if due.average {
		m.average.add()
	}
	if err := m.remember(due); err != nil {
		return m.recoverFromOverflow(&BlockError{epoch, "W", err}, epoch, loss)
	}
	if due.check {
		m.graph.unpack()
		m.guard.keep(m.iterate)
	}
	eta := due.eta * m.batch.total / m.batch.full // a short batch knows less
	m.move(due, eta)
	if m.add.Stopped() {
		return m.add.Err()
	}
	m.conclude(due, eta, loss)
	m.graph.pace.done()
	return m.add.Err()
}

// forward makes the samples the batch, and returns its mean loss.
func (m *minibatch[T]) forward(due duties, samples []int) (loss float64) {
	m.batch.gather(samples)
	if due.first {
		m.scaleFirstWeights()
	}
	m.batch.Forward()
	return m.batch.meanLoss()
}

// move makes the U and W steps.
func (m *minibatch[T]) move(due duties, eta float64) {
	active := m.correction.dropSatisfied()
	m.correction.correctHidden(active)
	m.weights.step(active, eta*m.guard.scale)
	m.spectral.gather(active, m.batch.total, m.correction.r, m.batch.used.A)
	m.stepSpectral(due)
}

// conclude does what is due after the steps of a batch that had the given loss before them.
func (m *minibatch[T]) conclude(due duties, eta, loss float64) {
	if due.check {
		m.verify(loss)
	}
	if due.decay || m.weights.decayIsDue() {
		m.weights.decay()
	}
	if due.last {
		m.average.add()
	}
	m.tally.eta = eta * m.guard.scale // the scale that verify leaves
	m.tally.stepSum += m.tally.eta
	m.tally.outputSum += m.tally.eta * outputStepFactor(m.batch.total, m.memory.freedom())
}

// scaleFirstWeights brings the first weights to the scale of the inputs.
func (m *minibatch[T]) scaleFirstWeights() {
	if (firstWeights[T]{m.graph, m.batch, m.add, m.fresh}).scale() {
		m.graph.changed()
		m.guard.start(m.iterate)
		m.best.ended.set(m.iterate, m.iterate)
		m.average.set(m.iterate) // whose rounding in the first sum is of its own size
	}
}

// remember updates the Gram matrices and their inverses, if it is time, or if there are none.
func (m *minibatch[T]) remember(due duties) error {
	if due.gram || m.memory.updates == 0 {
		m.memory.remember(m.batch)
	}
	if !due.invert && m.memory.updates != 1 {
		return nil
	}
	if err := m.memory.invertHidden(); err != nil {
		return err
	}
	m.graph.unpack()
	m.graph.estimateNorms()
	return nil
}
