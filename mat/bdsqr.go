package mat

import (
	"fmt"
	"math"
	"slices"

	"ridge/internal/scratch"
	"ridge/internal/spans"
)

// Bdsqr computes the singular value decomposition B = Q·S·Pᵀ of an n×n bidiagonal matrix. B has the
// diagonal d, and the n−1 elements e above (Upper) or below it (Lower). d is overwritten with the
// singular values in descending order, and e is overwritten. vt (n×k) becomes Pᵀ·vt, u (m×n)
// becomes u·Q, and c (n×l) becomes Qᵀ·c, with rows and columns in the order of d. A matrix without
// columns (u: without rows) is left out. It takes about 60n² operations and, for the vectors, about
// 12n² for each row of u and each column of vt and c. It panics if the shapes do not fit, or if two
// of d, e, vt, u and c share elements.
//
// The method is the implicit QR algorithm, with a shift of zero where another shift would spoil
// small singular values (Demmel and Kahan, Accurate Singular Values of Bidiagonal Matrices, SIAM J.
// Sci. Stat. Comput. 11(5), 1990; LAPACK's bdsqr). Many rotations are applied at a time. Each
// singular value that is a normal number, however small, has a relative error within a small
// multiple of n·u, u being the unit roundoff, if no two elements differ by a factor of 2⁷⁰⁰.
// Rotations are computed in float64.
//
// If an element is not finite, or if sweeps over 6n² rows are not enough, it returns a
// *[NoConvergenceError]. In the first case nothing is changed; in the second, the arguments hold an
// unfinished iteration.
func Bdsqr[T Float](uplo Uplo, d, e []T, vt, u, c Dense[T], w Workers) error {
	uplo.check("Bdsqr")
	vt.check("Bdsqr", "vt")
	u.check("Bdsqr", "u")
	c.check("Bdsqr", "c")
	n := len(d)
	if len(e) != max(n-1, 0) || vt.Cols > 0 && vt.Rows != n || u.Rows > 0 && u.Cols != n || c.Cols > 0 && c.Rows != n {
		panic(fmt.Sprintf("mat: Bdsqr: d has %s, e %d, vt is %d×%d, u %d×%d, c %d×%d",
			elements(n), len(e), vt.Rows, vt.Cols, u.Rows, u.Cols, c.Rows, c.Cols))
	}
	mustBeApart(d, e, vt, u, c)
	if n == 0 {
		return nil
	}
	buf := scratch.Get[float64](6 * n)
	defer scratch.Put(buf)
	b := bidiagonal{d: buf.Data[:n], e: buf.Data[n : 2*n-1]}
	widen(b.d, d)
	widen(b.e, e)
	if !vectorIsFinite(b.d) || !vectorIsFinite(b.e) {
		return &NoConvergenceError{n - 1}
	}
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	vectors := getBody[singularVectors[T]]()
	defer putBody(vectors)
	vectors.vt, vectors.u, vectors.c = vt, u, c
	vectors.begin(n, w)
	defer vectors.release()
	take := func(i int) []float64 { return buf.Data[(2+i)*n : (3+i)*n] }
	b.right = stream{c: take(0), s: take(1), to: vectors.right[:]}
	b.left = stream{c: take(2), s: take(3), to: vectors.left[:]}
	exponent := b.enlarge()
	if uplo == Lower {
		b.raise()
	}
	b.limits(unitRoundoff[T]())
	b.solve()
	b.multiply(exponent)
	left := vectors.finish(&b, d)
	for i, v := range b.e {
		e[i] = T(v)
	}
	if left > 0 {
		return &NoConvergenceError{left}
	}
	return nil
}

// mustBeApart panics if two operands of Bdsqr share elements.
func mustBeApart[T Float](d, e []T, vt, u, c Dense[T]) {
	const op = "Bdsqr"
	if len(e) > 0 && spans.Overlap(d, e) {
		panicOverlap(op, "d", "e")
	}
	vectorMustNotOverlap(op, "d", "vt", d, &vt)
	vectorMustNotOverlap(op, "d", "u", d, &u)
	vectorMustNotOverlap(op, "d", "c", d, &c)
	vectorMustNotOverlap(op, "e", "vt", e, &vt)
	vectorMustNotOverlap(op, "e", "u", e, &u)
	vectorMustNotOverlap(op, "e", "c", e, &c)
	mustNotOverlap(op, "u", "vt", &u, &vt)
	mustNotOverlap(op, "c", "vt", &c, &vt)
	mustNotOverlap(op, "c", "u", &c, &u)
}

