package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// trsmCase is one of the 16 kinds of triangular solve.
type trsmCase struct {
	side mat.Side
	uplo mat.Uplo
	t    mat.Transpose
	diag mat.Diag
}

func trsmCases() []trsmCase {
	var cs []trsmCase
	for _, s := range sides {
		for _, u := range uplos {
			for _, t := range transposes {
				for _, d := range diags {
					cs = append(cs, trsmCase{s, u, t, d})
				}
			}
		}
	}
	return cs
}

func (c trsmCase) String() string {
	s := "left "
	if c.side == mat.Right {
		s = "right "
	}
	s += triangle(c.uplo) + " " + letter(c.t)
	if c.diag == mat.Unit {
		s += " unit"
	}
	return s
}

// shape returns the shape of B for a triangle of order n and r right-hand sides, which is also the
// position of unknown n of right-hand side r.
func (c trsmCase) shape(n, r int) (rows, cols int) {
	if c.side == mat.Right {
		return r, n
	}
	return n, r
}

// fillTriangle turns a into a well-conditioned triangle of random numbers, with NaN wherever a
// solve must not read.
func fillTriangle[T mat.Float](c trsmCase, a mat.Dense[T]) {
	n := a.Rows
	r := newRand(n)
	for i := range n {
		row := a.Row(i)
		for j := range row {
			row[j] = nan[T]()
		}
		if c.diag == mat.NonUnit {
			row[i] = T(math.Copysign(1+r.Float64(), r.Float64()-0.5))
		}
		from, to := beyond(flipped(c.uplo), i, n)
		for j := from; j < to; j++ {
			row[j] = T((2*r.Float64() - 1) * 2 / float64(n))
		}
	}
}

// checkTrsm solves with framed random operands and bounds the residual.
func checkTrsm[T mat.Float](t testing.TB, c trsmCase, n, rhs int, alpha T, w mat.Workers) {
	name := lazy{"%v n=%d rhs=%d alpha %v workers %d", []any{c, n, rhs, alpha, w}}
	a := framedWith(n, n, nan[T]())
	fillTriangle(c, a.Dense)
	before := a.Clone()
	rows, cols := c.shape(n, rhs)
	b := output[T](newRand(rhs), rows, cols)
	right := widen(mat.NoTrans, b.Dense)

	mat.Trsm(c.side, c.uplo, c.t, c.diag, alpha, a.Dense, b.Dense, w)

	requireResidual(t, c, a.Dense, b.Dense, float64(alpha), right, "%s", name)
	b.requireFrameIntact(t, "b of %s", name)
	a.requireFrameIntact(t, "a of %s", name)
	requireSameBits(t, before, a.Dense, "a of %s", name)
}

// requireResidual bounds alpha·B − op(A)·X by components by γ(|op(A)||X| + |alpha·B|): substitution
// solves a system whose triangle differs by no more than γₙ|A|, whatever the order of its sums
// (Higham, theorem 8.5).
func requireResidual[T mat.Float](t testing.TB, c trsmCase, a, x mat.Dense[T], alpha float64, b mat.Dense[float64],
	msg string, args ...any) {
	n := a.Rows
	op := widenTriangle(c.uplo, c.t, c.diag, a)
	left, rightT := op, widen(mat.Trans, x)
	if c.side == mat.Right {
		left, rightT = widen(mat.NoTrans, x), widen(mat.Trans, op)
	}
	residual, scale := productOracleFor[T](-1, left, rightT, alpha, b)
	requireWithin(t, residual, mat.NewDense[float64](b.Rows, b.Cols), scale, gamma[T](n+4), msg, args...)
}

func TestTrsmSolvesAllSixteenKinds(t *testing.T) {
	both(t, testTrsm[float32], testTrsm[float64])
}

