package qp

import (
	"context"

	"ridge/mat"
)

// blockWorkspace is what one worker needs to solve a block of a batch: sweeps for
// all its problems, in float32, and a certificate in float64; again for the change
// that is still missing, where that was not enough; and the exact method for those
// that sweeps are slow for.
type blockWorkspace[T mat.Float] struct {
	solver *Solver[T]

	// For each problem of the block:
	infos         []Info    // of the caller
	scale, target []float64 // of the residual
	slow          []bool    // left to the exact method
	todo          []int     // the problems that are swept in this round

	panels   []*panel // enough for all problems
	sweeping []*panel // those under way
	points   points
	exact    *single
}

func (s *Solver[T]) workspace(sweeping bool) *blockWorkspace[T] {
	w := s.spareWorkspace()
	if sweeping && w.panels == nil {
		w.slow = make([]bool, blockRows)
		w.scale, w.target = make([]float64, blockRows), make([]float64, blockRows)
		w.todo = make([]int, 0, blockRows)
		for lanes := 0; lanes < blockRows; lanes += s.scaled.width() {
			w.panels = append(w.panels, newPanel(s.scaled))
		}
		w.sweeping = make([]*panel, 0, len(w.panels))
		w.points.prepare(s.N())
	}
	return w
}

func (s *Solver[T]) spareWorkspace() *blockWorkspace[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := len(s.spare); k > 0 {
		w := s.spare[k-1]
		s.spare = s.spare[:k-1]
		return w
	}
	return &blockWorkspace[T]{solver: s, exact: newSingle(s.wide)}
}

