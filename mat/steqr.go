package mat

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"ridge/internal/scratch"
	"ridge/internal/spans"
)

// Steqr computes the eigenvalues of a symmetric tridiagonal n×n matrix T with the diagonal d and
// the n−1 off-diagonal elements e. d is overwritten with the eigenvalues in ascending order, and e
// is overwritten. z (m×n) becomes z·Q, where the columns of Q are the eigenvectors, in the order of
// d: QᵀTQ is diagonal. Thus, the identity becomes Q, and the orthogonal matrix that reduced a
// matrix to T becomes the eigenvectors of that matrix. If m = 0, vectors are not computed. It takes
// about 30n² operations and, for the vectors, about 9mn². It panics if the lengths do not fit, or
// if two of d, e and z share elements.
//
// The method is the implicit QL algorithm with Wilkinson's shifts (Golub and Van Loan, Matrix
// Computations, 4th edition, 2013, section 8.3.5; LAPACK's steqr). Many rotations are applied to z
// at a time. The results are the exact eigenvalues of a matrix within a small multiple of u·‖T‖ of
// T, u being the unit roundoff. Rotations are computed in float64.
//
// If an element is not finite, or if 30n sweeps are not enough, it returns a *[NoConvergenceError].
// In the first case nothing is changed; in the second, d, e and z hold an unfinished iteration.
func Steqr[T Float](d, e []T, z Dense[T], w Workers) error {
	z.check("Steqr", "z")
	n := len(d)
	if len(e) != max(n-1, 0) || z.Cols != n {
		panic(fmt.Sprintf("mat: Steqr: d has %s, e %d, z is %d×%d", elements(n), len(e), z.Rows, z.Cols))
	}
	if len(e) > 0 && spans.Overlap(d, e) {
		panicOverlap("Steqr", "d", "e")
	}
	vectorMustNotOverlap("Steqr", "z", "d", d, &z)
	vectorMustNotOverlap("Steqr", "z", "e", e, &z)
	if n == 0 {
		return nil
	}
	buf := scratch.Get[float64](4 * n)
	defer scratch.Put(buf)
	q := tridiagonal{d: buf.Data[:n], e: buf.Data[n : 2*n-1], c: buf.Data[2*n : 3*n], s: buf.Data[3*n : 4*n],
		eps: unitRoundoff[T](), left: 30 * n}
	widen(q.d, d)
	widen(q.e, e)
	if !vectorIsFinite(q.d) || !vectorIsFinite(q.e) {
		return &NoConvergenceError{n - 1}
	}
	r := newRotations(Trans, z, w)
	defer r.release()
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	q.to = r
	q.solve()
	r.flush()
	o := newOrder(n)
	defer o.release()
	left := notZero(q.e)
	if left == 0 {
		slices.SortFunc(o.index, func(i, j int) int { return cmp.Compare(q.d[i], q.d[j]) })
	}
	r.store(Trans, z, o.index)
	for i, j := range o.index {
		d[i] = T(q.d[j])
	}
	for i, v := range q.e {
		e[i] = T(v)
	}
	if left > 0 {
		return &NoConvergenceError{left}
	}
	return nil
}

func widen[T Float](dst []float64, src []T) {
	for i, v := range src {
		dst[i] = float64(v)
	}
}

func notZero(x []float64) (count int) {
	for _, v := range x {
		if v != 0 {
			count++
		}
	}
	return count
}

// rotator receives sweeps of rotations.
type rotator interface {
	sweep(first int, backwards bool, c, s []float64)
}

// tridiagonal is a symmetric tridiagonal matrix whose eigenvalues are being found.
type tridiagonal struct {
	d, e []float64
	eps  float64
	left int       // sweeps that may still be made
	c, s []float64 // the rotations of the current sweep
	to   rotator
}

// solve makes all off-diagonal elements zero, or as many as the sweeps allow.
func (q *tridiagonal) solve() {
	n := len(q.d)
	for lo := 0; lo < n && q.left > 0; {
		hi := lo
		for ; hi < n-1; hi++ {
			v := math.Abs(q.e[hi])
			if v <= math.Sqrt(math.Abs(q.d[hi]))*math.Sqrt(math.Abs(q.d[hi+1]))*q.eps {
				q.e[hi] = 0
				break
			}
		}
		if hi > lo {
			q.block(lo, hi)
		}
		lo = hi + 1
	}
}

// block solves rows lo … hi, which are decoupled from the others. They are scaled so that squares
// are in range. If the first diagonal element is larger than the last, the order of rows is
// reversed, so that QL finds small eigenvalues first.
func (q *tridiagonal) block(lo, hi int) {
	d, e := q.d[lo:hi+1], q.e[lo:hi]
	_, exponent := math.Frexp(max(AbsMax(d), AbsMax(e)))
	if -300 < exponent && exponent < 300 {
		exponent = 0
	}
	scaleLdexp(DenseOf(1, len(d), d), -exponent)
	scaleLdexp(DenseOf(1, len(e), e), -exponent)
	reversed := math.Abs(d[hi-lo]) < math.Abs(d[0])
	if reversed {
		slices.Reverse(d)
		slices.Reverse(e)
	}
	q.ql(d, e, func(l, m int) {
		if reversed {
			q.to.sweep(hi-m, false, q.c[:m-l], q.s[:m-l])
		} else {
			q.to.sweep(lo+m-1, true, q.c[:m-l], q.s[:m-l])
		}
	})
	if reversed {
		slices.Reverse(d)
		slices.Reverse(e)
	}
	scaleLdexp(DenseOf(1, len(d), d), exponent)
	scaleLdexp(DenseOf(1, len(e), e), exponent)
}

// ql finds the eigenvalues of a block, beginning with its first row. Each sweep, from row m up to
// row l, is passed to rotate.
func (q *tridiagonal) ql(d, e []float64, rotate func(l, m int)) {
	for l := 0; l < len(d); {
		m := l
		for ; m < len(e); m++ {
			if v := math.Abs(e[m]); v*v <= q.eps*q.eps*math.Abs(d[m])*math.Abs(d[m+1])+0x1p-1022 {
				e[m] = 0
				break
			}
		}
		switch {
		case m == l:
			l++
		case m == l+1:
			d[l], d[m], q.c[0], q.s[0] = jacobi(d[l], e[l], d[m])
			e[l] = 0
			rotate(l, m)
			l += 2
		case q.left == 0:
			return
		default:
			q.left--
			q.chase(d[l:m+1], e[l:m])
			rotate(l, m)
		}
	}
}

// chase makes one implicit QL step. Its first rotation is that of the last two rows.
func (q *tridiagonal) chase(d, e []float64) {
	m := len(e)
	p := d[0]
	g := (d[1] - p) / (2 * e[0])
	g = d[m] - p + e[0]/(g+math.Copysign(math.Hypot(g, 1), g)) // d[m] − Wilkinson's shift
	p = 0
	c, s, r := 1.0, 1.0, 0.0
	for i := m - 1; i >= 0; i-- {
		f, b := s*e[i], c*e[i]
		c, s, r = rotation(g, f)
		if i < m-1 {
			e[i+1] = r
		}
		g = d[i+1] - p
		r = (d[i]-g)*s + 2*c*b
		p = s * r
		d[i+1] = g + p
		g = c*r - b
		q.c[m-1-i], q.s[m-1-i] = c, s
	}
	d[0] -= p
	e[0] = g
}