func testTrsm[T mat.Float](t *testing.T) {
	mr, nr, _, _, _ := tileOf[T]()
	small := pick([]int{1, 2, 5, 17}, append(upTo(20), around(mr, nr, 32)...))
	large := pick([]int{33, 130}, around(2*mr, 2*nr, 48, 64, 96, 128))
	for k, c := range trsmCases() {
		for i, n := range small {
			for _, r := range some(i+k, 1, 2, 3, 7, mr+1, nr+1, 65) {
				checkTrsm[T](t, c, n, r, 1, 1)
			}
		}
		for _, n := range large {
			checkTrsm[T](t, c, n, mr+1, 1, 1)
		}
		checkTrsm[T](t, c, 33, 130, 0.3, 1)
		checkTrsm[T](t, c, 70, 9, -2.5, 1)
		checkTrsm[T](t, c, 60, 3*nr+1, 1, 1)  // several panels: rows that are contiguous are read in place,
		checkTrsm[T](t, c, 60, 17*nr+1, 1, 1) // and packed for many
		checkTrsm[T](t, c, 130, 5*nr/2, 1, 1)
		checkTrsm[T](t, c, 130, 5*nr/2+1, 1, 1)
		if thorough.Tests() {
			checkTrsm[T](t, c, 200, 10, 1, 1)
			checkTrsm[T](t, c, 1050, 3, 1, 1)
		}
	}
}

// Triangles of orders above 512 are halved.
func TestTrsmSolvesLargeTriangles(t *testing.T) {
	for _, c := range trsmCases() {
		if c.diag == mat.Unit && !thorough.Tests() {
			continue // smaller triangles have tested that
		}
		checkTrsm[float32](t, c, 530, 3, 1, 1)
		checkTrsm[float64](t, c, 530, 3, 1, 2)

		a := mat.NewDense[float32](530, 530)
		fillTriangle(c, a)
		rows, cols := c.shape(530, 70)
		want := random[float32](newRand(2), rows, cols)
		got := want.Clone()
		mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, want, 1)
		mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, got, 3)
		requireSameBits(t, want, got, "%v, 3 workers", c)
	}
}

func TestTrsmAcceptsEmptyMatrices(t *testing.T) {
	both(t, testTrsmEmpty[float32], testTrsmEmpty[float64])
}

func testTrsmEmpty[T mat.Float](t *testing.T) {
	for _, c := range trsmCases() {
		for _, s := range [][2]int{{0, 0}, {0, 5}, {5, 0}, {100, 0}} {
			checkTrsm[T](t, c, s[0], s[1], 2, 3)
		}
	}
}

func TestTrsmWithAlphaZeroClearsB(t *testing.T) {
	both(t, testTrsmAlphaZero[float32], testTrsmAlphaZero[float64])
}

func testTrsmAlphaZero[T mat.Float](t *testing.T) {
	for _, c := range trsmCases() {
		checkTrsm[T](t, c, 40, 6, 0, 1)
	}
}

func TestTrsmKeepsANaNInItsRightHandSide(t *testing.T) {
	both(t, testTrsmNaN[float32], testTrsmNaN[float64])
}

func testTrsmNaN[T mat.Float](t *testing.T) {
	const n, rhs, bad = 110, 21, 13
	for _, c := range trsmCases() {
		a := mat.NewDense[T](n, n)
		fillTriangle(c, a)
		rows, cols := c.shape(n, rhs)
		b := random[T](newRand(2), rows, cols)
		want := b.Clone()
		mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, want, 1)
		i, j := c.shape(35, bad)
		b.Set(i, j, nan[T]())
		mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, b, 1)
		for r := range rhs {
			for p := range n {
				if i, j := c.shape(p, r); r != bad && bits(want.At(i, j)) != bits(b.At(i, j)) {
					require.Failf(t, "NaN leaked into another right-hand side", "%v (%d, %d)", c, i, j)
				}
			}
		}
		require.Equal(t, "NaN", class(b.At(i, j)), "%v: the unknown of the NaN", c)
	}
}

func TestTrsmWithAZeroPivotGivesNoFiniteAnswer(t *testing.T) {
	both(t, testTrsmSingular[float32], testTrsmSingular[float64])
}

