package gradient

import (
	"cmp"
	"math"
	"slices"

	"ridge/bcd/train"
	"ridge/mat"
)

// soap is Adam in the basis of the eigenvectors of Shampoo's two matrices.
var soap = &solver{
	name: "soap", title: "SOAP",
	defaults: warmed(3e-3, Options{Momentum: 0.95, Momentum2: 0.95, Memory: 0.95, Delta: 1e-8, Decay: 0.2}),
	own:      []optionName{withMomentum, withMomentum2, withDelta, withMemory},
	takes:    footprint{copies: 5, sides: 4},
	single:   func(t *trainer[float32]) rule[float32] { return newSOAPRule(t) },
	double:   func(t *trainer[float64]) rule[float64] { return newSOAPRule(t) },
}

// soapRule updates blocks of weights in their bases, and the biases by AdamW.
type soapRule[T mat.Float] struct {
	unobservant
	options *Options
	t       int     // the batch under way
	rate    float64 // of it
	blocks  []*soapBlock[T]
	work    *sharedWork[*soapBlock[T]] // on these
	rest    updates[T]
}

// soapBlock is the weights by which a layer reads another one.
type soapBlock[T mat.Float] struct {
	weights, grad mat.Dense[T]
	momentum      mat.Dense[T] // mean of the gradients
	squares       mat.Dense[T] // mean of the squares of the turned gradients
	left, right   *basis[T]
	turned        mat.Dense[T] // scratch: of the gradient, then of the step
	turnedMean    mat.Dense[T] // scratch
	half          mat.Dense[T] // scratch
	stepFactor    float64
	options       *Options
	loops         struct{ average, scale, move, sort *loop }
	batch         soapBatch // under way
}

// soapBatch is what there is to know of a batch.
type soapBatch struct {
	t          int     // its number
	rate       float64 // for these weights
	correction float64 // Adam's
	vanishing  bool    // no square of the gradient counts: see measure
}

// basis is a running mean of second moments of gradients, with approximations of its eigenvectors
// in the order of falling eigenvalues.
type basis[T mat.Float] struct {
	moments mat.Dense[T]
	q       mat.Dense[T]
	image   mat.Dense[T] // scratch: moments·q
	order   []int
	values  []float64
	qr      mat.QR[T]
	loops   struct{ quotients, sort, flush *loop }
}

func newSOAPRule[T mat.Float](t *trainer[T]) rule[T] {
	r := &soapRule[T]{options: &t.options}
	r.rest = updates[T]{formula: adamWFormula, options: &t.options, workers: t.workers}
	for n, grad := range t.grad {
		w := t.net.Weights(n + 1)
		for _, p := range t.parts[n] {
			block := func(m mat.Dense[T]) mat.Dense[T] { return m.ColView(p.Column, p.Width) }
			r.blocks = append(r.blocks, newSOAPBlock(block(w), block(grad), r.options, t.options.stepFactor(p.Layer)))
		}
		t.updateBiases(&r.rest, n)
	}
	r.work = newSharedWork(r.blocks, (*soapBlock[T]).isSmall, t.workers, r.applyTo)
	return r
}

// isSmall reports whether several workers take a step, or improve the bases, hardly sooner than one.
func (b *soapBlock[T]) isSmall() bool {
	order := float64(max(b.grad.Rows, b.grad.Cols))
	return hardlyShared(order * order * order)
}

func newSOAPBlock[T mat.Float](weights, grad mat.Dense[T], o *Options, stepFactor float64) *soapBlock[T] {
	rows, cols := weights.Rows, weights.Cols
	matrix := func() mat.Dense[T] { return mat.NewDense[T](rows, cols) }
	b := &soapBlock[T]{
		weights: weights, grad: grad,
		momentum: matrix(), squares: matrix(), turned: matrix(), turnedMean: matrix(), half: matrix(),
		left: newBasis[T](rows), right: newBasis[T](cols), stepFactor: stepFactor, options: o,
	}
	b.loops.average, b.loops.scale = newLoop(rows, cols, b.averageRow), newLoop(rows, cols, b.scaleRow)
	b.loops.move, b.loops.sort = newLoop(rows, cols, b.moveRow), newLoop(rows, cols, b.sortRow)
	return b
}

