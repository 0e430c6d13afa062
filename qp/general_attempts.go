package qp

import (
	"context"

	"ridge/mat"
)

// What a run finds may be no answer. Then the problem is changed, solved again, and the first answer stays unless the
// second one is better founded. These functions need not save s.feasible: it belongs to answers with a ray, and only
// runFar solves again after one.

// attempt is what a run has ended with. Its point is s.last, and its status has not been checked against a certificate.
type attempt struct {
	info GeneralInfo
	err  error
}

// runBounded solves the problem, first without its far bounds, if it has any: relative to them all other distances may
// be rounding errors. A solution counts if it satisfies the dropped bounds. A proof that there is none always counts,
// because they can only exclude more points, and a ray counts unless one of them blocks it. If nothing counts, the far
// bounds may matter, and the problem is solved with them. x and y are the starting point, unless both are zeros.
func (s *GeneralSolver[T]) runBounded(ctx context.Context, g func(j int) float64, bounds, written problemBounds,
	x, y []T) (GeneralInfo, error) {
	s.lost = s.units.losesMuch(g, bounds)
	near, dropped := s.units.withoutFar(g, bounds, written)
	load := func() { s.load(g, near) }
	load()
	s.dropped = dropped
	warm := mat.AbsMax(x) > 0 || mat.AbsMax(y) > 0
	if warm {
		s.loadStart(x, y)
	}
	start := s.p.newIterate()
	if warm {
		start.copyFrom(s.last)
	}
	a := s.runUncurved(ctx, attempt{}, start, lostCurvature)
	if a.info.Status != undecided {
		return a.info, a.err
	}
	a = s.runOn(ctx, a, warm)
	a = s.runCorrection(ctx, load, a)
	a = s.runNear(ctx, load, a)
	if !s.holdsWithFar(a) {
		a = s.runFar(ctx, g, near, bounds, a)
	}
	if s.worthRerun(a) {
		a = s.runUncurved(ctx, a, s.p.newIterate(), smallCurvature)
	}
	a = s.runPivoted(ctx, a)
	a = s.runSemidefinite(ctx, a)
	return a.info, a.err
}

// holdsWithFar reports whether an answer without the far bounds is one with them.
func (s *GeneralSolver[T]) holdsWithFar(a attempt) bool {
	switch {
	case s.dropped == nil, a.info.Status == Infeasible, a.info.Status == Canceled:
		return true
	default:
		return a.info.Status == Optimal && s.satisfies(s.last.x, s.dropped) && s.gapOfDropped() <= s.options.Tolerance
	}
}

// rerun solves s.p once more in a new workspace, with the steps that the first attempt has left. The iterations include
// its own, and the error is that of the second run: whether a claim that there is no solution also holds for the first
// problem is for the caller to decide.
func (s *GeneralSolver[T]) rerun(ctx context.Context, first attempt) attempt {
	s.renew()
	return s.runOn(ctx, first, false)
}

// runOn is rerun in the workspace there is. A warm run begins at s.last.
func (s *GeneralSolver[T]) runOn(ctx context.Context, first attempt, warm bool) (again attempt) {
	again.info, again.err = s.run(ctx, warm, s.options.MaxIterations-first.info.Iterations)
	again.info.Iterations += first.info.Iterations
	return again
}

// retry solves once more after change, which also renews the workspace, and which restore takes back. The second
// attempt becomes the answer if accept, which may change it, says so. Otherwise the first one stays, with the
// iterations of both or, if the second one was canceled, canceled.
func (s *GeneralSolver[T]) retry(ctx context.Context, first attempt, change, restore func(),
	accept func(again *attempt) bool) attempt {
	answer := s.last
	change()
	again := s.runOn(ctx, first, false)
	restore()
	if accept(&again) {
		return again
	}
	s.last = answer
	if again.info.Status == Canceled {
		return again
	}
	first.info.Iterations = again.info.Iterations
	return first
}

