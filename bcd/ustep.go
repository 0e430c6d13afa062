package bcd

import (
	"context"
	"errors"
	"math"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
	"ridge/qp"
)

// stepU is the U step: every sample's hidden variables go the fraction theta of the
// way to the optimum of F + ½p‖U − U_old‖² over U ≥ 0. It returns the largest
// relative KKT residual of the QPs.
//
// Tikhonov's F is convex in all of U, and one QP per sample takes all layers together.
// Fenchel's is convex in each U_n only: each layer is a block of its own, last to
// first, so that the influence of the labels reaches the first layer in one step.
// Relaxing a block in which F is convex keeps the descent: F(u + θ(u* − u)) ≤ (1−θ)F(u)
// + θF(u*).
func (l *lift[T]) stepU(ctx context.Context, theta float64, o qp.Options) (float64, error) {
	worst, err := l.stepLayers(ctx, theta, o)
	if err == nil {
		l.part = uPart{}
	}
	return worst, err
}

// stepLayers is stepU for what is left to do of it.
func (l *lift[T]) stepLayers(ctx context.Context, theta float64, o qp.Options) (worst float64, err error) {
	if l.objective == Tikhonov {
		return l.stepJoint(ctx, theta, o)
	}
	for n := l.layers() - l.part.layers; n >= 1; n-- {
		if worst, err = l.stepLayer(ctx, n, theta, o); err != nil {
			return 0, err
		}
		l.part.layers++
	}
	return worst, nil
}

// uPart is how much of a U step is done. A step of wide layers and many samples takes minutes, and a training can be
// saved, and end, in the middle of it: what is left depends on what is done by U alone.
type uPart struct {
	layers  int     // with Fenchel
	samples int     // of the next layer, or of all layers together
	worst   float64 // the largest relative KKT residual
}

// state exchanges it.
func (p *uPart) state(s *train.State, layers, samples int) {
	s.Count("layers", &p.layers, layers)
	s.Count("samples", &p.samples, samples)
	s.Float("residual", &p.worst)
}

// isBegun reports whether anything is done.
func (p *uPart) isBegun() bool { return p.layers > 0 || p.samples > 0 }

// sampleQP is one bounded QP per sample, all with the same Hessian: the hidden
// variables of some layers, and slacks. fill and store are given some samples lo …
// hi−1 and the rows of the batch that belong to them.
type sampleQP[T mat.Float] struct {
	h     mat.Dense[T]
	free  int // columns from here on are slacks of the loss; others are ≥ 0
	fill  func(lo, hi int, g, x mat.Dense[T])
	store func(lo, hi int, x mat.Dense[T])
}

// chunkElements bounds the memory of one batch of QPs, for few workers.
const chunkElements = 1 << 22

// chunkRows is the number of QPs of n variables in a batch of the given number of elements.
func chunkRows(elements, n int) int { return max(1, elements/n/rows.Block) * rows.Block }

// qpsOfWorker is how many QPs of a batch a worker has, if that is more: package qp gives a worker 128 at a time.
const qpsOfWorker = 256

// leastChunks is how many batches the samples make at least where more workers enlarge them: memory must not depend on
// the processors, and a quarter of the samples is little beside the rest.
const leastChunks = 4

// chunkFor is the number of QPs in a batch: a multiple of few, the number for few workers, so that batches begin where
// they do with these; at most qpsOfWorker for each worker and a leastChunks-th of the samples, but at least few.
func chunkFor(few, workers, samples int) int {
	return few * max(1, min(qpsOfWorker*workers, samples/leastChunks)/few)
}

// chunkEnd is where the batch that begins with sample lo ends. No number depends on the workers: package qp solves
// fewer than eight problems in another way, so these are left over if they are with few workers.
func chunkEnd(lo, samples, few, workers int) int {
	const others = 8
	hi := min(lo+chunkFor(few, workers, samples), samples)
	if left := samples % few; hi == samples && left < others && hi-lo > left {
		hi -= left
	}
	return hi
}