func newBasis[T mat.Float](order int) *basis[T] {
	b := &basis[T]{
		moments: mat.NewDense[T](order, order), q: mat.NewDense[T](order, order), image: mat.NewDense[T](order, order),
		order: make([]int, order), values: make([]float64, order),
	}
	for i := range order {
		b.q.Set(i, i, 1)
	}
	b.loops.quotients = newLoop(ceilDiv(order, columnsAtOnce), columnsAtOnce*order, b.quotients)
	b.loops.sort = newLoop(order, order, b.sortRow)
	b.loops.flush = newLoop(order, order, func(i int) { flush(b.moments.Row(i)[:i+1]) })
	return b
}

// apply implements [rule], by algorithm 3 of Vyas et al. The first batch only sets the bases, so that
// no gradient is turned by bases that were computed from it alone.
func (r *soapRule[T]) apply(t int, rate float64) {
	r.t, r.rate = t, rate
	r.work.do()
	r.rest.apply(t, rate)
}

// applyTo takes a block through the batch under way.
func (r *soapRule[T]) applyTo(b *soapBlock[T], w mat.Workers) {
	const every = 10 // batches between improvements of the bases
	b.measure()
	if r.t > 0 {
		b.step(r.t, r.rate, w)
	}
	b.remember(r.options.Memory, w)
	if flushIsDue(r.t) {
		b.left.loops.flush.do(w)
		b.right.loops.flush.do(w)
	}
	switch {
	case r.t == 0:
		b.start(w)
	case r.t%every == 0:
		b.improve(w)
	}
}

// measure looks whether the squares of the gradient, turned or not, are subnormal even all together: then they are left
// out, as arithmetic with them takes many times as long, and they change no sum of normal size.
func (b *soapBlock[T]) measure() {
	largest := float64(mat.NormMax(b.grad))
	b.batch.vanishing = largest*largest*float64(b.grad.Rows*b.grad.Cols) < float64(mat.SmallestNormal[T]())
}

// step is iteration t of Adam in the bases.
func (b *soapBlock[T]) step(t int, rate float64, w mat.Workers) {
	o := b.options
	b.batch.t, b.batch.rate = t, rate*b.stepFactor
	b.batch.correction = math.Sqrt(1-math.Pow(o.Momentum2, float64(t))) / (1 - math.Pow(o.Momentum, float64(t)))
	b.loops.average.do(w)
	b.turn(b.turned, b.grad, w)
	b.turn(b.turnedMean, b.momentum, w)
	b.loops.scale.do(w)
	b.turnBack(b.turnedMean, b.turned, w)
	b.loops.move.do(w)
}

// averageRow updates row i of the momentum.
func (b *soapBlock[T]) averageRow(i int) {
	m := b.momentum.Row(i)
	mat.Scal(T(b.options.Momentum), m)
	mat.Axpy(T(1-b.options.Momentum), b.grad.Row(i), m)
}

// scaleRow updates row i of the squares, and makes that of the turned gradient a step.
func (b *soapBlock[T]) scaleRow(i int) {
	keep, delta := T(b.options.Momentum2), T(b.options.Delta)
	g, v, mean := b.turned.Row(i), b.squares.Row(i), b.turnedMean.Row(i)
	for j := range g {
		if v[j] *= keep; !b.batch.vanishing {
			v[j] += (1 - keep) * g[j] * g[j]
		}
		g[j] = mean[j] / (T(math.Sqrt(float64(v[j]))) + delta)
	}
}

// moveRow updates row i of the weights.
func (b *soapBlock[T]) moveRow(i int) {
	row := b.weights.Row(i)
	mat.Scal(T(1-b.batch.rate*b.options.Decay), row)
	mat.Axpy(T(-b.batch.rate*b.batch.correction), b.turnedMean.Row(i), row)
	if flushIsDue(b.batch.t) {
		flush(b.momentum.Row(i))
		flush(b.squares.Row(i))
	}
}