// stream holds the rotations of a sweep, and the matrices that they are sent to.
type stream struct {
	c, s []float64
	to   []rotator
}

func (s *stream) send(count, first int, backwards bool) {
	for _, r := range s.to {
		r.sweep(first, backwards, s.c[:count], s.s[:count])
	}
}

// bidiagonal is an upper bidiagonal matrix whose singular values are being found.
type bidiagonal struct {
	d, e        []float64
	tolerance   float64 // relative error of a singular value
	negligible  float64 // off-diagonal elements that are no larger count as zero
	roundoff    float64
	left, right stream
	unfinished  span  // the rows of the last step
	reversed    bool  // the block is processed with its rows and columns in reverse order
	budget      int64 // rows that sweeps may still process
}

// enlarge multiplies small numbers by a power of two, so that no singular value is near the smallest number: up to 10⁵
// rows, what counts as zero is then smaller than the unit roundoff times an element, if that is no smaller than the
// largest one by a factor of 2⁷⁰⁰. It returns the exponent that undoes it.
func (b *bidiagonal) enlarge() (exponent int) {
	_, exponent = math.Frexp(max(AbsMax(b.d), AbsMax(b.e)))
	if exponent > -230 {
		return 0
	}
	b.multiply(-exponent)
	return exponent
}

// multiply multiplies all elements by 2^exponent.
func (b *bidiagonal) multiply(exponent int) {
	scaleLdexp(DenseOf(1, len(b.d), b.d), exponent)
	scaleLdexp(DenseOf(1, len(b.e), b.e), exponent)
}

// raise makes a lower bidiagonal matrix upper, by rotations from the left.
func (b *bidiagonal) raise() {
	for i, v := range b.e {
		c, s, r := rotation(b.d[i], v)
		b.d[i], b.e[i], b.d[i+1] = r, s*b.d[i+1], c*b.d[i+1]
		b.left.c[i], b.left.s[i] = c, s
	}
	b.left.send(len(b.e), 0, false)
}

// limits sets the tolerances, from a lower bound of the smallest singular value, as Demmel and
// Kahan do.
func (b *bidiagonal) limits(roundoff float64) {
	n := len(b.d)
	b.roundoff = roundoff
	b.tolerance = max(10, min(100, math.Pow(roundoff, -1.0/8))) * roundoff
	smallest := math.Abs(b.d[0])
	for i, mu := 1, smallest; i < n && smallest > 0; i++ {
		mu = math.Abs(b.d[i]) * (mu / (mu + math.Abs(b.e[i-1])))
		smallest = min(smallest, mu)
	}
	b.budget = 6 * int64(n) * int64(n)
	b.negligible = max(b.tolerance*smallest/math.Sqrt(float64(n)), float64(b.budget)*0x1p-1022)
	b.unfinished = span{-1, -1}
}

// solve makes all off-diagonal elements zero, or as many as the budget allows.
func (b *bidiagonal) solve() {
	for end := len(b.d); end > 1 && b.budget >= 0; {
		from, largest := b.last(end)
		switch end - from {
		case 1:
			end--
		case 2:
			b.pair(from)
			end -= 2
		default:
			b.step(span{from, end}, largest)
		}
	}
}

// last returns where the last unreduced block before end begins, and the magnitude of its largest
// element.
func (b *bidiagonal) last(end int) (from int, largest float64) {
	largest = math.Abs(b.d[end-1])
	for i := end - 2; i >= 0; i-- {
		if math.Abs(b.e[i]) <= b.negligible {
			b.e[i] = 0
			return i + 1, largest
		}
		largest = max(largest, math.Abs(b.d[i]), math.Abs(b.e[i]))
	}
	return 0, largest
}

// pair diagonalizes a block of two rows.
func (b *bidiagonal) pair(i int) {
	large, small, cl, sl, cr, sr := svd2(b.d[i], b.e[i], b.d[i+1])
	b.d[i], b.e[i], b.d[i+1] = large, 0, small
	b.left.c[0], b.left.s[0], b.right.c[0], b.right.s[0] = cl, sl, cr, sr
	b.left.send(1, i, false)
	b.right.send(1, i, false)
}

