package qp

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"ridge/mat"
)

// GeneralSolver solves problems that share H and A. It keeps them in float64, in scaled units,
// together with its workspace. A GeneralSolver must not be used by several goroutines at once, but
// uses several itself (Options.Workers). [NewGeneralSolver] makes one.
type GeneralSolver[T mat.Float] struct {
	options  Options
	units    *units
	p        program // with the bounds and the linear term of the last problem
	kkt      *kkt
	reduced  reduction
	fixed    fixedPart
	last     iterate    // the last answer, in units of p
	dropped  []farBound // the bounds of the last problem that p does not have
	feasible []float64  // a feasible point that the last run found while it looked for a ray, in units of p
	unsound  bool       // a run did not end well, and the workspace may hold numbers that overflowed
	lost     string     // names an element of A that the units don't hold, if that may matter in the last problem
	apart    string     // names numbers of the last problem that are too far apart for any units; lost, if there is one
}

// NewGeneralSolver prepares to solve problems with the n×n matrix h and the m×n matrix a. h may be
// 0×0, which stands for zeros: linear programs. Otherwise a may be 0×0: there are no rows. Neither
// matrix is kept. It takes O(n² + mn) operations, and n³/3 for a Cholesky factorization of h. It
// needs memory for both matrices in float64; a solve takes as much memory again, up to four times as
// much where a proof is sought that there is no solution, and another 8(n + m)² bytes, at most 72 MB,
// where nothing else ends with a solution or a proof.
//
// The error is an *[InputError] if h or a holds NaN or Inf, h is not symmetric or an option is out
// of range, and an *[IndefiniteError] if h is found not to be positive semidefinite.
// NewGeneralSolver panics if the shapes do not fit.
func NewGeneralSolver[T mat.Float](h, a mat.Dense[T], o Options) (*GeneralSolver[T], error) {
	return newGeneralSolver(context.Background(), h, a, o, roundoff[T]())
}

