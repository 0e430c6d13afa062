package bcd

import (
	"context"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// MiniBatches trains with mini-batches, by block coordinate descent on the fenchel lift with a
// memory of Gram matrices.
//
// With A_n the forward activations that layer n reads and Z_n its pre-activations on
// a batch of B samples, n = L+1 being the output, a batch is
//
//   - U, last layer first: from max(0, Z_n), Inner accelerated projected gradient
//     steps on the part of F that has U_n in it, with the layers below at the forward
//     activations and those above where their own steps left them.
//   - R_n = U_n − max(0, Z_n), rescaled so that ‖R_n‖/‖max(0, Z_n)‖ is that of the last hidden layer. This is done
//     before the layer below uses R_n, as otherwise corrections would die out on their way down a deep network. For
//     the output, R is minus the gradient of the loss. For samples whose gradient is 0, with the hinge soon most of
//     them, all R_n are 0, and neither U nor a step is computed.
//   - S_n ← ρS_n + (1−ρ)A_nᵀA_n/B, for every other batch; (S_n + δI)⁻¹ is computed every 32 batches. A layer whose
//     readers all move in the spectral norm (below) needs neither. The Gram matrix of the input is that of all samples,
//     and so [X, 1]·(S₀ + δI)⁻¹ is computed once.
//   - W_n ← W_n + η(R_nᵀA_n/B − λ'W_n)(S_n + δI)⁻¹, the part η of the way to the ridge regression's solution, if S_n
//     were that of the batch. λ' is λ·tr S_n/N, with λ_out in place of λ for the output; it leaves the biases out.
//     The part of the step that comes from λ' is applied for some dozens of batches at once. The weights that read
//     the input go InputStep times as far, by default beyond that solution, with InputStep·λ' added to δ. The output
//     goes a smaller part of the way, at most 0.3·η, such that it removes no more than an eighth of the residuals of
//     the batch.
//   - Weights between hidden layers, by default, move in the spectral norm instead, every eighth batch: W_n ← (1 −
//     cλ)W_n + cQ_n·√max(1, d_n/d_m), with Q_n the polar factor of the momentum of R_nᵀA_n/B, λ SpectralDecay, and c
//     eight times SpectralStep, which rises in the first fiftieth of the training and falls linearly to 0. They have
//     no other penalty. With [SpectralAllMetric], the default of deep networks, so do those that read the input,
//     which keep their λ' in addition, and λ is SpectralDecay·(1−a)², where a is the active fraction: the share of
//     samples that violate their margin.
//
// η rises to η₀ in the first twentieth of the training, and falls linearly to 0 in the
// second half. The network at the end of an epoch is an average of the iterates over
// the last ninth or so of the training until then (Shamir and Zhang, Stochastic
// Gradient Descent for Non-smooth Optimization, ICML 2013, section 4). That the weights
// follow targets for the pre-activations through the Gram matrix of their inputs alone
// is also the gradient descent on neurons of Benzing, ICML 2022.
//
// A network whose biases are all 0 is taken for a new one: the biases of its first layer are drawn before the first
// batch, so that units of few inputs have their kinks where the samples are. A network with biases starts as the
// function that it is.
//
// The first weights may have nearly any scale: if the mean square of the activations of a layer is less than a tenth of
// the inputs', or more than ten times it, both on the first batch and over all samples, those of all hidden layers are
// scaled to that of the inputs on the first batch, by factors of the weights that do not change the outputs. (Only in a
// new network, the weights of the output get the deviation that [nn.Init] gives them by default, if they would be a
// thousand times as large or small.) No correction vanishes on its way down, so twenty layers of 100 learn from first
// weights of standard deviation 0.001, 0.01 or 1.
//
// With L1 > 0 the network becomes sparse. At the end of each epoch in the first half of
// the training the weights make a proximal step of a reweighted ℓ1 norm in the metric of
// S_n + δI, with λ₁ growing; in the second half the zeros stay, and the network is on
// their pattern (docs/sparse.md).
//
// A layer with skips has a block of weights for each layer it reads, with a Gram
// matrix of its own; they move at once.
//
// At regular intervals the step is checked on its own batch: if it raises the loss, by more than a tenth of the mean
// loss of the epoch, it is halved, and so are the next ones, for a while. If the loss of a batch is not finite, or far
// above what the training has come down to, the weights go back to the last check that was sound, if those lose less
// than half as much on the same batch, and so they do, with a new memory, if a Gram matrix overflows. An epoch far
// above the best one is undone. [Halvings] counts all of these.
//
// Inputs are measured in the root of their mean square, whatever their scale: see docs/minibatch.md.
//
// An error is a *[train.DivergedError] or a *[BlockError], or a *[nn.DataError] if the inputs are so small that weights
// for them are out of range.
//
// A dense network that reads more than twice as many columns as there are samples is trained in the coordinates of
// the samples, to the same end in less time, unless its metric is [SpectralAllMetric]; see
// [BatchOptions.BatchInputs]. Then N stands for d₀ in what follows, and the basis of the coordinates takes d₀N
// numbers more, twice that while it is computed.
//
// Besides the samples it takes memory for N(d₀+1) numbers, of 16 bits in float32 if they are many, for N samples, three
// matrices of order d_n+1 for each layer that has a Gram matrix, some twenty copies of the network, and nine times the
// activations of a batch; with L1 > 0 two more copies and, at the end of an epoch, some matrices of order 2(d_n+1) for
// one layer at a time.
var MiniBatches = train.Define(train.Definition[BatchOptions]{
	Name:     "bcd",
	Title:    "block coordinate descent in mini-batches",
	Round:    "epoch",
	Loss:     nn.Hinge[float64]{}.Name(),
	Options:  batchSchema,
	Measures: batchMeasures,
	Defaults: DefaultBatchOptions,
	Rounds:   func(o *BatchOptions) int { return o.Epochs },
	Elements: batchElements,
	Trains:   isAtMostQuadratic,
	Single:   newMinibatchTrainer[float32],
	Double:   newMinibatchTrainer[float64],
})

// newMinibatchTrainer makes the trainer.
func newMinibatchTrainer[T mat.Float](ctx context.Context, t train.Task[T], o BatchOptions) (train.Trainer[T], error) {
	if inCoordinates(t, &o) {
		s, err := newCoordinateTrainer(ctx, t, o)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	m, err := newMinibatch(ctx, t, o)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// minibatch is a training with mini-batches under way.
type minibatch[T mat.Float] struct {
	epochs, planned int            // finished, and in all
	batches         *train.Batches // the order of the samples
	pause           func(context.Context) error
	add             *train.Adder

	centring centring[T]
	iterate  *nn.Network[T]
	fresh    bool      // it began without biases, as a new network
	graph    *graph[T] // of the iterate
	schedule schedule
	stages[T]
	guard *guard[T]
	tally tally
	outcome[T]
}

// stages are what a batch goes through, in this order.
type stages[T mat.Float] struct {
	batch      *batch[T]
	memory     *gramMemory[T]
	correction *correction[T]
	weights    *weightStep[T]
	spectral   *spectralStep[T]
}

// outcome is what epochs leave behind.
type outcome[T mat.Float] struct {
	best     *best[T]
	average  *average[T]
	sparsity *sparsity[T]   // nil: dense networks
	result   *nn.Network[T] // of the last finished epoch
}

func newMinibatch[T mat.Float](ctx context.Context, t train.Task[T], o BatchOptions) (*minibatch[T], error) {
	net, add := t.Net.Clone(), train.NewAdder(ctx, t.Sum)
	m := &minibatch[T]{planned: o.Epochs, pause: t.Pausing(), add: add, iterate: net, fresh: homogeneous(net)}
	var total float64
	m.batches, total = train.Deal(t.Train.X.Rows, o.Batch, o.Seed, add)
	m.schedule = schedule{step: o.Step, total: m.batches.Total(o.Epochs), perEpoch: m.batches.PerEpoch()}
	var err error
	if m.centring, err = newCentring(t.Train.X, net, total, t.Workers, add); err != nil {
		return nil, err
	}
	m.centring.unit.enter(net)
	m.graph = newGraph(net, m.batches.Size(), newTeam(t.Workers), &o)
	if err = m.makeStages(ctx, t, &o, total); err != nil {
		return nil, err
	}
	// This needs the Gram matrix of the inputs, and what follows copies the weights.
	drawBiases(net, m.memory.curvatures[0].gram, m.memory.size(0), o.Seed, t.Workers)
	m.graph.changed()
	losses := divergenceOf(t.Train, net.Loss, net.V.Rows).inUnitsOf(sizesOfTargets(t.Train, total, add))
	m.guard = newGuard(net, losses, m.graph.shares)
	m.outcome = newOutcome(net, m.graph, m.weights, &o)
	m.tally.positive = make([]int, len(net.Layers))
	return m, nil
}

// makeStages makes what a batch goes through, in an order in which each has what it needs of the others: of the
// memory, newInputs computes what there is of the input.
func (m *minibatch[T]) makeStages(ctx context.Context, t train.Task[T], o *BatchOptions, total float64) error {
	rates := newRates(o, len(m.iterate.Layers), total)
	full := fullBatch(o.Batch, total, m.batches)
	m.batch = newBatch(m.iterate, m.graph, t.Train, m.centring, m.batches.Size(), full, t.Workers, m.add)
	m.memory = newGramMemory(m.graph, rates, o, t.Workers, m.add)
	in, err := newInputs(ctx, t.Train.X, m.centring, total, m.memory)
	if err != nil {
		return err
	}
	m.correction = newCorrection(m.graph, rates, o, m.batch)
	m.weights = newWeightStep(m.correction, m.memory, in)
	m.spectral = newSpectralStep(m.graph, o, m.add)
	return nil
}

// newOutcome returns what epochs of a training that begins with net leave behind.
func newOutcome[T mat.Float](net *nn.Network[T], g *graph[T], s *weightStep[T], o *BatchOptions) outcome[T] {
	return outcome[T]{
		best: newBest(net), average: newAverage(net, g), sparsity: newSparsity(s, o, net), result: net.Clone(),
	}
}

// Network implements [train.Trainer].
func (m *minibatch[T]) Network() *nn.Network[T] { return m.result }

// Left implements [train.Trainer].
func (m *minibatch[T]) Left() int { return m.planned - m.epochs }

// State implements [train.Trainer].
func (m *minibatch[T]) State(s *train.State) {
	m.graph.unpack()
	defer m.graph.changed() // if it was restored
	s.Count("epochs", &m.epochs, m.planned)
	s.In("order", m.batches.State)
	train.Weights(s, "iterate", m.iterate)
	s.In("graph", m.graph.state)
	s.In("batch", m.batch.state)
	s.In("schedule", m.schedule.state)
	s.In("memory", m.memory.state)
	s.In("weights", m.weights.state)
	s.In("spectral", m.spectral.state)
	s.In("guard", m.guard.state)
	s.In("best", m.best.state)
	s.In("average", m.average.state)
	s.In("tally", m.tally.state)
	if m.sparsity != nil {
		s.In("sparsity", m.sparsity.state)
	}
}

// Epoch implements [train.Trainer].
func (m *minibatch[T]) Epoch(ctx context.Context) (train.Epoch, error) {
	m.add.Begin(ctx)
	if err := m.pass(ctx); err != nil {
		return train.Epoch{}, err
	}
	m.graph.unpack()
	defer m.graph.changed()
	loss := m.tally.meanLoss()
	if m.best.isFarBelow(loss, m.guard.divergence.unit) {
		if err := m.undo(loss); err != nil {
			return train.Epoch{}, err
		}
	}
	average := m.average.network()
	result := average
	if m.sparsity != nil {
		var err error
		if result, err = m.sparsity.end(ctx, m.epochs+1, &m.tally, m.iterate, average); err != nil {
			return train.Epoch{}, err
		}
	}
	m.result.CopyWeights(result)
	m.centring.unit.leave(m.result)
	if err := checkRange(m.result, m.epochs+1); err != nil {
		return train.Epoch{}, err
	}
	m.best.keep(loss, m.iterate, average)
	m.epochs++
	e := m.tally.epoch(m.graph.widths, m.add)
	e.TrainError = m.batch.data.TrainError(e.TrainError, e.Loss, m.iterate.V.Rows)
	if m.sparsity != nil {
		e.Values[Nonzero] = m.result.NonzeroShare()
	}
	return e, m.add.Err()
}

// pass goes through the samples once, or through the rest of them if it begins in the middle of an
// epoch.
func (m *minibatch[T]) pass(ctx context.Context) error {
	if m.batches.AtStart() {
		m.tally.reset()
	}
	for {
		if err := m.pause(ctx); err != nil {
			return err
		}
		samples := m.batches.Next()
		if samples == nil {
			return nil
		}
		if err := m.step(m.epochs+1, samples); err != nil {
			return err
		}
	}
}