// worthRerun reports whether a second run may improve such an answer, and there are steps left for it.
func (s *GeneralSolver[T]) worthRerun(a attempt) bool {
	switch a.info.Status {
	case IterationLimit, PrecisionLimit:
		return a.info.Iterations < s.options.MaxIterations
	default:
		return false
	}
}

// runCorrection solves once more, for the distance from the last answer, if some x are so large that a row of small
// ones was left violated: relative to the large x, everything looked solved. In the new problem only the change of the
// large x remains, which has the size of the error. Their contribution to the rows is subtracted with twice the digits
// (iterative refinement, as in Gleixner, Steffy and Wolter, Iterative refinement for linear programming, INFORMS J.
// Comput. 28, 2016). load loads the problem.
func (s *GeneralSolver[T]) runCorrection(ctx context.Context, load func(), first attempt) attempt {
	if !s.worthRerun(first) {
		return first
	}
	s.reduced.of(&s.p)
	at := s.hiding(s.last.x)
	if at == nil {
		return first
	}
	move := func() {
		s.p.moveTo(at)
		s.p.nearestBound, s.p.farthestBound = s.reduced.nearestBound(&s.p), s.reduced.farthestBound(&s.p)
		s.renew()
	}
	return s.retry(ctx, first, move, load, func(again *attempt) bool {
		if again.info.Status != Optimal {
			return false
		}
		mat.Axpy(1, at, s.last.x)
		return s.p.measure(s.last).within(s.options.Tolerance)
	})
}

// nearBounds is how many times as far out as all bounds the answer is sought once more.
const nearBounds = 0x1p6

// runNear solves once more, among points that are not much farther out than the bounds, where the answer was lost far
// out. Since the problem is convex, a solution there that is at none of the added bounds is one of the problem. load
// loads the problem. The steps count against the limit of all runs, as Options.MaxIterations promises.
func (s *GeneralSolver[T]) runNear(ctx context.Context, load func(), first attempt) attempt {
	if !s.worthRerun(first) {
		return first
	}
	size := max(s.p.farthestBound, s.p.nearestBound)
	if size == 0 {
		size = s.p.steepestG()
	}
	most := nearBounds * size
	if mat.AbsMax(s.last.x) <= most {
		return first
	}
	confine := func() {
		s.p.confine(most)
		s.renew()
	}
	return s.retry(ctx, first, confine, load, func(again *attempt) bool {
		return again.info.Status == Optimal && s.solves(s.last)
	})
}

// solves reports whether v is a solution, also with the bounds that were dropped.
func (s *GeneralSolver[T]) solves(v iterate) bool {
	return s.p.measure(v).within(s.options.Tolerance) && s.satisfies(v.x, s.dropped)
}

// runFar solves the problem with its far bounds. first is what the run without them ended with. If neither run ends
// with a solution or a proof, the answer is that of the first, unless that is known to be none: next to the far bounds,
// a point says little.
func (s *GeneralSolver[T]) runFar(ctx context.Context, g func(j int) float64, near, bounds problemBounds,
	first attempt) attempt {
	answer, inside := s.last, s.feasible != nil && s.satisfies(s.feasible, s.dropped)
	satisfied := first.info.Status == Optimal && s.satisfies(s.last.x, s.dropped)
	load := func() { s.loadFar(g, near, bounds) }
	load()
	if proof := s.proofWithFar(ctx, first, inside); proof.info.Status != undecided {
		s.load(g, near) // in whose units the answer is
		return proof
	}
	if first.info.Iterations >= s.options.MaxIterations {
		s.load(g, near)
		first.info.Status = IterationLimit
		return attempt{info: first.info}
	}
	a := s.rerun(ctx, first)
	a = s.runCorrection(ctx, load, a)
	switch a.info.Status {
	case IterationLimit, PrecisionLimit, Canceled, OutOfRange:
		if first.info.Status == PrecisionLimit || satisfied {
			s.load(g, near)
			s.last = answer
			return a
		}
	}
	s.dropped = nil
	return a
}