// newGeneralSolver is NewGeneralSolver for a single solve, of numbers whose relative error is precision: those in
// float64 may come from a matrix in float32. If the solve is canceled, it does not factor h to see whether it is
// positive semidefinite.
func newGeneralSolver[T mat.Float](ctx context.Context, h, a mat.Dense[T], o Options,
	precision float64) (*GeneralSolver[T], error) {
	checkMatrix("H", h)
	checkMatrix("A", a)
	if none := a.Rows == 0 && a.Cols == 0; h.Rows != h.Cols || h.Rows > 0 && !none && a.Cols != h.Rows {
		panic(fmt.Sprintf("qp: H is %d×%d and A is %d×%d", h.Rows, h.Cols, a.Rows, a.Cols))
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	n := max(h.Rows, a.Cols)
	wideH, wideA := mat.NewDense[float64](h.Rows, h.Rows), mat.NewDense[float64](a.Rows, n)
	mat.Convert(wideH, h)
	if a.Rows > 0 {
		mat.Convert(wideA, a)
	}
	if _, err := checkHessian(h, wideH, curvatureUnits(wideH)); err != nil {
		return nil, err
	}
	if zeroDiagonal(wideH) { // so all of H is zero, as it has been checked
		wideH = mat.Dense[float64]{}
	}
	return generalSolverOf[T](ctx, indexMatrix(wideH), wideA, o, precision)
}

// generalSolverOf is newGeneralSolver for an h that is symmetric and finite. Both h and a are kept, and changed.
func generalSolverOf[T mat.Float](ctx context.Context, h *indexedMatrix, a mat.Dense[float64], o Options,
	precision float64) (*GeneralSolver[T], error) {
	n, m := a.Cols, a.Rows
	for i := range m {
		if j := notFinite(a.Row(i)); j >= 0 {
			return nil, refusedElement("A", i, j, a.At(i, j), notFiniteReason)
		}
	}
	limit := o.MaxIterations
	o = withDefaults[T](o, n)
	if limit == 0 {
		o.MaxIterations = maxGeneralSteps
	}
	if i := indefinite(ctx, h, max(regularization, 8*float64(n)*precision), o.Workers); i >= 0 {
		return nil, &IndefiniteError{Problem: onlyProblem, Variable: i}
	}
	indexedA := indexMatrix(a)
	s := &GeneralSolver[T]{options: o, units: equilibrate(h, indexedA, o.Workers)}
	s.p = program{h: h, a: indexedA, g: make([]float64, n), lower: make([]float64, n+m),
		upper: make([]float64, n+m), precision: precision, workers: o.Workers}
	s.kkt = newKKT(s.p.h, s.p.a, o.Workers)
	s.last = s.p.newIterate()
	s.reduced.prepare(&s.p)
	return s, nil
}

func zeroDiagonal(h mat.Dense[float64]) bool {
	for i := range h.Rows {
		if h.At(i, i) != 0 {
			return false
		}
	}
	return true
}

// maxGeneralSteps is the meaning of Options.MaxIterations = 0 here.
const maxGeneralSteps = 200

// N returns the number of variables.
func (s *GeneralSolver[T]) N() int {
	s.checkMade()
	return s.p.n()
}

// checkMade panics unless s comes from NewGeneralSolver.
func (s *GeneralSolver[T]) checkMade() {
	if s == nil || s.kkt == nil {
		panic("qp: a GeneralSolver that NewGeneralSolver has not made, or made with an error")
	}
}

// M returns the number of rows of A.
func (s *GeneralSolver[T]) M() int {
	s.checkMade()
	return s.p.m()
}

// Solve minimizes ½xᵀHx + gᵀx subject to lower ≤ x ≤ upper and rowLower ≤ Ax ≤ rowUpper. A nil
// bound means that all bounds on that side are infinite. x and y, of n and m elements, receive the
// solution and the multipliers of the rows. On entry they are the starting point: unless both are
// zeros, the constraints that are active there are tried first. If these are the active ones at the
// solution, or nearly so, that takes one or a few factorizations.
//
// Errors are those of [SolveGeneral]. Solve panics if the shapes do not fit, or if x or y overlaps
// the other one or a bound. If the input is refused (InvalidInput, or Infeasible as bounds cross), x
// and y are not changed.
func (s *GeneralSolver[T]) Solve(ctx context.Context,
	g, lower, upper, rowLower, rowUpper, x, y []T) (GeneralInfo, error) {
	checkContext(ctx)
	n := s.N()
	s.checkArguments(g, lower, upper, rowLower, rowUpper, x, y)
	if err := checkGeneral(g, lower, upper, rowLower, rowUpper, x, y); err != nil {
		return unmeasuredGeneral(statusOf(err)), err
	}
	written := boundsOf(n, lower, upper, rowLower, rowUpper)
	slope, bounds := s.takeFixed(func(j int) float64 { return float64(g[j]) }, written)
	s.kkt.factored = 0
	info, err := s.runBounded(ctx, slope, bounds, written, x, y)
	held := s.store(x, y, lower, upper)
	lost := s.blockedByLost(err, written)
	info, err = s.finish(info, held, err)
	if lost != "" {
		info, err = info.notMeasured(s.options.Tolerance, lost)
	}
	if s.unsound {
		s.renew()
	}
	return info, err
}

// checkArguments panics if shapes do not fit, or if x or y overlaps a bound or the other one. g is read before they are
// written.
func (s *GeneralSolver[T]) checkArguments(g, lower, upper, rowLower, rowUpper, x, y []T) {
	n, m := s.N(), s.M()
	for _, v := range []struct {
		name  string
		have  []T
		want  int
		bound bool // which may be nil
	}{{"g", g, n, false}, {"lower", lower, n, true}, {"upper", upper, n, true}, {"rowLower", rowLower, m, true},
		{"rowUpper", rowUpper, m, true}, {"x", x, n, false}, {"y", y, m, false}} {
		if len(v.have) != v.want && !(v.bound && v.have == nil) {
			panic(fmt.Sprintf("qp: %s has %d elements, A is %d×%d", v.name, len(v.have), m, n))
		}
		if v.bound {
			mustNotOverlap("x", v.name, x, v.have)
			mustNotOverlap("y", v.name, y, v.have)
		}
	}
	mustNotOverlap("x", "y", x, y)
}

// renew replaces the workspace, which after a failed run may hold numbers that overflowed.
func (s *GeneralSolver[T]) renew() {
	s.unsound = false
	factored := s.kkt.factored
	s.kkt = newKKT(s.p.h, s.p.a, s.options.Workers)
	s.kkt.factored = factored
}

// checkGeneral refuses input that can't be used.
func checkGeneral[T mat.Float](g, lower, upper, rowLower, rowUpper, x, y []T) error {
	if err := checkProblem(onlyProblem, g, lower, upper, x); err != nil {
		return err
	}
	if i := notFinite(y); i >= 0 {
		return refusedEntry(onlyProblem, "y", i, float64(y[i]), notFiniteReason)
	}
	err := checkBounds(onlyProblem, rowLower, rowUpper)
	switch e := err.(type) {
	case *InputError:
		e.Operand = map[string]string{"lower": "rowLower", "upper": "rowUpper"}[e.Operand]
	case *InfeasibleError:
		e.Row, e.Index = e.Index, -1
	}
	return err
}

// boundsOf numbers the bounds: first those of the n variables, then those of the rows. A nil slice
// means infinite bounds.
func boundsOf[T mat.Float](n int, lower, upper, rowLower, rowUpper []T) problemBounds {
	bound := func(b []T, i, sign int) float64 {
		if b == nil {
			return math.Inf(sign)
		}
		return float64(b[i])
	}
	return func(k int) (l, u float64) {
		if k < n {
			return bound(lower, k, -1), bound(upper, k, 1)
		}
		return bound(rowLower, k-n, -1), bound(rowUpper, k-n, 1)
	}
}

// load converts the problem to the units of s.p.
func (s *GeneralSolver[T]) load(g func(j int) float64, bounds problemBounds) {
	s.units.gauge(g, bounds)
	s.apart = cmp.Or(s.lost, s.units.fit(g, bounds))
	for j := range s.p.g {
		s.p.g[j] = timesPower(g(j), -s.units.slopeUnit(j))
	}
	s.units.scaled(bounds, s.p.lower, s.p.upper)
	s.fixed.load(&s.p, s.units)
	s.p.nearestBound, s.p.farthestBound = s.reduced.nearestBound(&s.p), s.reduced.farthestBound(&s.p)
	s.p.moved = 0
}

// loadStart loads the starting point, or the answer as rounded to T. A fixed variable that T can't
// represent exactly is put where it is fixed. Otherwise its rounding error would be so large that
// the other variables would not count.
func (s *GeneralSolver[T]) loadStart(x, y []T) {
	for j, k := range s.units.variable {
		s.last.x[j] = 0
		if at := s.fixed.at[j]; x[j] != T(at) {
			s.last.x[j] = math.Ldexp(float64(x[j])-at, -k)
		}
	}
	for i := range y {
		s.last.y[i] = math.Ldexp(float64(y[i]), -s.units.multiplierUnit(i))
	}
}

// store rounds the answer to T, and reads it back. It reports whether T can represent it.
func (s *GeneralSolver[T]) store(x, y, lower, upper []T) (held bool) {
	for j, k := range s.units.variable {
		x[j] = T(math.Ldexp(s.last.x[j], k) + s.fixed.at[j])
	}
	for i := range y {
		y[i] = T(math.Ldexp(s.last.y[i], s.units.multiplierUnit(i)))
	}
	if s.apart != "" { // nothing was solved
		clear(x)
		clear(y)
	}
	clampTo(x, lower, upper) // far out, rounding may take x out of the range of T
	held = holdFinite(x, y)
	clampTo(x, lower, upper)
	s.loadStart(x, y)
	return held
}

// holdFinite reports whether x and y are finite. Otherwise they are useless, even as a starting
// point, and are set to zeros: only y if x is finite, else both.
func holdFinite[T mat.Float](x, y []T) bool {
	switch {
	case notFinite(x) >= 0:
		clear(x)
		clear(y)
	case notFinite(y) >= 0:
		clear(y)
	default:
		return true
	}
	return false
}

// finish measures the certificate of the answer, and returns an error if it is not optimal. held is
// the result of store.
func (s *GeneralSolver[T]) finish(info GeneralInfo, held bool, err error) (GeneralInfo, error) {
	info.Factorizations = s.kkt.factored
	info.Certificate = s.p.measure(s.last)
	info.Primal = max(info.Primal, s.outsideDropped())
	grad := make([]float64, s.N())
	s.p.gradient(s.last.x, grad)
	info.Objective = math.Ldexp(objective(s.last.x, grad, s.p.g), s.units.objective) + s.fixed.constant
	if err != nil {
		return info, err
	}
	if s.apart != "" {
		return info.notMeasured(s.options.Tolerance, s.apart)
	}
	info.Gap = max(info.Gap, min(s.gapOfDropped(), math.MaxFloat64)) // what overflows here is no loss of range
	err = info.certify(held, s.options.Tolerance)
	return info, err
}

// notMeasured is the answer where numbers of the problem are too far apart, as the text says.
func (i GeneralInfo) notMeasured(tolerance float64, apart string) (GeneralInfo, error) {
	i.Status, i.Certificate = OutOfRange, overflowed()
	return i, &StatusError{onlyProblem, i.Status, i.Certificate, tolerance, apart}
}

// certify sets the status of an answer from its certificate, and returns the corresponding error.
// held reports whether T could represent the answer.
func (i *GeneralInfo) certify(held bool, tolerance float64) error {
	measured := i.finite(i.Objective)
	switch {
	case measured && i.Certificate.within(tolerance):
		i.Status = Optimal
		return nil
	case !measured || !held:
		i.Status = OutOfRange
	case i.Status == Optimal: // it was optimal before rounding
		i.Status = PrecisionLimit
	}
	return &StatusError{onlyProblem, i.Status, i.Certificate, tolerance, ""}
}
