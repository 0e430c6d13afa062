package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// run solves s.p in at most the given number of steps, and leaves the best point that it found in s.last. The status
// has not been checked against a certificate.
func (s *GeneralSolver[T]) run(ctx context.Context, warm bool, most int) (info GeneralInfo, err error) {
	defer func() { s.unsound = s.unsound || info.Status != Optimal }()
	start := s.last
	s.last, s.feasible = s.p.newIterate(), nil
	if s.apart != "" {
		return GeneralInfo{Status: OutOfRange}, nil
	}
	if farkas := s.reduced.of(&s.p); farkas != nil {
		if err := s.refute(ctx, farkas, 0); err != nil {
			return GeneralInfo{Status: Infeasible}, err
		}
		if err := ctx.Err(); err != nil {
			return GeneralInfo{Status: Canceled}, err
		}
		return GeneralInfo{Status: PrecisionLimit}, nil
	}
	p := &s.reduced.p
	set := newActiveSet(p, s.kkt)
	defer func() {
		s.last.copyFrom(set.best)
		s.reduced.expand(s.last)
	}()
	if warm {
		for i, kind := range s.reduced.single {
			if kind != severalElements {
				start.y[i] = 0
			}
		}
		mat.Clamp(start.x, p.lower[:p.n()], p.upper[:p.n()])
		if s.accepts(ctx, set, start) {
			return GeneralInfo{Status: Optimal}, nil
		}
		if set.certificate.within(s.options.Tolerance) {
			kept := set.best
			set = newActiveSet(p, s.kkt) // the path may find a solution without that much x or y
			set.best.copyFrom(kept)      // unless it ends at once
		}
	}
	return s.follow(ctx, set, most)
}

// accepts reports whether the starting point, or one with its active constraints, is a solution. The best point is that
// then.
func (s *GeneralSolver[T]) accepts(ctx context.Context, set *activeSet, start iterate) bool {
	tolerance := s.options.Tolerance
	set.copyFrom(start)
	set.guessAt(start)
	convinces := func() bool { return set.convincing(set.best, tolerance) && s.keepsRounded(set) }
	if set.record().within(tolerance) && convinces() {
		return true
	}
	return set.try(ctx, start, tolerance, maxWarmCorrections) && convinces()
}

// convincing reports whether v is a solution even if large x or y do not count. A starting point may be a solution only
// because they do.
func (a *activeSet) convincing(v iterate, tolerance float64) bool {
	slopes, values := a.p.convincing(v, tolerance)
	return slopes && values && !a.p.hidesObjective(v.x)
}

// keepsRounded reports whether the certificate of the best point holds with multipliers that are rounded to T. They may
// be so large that their rounding errors exceed all slopes.
func (s *GeneralSolver[T]) keepsRounded(set *activeSet) bool {
	if !mat.IsFloat32[T]() {
		return true
	}
	v := iterate{set.best.x, slices.Clone(set.best.y)}
	for i := range v.y {
		k := s.units.multiplierUnit(i)
		v.y[i] = math.Ldexp(float64(T(math.Ldexp(v.y[i], k))), -k)
	}
	return set.p.measure(v).within(s.options.Tolerance)
}

// confirm looks for a proof that there is no solution. It does so if x or y is so large that the remaining slopes or
// violations are small relative to products with H and A, but not relative to g or the bounds.
func (s *GeneralSolver[T]) confirm(ctx context.Context, set *activeSet, info GeneralInfo) (GeneralInfo, error) {
	slopes, values := set.p.convincing(set.best, s.options.Tolerance)
	if slopes && values {
		return info, nil
	}
	found, err := s.explain(ctx, set.p, info, nil)
	if found.Status == Canceled { // x is unchanged
		return info, nil
	}
	return found, err
}

const (
	// closeEnough is the distance from the end of the path at which the active set is first guessed, and guessShrink
	// the factor by which it must shrink before the next guess.
	closeEnough, guessShrink = 1e-5, 1.0 / 50
	closeEnoughPivoted       = 1e-9
	// endOfPath is the gap at which rounding errors end the path.
	endOfPath    = 1e-26
	roundedLevel = 1e-12
	// stalledSteps is the number of steps without progress after which the path ends.
	stalledSteps = 20
)

// follow follows the central path, for at most the given number of steps, until the active set is identified.
func (s *GeneralSolver[T]) follow(ctx context.Context, set *activeSet, maxSteps int) (GeneralInfo, error) {
	path := newGeneralPath(set.p, s.kkt)
	solved, err := s.walk(ctx, path, set, maxSteps)
	info := GeneralInfo{Status: IterationLimit, Iterations: path.steps}
	switch {
	case solved:
		return s.confirmFarOut(ctx, set, info)
	case err != nil:
		if path.steps > 0 { // otherwise the solve was canceled soon, and measures only its answer
			set.guess(path)
			set.offer(path.iterate)
		}
		info.Status = Canceled
		return info, err
	}
	stalled := path.steps < maxSteps // more steps would not have helped
	s.guessLast(ctx, path, set, stalled)
	switch {
	case set.certificate.within(s.options.Tolerance):
		info.Status = Optimal
		return s.confirm(ctx, set, info)
	case stalled:
		info.Status = PrecisionLimit
	}
	if s.kkt.cores.pivots { // an earlier run has found no explanation
		return info, nil
	}
	return s.explain(ctx, set.p, info, nil)
}