// step makes a QR step on a block, unless the block must be split first.
func (b *bidiagonal) step(k span, largest float64) {
	d, e := b.d[k.from:k.to], b.e[k.from:k.to-1]
	if k.from >= b.unfinished.to || k.to <= b.unfinished.from {
		b.reversed = math.Abs(d[0]) < math.Abs(d[len(d)-1]) // chase towards the smaller end
	}
	// The transpose, with its rows and columns in reverse order, is upper bidiagonal, too. Its
	// right rotations are left rotations here.
	left, right := &b.left, &b.right
	if b.reversed {
		slices.Reverse(d)
		slices.Reverse(e)
		left, right = right, left
	}
	if smallest, split := b.split(d, e); !split {
		b.unfinished = k
		b.budget -= int64(len(d)) + 1
		if shift := b.shift(d, e, smallest/largest); shift == 0 {
			chaseWithoutShift(d, e, left, right)
		} else {
			chaseShifted(shift, d, e, left, right)
		}
		if last := &e[len(e)-1]; math.Abs(*last) <= b.negligible {
			*last = 0
		}
		b.send(k)
	}
	if b.reversed {
		slices.Reverse(d)
		slices.Reverse(e)
	}
}

// send passes on the rotations of a block.
func (b *bidiagonal) send(k span) {
	first := k.from
	if b.reversed {
		first = k.to - 2
	}
	b.left.send(k.to-k.from-1, first, b.reversed)
	b.right.send(k.to-k.from-1, first, b.reversed)
}

// split sets an off-diagonal element to zero if that changes no singular value by more than the
// tolerance. Otherwise it returns a lower bound of the smallest singular value.
func (b *bidiagonal) split(d, e []float64) (smallest float64, split bool) {
	n := len(e)
	if math.Abs(e[n-1]) <= b.tolerance*math.Abs(d[n]) {
		e[n-1] = 0
		return 0, true
	}
	mu := math.Abs(d[0])
	smallest = mu
	for i, v := range e {
		if math.Abs(v) <= b.tolerance*mu {
			e[i] = 0
			return 0, true
		}
		mu = math.Abs(d[i+1]) * (mu / (mu + math.Abs(v)))
		smallest = min(smallest, mu)
	}
	return smallest, false
}

// shift returns the shift of the next step: zero if it would spoil small singular values, or is
// negligible.
func (b *bidiagonal) shift(d, e []float64, ratio float64) float64 {
	n := len(e)
	if float64(len(b.d))*b.tolerance*ratio <= max(b.roundoff, b.tolerance/100) {
		return 0
	}
	shift := smallestSingular(d[n-1], e[n-1], d[n])
	if q := shift / math.Abs(d[0]); q*q < b.roundoff {
		return 0
	}
	return shift
}

// chaseWithoutShift makes a QR step with a shift of zero, in which nothing cancels.
func chaseWithoutShift(d, e []float64, left, right *stream) {
	n := len(e)
	c, cl := 1.0, 1.0
	var s, sl, r float64
	for i := range n {
		c, s, r = rotation(d[i]*c, e[i])
		if i > 0 {
			e[i-1] = sl * r
		}
		cl, sl, d[i] = rotation(cl*r, d[i+1]*s)
		right.c[i], right.s[i], left.c[i], left.s[i] = c, s, cl, sl
	}
	h := d[n] * c
	d[n], e[n-1] = h*cl, h*sl
}

// chaseShifted makes a QR step with a shift: it chases the bulge from the top to the bottom.
func chaseShifted(shift float64, d, e []float64, left, right *stream) {
	n := len(e)
	f := (math.Abs(d[0]) - shift) * (math.Copysign(1, d[0]) + shift/d[0])
	g := e[0]
	for i := range n {
		c, s, r := rotation(f, g)
		right.c[i], right.s[i] = c, s
		if i > 0 {
			e[i-1] = r
		}
		f, e[i] = c*d[i]+s*e[i], c*e[i]-s*d[i]
		g, d[i+1] = s*d[i+1], c*d[i+1]
		c, s, d[i] = rotation(f, g)
		left.c[i], left.s[i] = c, s
		f, d[i+1] = c*e[i]+s*d[i+1], c*d[i+1]-s*e[i]
		if i < n-1 {
			g, e[i+1] = s*e[i+1], c*e[i+1]
		}
	}
	e[n-1] = f
}
