package qp

import (
	"context"
	"fmt"
	"math"
	"slices"

	"ridge/mat"
)

// triangle is a least squares problem reduced by its QR factorization: minimize ‖Rx − d‖, in
// variables scaled by powers of two, so that the columns of R have lengths of about 1.
type triangle struct {
	a    mat.Dense[float64] // A, and √λ·I below it, in the units of x̂
	b    []float64          // without what fixedColumns add to Ax
	rows int                // of A itself
	unit []int              // x = 2^unit·x̂
	r    mat.Dense[float64]
	d    []float64
	// rcond is the reciprocal condition of R, or 0 if it has more columns than rows, with general constraints.
	rcond float64

	unpolished *iterate // what polish replaced, or nil

	lower, upper []float64
	fixedColumns
	generalRows
	workers   mat.Workers
	precision float64 // the relative error of the numbers that were given
}

// generalRows are the general constraints of a triangle.
type generalRows struct {
	c                  mat.Dense[float64]
	rowUnit            []int // the powers of two by which the rows are multiplied
	rowLower, rowUpper []float64
	apart              string // a bound that these units don't hold, in words
}

// newTriangle returns the context's error where that ends first. The triangle then has no factor, but measures points.
func newTriangle[T mat.Float](ctx context.Context, p LeastSquaresProblem[T], w mat.Workers) (*triangle, error) {
	m, n := p.A.Rows, p.A.Cols
	more := 0
	if p.Lambda > 0 {
		more = n
	}
	s := &triangle{a: mat.NewDense[float64](m+more, n), b: make([]float64, m+more), rows: m, unit: make([]int, n),
		workers: w, precision: roundoff[T]()}
	for i := range m {
		load(s.a.Row(i), p.A.Row(i))
	}
	load(s.b[:m], p.B)
	for j := range more {
		s.a.Set(m+j, j, math.Sqrt(p.Lambda))
	}
	s.scale()
	s.constrain(wideBounds(p.Lower, p.Upper, n))
	s.foldFixed()
	s.generalRows = newGeneralRows(p, s.unit)
	return s, s.factor(ctx)
}

// newGeneralRows converts the rows of C to x = 2^unit·x̂. A row whose numbers may be out of range there is multiplied
// by a power of two, but by no more than it takes: the variable of its largest element may be fixed at 0, where the
// others are all that there is.
func newGeneralRows[T mat.Float](p LeastSquaresProblem[T], unit []int) (r generalRows) {
	const most = 500
	r.c, r.rowUnit = mat.NewDense[float64](p.C.Rows, len(unit)), make([]int, p.C.Rows)
	r.rowLower, r.rowUpper = wideBounds(p.RowLower, p.RowUpper, p.C.Rows)
	for i := range p.C.Rows {
		largest := math.MinInt
		for j, v := range p.C.Row(i) {
			if v != 0 {
				largest = max(largest, exponent(float64(v))+unit[j])
			}
		}
		switch {
		case largest > most:
			r.rowUnit[i] = most - largest
		case largest < -most && largest > math.MinInt:
			r.rowUnit[i] = -most - largest
		}
		by := r.rowUnit[i]
		for j, v := range p.C.Row(i) {
			r.c.Set(i, j, math.Ldexp(float64(v), unit[j]+by))
		}
		r.scaleBounds(i, by)
	}
	return r
}

// scaleBounds multiplies the bounds of row i by 2^by. They may overflow, but not where no number satisfies them then.
func (r *generalRows) scaleBounds(i, by int) {
	scale := func(name string, bound float64, blocks int) float64 {
		v := math.Ldexp(bound, by)
		if math.IsInf(v, blocks) || !math.IsInf(v, 0) && math.Ldexp(v, -by) != bound {
			r.apart = fmt.Sprintf("%s[%d] is about 2^%d in units in which the columns of A are about 1, and row %d "+
				"of C at most 2^500", name, i, exponent(bound)+by, i)
		}
		return v
	}
	r.rowLower[i], r.rowUpper[i] = scale("RowLower", r.rowLower[i], 1), scale("RowUpper", r.rowUpper[i], -1)
}

// factor computes R and d.
func (s *triangle) factor(ctx context.Context) error {
	k, n := min(s.a.Rows, s.a.Cols), s.a.Cols
	var qr mat.QR[float64]
	if err := qr.FactorContext(ctx, s.a, s.workers); err != nil {
		return err
	}
	s.r = mat.NewDense[float64](k, n)
	qr.R(s.r)
	d := slices.Clone(s.b)
	qr.MulQ(mat.Left, mat.Trans, mat.DenseOf(len(d), 1, d), s.workers)
	s.d = d[:k]
	if s.c.Rows > 0 && k == n {
		s.rcond = qr.Rcond()
	}
	return nil
}