func testTrsmSingular[T mat.Float](t *testing.T) {
	for _, c := range trsmCases() {
		if c.diag == mat.Unit {
			continue
		}
		for _, n := range []int{1, 10, 110} {
			a := mat.NewDense[T](n, n)
			fillTriangle(c, a)
			a.Set(n/2, n/2, 0)
			rows, cols := c.shape(n, 3)
			b := random[T](newRand(2), rows, cols)
			mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, b, 1)
			for r := range 3 {
				i, j := c.shape(n/2, r)
				require.NotEqual(t, "finite", class(b.At(i, j)), "%v n=%d", c, n)
			}
		}
	}
}

func TestTrsmGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testTrsmWorkers[float32], testTrsmWorkers[float64])
}

func testTrsmWorkers[T mat.Float](t *testing.T) {
	_, nr, _, _, _ := tileOf[T]()
	for _, s := range pick([][2]int{{64, 64 + 2*nr + 1}}, [][2]int{{70, 500}, {200, 65}, {300, 10}, {20, 1000}}) {
		for _, c := range trsmCases() {
			a := mat.NewDense[T](s[0], s[0])
			fillTriangle(c, a)
			rows, cols := c.shape(s[0], s[1])
			b := random[T](newRand(2), rows, cols)
			want := b.Clone()
			mat.Trsm(c.side, c.uplo, c.t, c.diag, 0.5, a, want, 1)
			for _, w := range workerCounts() {
				got := b.Clone()
				mat.Trsm(c.side, c.uplo, c.t, c.diag, 0.5, a, got, w)
				requireSameBits(t, want, got, "%v %v, %d workers", c, s, w)
			}
		}
	}
}

func TestTrsmPanicsNamingTheShapes(t *testing.T) {
	d := mat.NewDense[float64]
	for _, c := range []struct {
		name    string
		side    mat.Side
		a, b    mat.Dense[float64]
		message string
	}{
		{"not square", mat.Left, d(3, 2), d(3, 4), "mat: Trsm: a is 3×2, b 3×4"},
		{"left", mat.Left, d(3, 3), d(4, 3), "mat: Trsm: a is 3×3, b 4×3"},
		{"right", mat.Right, d(3, 3), d(3, 4), "mat: Trsm: a is 3×3, b 3×4"},
		{"short a", mat.Left, mat.Dense[float64]{Rows: 3, Cols: 3, Stride: 4, Data: make([]float64, 10)}, d(3, 3),
			"mat: Trsm: a: 3×3 with stride 4 on 10 elements"},
	} {
		t.Run(c.name, func(t *testing.T) {
			requirePanics(t, c.message, func() {
				mat.Trsm(c.side, mat.Lower, mat.NoTrans, mat.NonUnit, 1, c.a, c.b, 1)
			})
		})
	}
}

func BenchmarkTrsm(b *testing.B) {
	b.Run("f32", benchmarkTrsm[float32])
	b.Run("f64", benchmarkTrsm[float64])
}

// benchmarkTrsm takes the two kinds that a Cholesky solve needs, L·X = B and X·Lᵀ = B. The times
// include a fresh copy of B.
func benchmarkTrsm[T mat.Float](b *testing.B) {
	for _, c := range []trsmCase{
		{mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit},
		{mat.Right, mat.Lower, mat.Trans, mat.NonUnit},
	} {
		for _, s := range [][2]int{{64, 64}, {784, 100}, {784, 10000}} {
			name := "L"
			if c.side == mat.Right {
				name = "R"
			}
			n, rhs := s[0], s[1]
			b.Run(fmt.Sprintf("%s/%dx%d", name, n, rhs), func(b *testing.B) {
				a := mat.NewDense[T](n, n)
				fillTriangle(c, a)
				rows, cols := c.shape(n, rhs)
				right := random[T](newRand(2), rows, cols)
				x := right.Clone()
				measure(b, float64(n)*float64(n)*float64(rhs), func() {
					mat.Copy(x, right)
					mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, x, mat.AllWorkers)
				})
			})
		}
	}
}

func TestTrsmWithAlphaZeroReadsNothing(t *testing.T) {
	nan := math.NaN()
	a, b := mat.NewDense[float64](3, 3), mat.NewDense[float64](3, 2)
	a.Fill(nan)
	b.Fill(nan)
	mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 0, a, b, 1)
	require.Equal(t, make([]float64, 6), b.Data)
}