func (s *Solver[T]) release(w *blockWorkspace[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare = append(s.spare, w)
}

// sweepBlock sweeps problems lo…hi of b, and writes to infos what came of it.
func (w *blockWorkspace[T]) sweepBlock(ctx context.Context, b Batch[T], lo, hi int, infos []Info) {
	w.infos = infos
	w.aim(b, lo, hi)
	w.sweep(ctx, b, lo, hi)
	w.certify(b, lo, hi)
}

// aim sets the residuals to reach.
func (w *blockWorkspace[T]) aim(b Batch[T], lo, hi int) {
	for i := lo; i < hi; i++ {
		lower, upper := b.bounds(i)
		w.scale[i-lo] = residualScale(w.solver.h, b.G.Row(i), lower, upper)
		w.target[i-lo] = w.solver.options.Tolerance * w.scale[i-lo]
	}
}

const (
	// mostRounds limits the rounds of sweeps. Each gains some five digits.
	mostRounds = 4
	// leastGain is what a round has to divide the largest residual by to be
	// followed by another one.
	leastGain = 10
)

// sweep moves the points of the certificate towards the solutions.
//
// The first round solves the problems as they are. The others solve for the change d
// of a point x,
//
//	min ½dᵀHd + ∇f(x)ᵀd,   l − x ≤ d ≤ u − x,
//
// with ∇f(x) from float64: iterative refinement. A start other than zero in
// float64 begins with such a round, as it would lose digits otherwise.
func (w *blockWorkspace[T]) sweep(ctx context.Context, b Batch[T], lo, hi int) {
	c := &w.points
	c.start(b, lo, hi)
	rows := hi - lo
	clear(w.slow)
	w.todo = w.todo[:0]
	for r := range rows {
		w.todo = append(w.todo, r)
	}
	wide := roundoff[T]() < 1e-10
	direct := !wide || c.allZero(rows)
	measured := !direct
	if measured {
		w.measure(b, lo, hi)
	}
	for round := 0; round < mostRounds && len(w.todo) > 0 && ctx.Err() == nil; round++ {
		before := w.worst()
		w.sweepRound(ctx, b, lo, direct)
		w.measure(b, lo, hi)
		if measured && w.worst() > before/leastGain {
			break
		}
		direct, measured = false, true
	}
	if !measured { // the context has ended
		w.measure(b, lo, hi)
	}
}

// sweepRound sweeps the problems to do: all panels of them together, each until it is
// done.
func (w *blockWorkspace[T]) sweepRound(ctx context.Context, b Batch[T], lo int, direct bool) {
	s := w.solver.scaled
	fromZero := !direct || w.points.allZero(w.points.rows)
	w.sweeping = w.sweeping[:0]
	for q := range w.occupied() {
		p := w.panels[q]
		for j, r := range w.lanes(q) {
			w.slow[r] = !p.load(s, j, w.problem(b, lo, r, direct, fromZero))
		}
		p.empty(s, len(w.lanes(q)), s.width())
		p.begin(s)
		w.sweeping = append(w.sweeping, p)
	}
	goal := caution * w.solver.options.Tolerance
	for first := true; len(w.sweeping) > 0; first = false {
		s.sweep(w.sweeping, fromZero && first)
		w.sweeping = w.sweeping[:0]
		for q := range w.occupied() {
			p := w.panels[q]
			if p.outcome != underWay {
				continue
			}
			p.judge(goal, func() float64 { return w.sweepsWorth(p.countFree(s, len(w.lanes(q)))) }, w.sweepsLeft(q))
			if p.outcome == underWay && ctx.Err() == nil {
				w.sweeping = append(w.sweeping, p)
			}
		}
	}
	for q := range w.occupied() {
		if p := w.panels[q]; p.outcome != itStarted {
			w.unload(b, lo, q, direct)
		}
	}
}

// occupied is the number of panels that the problems to do take.
func (w *blockWorkspace[T]) occupied() int {
	return ceilDiv(len(w.todo), w.solver.scaled.width())
}

// lanes lists the problems of panel q.
func (w *blockWorkspace[T]) lanes(q int) []int {
	width := w.solver.scaled.width()
	return w.todo[q*width : min((q+1)*width, len(w.todo))]
}

// problem is problem lo+r as a panel takes it: directly, or for the change of its point.
func (w *blockWorkspace[T]) problem(b Batch[T], lo, r int, direct, fromZero bool) problem32 {
	c := &w.points
	q := w.frame(r, direct)
	if !direct {
		q.g = c.grad.Row(r)
		return q
	}
	load(c.g, b.G.Row(lo+r))
	q.g = c.g
	if !fromZero {
		q.x = c.x.Row(r)
	}
	return q
}

// frame is what problem lo+r is measured in: its bounds, its factor, and the point whose
// change is solved for.
func (w *blockWorkspace[T]) frame(r int, direct bool) problem32 {
	c := &w.points
	q := problem32{lower: c.lower.Row(r), upper: c.upper.Row(r), factor: 1 / w.scale[r]}
	if !direct {
		q.from = c.x.Row(r)
	}
	return q
}

// sweepsLeft is how often panel q may be swept.
func (w *blockWorkspace[T]) sweepsLeft(q int) int {
	limit := w.solver.options.MaxIterations
	for _, r := range w.lanes(q) {
		limit = min(limit, w.solver.options.MaxIterations-w.infos[r].Iterations)
	}
	return limit
}

// unload moves the points of the problems in panel q.
func (w *blockWorkspace[T]) unload(b Batch[T], lo, q int, direct bool) {
	p := w.panels[q]
	for j, r := range w.lanes(q) {
		if w.slow[r] {
			continue
		}
		p.unload(w.solver.scaled, j, w.frame(r, direct), w.points.x.Row(r))
		w.infos[r].Iterations += p.sweeps
		w.slow[r] = p.outcome == tooSlow
	}
}

// measure computes the gradients at the points, rounded to T, and leaves in todo the
// problems that are neither solved nor slow.
func (w *blockWorkspace[T]) measure(b Batch[T], lo, hi int) {
	c := &w.points
	for r := range hi - lo {
		roundTo[T](c.x.Row(r))
	}
	c.gradients(b, w.solver.wide, lo, hi)
	w.todo = w.todo[:0]
	for r := range hi - lo {
		w.infos[r].KKT = residual(c.x.Row(r), c.grad.Row(r), c.lower.Row(r), c.upper.Row(r))
		if !(w.infos[r].KKT <= w.target[r]) && !w.slow[r] && w.infos[r].Iterations < w.solver.options.MaxIterations {
			w.todo = append(w.todo, r)
		}
	}
}

// worst is the largest relative residual of the problems to do.
func (w *blockWorkspace[T]) worst() float64 {
	worst := 0.0
	for _, r := range w.todo {
		worst = max(worst, w.infos[r].KKT/w.scale[r])
	}
	return worst
}

// exactCost is how much slower than a sweep's the operations of the exact method are:
// it works in float64, on one problem at a time.
const exactCost = 12

// leastWorth is the number of sweeps that cost as much as the four products of H with
// a vector that the exact method needs besides its factorization.
const leastWorth = exactCost * 2

// sweepsWorth is the number of sweeps that cost as much as solving a problem exactly,
// given the number of its free variables: a factorization and some solves.
func (w *blockWorkspace[T]) sweepsWorth(free float64) float64 {
	n := float64(w.solver.N())
	return leastWorth + exactCost*free*free*free/(6*n*n)
}

// finish solves problem i exactly, from where it is. info is what is known about
// that point; once the context has ended it needs no more than a new status.
func (w *blockWorkspace[T]) finish(ctx context.Context, b Batch[T], i int, info *Info) error {
	if err := ctx.Err(); err != nil && info.Status != 0 {
		info.Status = Canceled
		return err
	}
	// A factor that an earlier problem left would save a factorization, and make the
	// number of them depend on which worker took which problem.
	w.exact.forget()
	options := w.solver.options
	options.Workers = 1
	options.MaxIterations -= info.Iterations
	lower, upper := b.bounds(i)
	exact, err := solveExactly(ctx, w.exact, b.G.Row(i), lower, upper, b.X.Row(i), options)
	if exact.Status == InvalidInput {
		load(b.X.Row(i), w.exact.start)
	}
	exact.Iterations += info.Iterations
	*info = exact
	return inProblem(err, i)
}