// canceled is the answer where there was no time for a factorization: 0, which is rounded to a point within the bounds.
func (s *triangle) canceled() (iterate, GeneralInfo) {
	return iterate{make([]float64, s.a.Cols), make([]float64, s.c.Rows)}, GeneralInfo{Status: Canceled}
}

// scale chooses the units, and scales the columns by them.
func (s *triangle) scale() {
	largest := make([]float64, s.a.Cols)
	for i := range s.a.Rows {
		for j, v := range s.a.Row(i) {
			largest[j] = max(largest[j], math.Abs(v))
		}
	}
	square := make([]float64, s.a.Cols)
	for i := range s.a.Rows {
		for j, v := range s.a.Row(i) {
			if v != 0 {
				v /= largest[j]
				square[j] += v * v
			}
		}
	}
	for j, v := range square {
		if v > 0 {
			fraction, k := math.Frexp(largest[j]) // the length itself may be out of range
			s.unit[j] = -k - exponent(fraction*math.Sqrt(v))
		}
	}
	s.scaleColumns()
}

// scaleColumns multiplies column j by 2^unit[j]. Products take a twentieth of the time of Ldexp, but half of the power
// may be out of range.
func (s *triangle) scaleColumns() {
	half, rest := make([]float64, s.a.Cols), make([]float64, s.a.Cols)
	for j, k := range s.unit {
		half[j], rest[j] = math.Ldexp(1, k/2), math.Ldexp(1, k-k/2)
	}
	for i := range s.a.Rows {
		row := s.a.Row(i)
		for j, v := range row {
			row[j] = v * half[j] * rest[j]
		}
	}
}

// wideBounds returns bounds in float64, infinite ones for nil.
func wideBounds[T mat.Float](lower, upper []T, n int) (l, u []float64) {
	l, u = make([]float64, n), make([]float64, n)
	loadBound(l, lower, math.Inf(-1))
	loadBound(u, upper, math.Inf(1))
	return l, u
}

// constrain sets the bounds on x̂.
func (s *triangle) constrain(lower, upper []float64) {
	for j, k := range s.unit {
		lower[j], upper[j] = math.Ldexp(lower[j], -k), math.Ldexp(upper[j], -k)
	}
	s.lower, s.upper = lower, upper
}

// left computes b − Ax, without what fixedColumns add to either: b still has that in rows of these columns alone.
func (s *triangle) left(x []float64) []float64 {
	left := slices.Clone(s.b)
	mat.Gemv(mat.NoTrans, -1, s.a, s.others(x), 1, left, s.workers)
	return left
}

// point is v with everything that its certificate depends on, for half of the square, and the scale
// of the certificate. Slopes are computed as Aᵀ(Ax − b), not as (AᵀA)x − Aᵀb. In natural units the
// columns of A have length 1.
func (s *triangle) point(v iterate) (q point, size scale) {
	n := s.a.Cols
	q = point{x: v.x, lower: s.lower, upper: s.upper, grad: make([]float64, n), g: make([]float64, n),
		units: newNatural(n)}
	mat.Gemv(mat.Trans, -1, s.a, s.b, 0, q.g, s.workers)
	mat.Gemv(mat.Trans, -1, s.a, s.left(v.x), 0, q.grad, s.workers)
	size.slope = leastScale * mat.Nrm2(s.b) // no slope exceeds ‖b‖; b may be orthogonal to A
	if s.cancels(v.x) {
		size.slope = mat.Asum(s.others(v.x))
		size.gap = min(size.slope*size.slope, math.MaxFloat64)
	}
	length := make([]float64, n)
	for i := range s.a.Rows {
		for j, e := range s.a.Row(i) {
			length[j] += e * e
		}
	}
	for j, e := range length {
		length[j] = 1
		if e > 0 {
			length[j] = math.Sqrt(e)
		}
		q.units.set(j, length[j])
		if s.lower[j] != s.upper[j] {
			size.slope = max(size.slope, math.Abs(q.g[j])/length[j], math.Abs(q.grad[j]-q.g[j])/length[j])
		}
	}
	if s.c.Rows > 0 {
		r := &rowPoint{y: v.y, value: make([]float64, s.c.Rows), size: make([]float64, s.c.Rows),
			pull: make([]float64, n), lower: s.rowLower, upper: s.rowUpper}
		mat.Gemv(mat.NoTrans, 1, s.c, v.x, 0, r.value, s.workers)
		mat.Gemv(mat.Trans, 1, s.c, v.y, 0, r.pull, s.workers)
		s.rowSizes(v.x, r.size)
		for j, e := range r.pull {
			q.grad[j] -= e
			if s.lower[j] != s.upper[j] {
				size.slope = max(size.slope, negligible*math.Abs(e)/length[j])
			}
		}
		q.rows = r
	}
	return q, size
}

