package qp

import (
	"context"
	"errors"
	"math"

	"ridge/mat"
)

// blockWorkspace is what one worker needs to solve a block of a batch. It sweeps all problems of
// the block in float32, and certifies them in float64. Problems that are not solved are swept
// again, for the missing change of the point. Problems for which sweeps are slow go to the exact
// method.
type blockWorkspace[T mat.Float] struct {
	solver *Solver[T]
	points points[T]

	// For each problem of the block:
	scale       []scale
	kkt, target []float64 // residuals, and their targets
	slow        []bool    // left to the exact method
	certified   []bool    // the certificate is in infos
	todo        []int     // the problems to sweep in this round

	panels   []*panel // enough for all problems
	sweeping []*panel // the panels that are still being swept
	exact    *run
}

func (s *Solver[T]) workspace(sweeping bool) *blockWorkspace[T] {
	w := s.spareWorkspace()
	if sweeping && w.panels == nil {
		w.scale, w.kkt, w.target = make([]scale, blockRows), make([]float64, blockRows), make([]float64, blockRows)
		w.slow, w.certified = make([]bool, blockRows), make([]bool, blockRows)
		w.todo = make([]int, 0, blockRows)
		for lanes := 0; lanes < blockRows; lanes += s.scaled.width() {
			w.panels = append(w.panels, newPanel(s.scaled))
		}
		w.sweeping = make([]*panel, 0, len(w.panels))
		w.points = newPoints[T](s.N())
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
	return &blockWorkspace[T]{solver: s, exact: newRun(s.wide, s.units, s.spread)}
}

func (s *Solver[T]) release(w *blockWorkspace[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare = append(s.spare, w)
}

// solveBlock sweeps problems lo…hi−1 of b, and writes the results to infos.
func (w *blockWorkspace[T]) solveBlock(ctx context.Context, b Batch[T], lo, hi int, infos []Info) {
	if ctx.Err() != nil {
		return
	}
	w.points.load(b, lo, hi, infos)
	w.aim()
	w.sweep(ctx)
	w.certify()
}

// aim sets the target residuals and the starting points. If the point of the box next to 0 is a
// solution, it is kept.
func (w *blockWorkspace[T]) aim() {
	c := &w.points
	zero := c.pointsNextToZero(w.solver.wide)
	w.todo = w.todo[:0]
	for r := range c.rows {
		if w.slow[r] = c.refused(r); w.slow[r] {
			continue
		}
		grad := c.linear(r)
		if !zero {
			grad = c.grad.Row(r)
		}
		var solved bool
		w.scale[r], solved = scaleAt(c.x.Row(r), grad, c.linear(r), c.lower.Row(r), c.upper.Row(r), w.solver.units)
		w.target[r] = w.solver.options.Tolerance * w.scale[r].slope
		if !solved {
			c.start(r)
		}
		// If the scale is not finite, the exact method must decide what that means.
		w.slow[r] = solved || !(w.scale[r].slope <= math.MaxFloat64)
		if !w.slow[r] {
			w.todo = append(w.todo, r)
		}
	}
}

const (
	// maxRounds limits the rounds of sweeps. Each gains about five digits.
	maxRounds = 4
	// leastGain is the factor by which a round must reduce the largest residual to be followed by
	// another one.
	leastGain = 10
)

// sweep moves the points towards the solutions.
//
// The first round solves the problems themselves. The later rounds solve for the change d of a
// point x,
//
//	min ½dᵀHd + ∇f(x)ᵀd,   l − x ≤ d ≤ u − x,
//
// with ∇f(x) from float64: iterative refinement. If T is float64 and a starting point is not zero,
// the first round is of this kind, too, because starting in float32 would lose digits.
func (w *blockWorkspace[T]) sweep(ctx context.Context) {
	direct := mat.IsFloat32[T]() || w.points.allZero()
	measured := !direct
	if measured {
		w.measure()
	}
	for round := 0; round < maxRounds && len(w.todo) > 0 && ctx.Err() == nil; round++ {
		before := w.worst()
		w.sweepRound(ctx, direct)
		w.measure()
		if measured && w.worst() > before/leastGain {
			break
		}
		direct, measured = false, true
	}
	if !measured { // the context has ended, or there were no problems to sweep
		w.measure()
	}
}

// sweepRound sweeps the problems in todo: all their panels together, each panel until it is done.
func (w *blockWorkspace[T]) sweepRound(ctx context.Context, direct bool) {
	s := w.solver.scaled
	fromZero := !direct || w.points.allZero()
	w.sweeping = w.sweeping[:0]
	for q := range w.occupied() {
		p := w.panels[q]
		for j, r := range w.lanes(q) {
			w.slow[r] = !p.load(s, j, w.problem(r, direct, fromZero))
		}
		p.empty(s, len(w.lanes(q)), s.width())
		p.begin(s)
		w.sweeping = append(w.sweeping, p)
	}
	goal := safetyFactor * w.solver.options.Tolerance
	for first := true; len(w.sweeping) > 0; first = false {
		s.sweep(w.sweeping, fromZero && first)
		w.sweeping = w.sweeping[:0]
		for q := range w.occupied() {
			p := w.panels[q]
			if p.outcome != inProgress {
				continue
			}
			p.judge(goal, func() float64 { return w.sweepsWorth(p.countFree(s, len(w.lanes(q)))) }, w.sweepsLeft(q))
			if p.outcome == inProgress && ctx.Err() == nil {
				w.sweeping = append(w.sweeping, p)
			}
		}
	}
	for q := range w.occupied() {
		if p := w.panels[q]; p.outcome != startedAtGoal {
			w.unload(q, direct)
		}
	}
}

// occupied is the number of panels that the problems in todo take.
func (w *blockWorkspace[T]) occupied() int {
	return ceilDiv(len(w.todo), w.solver.scaled.width())
}

// lanes lists the problems of panel q.
func (w *blockWorkspace[T]) lanes(q int) []int {
	width := w.solver.scaled.width()
	return w.todo[q*width : min((q+1)*width, len(w.todo))]
}

// problem is problem r of the block in the form for a panel: directly, or for the change of its
// point.
func (w *blockWorkspace[T]) problem(r int, direct, fromZero bool) problem32 {
	c := &w.points
	q := w.frame(r, direct)
	if !direct {
		q.g = c.grad.Row(r)
		return q
	}
	q.g = c.linear(r)
	if !fromZero {
		q.x = c.x.Row(r)
	}
	return q
}

// frame is the scaling of problem r: its bounds, its factor, and the point whose change is solved
// for.
func (w *blockWorkspace[T]) frame(r int, direct bool) problem32 {
	c := &w.points
	q := problem32{lower: c.lower.Row(r), upper: c.upper.Row(r), factor: 1 / w.scale[r].slope}
	if !direct {
		q.from = c.x.Row(r)
	}
	return q
}

// sweepsLeft is the number of sweeps that panel q may still take.
func (w *blockWorkspace[T]) sweepsLeft(q int) int {
	limit := w.solver.options.MaxIterations
	for _, r := range w.lanes(q) {
		limit = min(limit, w.solver.options.MaxIterations-w.points.infos[r].Iterations)
	}
	return limit
}

// unload updates the points of the problems in panel q.
func (w *blockWorkspace[T]) unload(q int, direct bool) {
	p := w.panels[q]
	for j, r := range w.lanes(q) {
		if w.slow[r] {
			continue
		}
		p.unload(w.solver.scaled, j, w.frame(r, direct), w.points.x.Row(r))
		w.points.infos[r].Iterations += p.sweeps
		w.slow[r] = p.outcome == tooSlow
	}
}

// measure computes the gradients at the points, rounded to T, and leaves in todo the problems that
// are neither solved nor slow. The rest of a certificate is computed only if the residual is small
// enough.
func (w *blockWorkspace[T]) measure() {
	c := &w.points
	for r := range c.rows {
		roundTo[T](c.x.Row(r))
	}
	c.gradients(w.solver.wide)
	w.todo = w.todo[:0]
	for r := range c.rows {
		if c.refused(r) {
			continue
		}
		info := &c.infos[r]
		w.kkt[r] = residual(c.x.Row(r), c.grad.Row(r), c.lower.Row(r), c.upper.Row(r), w.solver.units)
		if w.certified[r] = w.kkt[r] <= w.target[r]; w.certified[r] {
			info.Certificate = c.certify(c.point(r, w.solver.units), w.solver.wide, w.scale[r])
		}
		solved := w.certified[r] && info.within(w.solver.options.Tolerance)
		if !solved && !w.slow[r] && info.Iterations < w.solver.options.MaxIterations {
			w.todo = append(w.todo, r)
		}
	}
}

// certify writes the points to the batch, and their certificates to infos. If the objective at a
// point is above that at the starting point, the starting point replaces it.
func (w *blockWorkspace[T]) certify() {
	c := &w.points
	if c.revertRises(w.solver.wide) { // rarely true; gradients must then be computed, because updates are not exact
		w.measure()
	}
	for r := range c.rows {
		info := &c.infos[r]
		if info.refused() {
			continue
		}
		p := c.point(r, w.solver.units)
		if !w.certified[r] {
			info.Certificate = c.certify(p, w.solver.wide, w.scale[r])
		}
		info.Objective = objective(p.x, p.grad, p.g)
		info.AtLower, info.AtUpper = countBounds(p.x, p.lower, p.upper)
		info.Status = info.certified(IterationLimit, w.solver.options.Tolerance)
		if info.Iterations > 0 {
			info.Method = CoordinateDescent
		}
		load(c.batch.X.Row(c.lo+r), p.x)
	}
}

// worst is the largest relative residual of the problems in todo.
func (w *blockWorkspace[T]) worst() float64 {
	worst := 0.0
	for _, r := range w.todo {
		worst = max(worst, w.kkt[r]/w.scale[r].slope)
	}
	return worst
}

// exactCost is the cost of an operation of the exact method, relative to one of a sweep: the method
// works in float64, on one problem at a time.
const exactCost = 12

// leastWorth is the number of sweeps that cost as much as four products of H with a vector, which
// the exact method needs in addition to its factorization.
const leastWorth = exactCost * 2

// sweepsWorth is the number of sweeps that cost as much as solving a problem exactly with a given
// number of free variables: a factorization and a few solves.
func (w *blockWorkspace[T]) sweepsWorth(free float64) float64 {
	n := float64(w.solver.N())
	return leastWorth + exactCost*free*free*free/(6*n*n)
}

// finish solves problem i of b exactly, from its current point, whose results are in info. A
// StatusError is left to the summary of the batch.
func (w *blockWorkspace[T]) finish(ctx context.Context, b Batch[T], i int, info *Info) error {
	// An earlier problem's factor would save a factorization, but then the number of factorizations
	// would depend on which worker took which problem.
	w.exact.forget()
	options := w.solver.options
	options.Workers = 1
	options.MaxIterations -= info.Iterations
	lower, upper := b.bounds(i)
	exact, err := solveExactly(ctx, w.exact, b.G.Row(i), lower, upper, b.X.Row(i), options)
	if exact.Status == InvalidInput { // the point stays, but its gradient overflows
		load(b.X.Row(i), w.exact.start)
		exact.Certificate = overflowed()
	}
	exact.Iterations += info.Iterations
	*info = exact
	var incomplete *StatusError
	if errors.As(err, &incomplete) {
		return nil
	}
	return inProblem(err, i)
}
