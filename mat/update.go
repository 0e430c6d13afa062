package mat

import (
	"fmt"
	"math"

	"ridge/internal/scratch"
)

// Update turns the factor of A into the factor of A + X·Xᵀ, where X is n×k; a vector is a matrix
// with one column (DenseOf(n, 1, v)). X is not changed. It panics if X shares elements with the
// factor that L returned. It takes 3n²k operations, in plain Go and on the caller's goroutine:
// unless k is much smaller than n, Factor is faster.
//
// It fails only if the new factor would hold NaN or an infinity on its diagonal: then it returns a
// *[NotPositiveDefiniteError] with the number of the row, and the factor remains that of A.
//
// The factor is updated with Givens rotations (Golub and Van Loan, Matrix Computations, 4th
// edition, 2013, section 6.5). The backward error is as small as for a new factorization.
func (c *Cholesky[T]) Update(x Dense[T]) error {
	c.mustBeReady("Update")
	x.check("Cholesky.Update", "x")
	return c.modify("Cholesky.Update", x, false)
}

// Downdate turns the factor of A into the factor of A − X·Xᵀ, where X is n×k. It is
// [Cholesky.Update] with the opposite sign. If A − X·Xᵀ is not positive definite it returns a
// *[NotPositiveDefiniteError], and the factor remains that of A.
//
// The result is the exact factor of a matrix within a small multiple of (n+k)·u·‖A‖ of A − X·Xᵀ, u
// being the unit roundoff. After cancellation, that error may be large relative to the difference;
// [Cholesky.Rcond] shows it. The rotations are hyperbolic, in the stable mixed form (Bojanczyk,
// Brent, Van Dooren and de Hoog, A Note on Downdating the Cholesky Factorization, SIAM J. Sci.
// Stat. Comput. 8(3), 1987).
func (c *Cholesky[T]) Downdate(x Dense[T]) error {
	c.mustBeReady("Downdate")
	x.check("Cholesky.Downdate", "x")
	return c.modify("Cholesky.Downdate", x, true)
}

// updateRows is how many rows are rotated at a time. The rotations of one row form a chain of
// dependent operations; the chains of several rows overlap.
const updateRows = 8

// modify rotates the rows of [L X] until X is zero. The result goes to c.next, so that a failure
// leaves L unchanged.
func (c *Cholesky[T]) modify(op string, x Dense[T], down bool) error {
	n, k := c.l.Rows, x.Cols
	if x.Rows != n {
		panic(fmt.Sprintf("mat: %s of order %d: x is %d×%d", op, n, x.Rows, x.Cols))
	}
	mustNotOverlap(op, "x", "the factor", &x, &c.l)
	c.next = reuse(c.next, n, n)
	buf := scratch.Get[T]((2*n + updateRows) * k)
	defer scratch.Put(buf)
	m := modification[T]{down: down, l: c.next, cos: buf.Data[:n*k], sin: buf.Data[n*k : 2*n*k], x: buf.Data[2*n*k:]}
	for i := 0; i < n; i += updateRows {
		end := min(i+updateRows, n)
		for r := i; r < end; r++ {
			copy(c.next.Row(r)[:r+1], c.l.Row(r))
			for q, v := range x.Row(r) {
				m.x[q*updateRows+r-i] = v
			}
		}
		if minor := m.rotateRows(i, end, k); minor > 0 {
			return &NotPositiveDefiniteError{minor}
		}
	}
	c.l, c.next = c.next, c.l
	c.updated = true
	return nil
}

// modification is an Update or a Downdate: rotation q·n+j acts on column j of L and column q of X.
type modification[T Float] struct {
	down     bool // the rotations are hyperbolic
	l        Dense[T]
	cos, sin []T // of the rotations
	x        []T // the current rows of X; each column has updateRows elements
}

// rotateRows applies the rotations of the rows above to the rows from i to end, and then computes
// and applies the rotations of these rows. It returns the number of the row whose diagonal is not
// positive, counted from 1, or 0.
func (m *modification[T]) rotateRows(i, end, k int) int {
	n := m.l.Rows
	above := m.l.View(i, 0, end-i, i)
	for q := range k {
		x := m.x[q*updateRows:]
		m.apply(m.cos[q*n:q*n+i], m.sin[q*n:q*n+i], above, x[:end-i])
	}
	for j := i; j < end; j++ {
		d := &m.l.Data[j*n+j]
		below := m.l.View(j+1, j, end-j-1, 1)
		for q := range k {
			x := m.x[q*updateRows+j-i:]
			p := q*n + j
			*d, m.cos[p], m.sin[p] = m.pivot(*d, x[0])
			if !(*d > 0) || math.IsInf(float64(*d), 1) {
				return j + 1
			}
			m.apply(m.cos[p:p+1], m.sin[p:p+1], below, x[1:end-j])
		}
	}
	return 0
}

// pivot returns the rotation that maps (l, x) to (r, 0).
func (m *modification[T]) pivot(l, x T) (r, cos, sin T) {
	if m.down {
		return hyperbolic(l, x)
	}
	return givens(l, x)
}

// apply applies rotations to rows of L and their elements in one column of X. Rotation j acts on
// column j of l.
func (m *modification[T]) apply(cos, sin []T, l Dense[T], x []T) {
	if m.down {
		rotateHyperbolic(cos, sin, l, x)
	} else {
		rotate(cos, sin, l, x)
	}
}

// givens returns the rotation that maps (l, x) to (r, 0).
func givens[T Float](l, x T) (r, cos, sin T) {
	h := math.Hypot(float64(l), float64(x))
	return T(h), T(float64(l) / h), T(float64(x) / h)
}

// rotate applies rotations that givens returned.
func rotate[T Float](cos, sin []T, l Dense[T], x []T) {
	for j, c := range cos {
		s := sin[j]
		for r, v := range x {
			p := r*l.Stride + j
			old := l.Data[p]
			l.Data[p], x[r] = c*old+s*v, c*v-s*old
		}
	}
}

// hyperbolic returns the rotation that maps (r, x) to (l, 0), and r, where r² = l² − x². r is NaN
// or 0 if there is no such rotation. Factoring l² − x² keeps the accuracy if x is close to l.
func hyperbolic[T Float](l, x T) (r, cos, sin T) {
	lw, xw := float64(l), float64(x)
	c := math.Sqrt((lw - xw) / lw * ((lw + xw) / lw))
	return T(lw * c), T(c), T(xw / lw)
}

// rotateHyperbolic applies rotations that hyperbolic returned. The rotation by cos and sin maps the
// new element of L and the old x to the old element and the new x. The first equation gives the new
// element, which the second one needs for the new x.
func rotateHyperbolic[T Float](cos, sin []T, l Dense[T], x []T) {
	for j, c := range cos {
		s, inv := sin[j], 1/c
		for r, v := range x {
			p := r*l.Stride + j
			turned := (l.Data[p] - s*v) * inv
			l.Data[p], x[r] = turned, c*v-s*turned
		}
	}
}
