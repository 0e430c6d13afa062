package qp

import (
	"context"
	"fmt"
	"math"

	"ridge/mat"
)

// LeastSquaresProblem is: minimize ‖Ax − b‖² + Lambda‖x‖² subject to Lower ≤ x ≤ Upper and RowLower
// ≤ Cx ≤ RowUpper.
type LeastSquaresProblem[T mat.Float] struct {
	// A is m×n, of any shape and rank, and B has m elements.
	A mat.Dense[T]
	B []T
	// Lambda is the weight of ‖x‖², at least 0.
	Lambda float64
	// Lower and Upper have n elements each, ±Inf where there is no bound. nil means that there are
	// no bounds on that side.
	Lower, Upper []T
	// C is k×n, or the zero value, 0×0. RowLower and RowUpper have k elements each, ±Inf where
	// there is no bound. nil means that there are no bounds on that side.
	C                  mat.Dense[T]
	RowLower, RowUpper []T
}

// LeastSquaresResult is the answer to a [LeastSquaresProblem]. Its Objective is ‖Ax − b‖² + Lambda‖x‖², and its
// multipliers belong to that, not to half of it: they are the rates at which this minimum rises with a bound.
type LeastSquaresResult[T mat.Float] struct {
	// Residual is ‖Ax − b‖, or NaN if the input was refused.
	Residual float64
	GeneralResult[T]
}

// NNLS minimizes ‖Ax − b‖ over x ≥ 0: non-negative least squares. A is m×n, b has m elements, and the X of the result
// n. It is [LeastSquares] with default options, whose errors and panics it has; neither A nor b is changed.
func NNLS[T mat.Float](ctx context.Context, a mat.Dense[T], b []T) (LeastSquaresResult[T], error) {
	checkMatrix("A", a)
	return LeastSquares(ctx, LeastSquaresProblem[T]{A: a, B: b, Lower: make([]T, a.Cols)}, Options{})
}

// BoundedLeastSquares minimizes ‖Ax − b‖ over lower ≤ x ≤ upper. A nil bound is infinite. See
// [LeastSquares].
func BoundedLeastSquares[T mat.Float](ctx context.Context, a mat.Dense[T],
	b, lower, upper []T) (LeastSquaresResult[T], error) {
	return LeastSquares(ctx, LeastSquaresProblem[T]{A: a, B: b, Lower: lower, Upper: upper}, Options{})
}

// LeastSquares solves a least squares problem from A and b. The condition number of A is never
// squared, as it would be in H = AᵀA. A is reduced to the triangle of its QR factorization, and the
// accuracy depends on the condition of the columns that are free at the solution, or of A in the
// directions that active rows leave. Columns may have any scale. Everything is computed in float64,
// whatever T is.
//
// If there are only bounds, the free columns are guessed by [Solve] on AᵀA, whose errors do no
// harm. Then columns are exchanged until the optimality conditions hold. At first, all that violate
// them are exchanged at once, with a QR factorization of the free columns each time. If that does
// not converge, they are exchanged one by one, and the factorization is updated (Lawson and Hanson,
// Solving Least Squares Problems, 1974, chapter 23; Stark and Parker, Bounded-variable least
// squares: an algorithm and applications, Comput. Statist. 10, 1995), which ends after finitely
// many steps. If A has few rows or a small rank, columns are exchanged one by one from the
// beginning. With general constraints, or if the certificate of what the exchanges find does not
// hold and A is not large, [SolveGeneral] solves the problem in x and r = Rx − d, where R and d are
// what the factorization makes of A and b. The result is the first point whose certificate holds,
// or that with the smallest residual. With general constraints, an active-set method begins at that
// point, unless the condition of R and the slopes bound the error of x by 10⁻⁹ of its largest
// element, or b − Ax consists of rounding errors: it factors R times a basis of the directions that
// the active constraints leave. The point within the bounds next to 0 counts, too: where rows such
// as Cx ≥ 0 make 0 the solution, rounding errors of x violate them by as much as all of their terms.
//
// Errors are those of SolveGeneral, and so is when the result has no X. If the free columns are
// linearly dependent, the solution is not unique. The context also ends QR factorizations, but neither
// the product AᵀA nor factorizations of that, nor those with pivoting, where columns are dependent.
func LeastSquares[T mat.Float](ctx context.Context, p LeastSquaresProblem[T],
	o Options) (LeastSquaresResult[T], error) {
	checkContext(ctx)
	p.checkShapes()
	if err := p.check(o); err != nil {
		return LeastSquaresResult[T]{Residual: math.NaN(),
			GeneralResult: GeneralResult[T]{GeneralInfo: unmeasuredGeneral(statusOf(err))}}, err
	}
	o = withDefaults[T](o, p.A.Cols)
	s, err := newTriangle(ctx, p, o.Workers)
	v, info := s.canceled()
	if err == nil && s.apart != "" {
		res, _ := roundAnswer(s, v, p, info)
		measure(s, v, &res)
		res.GeneralInfo, err = res.notMeasured(o.Tolerance, s.apart)
		return res, err
	}
	if err == nil {
		v, info, err = s.solve(ctx, o)
	}
	res, held := roundAnswer(s, v, p, info)
	if err == nil && s.unpolished != nil && s.worst(v) > o.Tolerance { // the exact x may round worse
		w := *s.unpolished
		if other, heldOther := roundAnswer(s, w, p, info); s.better(w, v) {
			v, res, held = w, other, heldOther
		}
	}
	if err == nil && p.C.Rows > 0 && s.tryZero(v, o.Tolerance) {
		res, held = roundAnswer(s, v, p, info)
	}
	measure(s, v, &res)
	if err != nil {
		return res, err
	}
	err = res.certify(held, o.Tolerance)
	return res, err
}

