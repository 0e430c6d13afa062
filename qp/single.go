package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// single solves one problem in float64: the state that the methods share. Each of
// them moves x downhill, and may leave the rest of the way to the next.
type single struct {
	h            mat.Dense[float64]
	g            []float64
	lower, upper []float64
	target       float64 // residual to reach
	precision    float64 // roundoff of the type that h was given in
	limit        int     // of iterations
	workers      mat.Workers
	method       Method // that was asked for

	start, startGrad []float64 // where it began, inside the bounds
	x, grad          []float64 // where it is, inside the bounds, and ∇f there
	fresh            bool      // grad was computed from x, not updated
	solved           bool      // x is the answer to another problem, solved before
	solvedG          []float64 // g of that one
	continued        bool      // start is that answer

	iterations int
	last       Method // the method under way
	progress   progress

	sweeping sweeping
	face     face
	free     []int     // the free variables of the step under way
	dir      []float64 // a direction, zero outside of free
	curve    []float64 // H·dir
	newton   newtonState
	path     path
	pivoting pivoting
	interior interior
}

func newSingle(h mat.Dense[float64]) *single {
	n := h.Rows
	next := vectors(12, n)
	p := &single{
		h: h, g: next(), lower: next(), upper: next(),
		start: next(), startGrad: next(), x: next(), grad: next(), solvedG: next(),
		free: make([]int, 0, n), dir: next(), curve: next(),
	}
	p.path = path{direction: next(), base: next(), breaks: make([]breakpoint, 0, n)}
	return p
}

// vectors returns a function that hands out count vectors of n elements.
func vectors(count, n int) func() []float64 {
	buf := make([]float64, count*n)
	return func() []float64 {
		v := buf[:n:n]
		buf = buf[n:]
		return v
	}
}

// undecided is what a method returns that leaves the problem to the next one.
const undecided Status = 0

// run moves from start towards the solution and leaves in x the best point found.
// The status is what it believes; the caller measures.
func (p *single) run(ctx context.Context) (Status, error) {
	if err := p.begin(); err != nil {
		return InvalidInput, err
	}
	if _, status, err := p.look(ctx); status != undecided {
		return status, err
	}
	for _, m := range p.sequence() {
		p.last = m
		if status, err := p.apply(ctx, m); status != undecided {
			return status, err
		}
	}
	return IterationLimit, nil
}

// sequence lists the methods to try. A start that is the last answer, or whose free
// variables are those of the factor at hand, is likely to be near the solution. Pivoting from
// there takes the fewest steps, and leaves a factor for the next problem of the kind.
func (p *single) sequence() []Method {
	if p.method == Auto && (p.continued || p.factored()) {
		return warmSequence
	}
	return sequences[p.method]
}

// factored says whether the variables between their bounds are those of p.face.
func (p *single) factored() bool {
	free := 0
	for i := range p.x {
		if !p.atBound(i) {
			free++
		}
	}
	if free == 0 || free != len(p.face.order) {
		return false
	}
	for _, i := range p.face.order {
		if p.atBound(i) {
			return false
		}
	}
	return true
}

// forget drops all that the last solve has left.
func (p *single) forget() {
	p.face.forget()
	p.solved = false
}

func (p *single) apply(ctx context.Context, m Method) (Status, error) {
	switch m {
	case CoordinateDescent:
		return p.descend(ctx)
	case BlockPivoting:
		return p.pivot(ctx)
	case InteriorPoint:
		return p.followPath(ctx)
	default:
		return p.projectedNewton(ctx)
	}
}

// begin evaluates the starting point. If that is the last answer, the gradient there has
// changed as g has.
func (p *single) begin() error {
	p.continued = p.solved && slices.Equal(p.x, p.start)
	copy(p.x, p.start)
	if p.continued {
		for i, v := range p.g {
			p.grad[i] += v - p.solvedG[i]
		}
		p.fresh = false
	} else {
		p.refresh()
	}
	copy(p.startGrad, p.grad)
	copy(p.solvedG, p.g)
	p.solved = true
	p.iterations, p.face.factorizations, p.face.border.refused = 0, 0, false
	p.progress = progress{best: math.Inf(1)}
	p.last = Auto
	if notFinite(p.grad) >= 0 {
		p.solved = false
		i := largest(p.x)
		return &InputError{"x", onlyProblem, -1, i, p.x[i], "makes Hx + g overflow"}
	}
	return nil
}

// largest is the index of the element of the largest magnitude.
func largest(x []float64) int {
	at := 0
	for i, v := range x {
		if math.Abs(v) > math.Abs(x[at]) {
			at = i
		}
	}
	return at
}