// cancels reports whether Ax and b consist of rounding errors of the terms of Ax: then the square is 0 as far as can be
// known, and there is nothing else that slopes are small relative to. If b is 0, the errors are those of the numbers
// that were given. If it is not, x that T rounds may be worse than 0.
func (s *triangle) cancels(x []float64) bool {
	size, rounding := mat.Nrm2(s.b), 4*0x1p-53
	if size == 0 {
		rounding = 4 * s.precision
	}
	return max(size, mat.Nrm2(s.left(x))) <= rounding*mat.Asum(s.others(x))
}

// certify measures v. The duality gap of half of the square is
//
//	(Ax)ᵀ(Ax − b) − Σ zⱼ·boundⱼ − Σ yᵢ·cᵢ,
//
// in which fixed variables are a part of b and of c, and leaves out products of slopes that are
// rounding errors with large elements of x.
func (s *triangle) certify(v iterate) (Certificate, point) {
	q, scale := s.point(v)
	c := q.certify(scale)
	left, ax := s.left(v.x), make([]float64, len(s.b))
	mat.Gemv(mat.NoTrans, 1, s.a, s.others(v.x), 0, ax, s.workers)
	gap := -mat.Dot(ax, left)
	size := mat.Dot(ax, ax)/2 + mat.Nrm2(ax)*mat.Nrm2(s.b) + leastScale*mat.Dot(s.b, s.b) + scale.gap
	count := func(multiplier, bound float64) {
		gap -= multiplier * bound
		size += math.Abs(multiplier * bound)
	}
	for j, slope := range q.grad {
		if bound, presses := q.presses(j); presses && s.lower[j] != s.upper[j] {
			count(slope, bound)
		}
	}
	if q.rows != nil {
		for i, y := range v.y {
			if y != 0 {
				count(y, s.boundLeft(s.c.Row(i), v.x, q.rows.side(i)))
			}
		}
	}
	c.Gap = relative(math.Abs(gap), size)
	return c, q
}

// presses reports whether variable j presses against a bound, as defined by Certificate, and
// against which.
func (p point) presses(j int) (bound float64, presses bool) {
	s := sideOf(p.grad[j])
	room := s.room(p.x[j], p.lower[j], p.upper[j])
	return s.of(p.lower[j], p.upper[j]), room*p.units.e[j] <= math.Abs(p.grad[j])*p.units.inverse[j]
}

// solve solves the problem.
func (s *triangle) solve(ctx context.Context, o Options) (iterate, GeneralInfo, error) {
	if s.c.Rows > 0 {
		v, info, err := s.solveRows(ctx, o)
		if err == nil && !s.accurate(v, o.Tolerance) {
			if err = s.polish(ctx, v, &info, o.Tolerance); err != nil {
				info.Status = Canceled
			}
		}
		return v, info, err
	}
	return newBoundedTriangle(s).solve(ctx, o)
}

// tryZero replaces v by the point next to 0 if the certificate of v does not hold, but that of the point does, with the
// multipliers of v or with none, and reports whether it did. Where rows such as Cx ≥ 0 make 0 the solution, all of v.x
// consists of rounding errors, and nothing is small relative to these. If Aᵀb is 0, too, neither is anything relative
// to those of the multipliers.
func (s *triangle) tryZero(v iterate, tolerance float64) bool {
	if c, _ := s.certify(v); c.within(tolerance) {
		return false
	}
	zero := iterate{make([]float64, len(v.x)), v.y}
	mat.Clamp(zero.x, s.lower, s.upper)
	for _, y := range [][]float64{v.y, make([]float64, len(v.y))} {
		zero.y = y
		if c, _ := s.certify(zero); c.within(tolerance) {
			v.copyFrom(zero)
			return true
		}
	}
	return false
}