// solve solves the QPs that are left chunk by chunk and returns the largest relative KKT residual of the step so far.
func (l *lift[T]) solve(ctx context.Context, p sampleQP[T], o qp.Options) (float64, error) {
	solver, err := qp.NewSolver(p.h, o)
	if err != nil {
		return 0, err
	}
	n := p.h.Rows
	few, workers := chunkRows(l.chunkElements, n), l.workers.Count()
	chunk := min(l.samples(), chunkFor(few, workers, l.samples()))
	g, x := mat.NewDense[T](chunk, n), mat.NewDense[T](chunk, n)
	bounds := l.newBounds(chunk, n, p.free)
	for lo, hi := l.part.samples, 0; lo < l.samples(); lo = hi {
		if l.part.isBegun() && l.between != nil {
			if err := l.between(ctx); err != nil {
				return 0, err
			}
		}
		hi = chunkEnd(lo, l.samples(), few, workers)
		rows.For(l.workers, lo, hi, func(a, b int) {
			p.fill(a, b, g.RowView(a-lo, b-a), x.RowView(a-lo, b-a))
		})
		lower, upper := bounds.of(l.y.RowView(lo, hi-lo))
		info, err := solver.SolveBatch(ctx, qp.Batch[T]{
			G: g.RowView(0, hi-lo), Lower: lower, Upper: upper, X: x.RowView(0, hi-lo),
		})
		if err := beyondTolerance(err); err != nil {
			return 0, err
		}
		rows.For(l.workers, lo, hi, func(a, b int) { p.store(a, b, x.RowView(a-lo, b-a)) })
		l.part.samples, l.part.worst = hi, max(l.part.worst, info.KKT())
	}
	l.part.samples = 0
	return l.part.worst, nil
}

// beyondTolerance drops the error of a QP that was not solved to the tolerance: its objective is no higher than before,
// which is all that descent needs.
func beyondTolerance(err error) error {
	var incomplete *qp.StatusError
	if errors.As(err, &incomplete) && incomplete.Status <= qp.IterationLimit {
		return nil
	}
	return err
}

// bounds are the bounds of a batch of QPs.
type bounds[T mat.Float] struct {
	loss         nn.BoxLoss[T]
	free         int
	lower, upper mat.Dense[T]
}

// newBounds allocates the bounds of rows QPs of n variables, of which those from free on are slacks of the loss.
// Without slacks the problems share their bounds.
func (l *lift[T]) newBounds(rows, n, free int) bounds[T] {
	if free == n {
		return bounds[T]{free: free, lower: mat.NewDense[T](1, n)}
	}
	b := bounds[T]{l.loss, free, mat.NewDense[T](rows, n), mat.NewDense[T](rows, n)}
	b.upper.Fill(T(math.Inf(1)))
	return b
}

// of sets the bounds of the QPs of samples with targets y: hidden variables are ≥ 0,
// slacks have those of the loss.
func (b bounds[T]) of(y mat.Dense[T]) (lower, upper mat.Dense[T]) {
	if b.upper.Rows == 0 {
		return b.lower, b.upper
	}
	for i := range y.Rows {
		lo, up := b.lower.Row(i)[b.free:], b.upper.Row(i)[b.free:]
		for k, v := range y.Row(i) {
			lo[k], up[k] = b.loss.Slack(v)
		}
	}
	return b.lower.RowView(0, y.Rows), b.upper.RowView(0, y.Rows)
}

// slacks is the number of slacks that the loss adds to a QP ([nn.BoxLoss]): for the hinge
// ½max(0, 1 − yo)² = min ½(y − o + t)² over t with the sign of y, whose Hessian
// every sample shares. The squared loss needs none.
func (l *lift[T]) slacks() int {
	if lower, upper := l.loss.Slack(1); lower == 0 && upper == 0 {
		return 0
	}
	return l.net.V.Rows
}

// addLossHessian adds the Hessian of ½‖y − o + t‖² to the lower triangle of h, where
// u_L begins at column u, and t, if there is one, at column t.
func (l *lift[T]) addLossHessian(h mat.Dense[T], u, t int) {
	v := l.net.OutputBlock()
	mat.Syrk(mat.Lower, mat.Trans, 1, v, 1, h.View(u, u, v.Cols, v.Cols), l.workers)
	for k := range l.slacks() {
		h.Set(t+k, t+k, 1)
		for j, w := range v.Row(k) {
			h.Set(t+k, u+j, -w)
		}
	}
}

// fillLoss adds the linear term of ½‖y − o + t‖² for samples lo … hi−1 to g, and starts the slacks in x at their
// optimum for the current outputs.
func (l *lift[T]) fillLoss(lo, hi, u, t int, g, x mat.Dense[T]) {
	v := l.net.OutputBlock()
	r := mat.NewDense[T](hi-lo, v.Rows) // y − the bias
	c := make([]T, v.Rows)
	for k := range c {
		c[k] = l.net.V.At(k, v.Cols)
	}
	rows.Subtract(r, l.y, lo, hi, c)
	mat.Gemm(mat.NoTrans, mat.NoTrans, -1, r, v, 1, g.ColView(u, v.Cols), 1)
	if l.slacks() == 0 {
		return
	}
	mat.Copy(g.ColView(t, v.Rows), r)
	for i := lo; i < hi; i++ {
		ti, yi := x.Row(i - lo)[t:], l.y.Row(i)
		for k, o := range l.o.Row(i) {
			lower, upper := l.loss.Slack(yi[k])
			ti[k] = max(lower, min(o-yi[k], upper))
		}
	}
}
