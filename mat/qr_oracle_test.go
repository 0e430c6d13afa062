package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// reflectedBy applies the reflectors of a factorization to a matrix in float64, each by its
// definition: Q·C or Qᵀ·C.
func reflectedBy[T mat.Float](a mat.Dense[T], tau []T, t mat.Transpose, c mat.Dense[float64]) {
	k := len(tau)
	for s := range k {
		j := s
		if t == mat.NoTrans {
			j = k - 1 - s
		}
		reflect(a, tau, j, c.RowView(j, c.Rows-j))
	}
}

// reflectedUpper makes Q·C of a matrix C that is zero below its diagonal. The reflectors come from the last one to the
// first, so each finds zeros in the columns before its own, and leaves them.
func reflectedUpper[T mat.Float](a mat.Dense[T], tau []T, c mat.Dense[float64]) {
	for j := min(len(tau), c.Cols) - 1; j >= 0; j-- {
		reflect(a, tau, j, c.View(j, j, c.Rows-j, c.Cols-j))
	}
}

// reflect applies the reflector of column j to the rows from j on.
func reflect[T mat.Float](a mat.Dense[T], tau []T, j int, c mat.Dense[float64]) {
	v, w := make([]float64, c.Rows), make([]float64, c.Cols)
	v[0] = 1
	for i := 1; i < c.Rows; i++ {
		v[i] = float64(a.At(j+i, j))
	}
	for i, x := range v { // w is τ·vᵀC
		tv := float64(tau[j]) * x
		for q, y := range c.Row(i) {
			w[q] += tv * y
		}
	}
	for i, x := range v {
		row := c.Row(i)
		for q := range row {
			row[q] -= x * w[q]
		}
	}
}

// explicitQ is the m×m matrix Q of a factorization, in float64.
func explicitQ[T mat.Float](a mat.Dense[T], tau []T) mat.Dense[float64] {
	q := identity(a.Rows)
	reflectedUpper(a, tau, q)
	return q
}

// upperOf is the triangle on and above the diagonal, in float64.
func upperOf[T mat.Float](a mat.Dense[T]) mat.Dense[float64] {
	return elementwiseMap(widen(mat.NoTrans, a), func(i, j int, v float64) float64 {
		if i > j {
			return 0
		}
		return v
	})
}

// column is a copy of column j.
func column(a mat.Dense[float64], j int) mat.Dense[float64] { return a.ColView(j, 1).Clone() }

// difference is a − b.
func difference(a, b mat.Dense[float64]) mat.Dense[float64] {
	d := mat.NewDense[float64](a.Rows, a.Cols)
	mat.Sub(d, a, b)
	return d
}

// exponentOf is the e for which the largest element of a is at least 2^(e−1) and less than 2^e.
func exponentOf(a mat.Dense[float64]) int {
	_, e := math.Frexp(mat.NormMax(a))
	return e
}

// times2 is a·2^e.
func times2(a mat.Dense[float64], e int) mat.Dense[float64] {
	power := math.Ldexp(1, e)
	if e < -1022 || e > 1023 { // is not a normal number
		return elementwiseMap(a.Clone(), func(_, _ int, v float64) float64 { return math.Ldexp(v, e) })
	}
	return elementwiseMap(a.Clone(), func(_, _ int, v float64) float64 { return v * power })
}

// qrBound bounds the error of k reflectors of order m, computed and applied, relative to the norm
// of the column that they are applied to: 4·k·(√m + 4)·u.
//
// Each reflector needs inner products of m terms, for its norm and for vᵀx, and a few roundings of
// each element; the errors of k reflectors at most add up. Higham's theorem 19.4 has a factor m for
// inner products, c·m·k·u in all. If the rounding errors do not conspire, it is √m (Higham and
// Mary, A New Approach to Probabilistic Rounding Error Analysis, SIAM J. Sci. Comput. 41(5), 2019;
// Connolly and Higham, Probabilistic Rounding Error Analysis of Householder QR Factorization, SIAM
// J. Matrix Anal. Appl. 44(3), 2023). The factor 4 leaves room for unlikely errors, and for the
// errors of the check itself where T is float64.
func qrBound[T mat.Float](m, k int) float64 {
	return 4 * float64(k) * (math.Sqrt(float64(m)) + 4) * unit[T]()
}

// requireQR fails unless A = Q·R, column by column, and Q is orthogonal, within qrBound.
func requireQR[T mat.Float](t testing.TB, a, f mat.Dense[T], tau []T, msg string, args ...any) {
	t.Helper()
	bound := qrBound[T](a.Rows, len(tau))
	// The columns are first scaled to about 1, so that the check stays in range.
	want, got := widen(mat.NoTrans, a), upperOf(f)
	lost := make([]float64, a.Cols) // the possible loss to underflow
	for j := range a.Cols {
		e := exponentOf(want.ColView(j, 1))
		mat.Copy(want.ColView(j, 1), times2(want.ColView(j, 1), -e))
		mat.Copy(got.ColView(j, 1), times2(got.ColView(j, 1), -e))
		lost[j] = float64(a.Rows+len(tau)) * math.Sqrt(float64(a.Rows)) * math.Ldexp(smallest[T](), -e)
	}
	reflectedUpper(f, tau, got)
	for j := range a.Cols {
		w := column(want, j)
		requireAtMost(t, mat.NormFrobenius(difference(column(got, j), w)), bound*mat.NormFrobenius(w)+lost[j],
			"A − QR, column %d of %d×%d: %s", j, a.Rows, a.Cols, lazy{msg, args})
	}
	requireOrthonormal(t, explicitQ(f, tau), bound, "Q of %d×%d: %s", a.Rows, a.Cols, lazy{msg, args})
}

// smallest is the smallest positive number of T: errors of that size remain, however small the
// operands are.
func smallest[T mat.Float]() float64 {
	if unit[T]() > 1e-10 {
		return math.SmallestNonzeroFloat32
	}
	return math.SmallestNonzeroFloat64
}

func requireAtMost(t testing.TB, v, bound float64, msg string, args ...any) {
	if !(v <= bound) {
		t.Helper() // only here, because it takes longer than the comparison
		require.Failf(t, "outside of the error bound", "%.3g, bound %.3g: %s", v, bound, fmt.Sprintf(msg, args...))
	}
}

// requireOrthonormal bounds ‖QᵀQ − I‖ in the Frobenius norm by bound·√n.
func requireOrthonormal(t testing.TB, q mat.Dense[float64], bound float64, msg string, args ...any) {
	t.Helper()
	cols := q.Transposed()
	var sum float64
	for i := range q.Cols {
		for j := range i + 1 {
			d := dotProduct(cols.Row(i), cols.Row(j))
			if i == j {
				d = (d - 1) / math.Sqrt2
			}
			sum += 2 * d * d // for both triangles
		}
	}
	requireAtMost(t, math.Sqrt(sum), bound*math.Sqrt(float64(q.Cols)), "QᵀQ − I: %s", lazy{msg, args})
}

// dotProduct is Σ xᵢ·yᵢ, in four sums, because each addition depends on the previous one.
func dotProduct(x, y []float64) float64 {
	var s [4]float64
	y = y[:len(x)]
	for ; len(x) >= 4; x, y = x[4:], y[4:] {
		s[0], s[1], s[2], s[3] = s[0]+x[0]*y[0], s[1]+x[1]*y[1], s[2]+x[2]*y[2], s[3]+x[3]*y[3]
	}
	for i, v := range x {
		s[0] += v * y[i]
	}
	return s[0] + s[1] + (s[2] + s[3])
}