// walk follows the path, and guesses the active set from time to time. It reports whether a guess was right.
func (s *GeneralSolver[T]) walk(ctx context.Context, path *generalPath, set *activeSet,
	maxSteps int) (solved bool, err error) {
	progress := newPathProgress()
	if s.kkt.cores.pivots {
		progress.next = closeEnoughPivoted // as earlier guesses failed, and a guess costs as much as a step
	}
	err = path.run(ctx, maxSteps, func() bool {
		if progress.due(path.levels) {
			path.lend(func() {
				set.guess(path)
				set.offer(path.iterate)
				solved = set.try(ctx, path.iterate, s.options.Tolerance, maxCorrections)
			})
		}
		return solved || progress.over(path.levels, stalledSteps)
	})
	return solved, err
}

// confirmFarOut is confirm for a right guess, unless rounding errors have produced a minimum, far out along a ray.
func (s *GeneralSolver[T]) confirmFarOut(ctx context.Context, set *activeSet, info GeneralInfo) (GeneralInfo, error) {
	if s.p.unbounded(set.best.x) {
		if ray := s.p.exactRay(ctx, set.best.x); ray != nil {
			info.Status = PrecisionLimit
			return s.explain(ctx, set.p, info, ray)
		}
	}
	info.Status = Optimal
	return s.confirm(ctx, set, info)
}

// guessLast guesses the active set where the path has ended, with less regularization, too, if it has stalled.
func (s *GeneralSolver[T]) guessLast(ctx context.Context, path *generalPath, set *activeSet, stalled bool) {
	set.guess(path)
	set.offer(path.iterate)
	if len(path.s) == 0 { // all constraints are equalities: there is no path, and nothing to guess
		set.try(ctx, path.iterate, s.options.Tolerance, 0)
	}
	if stalled && !set.certificate.within(s.options.Tolerance) {
		set.guess(path)
		if !set.tryLast(ctx, path.iterate, s.options.Tolerance) {
			set.offerOrigin(path, s.options.Tolerance)
		}
	}
}

// pathProgress decides when to guess the active set, and when to give up the path.
type pathProgress struct {
	best  float64 // smallest distance from the end of the path
	since int     // steps since then
	next  float64 // distance at which to guess the active set next
}

func newPathProgress() pathProgress { return pathProgress{best: math.Inf(1), next: closeEnough} }

// distance is the worst of the levels, or only the gap once the others have reached rounding.
func (p *pathProgress) distance(l pathLevels) float64 {
	if max(l.primal, l.dual) < roundedLevel {
		return l.gap
	}
	return l.worst()
}

// due reports whether it is time to guess the active set.
func (p *pathProgress) due(l pathLevels) bool {
	d := p.distance(l)
	if !(d <= p.next) {
		return false
	}
	p.next = d * guessShrink
	return true
}

// over reports whether to end the path: after too many steps without progress, or because of rounding errors.
func (p *pathProgress) over(l pathLevels, stalled int) bool {
	d := p.distance(l)
	if d < p.best/2 {
		p.best, p.since = d, 0
	} else {
		p.since++
	}
	return p.since > stalled || d-d != 0 || l.gap < endOfPath
}

// explain looks for a proof that there is no solution. ray is one along which the objective falls, or nil to look for
// one. It counts only if there is a feasible point.
func (s *GeneralSolver[T]) explain(ctx context.Context, p *program, info GeneralInfo,
	ray []float64) (GeneralInfo, error) {
	farkas, reach, feasible, err := p.leastInfeasible(ctx, s.kkt)
	s.feasible = feasible
	if err == nil && farkas != nil {
		if err := s.refute(ctx, s.reduced.explain(&s.p, farkas), reach); err != nil {
			info.Status = Infeasible
			return info, err
		}
	}
	if err == nil && feasible != nil && ray == nil {
		if ray, err = p.steepest(ctx, s.kkt); err == nil {
			ray = s.p.exactRay(ctx, ray)
		}
	}
	found := feasible != nil && ray != nil
	if err == nil && !found {
		err = ctx.Err() // which may have ended the search
	}
	switch {
	case err != nil:
		info.Status = Canceled
		return info, err
	case !found:
		return info, nil
	}
	info.Status = Unbounded
	return info, s.escape(ray)
}

// escape returns the error for a problem whose objective falls forever along d.
func (s *GeneralSolver[T]) escape(d []float64) error {
	return &UnboundedError{Problem: onlyProblem, Ray: directionTimes(d, s.units.variable)}
}

// refute returns the error for a problem that y proves infeasible, for x up to reach, or nil if y proves nothing or the
// context has ended.
func (s *GeneralSolver[T]) refute(ctx context.Context, y []float64, reach float64) error {
	y, limit := s.p.proof(ctx, y, reach)
	if y == nil {
		return nil
	}
	rows := largestWeights(y) // before the units of the rows come in
	return &InfeasibleError{Problem: onlyProblem, Index: -1, Row: -1, Farkas: directionTimes(y, s.units.row),
		Reach: s.reachInUnits(limit), rows: rows, zero: len(rows) == 1 && s.reduced.single[rows[0]] == noElement}
}

// reachInUnits converts a distance up to which a proof holds to the units of the variables. It is nil if that is
// infinite.
func (s *GeneralSolver[T]) reachInUnits(limit float64) []float64 {
	if math.IsInf(limit, 0) {
		return nil
	}
	reach := make([]float64, s.N())
	for j, k := range s.units.variable {
		reach[j] = math.Ldexp(limit, k)
	}
	return reach
}

// BoundMultipliers writes the multipliers of the bounds on x in the last problem, z of [GeneralResult]. z has n
// elements.
func (s *GeneralSolver[T]) BoundMultipliers(z []T) {
	checkLength("z", len(z), s.N())
	d := make([]float64, s.N())
	s.p.slopes(s.last, d)
	presses := s.p.presses(s.last, s.options.Tolerance)
	for j, slope := range d {
		z[j] = 0
		if presses(j, slope) {
			z[j] = T(math.Ldexp(slope, s.units.slopeUnit(j)))
		}
	}
}
