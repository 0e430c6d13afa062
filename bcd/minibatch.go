package bcd

import (
	"context"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
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
//   - R_n = U_n − max(0, Z_n), rescaled so that ‖R_n‖/‖max(0, Z_n)‖ is that of the last
//     hidden layer, before the layer below sees it: corrections would die out on their
//     way down a deep network. For the output, R is minus the slope of the loss. Where
//     that is 0, as it soon is for most samples with the hinge, all R_n are 0, and
//     neither U nor a step is computed.
//   - S_n ← ρS_n + (1−ρ)A_nᵀA_n/B, for every other batch; (S_n + δI)⁻¹ is computed
//     every 32 batches. The Gram matrix of the input is that of all samples, and so
//     [X, 1]·(S₀ + δI)⁻¹ is computed once.
//   - W_n ← W_n + η(R_nᵀA_n/B − λ'W_n)(S_n + δI)⁻¹, the part η of the way to the ridge
//     regression's solution, if S_n were that of the batch. λ' is λ/γ_n, and λ_out for
//     the output; it leaves the biases out. What λ' brings is applied for some dozens of
//     batches at once. The weights that read the input go InputStep times as far, by
//     default beyond that solution, with InputStep·λ' added to δ. The output goes less of
//     the way, at most 0.3·η, such that it takes no more than an eighth of the residuals
//     of the batch.
//
// η rises to η₀ in the first twentieth of the training, and falls linearly to 0 in the
// second half. The network at the end of an epoch is an average of the iterates over
// the last ninth or so of the training until then (Shamir and Zhang, Stochastic
// Gradient Descent for Non-smooth Optimization, ICML 2013, section 4). That the weights
// follow targets for the pre-activations through the Gram matrix of their inputs alone
// is also the gradient descent on neurons of Benzing, ICML 2022.
//
// The first weights may have nearly any scale: if the activations of a layer have another order
// of magnitude than the inputs, those of all hidden layers are brought to the inputs' mean
// square on the first batch, by factors of the weights that leave the outputs alone. No
// slope vanishes on its way down, so ten layers of 100 learn from deviations of 0.01.
//
// With L1 > 0 the network becomes sparse. At the end of each epoch in the first half of
// the training the weights make a proximal step of a reweighted ℓ1 norm in the metric of
// S_n + δI, with λ₁ growing; in the second half the zeros stay, and the network is on
// their pattern (docs/sparse.md).
//
// A layer with skips has a block of weights for each layer it reads, with a Gram
// matrix of its own; they move at once.
//
// Every so many batches the step is checked on its own batch: if it does not lower
// the loss it is halved, and so are the next ones, for a while. If the loss of a
// batch is not finite, or far above what the training has come down to, the weights go back
// to the last check that was sound, and so they do, with a new memory, if a Gram matrix
// overflows.
// [Halvings] counts all of these.
//
// An error is a *[train.DivergedError] or a *[BlockError].
//
// Besides the samples it takes memory for N(d₀+1) numbers, for N samples, two matrices of
// order d_n+1 for each layer, and four copies of the network; with L1 > 0 two more copies and,
// at the end of an epoch, some matrices of order 2(d_n+1) for one layer at a time.
var MiniBatches = train.Define(train.Definition[BatchOptions]{
	Name:     "bcd",
	Title:    "block coordinate descent in mini-batches",
	Round:    "epoch",
	Loss:     nn.Hinge[float64]{}.Name(),
	Options:  batchSchema,
	Measures: batchMeasures,
	Defaults: DefaultBatchOptions,
	Rounds:   func(o *BatchOptions) int { return o.Epochs },
	Trains:   isBoxLoss,
	Single:   newMinibatchTrainer[float32],
	Double:   newMinibatchTrainer[float64],
})

// newMinibatchTrainer makes the trainer.
func newMinibatchTrainer[T mat.Float](ctx context.Context, t train.Task[T], o BatchOptions) (train.Trainer[T], error) {
	m, err := newMinibatch(ctx, t, o)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Network implements [train.Trainer].
func (m *minibatch[T]) Network() *nn.Network[T] { return m.result }

// Left implements [train.Trainer].
func (m *minibatch[T]) Left() int { return m.options.Epochs - m.epochs }

// Epoch implements [train.Trainer].
func (m *minibatch[T]) Epoch(ctx context.Context) (train.Step, error) {
	e := m.epochs + 1
	if err := m.epoch(ctx, e); err != nil {
		return train.Step{}, err
	}
	result, err := m.sparsify(ctx, e)
	if err != nil {
		return train.Step{}, err
	}
	m.epochs, m.result = e, result
	return m.report(), nil
}

// How often, in batches, something is done that need not be done for each.
const (
	gramEvery    = 2  // the Gram matrices are updated
	averageEvery = 8  // the iterate is added to the average
	refreshEvery = 32 // the Gram matrices are inverted
	checkEvery   = 32 // the step is checked on its own batch
	decayEvery   = 96 // what the penalty brings is applied, if it is not too much before
)

// minibatch is a training with mini-batches under way. The output is layer L+1.
type minibatch[T mat.Float] struct {
	net     *nn.Network[T] // as it began
	options BatchOptions
	gamma   []float64 // γ_n at n−1
	train   train.Data[T]
	batches *train.Batches
	w       mat.Workers

	current *nn.Network[T] // the iterate
	average *nn.Network[T]
	result  *nn.Network[T] // of the last finished epoch
	before  *nn.Network[T] // the iterate at the last check
	good    *nn.Network[T] // the iterate at the last check at which all was well
	in, out [][]*edge[T]   // the edges into layer n, and out of it
	widths  []int

	// For each layer, a row for each sample of the batch.
	a []mat.Dense[T] // forward activations and a column of ones, 0 … L
	z []mat.Dense[T] // pre-activations, 1 … L+1
	r []mat.Dense[T] // R_n, 1 … L+1
	y mat.Dense[T]   // targets

	samples []int // of the batch, by the row

	room   scratch[T]
	curves []curvature[T] // 0 … L
	xp     mat.Dense[T]   // [X, 1]·(S₀ + δI)⁻¹, all samples

	epochs      int     // finished ones
	done, total int     // batches
	averaged    int     // iterates in the average
	pending     float64 // Σ η of the steps since the last decay
	scale       float64 // of η, 1 unless steps were halved
	ceiling     float64 // of scale, 1 unless the training diverged
	losses      losses  // of the batches until now
	stats       epochStats
	sparsity    sparsity[T]
}

// epochStats is what an epoch's batches tell.
type epochStats struct {
	loss     float64 // Σ ℓ
	wrong    int
	samples  int
	active   []int // per hidden layer, in batches that were checked
	checked  int   // samples in those
	halvings int
	eta      float64
	way      float64 // Σ η
}

// scratch is room for one use after another.
type scratch[T mat.Float] struct {
	point, gradient, shift, slope []T // a batch times the widest layer
	weights                       []T // the largest matrix of weights
}

func newMinibatch[T mat.Float](ctx context.Context, task train.Task[T], o BatchOptions) (*minibatch[T], error) {
	net, data := task.Net, task.Train
	rows, layers := min(o.Batch, data.X.Rows), len(net.Layers)
	m := &minibatch[T]{
		net: net, options: o, gamma: gammas(o.Gamma, layers), train: data, w: task.Workers,
		batches: train.NewBatches(data.X.Rows, o.Batch, o.Seed),
		current: net.Clone(), average: net.Clone(), before: net.Clone(), good: net.Clone(),
		widths: net.Widths(), scale: 1, ceiling: 1,
		a: make([]mat.Dense[T], layers+1), z: make([]mat.Dense[T], layers+2), r: make([]mat.Dense[T], layers+2),
		y: mat.NewDense[T](rows, net.V.Rows),
	}
	m.total = o.Epochs * m.batches.PerEpoch()
	m.stats.active = make([]int, layers)
	m.connect()
	m.makeRoom(rows)
	return m, m.newCurvatures(ctx)
}

// makeRoom allocates what a batch of rows samples takes.
func (m *minibatch[T]) makeRoom(rows int) {
	widest, largest := 0, 0
	for n, width := range m.widths {
		widest = max(widest, width+1)
		if n <= m.layers() {
			m.a[n] = mat.NewDense[T](rows, width+1)
			for i := range rows {
				m.a[n].Set(i, width, 1)
			}
		}
		if n == 0 {
			continue
		}
		m.z[n], m.r[n] = mat.NewDense[T](rows, width), mat.NewDense[T](rows, width)
		w := m.weights(m.current, n)
		largest = max(largest, w.Rows*w.Cols)
	}
	for _, s := range []*[]T{&m.room.point, &m.room.gradient, &m.room.shift, &m.room.slope} {
		*s = make([]T, rows*widest)
	}
	m.room.weights = make([]T, largest)
}

// layers is L.
func (m *minibatch[T]) layers() int { return len(m.widths) - 2 }

// weights returns those of layer n, V for L+1.
func (m *minibatch[T]) weights(net *nn.Network[T], n int) mat.Dense[T] {
	if n == m.layers()+1 {
		return net.V
	}
	return net.Layers[n-1].W
}

// lambda is the λ' of a layer.
func (m *minibatch[T]) lambda(n int) float64 {
	if n == m.layers()+1 {
		return m.options.LambdaOut
	}
	return m.options.Lambda / m.gamma[n-1]
}

// edge is a block of weights: those by which layer to reads layer from.
type edge[T mat.Float] struct {
	from, to int
	column   int          // where it begins in the weights of to
	w        mat.Dense[T] // W_{to,from}
	bias     mat.Dense[T] // the biases of to
	// withBias is [W_{to,from}, bias], which lie side by side if from is the last layer
	// that to reads; empty otherwise.
	withBias mat.Dense[T]

	vector []T // near the leading right singular vector of w
	image  []T
	norm2  float64 // ‖w‖₂², estimated
}

// connect makes the edges.
func (m *minibatch[T]) connect() {
	layers := m.layers()
	m.in, m.out = make([][]*edge[T], layers+2), make([][]*edge[T], layers+2)
	for n := 1; n <= layers+1; n++ {
		from := []int{layers}
		if n <= layers {
			from = m.net.Layers[n-1].From
		}
		w := m.weights(m.current, n)
		col := 0
		for _, f := range from {
			width := m.widths[f]
			e := &edge[T]{
				from: f, to: n, column: col, w: w.ColView(col, width), bias: w.ColView(w.Cols-1, 1),
				vector: make([]T, width), image: make([]T, w.Rows),
			}
			if f == n-1 {
				e.withBias = w.ColView(col, width+1)
			}
			for j := range e.vector {
				e.vector[j] = 1 + T(j%7)/8 // anything that is hardly orthogonal to what is sought
			}
			col += width
			m.in[n] = append(m.in[n], e)
			m.out[f] = append(m.out[f], e)
		}
	}
}

// epoch runs through the samples once.
func (m *minibatch[T]) epoch(ctx context.Context, e int) error {
	active := m.stats.active
	clear(active)
	m.stats = epochStats{active: active}
	for i := m.batches.Next(); i != nil; i = m.batches.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.batch(e, i); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// batch is one step on the samples i.
func (m *minibatch[T]) batch(e int, i []int) error {
	m.gather(i)
	if m.done == 0 {
		m.rescale()
	}
	m.forward(len(i))
	loss := m.loss(len(i))
	eta := m.eta() * float64(len(i)) / float64(m.y.Rows) // a short batch knows less
	last := (m.done+1)%m.batches.PerEpoch() == 0
	check := m.done%checkEvery == 0 || last
	if m.done == 0 {
		if !finite(loss) {
			return diverged(e, "at the start", loss)
		}
		m.losses = newLosses(nn.LossOfZeros(m.net.Loss, m.net.V.Rows), loss)
	}
	m.done++
	if m.losses.diverge(loss, len(i)) {
		return m.goBack(e, loss)
	}
	m.losses.add(loss)
	m.count(len(i), loss, check)
	if m.done%averageEvery == 0 {
		m.addToAverage()
	}
	m.remember(len(i))
	if err := m.refreshIfDue(e); err != nil {
		return m.forget(e, loss, err)
	}
	if check {
		m.before.CopyWeights(m.current)
		if m.losses.sound() {
			m.good.CopyWeights(m.current)
		}
	}
	active := m.activeFirst()
	m.correct(active)
	m.update(active, eta*m.scale)
	if check {
		m.verify(len(i), loss)
	}
	if last || m.done%decayEvery == 0 || m.decayIsDue() {
		m.decay()
	}
	if last {
		m.addToAverage()
	}
	m.stats.eta = eta * m.scale
	m.stats.way += m.stats.eta
	return nil
}

// eta is the step length of the next batch, before halvings: η₀, but less in the first
// twentieth of the training, when the Gram matrices know few batches of activations that
// change fast, and in the second half, when it falls to 0.
func (m *minibatch[T]) eta() float64 {
	const rise, fall = 0.05, 0.5
	done, total := float64(m.done), float64(m.total)
	return m.options.Step * min(1, (done+1)/(rise*total), (1-done/total)/fall)
}

// share is how many times η the weights of an edge go: InputStep for those of hidden layers
// that read the input, 1 for the other hidden ones, and less for V.
//
// A full step of V on a batch of B samples would take away about the part f/B of their
// residuals, f being the effective degrees of freedom of the ridge regression, which the
// layers below are about to take away, too. It may take an eighth of them.
func (m *minibatch[T]) share(e *edge[T]) float64 {
	if e.to <= m.layers() {
		if e.from == 0 {
			return m.options.InputStep
		}
		return 1
	}
	const most, residual = 0.3, 0.125
	return min(most, residual*float64(len(m.samples))/m.curves[m.layers()].freedom)
}

// addToAverage adds the iterate to the average, in which the k-th has the weight
// (q+1)/(k+q): with q = 0 all would have the same one, and with it those of the last
// 1/(q+1) or so of the training count.
func (m *minibatch[T]) addToAverage() {
	m.averaged++
	const q = 8
	c := T((q + 1) / (float64(m.averaged) + q))
	for n := 1; n <= m.layers()+1; n++ {
		vec.Blend(m.weights(m.average, n).Data, m.weights(m.current, n).Data, c)
	}
}

// report is what the trace tells of the epoch that has just ended.
func (m *minibatch[T]) report() train.Step {
	s := train.Step{
		Loss:       m.stats.loss / float64(m.stats.samples),
		TrainError: float64(m.stats.wrong) / float64(m.stats.samples),
		Values:     map[string]float64{Eta: m.stats.eta, Halvings: float64(m.stats.halvings)},
	}
	if m.options.L1 > 0 {
		s.Values[Nonzero] = m.result.NonzeroShare()
	}
	for n, active := range m.stats.active {
		s.Activity = append(s.Activity, float64(active)/(float64(m.stats.checked)*float64(m.widths[n+1])))
	}
	return s
}