// look measures the residual at x, and says whether it is time to end.
func (p *single) look(ctx context.Context) (kkt float64, status Status, err error) {
	kkt = residual(p.x, p.grad, p.lower, p.upper)
	if kkt <= p.target && !p.fresh {
		kkt = p.measure()
	}
	limited := p.progress.stalled(kkt) && kkt <= p.mostRounding() && kkt <= p.roundingError()
	if limited && !p.fresh {
		kkt = p.measure()
	}
	switch {
	case kkt <= p.target:
		return kkt, Optimal, nil
	case limited && kkt <= p.roundingError():
		return kkt, PrecisionLimit, nil
	}
	status, err = p.mayGoOn(ctx)
	return kkt, status, err
}

// measure computes the residual at x, with nothing left of updates.
func (p *single) measure() float64 {
	p.refresh()
	return residual(p.x, p.grad, p.lower, p.upper)
}

// mayGoOn says whether there is a limit to stop at.
func (p *single) mayGoOn(ctx context.Context) (Status, error) {
	if p.iterations >= p.limit {
		return IterationLimit, nil
	}
	if err := ctx.Err(); err != nil {
		return Canceled, err
	}
	return undecided, nil
}

func (p *single) atBound(i int) bool {
	return p.x[i] <= p.lower[i] || p.x[i] >= p.upper[i]
}

// fixed says that variable i has nowhere to go.
func (p *single) fixed(i int) bool { return p.lower[i] == p.upper[i] }

// room is how far v is from the bounds of variable i, in units of H and so of the
// gradient that it takes to move it there: it tells which variables are likely to
// stay free.
func (p *single) room(i int, v float64) float64 {
	return min(v-p.lower[i], p.upper[i]-v) * p.h.At(i, i)
}

// gradient computes dst := H·x + g.
func (p *single) gradient(x, dst []float64) {
	p.multiply(x, dst)
	for i, v := range p.g {
		dst[i] += v
	}
}

// multiply computes dst := H·x. Where many elements of x are zero, at a bound or because
// they do not move, the rows of H are not read that they would multiply.
func (p *single) multiply(x, dst []float64) {
	zeros := 0
	for _, v := range x {
		if v == 0 {
			zeros++
		}
	}
	if zeros*4 < len(x) {
		mat.Gemv(mat.NoTrans, 1, p.h, x, 0, dst, 1)
		return
	}
	clear(dst)
	var rows, at = [4]int{}, 0 // of nonzero elements, four at a time
	for i, v := range x {
		if v == 0 {
			continue
		}
		rows[at] = i
		if at++; at < 4 {
			continue
		}
		at = 0
		a, b, c, d := rows[0], rows[1], rows[2], i
		mat.Axpyf([4]float64{x[a], x[b], x[c], v}, p.h.Row(a), p.h.Row(b), p.h.Row(c), p.h.Row(d), dst)
	}
	for _, i := range rows[:at] {
		mat.Axpy(x[i], p.h.Row(i), dst)
	}
}

func (p *single) refresh() {
	p.gradient(p.x, p.grad)
	p.fresh = true
}

// roundingError bounds what the residual at x can be off by when its gradient is
// evaluated in float64: (n + 1)ε(|H||x| + |g|).
func (p *single) roundingError() float64 { return p.roundingErrorAt(p.x) }

func (p *single) roundingErrorAt(x []float64) float64 {
	worst := 0.0
	for i, gi := range p.g {
		s := math.Abs(gi)
		for j, v := range p.h.Row(i) {
			s += math.Abs(v) * math.Abs(x[j])
		}
		worst = max(worst, s)
	}
	return float64(len(p.g)+1) * roundoff[float64]() * worst
}

// mostRounding is at least roundingError, and does not read H: no element of a
// semidefinite matrix is larger than the largest of its diagonal.
func (p *single) mostRounding() float64 {
	return float64(len(p.g)+1) * roundoff[float64]() * (p.largestDiagonal()*mat.Asum(p.x) + mat.AbsMax(p.g)) * (1 + 1e-6)
}

// largestDiagonal is the largest element of H.
func (p *single) largestDiagonal() float64 {
	largest := 0.0
	for i := range p.x {
		largest = max(largest, p.h.At(i, i))
	}
	return largest
}

// progress watches the residual, which need not fall with every step. When it has
// not halved for a while, it is time to ask whether it can.
type progress struct {
	best  float64
	since int
}

func (s *progress) stalled(kkt float64) bool {
	if kkt <= s.best/2 {
		s.best, s.since = kkt, 0
		return false
	}
	s.since++
	return s.since > 3
}
