package mat

import (
	"context"
	"fmt"
	"math"

	"ridge/internal/scratch"
)

// Cholesky is the factorization A = L·Lᵀ of a symmetric positive definite matrix. The zero value is
// ready for [Cholesky.Factor]. Several goroutines may solve with one factor at once, as long as
// none changes it.
type Cholesky[T Float] struct {
	l       Dense[T] // lower triangle: L; the rest is undefined
	next    Dense[T] // memory in which an updated L is computed
	anorm   float64  // 1-norm of the A given to Factor, times unit
	unit    float64  // 1, or sumUnit if the norm overflows
	ready   bool     // l is a factor
	updated bool     // l was changed by Update or Downdate, so anorm is not the norm of its matrix
}

// Factor factors A, of which only the lower triangle is read. See [Cholesky.FactorTriangle].
func (c *Cholesky[T]) Factor(a Dense[T], w Workers) error {
	return c.factor("Cholesky.Factor", Lower, a, w, nil)
}

// FactorTriangle factors A, of which only the triangle uplo is read. A is not changed and may be
// reused at once. (L is the same whichever triangle is stored.) Memory of an earlier factorization
// of the same size is reused. It takes n³/3 operations. It panics if A is not square, or shares
// elements with the factor that L returned.
//
// If A is not positive definite it returns a *[NotPositiveDefiniteError], and the other
// methods panic until another factorization succeeds.
//
// From gonum's SymDense, which stores the upper triangle:
//
//	s := g.RawSymmetric() // blas64.Symmetric
//	a := mat.Dense[float64]{Rows: s.N, Cols: s.N, Data: s.Data, Stride: s.Stride}
//	err := c.FactorTriangle(mat.Upper, a, mat.AllWorkers)
func (c *Cholesky[T]) FactorTriangle(uplo Uplo, a Dense[T], w Workers) error {
	uplo.check("Cholesky.FactorTriangle")
	return c.factor("Cholesky.FactorTriangle", uplo, a, w, nil)
}

// FactorContext is [Cholesky.FactorTriangle], but ends soon after ctx does, with its error (see [PotrfContext]). There
// is no factor then. It panics if ctx is nil.
func (c *Cholesky[T]) FactorContext(ctx context.Context, uplo Uplo, a Dense[T], w Workers) error {
	if ctx == nil {
		panic("mat: Cholesky.FactorContext: the context is nil: want context.Background()")
	}
	uplo.check("Cholesky.FactorContext")
	if err := c.factor("Cholesky.FactorContext", uplo, a, w, ctx.Done()); err != errEnded {
		return err
	}
	return ctx.Err()
}

// factor returns errEnded once done is closed.
func (c *Cholesky[T]) factor(op string, uplo Uplo, a Dense[T], w Workers, done <-chan struct{}) error {
	a.check(op, "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: %s of a %d×%d matrix", op, a.Rows, a.Cols))
	}
	n := a.Rows
	l := reuse(c.l, n, n)
	mustNotOverlap(op, "a", "the factor", &a, &l)
	c.l, c.ready = l, false
	if uplo == Upper {
		transposeTriangle(Upper, l, a)
	} else {
		copyStored(Lower, l, a)
	}
	c.unit, c.anorm = 1, symmetricNorm1(l, 1)
	if math.IsInf(c.anorm, 1) {
		c.unit, c.anorm = sumUnit, symmetricNorm1(l, sumUnit)
	}
	err := factorCholesky(op, Lower, c.l, w, done)
	c.ready, c.updated = err == nil, false
	return err
}

// mustBeReady panics if there is no factor. After a failed factorization, l holds only a part of
// one.
func (c *Cholesky[T]) mustBeReady(method string) {
	if !c.ready {
		panic("mat: Cholesky." + method + " without a successful Factor")
	}
}

// N returns the order of the matrix.
func (c *Cholesky[T]) N() int { return c.l.Rows }

// L returns the factor. Its strict upper triangle is undefined. It shares the memory of the
// Cholesky, and is valid until the next Factor, Update or Downdate.
func (c *Cholesky[T]) L() Dense[T] {
	c.mustBeReady("L")
	return c.l
}

// Solve overwrites B (n×r) with A⁻¹·B. It takes 2n²r operations.
func (c *Cholesky[T]) Solve(b Dense[T], w Workers) {
	c.mustBeReady("Solve")
	checkOrder("Cholesky.Solve", c.l.Rows, b, b.Rows)
	Potrs(Lower, c.l, b, w)
}

// SolveRight overwrites B (r×n) with B·A⁻¹: each row of B is a right-hand side. It takes 2n²r
// operations.
func (c *Cholesky[T]) SolveRight(b Dense[T], w Workers) {
	c.mustBeReady("SolveRight")
	checkOrder("Cholesky.SolveRight", c.l.Rows, b, b.Cols)
	PotrsRight(Lower, c.l, b, w)
}

// SolveVec overwrites x (of n elements) with A⁻¹·x.
func (c *Cholesky[T]) SolveVec(x []T) {
	c.mustBeReady("SolveVec")
	checkVector("Cholesky.SolveVec", c.l.Rows, x)
	PotrsRight(Lower, c.l, DenseOf(1, len(x), x), 1)
}

// Inverse overwrites both triangles of dst (n×n) with A⁻¹. It panics if dst shares elements with
// the factor. It takes 2n³/3 operations. To apply the inverse, [Cholesky.Solve] is faster and more
// accurate.
func (c *Cholesky[T]) Inverse(dst Dense[T], w Workers) {
	c.mustBeReady("Inverse")
	dst.check("Cholesky.Inverse", "dst")
	checkSameShape("Cholesky.Inverse", dst, c.l)
	mustNotOverlap("Cholesky.Inverse", "dst", "the factor", &dst, &c.l)
	copyStored(Lower, dst, c.l)
	if err := Potri(Lower, dst, w); err != nil {
		panic(err) // the diagonal of a factor is positive
	}
	Symmetrize(Lower, dst, 1)
}

// LogDet returns the logarithm of the determinant of A, 2·Σ log ℓᵢᵢ.
func (c *Cholesky[T]) LogDet() float64 {
	c.mustBeReady("LogDet")
	var s float64
	for i := range c.l.Rows {
		s += math.Log(float64(c.l.At(i, i)))
	}
	return 2 * s
}

// checkOrder panics unless b is valid and has as many rows, or columns, as the matrix of the system.
func checkOrder[T Float](method string, order int, b Dense[T], unknowns int) {
	b.check(method, "b")
	if unknowns != order {
		panic(fmt.Sprintf("mat: %s of order %d: b is %d×%d", method, order, b.Rows, b.Cols))
	}
}

// checkVector panics unless x has as many elements as the matrix of the system has rows.
func checkVector[T Float](method string, order int, x []T) {
	if len(x) != order {
		panic(fmt.Sprintf("mat: %s of order %d: x has %s", method, order, elements(len(x))))
	}
}

// sumUnit is a unit in which no sum of float64 overflows that fits into memory.
const sumUnit = 0x1p-64

// symmetricNorm1 returns unit·max_j Σ_i |a_ij|, from the lower triangle of A.
func symmetricNorm1[T Float](a Dense[T], unit float64) float64 {
	buf := scratch.Get[float64](a.Rows)
	defer scratch.Put(buf)
	sums := buf.Data
	clear(sums)
	for i := range a.Rows {
		row := a.Row(i)[:i+1]
		for j, v := range row {
			s := math.Abs(float64(v)) * unit
			sums[i] += s
			if j < i {
				sums[j] += s
			}
		}
	}
	return AbsMax(sums)
}