// turn writes Q_LᵀXQ_R to dst.
func (b *soapBlock[T]) turn(dst, x mat.Dense[T], w mat.Workers) {
	mat.Gemm(mat.Trans, mat.NoTrans, 1, b.left.q, x, 0, b.half, w)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, b.half, b.right.q, 0, dst, w)
}

// turnBack writes Q_LXQ_Rᵀ to dst.
func (b *soapBlock[T]) turnBack(dst, x mat.Dense[T], w mat.Workers) {
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, b.left.q, x, 0, b.half, w)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, b.half, b.right.q, 0, dst, w)
}

// remember adds the gradient to the second moments: L ← ρL + (1−ρ)GGᵀ, R ← ρR + (1−ρ)GᵀG.
func (b *soapBlock[T]) remember(keep float64, w mat.Workers) {
	gain := T(1 - keep)
	if b.batch.vanishing {
		gain = 0
	}
	mat.Syrk(mat.Lower, mat.NoTrans, gain, b.grad, T(keep), b.left.moments, w)
	mat.Syrk(mat.Lower, mat.Trans, gain, b.grad, T(keep), b.right.moments, w)
}

// start finds the first bases, from the identity by orthogonal iteration.
func (b *soapBlock[T]) start(w mat.Workers) {
	const rounds = 10
	for range rounds {
		b.left.improve(w)
		b.right.improve(w)
	}
}

// improve is one round of orthogonal iteration. The squares follow the order of the vectors.
func (b *soapBlock[T]) improve(w mat.Workers) {
	b.left.improve(w)
	b.right.improve(w)
	mat.Copy(b.half, b.squares)
	b.loops.sort.do(w)
}

func (b *soapBlock[T]) sortRow(i int) {
	from, to := b.half.Row(b.left.order[i]), b.squares.Row(i)
	for j := range to {
		to[j] = from[b.right.order[j]]
	}
}

// improve sorts the vectors by their Rayleigh quotients, and takes them through one round of
// orthogonal iteration: Q ← the orthogonal factor of SQ (Golub and Van Loan, Matrix Computations,
// section 8.2.4). Vectors stay where they are if S is 0.
func (s *basis[T]) improve(w mat.Workers) {
	mat.Symm(mat.Left, mat.Lower, 1, s.moments, s.q, 0, s.image, w)
	s.loops.quotients.do(w)
	var most float64
	for _, value := range s.values {
		most = max(most, math.Abs(value))
	}
	if !(most > 0) || most-most != 0 {
		return
	}
	slices.SortStableFunc(s.order, func(i, j int) int { return cmp.Compare(s.values[j], s.values[i]) })
	s.loops.sort.do(w)
	s.qr.Factor(s.q, w)
	s.qr.Q(s.q, w)
}

// columnsAtOnce is how many Rayleigh quotients are computed together: the elements of a row fill a line of the cache.
const columnsAtOnce = 16

// quotients computes those of columnsAtOnce columns of q, and puts these in their old order.
func (s *basis[T]) quotients(i int) {
	from, to := i*columnsAtOnce, min((i+1)*columnsAtOnce, s.q.Cols)
	for j := from; j < to; j++ {
		s.order[j], s.values[j] = j, 0
	}
	for row := range s.q.Rows {
		q, image := s.q.Row(row)[from:to], s.image.Row(row)[from:to]
		for j := range q {
			// The outer conversion forbids a fused multiply-add: the same bits on every architecture.
			s.values[from+j] += float64(float64(q[j]) * float64(image[j]))
		}
	}
}

func (s *basis[T]) sortRow(i int) {
	image, q := s.image.Row(i), s.q.Row(i)
	for j, from := range s.order {
		q[j] = image[from]
	}
}

// state implements [rule].
func (r *soapRule[T]) state(s *train.State) {
	s.In("rest", r.rest.state)
	for _, b := range r.blocks {
		train.Matrix(s, "momentum", b.momentum)
		train.Matrix(s, "squares", b.squares)
		s.In("left", b.left.state)
		s.In("right", b.right.state)
	}
}

// state exchanges everything that lives longer than a batch.
func (s *basis[T]) state(to *train.State) {
	train.Matrix(to, "moments", s.moments)
	train.Matrix(to, "q", s.q)
}
