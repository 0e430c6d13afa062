package mat_test

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// The oracles are the definitions, written as loops over float64 in which every sum has about twice
// that precision. Every comparison is against a bound that is proved for any order of summation:
// Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, SIAM 2002, chapters 3, 8 and
// 10.

// unit is the unit roundoff u of T.
func unit[T mat.Float]() float64 {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return 0x1p-24
	}
	return 0x1p-53
}

// gamma is γ_k = k·u/(1 − k·u), the bound for k consecutive roundings (Lemma 3.1).
func gamma[T mat.Float](k int) float64 {
	ku := float64(k) * unit[T]()
	return ku / (1 - ku)
}

// sum accumulates products together with their rounding errors (Ogita, Rump and Oishi, Accurate Sum
// and Dot Product, SIAM J. Sci. Comput. 26(6), 2005, algorithm 5.3), and their absolute values.
type sum struct{ hi, lo, abs float64 }

func (s *sum) add(x, y float64) { *s = s.plus(x, y) }

func (s sum) plus(x, y float64) sum {
	p := x * y
	h := s.hi + p
	v := h - s.hi
	return sum{
		hi:  h,
		lo:  s.lo + ((s.hi - (h - v)) + (p - v) + math.FMA(x, y, -p)), // only one addition depends on the last lo
		abs: s.abs + math.Abs(p),
	}
}

// addDot keeps two sums in registers, one for every other product, because each addition depends on
// the previous one. Most of the time of the tests is spent here.
func (s *sum) addDot(x, y []float64) {
	t, u := *s, sum{}
	n := len(x) / 2 * 2
	y = y[:len(x)]
	for i := 0; i < n; i += 2 {
		t, u = t.plus(x[i], y[i]), u.plus(x[i+1], y[i+1])
	}
	if n < len(x) {
		t = t.plus(x[n], y[n])
	}
	h := t.hi + u.hi
	v := h - t.hi
	*s = sum{hi: h, lo: t.lo + u.lo + ((t.hi - (h - v)) + (u.hi - v)), abs: t.abs + u.abs}
}

func (s *sum) value() float64 { return s.hi + s.lo }

// widen returns op(A) in float64.
func widen[T mat.Float](t mat.Transpose, a mat.Dense[T]) mat.Dense[float64] {
	rows, cols := shapeOf(t, a.Rows, a.Cols)
	w := mat.NewDense[float64](rows, cols)
	for i := range a.Rows {
		for j, v := range a.Row(i) {
			if t == mat.Trans {
				w.Data[j*w.Stride+i] = float64(v)
			} else {
				w.Data[i*w.Stride+j] = float64(v)
			}
		}
	}
	return w
}

// widenTriangle returns op(A) of a triangular matrix in float64: zeros in the
// other triangle, ones on a unit diagonal.
func widenTriangle[T mat.Float](u mat.Uplo, t mat.Transpose, d mat.Diag, a mat.Dense[T]) mat.Dense[float64] {
	w := mat.NewDense[float64](a.Rows, a.Cols)
	for i := range a.Rows {
		row, right, down := a.Row(i), 1, w.Stride // steps along rows and columns of op(A)
		if t == mat.Trans {
			right, down = down, right
		}
		from, to := beyond(flipped(u), i, a.Cols)
		for j := from; j < to; j++ {
			w.Data[i*down+j*right] = float64(row[j])
		}
		w.Data[i*down+i*right] = 1
		if d == mat.NonUnit {
			w.Data[i*down+i*right] = float64(row[i])
		}
	}
	return w
}

// widenSymmetric returns the symmetric matrix whose triangle u is stored in a.
func widenSymmetric[T mat.Float](u mat.Uplo, a mat.Dense[T]) mat.Dense[float64] {
	w := mat.NewDense[float64](a.Rows, a.Cols)
	for i := range a.Rows {
		row, wide := a.Row(i), w.Row(i)
		wide[i] = float64(row[i])
		from, to := beyond(flipped(u), i, a.Cols)
		for j := from; j < to; j++ {
			v := float64(row[j])
			wide[j], w.Data[j*w.Stride+i] = v, v
		}
	}
	return w
}

// productOracle returns alpha·A·B + beta·C and the scale |alpha||A||B| + |beta||C| of its rounding
// errors. b is given transposed, so that the loops run along rows of both.
func productOracle(alpha float64, a, bT mat.Dense[float64], beta float64,
	c mat.Dense[float64]) (want, scale mat.Dense[float64]) {
	return productOracleFor[float64](alpha, a, bT, beta, c)
}

// productOracleFor is productOracle for operands whose elements are of type T.
func productOracleFor[T mat.Float](alpha float64, a, bT mat.Dense[float64], beta float64,
	c mat.Dense[float64]) (want, scale mat.Dense[float64]) {
	want, scale = mat.NewDense[float64](a.Rows, bT.Rows), mat.NewDense[float64](a.Rows, bT.Rows)
	if alpha != 0 {
		dotsOracle[T](alpha, a, bT, want, scale)
	}
	if beta == 0 {
		return want, scale
	}
	for i := range want.Rows {
		w, m := want.Row(i), scale.Row(i)
		for j, v := range c.Row(i) {
			w[j] += beta * v
			m[j] += math.Abs(beta * v)
		}
	}
	return want, scale
}