// proofWithFar looks whether a ray of the first attempt is one of s.p, too, and then for a feasible point, unless the
// first run has found one, or a proof that there is none. Its status is undecided if there is no answer.
func (s *GeneralSolver[T]) proofWithFar(ctx context.Context, first attempt, feasible bool) (proof attempt) {
	ray := s.rayOf(first.err)
	if ray == nil || s.apart != "" || !s.p.unbounded(ray) {
		return attempt{}
	}
	if ray = s.p.exactRay(ctx, ray); ray == nil {
		return attempt{}
	}
	proof.info, proof.err = s.unblocked(ctx, first.info, ray, feasible)
	switch proof.info.Status {
	case Unbounded, Infeasible, Canceled:
		return proof
	default:
		return attempt{}
	}
}

// runPivoted solves s.p once more if there is neither a solution nor a proof that there is none, with systems whose
// rounding errors are far smaller. The first attempt stays the answer unless this one ends with a solution or a proof.
func (s *GeneralSolver[T]) runPivoted(ctx context.Context, first attempt) attempt {
	if first.info.Status != PrecisionLimit || !s.worthRerun(first) {
		return first
	}
	s.reduced.of(&s.p)
	if len(s.reduced.p.free)+len(s.reduced.p.rows) > maxPivoted {
		return first
	}
	pivot := func() {
		s.renew()
		s.kkt.pivot()
	}
	return s.retry(ctx, first, pivot, func() { s.kkt.eliminate() }, func(again *attempt) bool {
		switch again.info.Status {
		case Infeasible:
			return true
		case Unbounded:
			return s.dropped == nil
		case Optimal:
			return s.satisfies(s.last.x, s.dropped)
		default:
			return false
		}
	})
}

// runSemidefinite looks at answers of an H that is not semidefinite. An H with more negative curvature
// than rounding explains is refused. In float32, a minimum is none if it is far out along a ray within rounding, and a
// problem that ended at the precision limit is solved once more, with an H that is semidefinite in spite of rounding.
// That answer counts if its certificate holds for the problem itself, or if it is far out along such a ray.
func (s *GeneralSolver[T]) runSemidefinite(ctx context.Context, first attempt) attempt {
	narrow := mat.IsFloat32[T]()
	switch status := first.info.Status; {
	case !s.p.quadratic():
	case status == Optimal && narrow:
		if ray := s.roundedRay(); ray != nil && s.p.indefiniteAlong(ctx, ray) {
			first.info.Status, first.err = Unbounded, s.escape(ray)
		}
	case status == PrecisionLimit && s.p.curvesDown(s.last.x, s.p.curvedAt(s.last.x), roundoff[T]()):
		first.info.Status, first.err = Indefinite, &IndefiniteError{Problem: onlyProblem, Variable: -1}
	case status == PrecisionLimit && narrow && s.worthRerun(first):
		return s.runShifted(ctx, first)
	}
	return first
}

// runShifted solves once more with larger diagonal elements of H, and keeps what it has if that is no answer.
func (s *GeneralSolver[T]) runShifted(ctx context.Context, first attempt) attempt {
	h := s.p.h
	shift := func() {
		s.p.h = s.p.shifted(roundingOfCurvature * float64(s.N()) * roundoff[T]())
		s.renew()
	}
	restore := func() {
		s.p.h = h
		s.renew()
	}
	return s.retry(ctx, first, shift, restore, func(again *attempt) bool {
		if again.info.Status != Optimal {
			return false
		}
		if s.solves(s.last) {
			return true
		}
		ray := s.roundedRay()
		if ray != nil {
			again.info.Status, again.err = Unbounded, s.escape(ray)
		}
		return ray != nil
	})
}