// roundAnswer rounds v to T, and begins the result with it. Multipliers belong to the square, and are twice those of
// half the square. It reports whether T can represent v.
func roundAnswer[T mat.Float](s *triangle, v iterate, p LeastSquaresProblem[T],
	info GeneralInfo) (res LeastSquaresResult[T], held bool) {
	res.GeneralResult = GeneralResult[T]{X: make([]T, len(v.x)), RowMultipliers: make([]T, len(v.y)),
		BoundMultipliers: make([]T, len(v.x)), GeneralInfo: info}
	for j, k := range s.unit {
		res.X[j] = T(math.Ldexp(v.x[j], k))
	}
	for i, y := range v.y {
		res.RowMultipliers[i] = T(math.Ldexp(2*y, s.rowUnit[i]))
	}
	held = holdFinite(res.X, res.RowMultipliers)
	clampTo(res.X, p.Lower, p.Upper)
	for j, k := range s.unit {
		v.x[j] = math.Ldexp(float64(res.X[j]), -k)
	}
	for i, y := range res.RowMultipliers {
		v.y[i] = math.Ldexp(float64(y)/2, -s.rowUnit[i])
	}
	return res, held
}

// measure sets the certificate of v, which has been rounded to T, and what follows from it.
func measure[T mat.Float](s *triangle, v iterate, res *LeastSquaresResult[T]) {
	var q point
	res.Certificate, q = s.certify(v)
	left := s.leftOfAll(v.x)
	s.addFixed(q, left)
	for j, slope := range q.grad {
		if _, presses := q.presses(j); presses {
			res.BoundMultipliers[j] = T(math.Ldexp(2*slope, -s.unit[j]))
		}
	}
	res.Objective = mat.Dot(left, left)
	res.Residual = mat.Nrm2(left[:s.rows])
}

func (p LeastSquaresProblem[T]) checkShapes() {
	checkMatrix("A", p.A)
	checkMatrix("C", p.C)
	m, n := p.A.Rows, p.A.Cols
	length := func(name string, v []T, want int, optional bool) {
		if len(v) != want && !(optional && v == nil) {
			panic(fmt.Sprintf("qp: %s has %d elements, A is %d×%d and C %d×%d", name, len(v), m, n, p.C.Rows, p.C.Cols))
		}
	}
	if p.C.Rows > 0 && p.C.Cols != n {
		panic(fmt.Sprintf("qp: A is %d×%d and C is %d×%d", m, n, p.C.Rows, p.C.Cols))
	}
	length("B", p.B, m, false)
	length("Lower", p.Lower, n, true)
	length("Upper", p.Upper, n, true)
	length("RowLower", p.RowLower, p.C.Rows, true)
	length("RowUpper", p.RowUpper, p.C.Rows, true)
}

func (p LeastSquaresProblem[T]) check(o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	if !(p.Lambda >= 0) || math.IsInf(p.Lambda, 1) {
		return refusedNumber("Lambda", p.Lambda, notFiniteReason+" ≥ 0")
	}
	for _, m := range []struct {
		name string
		mat.Dense[T]
	}{{"A", p.A}, {"C", p.C}} {
		for i := range m.Rows {
			if j := notFinite(m.Row(i)); j >= 0 {
				return refusedElement(m.name, i, j, float64(m.At(i, j)), notFiniteReason)
			}
		}
	}
	if i := notFinite(p.B); i >= 0 {
		return refusedEntry(onlyProblem, "B", i, float64(p.B[i]), notFiniteReason)
	}
	err := checkGeneral(nil, p.Lower, p.Upper, p.RowLower, p.RowUpper, nil, nil)
	if e, ok := err.(*InfeasibleError); ok {
		e.matrix = "C"
	}
	return err
}