// dotsOracle makes the product of two matrices and its scale. That of a matrix and its own transpose is symmetric, and
// half of it is enough.
func dotsOracle[T mat.Float](alpha float64, a, bT, want, scale mat.Dense[float64]) {
	dot := dotOracle
	if unit[T]() > 1e-10 {
		dot = dotOracle32
	}
	left, right := supports(a, bT)
	symmetric := a.Rows == bT.Rows && len(a.Data) > 0 && len(bT.Data) > 0 && &a.Data[0] == &bT.Data[0] &&
		a.Stride == bT.Stride
	for i := range a.Rows {
		w, m := want.Row(i), scale.Row(i)
		for j := range bT.Rows {
			if symmetric && j < i {
				w[j], m[j] = want.At(j, i), scale.At(j, i)
				continue
			}
			from, to := max(left[i].from, right[j].from), min(left[i].to, right[j].to)
			v, abs := dot(a.Row(i)[from:max(from, to)], bT.Row(j)[from:max(from, to)])
			w[j], m[j] = alpha*v, math.Abs(alpha)*abs
		}
	}
}

// support is the range of columns, from … to−1, that holds the nonzero elements of a row.
type support struct{ from, to int }

// supports returns the support of each row of both matrices, so that sums over triangles leave out terms that are zero.
// If any number is not finite, zeros are kept, because their product with it is NaN.
func supports(a, b mat.Dense[float64]) (ofA, ofB []support) {
	all := !isFinite(a) || !isFinite(b)
	return supportsOf(a, all), supportsOf(b, all)
}

func supportsOf(m mat.Dense[float64], all bool) []support {
	rows := make([]support, m.Rows)
	for i := range rows {
		s := support{0, m.Cols}
		for row := m.Row(i); !all && s.to > 0 && row[s.to-1] == 0; {
			s.to--
		}
		for row := m.Row(i); !all && s.from < s.to && row[s.from] == 0; {
			s.from++
		}
		rows[i] = s
	}
	return rows
}

func isFinite(m mat.Dense[float64]) bool {
	var zero float64 // NaN if a number is not finite
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			zero += 0 * v
		}
	}
	return zero == 0
}

// dotOracle returns Σ xᵢyᵢ and Σ |xᵢyᵢ|.
func dotOracle(x, y []float64) (value, abs float64) {
	var s sum
	s.addDot(x, y)
	return s.value(), s.abs
}

// dotOracle32 is dotOracle for numbers that were float32. Their products are exact in float64, and
// for up to 2²⁸ of them the error of a plain sum is less than one rounding of a float32.
func dotOracle32(x, y []float64) (value, abs float64) {
	var s, a [4]float64
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		u, v := x[i:i+4:i+4], y[i:i+4:i+4]
		p0, p1, p2, p3 := u[0]*v[0], u[1]*v[1], u[2]*v[2], u[3]*v[3]
		s[0], s[1], s[2], s[3] = s[0]+p0, s[1]+p1, s[2]+p2, s[3]+p3
		a[0], a[1], a[2], a[3] = a[0]+math.Abs(p0), a[1]+math.Abs(p1), a[2]+math.Abs(p2), a[3]+math.Abs(p3)
	}
	for ; i < len(x); i++ {
		p := x[i] * y[i]
		s[0], a[0] = s[0]+p, a[0]+math.Abs(p)
	}
	return s[0] + s[1] + (s[2] + s[3]), a[0] + a[1] + (a[2] + a[3])
}

// productSteps bounds the number of roundings of a term of alpha·op(A)·op(B) + beta·C, apart from
// its product: k additions, the factor alpha, the addition of beta·C, and the oracle's last two.
func productSteps(k int) int { return k + 4 }

// requireWithin fails unless |got − want| ≤ factor·scale, element by element; NaN
// never passes.
func requireWithin[T mat.Float](t testing.TB, got mat.Dense[T], want, scale mat.Dense[float64], factor float64,
	msg string, args ...any) {
	requireSameShape(t, want.Rows, want.Cols, got)
	for i := range want.Rows {
		gots, scales := got.Row(i), scale.Row(i)
		for j, w := range want.Row(i) {
			g, bound := float64(gots[j]), factor*scales[j]
			if !(math.Abs(g-w) <= bound) {
				require.Failf(t, "outside of the error bound", "(%d, %d): %v, want %v ± %.3g, off by %.3g: %s",
					i, j, g, w, bound, math.Abs(g-w), fmt.Sprintf(msg, args...))
			}
		}
	}
}

// requireClose is requireWithin for one number.
func requireClose(t testing.TB, got, want, bound float64, msg string, args ...any) {
	t.Helper()
	one := func(v float64) mat.Dense[float64] { return mat.DenseOf(1, 1, []float64{v}) }
	requireWithin(t, one(got), one(want), one(bound), 1, msg, args...)
}

// lazy is a message that is formatted only when needed.
type lazy struct {
	format string
	args   []any
}

func (l lazy) String() string { return fmt.Sprintf(l.format, l.args...) }

// class distinguishes what propagates: NaN, the infinities and finite numbers.
func class[T mat.Float](v T) string {
	switch f := float64(v); {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "+Inf"
	case math.IsInf(f, -1):
		return "-Inf"
	}
	return "finite"
}
