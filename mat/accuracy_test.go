package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// The other tests take random numbers of one magnitude and every edge of the blocking. These test
// the bounds where they are hard to meet: for matrices that are almost singular, or whose elements
// cancel or differ by many orders of magnitude. See also TestPotrfIsBackwardStableOnHardMatrices.

// hardKinds are kinds of rows×cols matrices. Products of four of their elements stay
// above the smallest normal float32, so that the bounds without underflow hold.
var hardKinds = []struct {
	name string
	make func(seed, rows, cols int) mat.Dense[float64]
}{
	{"random", func(seed, rows, cols int) mat.Dense[float64] { return random[float64](newRand(seed), rows, cols) }},
	{"hilbert", func(_, rows, cols int) mat.Dense[float64] { return hilbert(max(rows, cols)).View(0, 0, rows, cols) }},
	{"graded", func(seed, rows, cols int) mat.Dense[float64] {
		m := random[float64](newRand(seed), rows, cols)
		return elementwiseMap(m, func(i, j int, v float64) float64 {
			return v * math.Exp2(-12*float64(i)/float64(rows)-12*float64(j)/float64(cols))
		})
	}},
	{"all magnitudes", func(seed, rows, cols int) mat.Dense[float64] {
		r := newRand(seed)
		m := mat.NewDense[float64](rows, cols)
		return elementwiseMap(m, func(int, int, float64) float64 {
			return r.NormFloat64() * math.Exp2(24*r.Float64()-12)
		})
	}},
	{"cancelling", func(seed, rows, cols int) mat.Dense[float64] { // products with ones cancel
		r := newRand(seed)
		m := mat.NewDense[float64](rows, cols)
		return elementwiseMap(m, func(i, j int, _ float64) float64 {
			return math.Copysign(1+r.Float64()/1024, float64(1-2*((i+j)%2)))
		})
	}},
	{"almost singular", func(seed, rows, cols int) mat.Dense[float64] { // ones, and noise
		m := random[float64](newRand(seed), rows, cols)
		return elementwiseMap(m, func(_, _ int, v float64) float64 { return 1 + v/1e6 })
	}},
	{"cond 1e12", reflected},
}

// reflected is (I − 2uuᵀ)·D·(I − 2vvᵀ) with random unit vectors u and v and a diagonal D
// that falls from 1 to 1e-12.
func reflected(seed, rows, cols int) mat.Dense[float64] {
	r := newRand(seed)
	u, v := randomVector[float64](r, rows), randomVector[float64](r, cols)
	mat.Scal(1/mat.Nrm2(u), u)
	mat.Scal(1/mat.Nrm2(v), v)
	n := min(rows, cols)
	d := func(i int) float64 { return math.Pow(1e-12, float64(i)/float64(max(1, n-1))) }
	var udv float64
	for i := range n {
		udv += u[i] * d(i) * v[i]
	}
	return elementwiseMap(mat.NewDense[float64](rows, cols), func(i, j int, _ float64) float64 {
		var a float64
		if i == j {
			a = d(i)
		}
		if j < n {
			a -= 2 * u[i] * u[j] * d(j)
		}
		if i < n {
			a -= 2 * d(i) * v[i] * v[j]
		}
		return a + 4*u[i]*udv*v[j]
	})
}

// elementwiseMap overwrites m with f of its elements and returns it.
func elementwiseMap(m mat.Dense[float64], f func(i, j int, v float64) float64) mat.Dense[float64] {
	for i := range m.Rows {
		row := m.Row(i)
		for j, v := range row {
			row[j] = f(i, j, v)
		}
	}
	return m
}

func TestGemmIsWithinItsBoundForHardMatrices(t *testing.T) {
	both(t, testGemmHard[float32], testGemmHard[float64])
}

func testGemmHard[T mat.Float](t *testing.T) {
	mr, nr, kc, _, _ := tileOf[T]()
	shapes := pick([][3]int{{7, 9, 20}}, [][3]int{{7, 9, 20}, {mr + 1, nr + 1, kc + 3}, {40, 70, 90}})
	for _, s := range shapes {
		m, n, k := s[0], s[1], s[2]
		for _, ka := range hardKinds {
			for _, kb := range hardKinds {
				a, b := narrow[T](ka.make(1, m, k)), narrow[T](kb.make(2, k, n))
				c := narrow[T](ka.make(3, m, n))
				wideA, wideBT := widen(mat.NoTrans, a), widen(mat.Trans, b)
				want, scale := productOracle(1, wideA, wideBT, -1, widen(mat.NoTrans, c))
				got := c.Clone()
				mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, b, -1, got, 1)
				requireWithin(t, got, want, scale, gamma[T](productSteps(k)), "%s · %s, %v", ka.name, kb.name, s)
				mat.Copy(got, c)
				mat.Gemm(mat.Trans, mat.Trans, 1, a.Transposed(), b.Transposed(), -1, got, 1)
				requireWithin(t, got, want, scale, gamma[T](productSteps(k)),
					"%s · %s, %v, transposed", ka.name, kb.name, s)
			}
		}
	}
}

func TestSyrkIsWithinItsBoundForHardMatrices(t *testing.T) {
	both(t, testSyrkHard[float32], testSyrkHard[float64])
}

func testSyrkHard[T mat.Float](t *testing.T) {
	mr, nr, kc, _, _ := tileOf[T]()
	for _, s := range pick([][2]int{{19, 11}}, [][2]int{{19, 11}, {mr + nr + 1, kc + 3}, {100, 40}}) {
		n, k := s[0], s[1]
		for _, kind := range hardKinds {
			a := narrow[T](kind.make(1, n, k))
			wide := widen(mat.NoTrans, a)
			want, scale := productOracle(-1, wide, wide, 1, identity(n))
			for _, u := range uplos {
				for _, tr := range transposes {
					stored := a
					if tr == mat.Trans {
						stored = a.Transposed()
					}
					c := narrow[T](identity(n))
					mat.Syrk(u, tr, -1, stored, 1, c, 1)
					mat.Symmetrize(u, c, 1)
					requireWithin(t, c, want, scale, gamma[T](productSteps(k)),
						"%s %v %s %s", kind.name, s, triangle(u), letter(tr))
				}
			}
		}
	}
}

// hardTriangles are well or badly conditioned triangles of order n, each in both triangles of a
// matrix. Solutions with them do not overflow.
func hardTriangles(n int) map[string]mat.Dense[float64] {
	ts := map[string]mat.Dense[float64]{
		"hilbert": elementwiseMap(hilbert(n), func(i, j int, v float64) float64 {
			if i == j {
				return 1
			}
			return v
		}),
		"graded": elementwiseMap(random[float64](newRand(n), n, n), func(i, j int, v float64) float64 {
			if i == j {
				v = 1
			}
			return v / float64(n) * math.Exp2(-20*float64(i+j)/float64(2*n))
		}),
		"almost singular": elementwiseMap(random[float64](newRand(n), n, n), func(i, j int, v float64) float64 {
			switch {
			case i == j && i == n/2:
				return 1e-6
			case i == j:
				return 1
			}
			return v / float64(n)
		}),
		"kahan": elementwiseMap(mat.NewDense[float64](n, n), func(i, j int, _ float64) float64 { // cond 1e12, n = 100
			v := math.Pow(math.Sin(1.2), float64(min(i, j)))
			if i != j {
				v *= -math.Cos(1.2)
			}
			return v
		}),
	}
	factor := withCondition(n, n, 1e12)
	if mat.Potrf(mat.Lower, factor, 1) == nil {
		mat.Symmetrize(mat.Lower, factor, 1)
		ts["factor of cond 1e12"] = factor
	}
	return ts
}

func TestTrsmHasASmallResidualInEveryRowForHardTriangles(t *testing.T) {
	both(t, testTrsmHard[float32], testTrsmHard[float64])
}

func testTrsmHard[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{20}, []int{20, 130}) {
		triangles := hardTriangles(n)
		require.Len(t, triangles, 5)
		for name, wide := range triangles {
			a := narrow[T](wide)
			for _, c := range trsmCases() {
				for _, kind := range []int{0, 2} { // random and graded right-hand sides
					rows, cols := c.shape(n, 5)
					b := narrow[T](hardKinds[kind].make(n, rows, cols))
					x := b.Clone()
					mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, x, 1)
					requireResidual(t, c, a, x, 1, widen(mat.NoTrans, b),
						"%s, %s, %v n=%d", name, hardKinds[kind].name, c, n)
				}
			}
		}
	}
}

func TestPotrfIsBackwardStableBeyondACacheBlock(t *testing.T) {
	if testing.Short() {
		t.Skip("large matrices")
	}
	both(t, testPotrfLarge[float32], testPotrfLarge[float64])
}

// testPotrfLarge takes so many rows that the matrix is split, and that updates sum more than one
// block of terms. It bounds the error of some of the rows (as requireBackwardError does for all).
func testPotrfLarge[T mat.Float](t *testing.T) {
	_, _, kc, _, _ := tileOf[T]()
	n := max(2*kc+5, 650)
	for name, wide := range map[string]mat.Dense[float64]{
		"well conditioned": wellConditioned(1, n),
		"graded":           graded(1, n),
	} {
		for _, u := range uplos {
			a := narrow[T](wide)
			f := a.Clone()
			require.NoError(t, mat.Potrf(u, f, 1))
			requireRowsWithinBound(t, u, a, f, name+", in panels")
			require.Zero(t, mat.PotrfBlocks(u, a, 1))
			requireRowsWithinBound(t, u, narrow[T](wide), a, name+", in blocks")
		}
	}
}

// requireRowsWithinBound is requireBackwardError for every 41st row.
func requireRowsWithinBound[T mat.Float](t *testing.T, u mat.Uplo, a, f mat.Dense[T], name string) {
	t.Helper()
	n := a.Rows
	l := widenTriangle(u, transposedIf(u == mat.Upper), mat.NonUnit, f)
	g := gamma[T](n + 2)
	for i := n - 1; i >= 0; i -= 41 {
		for j := range i + 1 {
			var s sum
			s.addDot(l.Row(i)[:j+1], l.Row(j)[:j+1])
			s.add(-1, float64(a.At(i, j)))
			bound := g / (1 - g) * math.Sqrt(float64(a.At(i, i))*float64(a.At(j, j)))
			if !(math.Abs(s.value()) <= bound) {
				require.Failf(t, "outside of the error bound", "(%d, %d): %g, bound %g: %s %s",
					i, j, s.value(), bound, name, triangle(u))
			}
		}
	}
}

func TestTrsmPropagatesNaNAndInfOfTheTriangle(t *testing.T) {
	both(t, testTrsmNonFinite[float32], testTrsmNonFinite[float64])
}

// testTrsmNonFinite puts single special values into triangles, with zeros among the right-hand
// sides. Each result must be of the kind (finite, infinite or NaN) that substitution gives, 0·NaN =
// 0·Inf = NaN included.
func testTrsmNonFinite[T mat.Float](t *testing.T) {
	const rhs = 5
	for _, n := range pick([]int{20}, []int{5, 33, 110}) {
		for _, c := range trsmCases() {
			for q, special := range []T{nan[T](), inf[T](), -inf[T]()} {
				r := newRand(n + q)
				a := mat.NewDense[T](n, n)
				fillTriangle(c, a)
				i, j := r.IntN(n), r.IntN(n)
				if !inTriangle(c.uplo, i, j) {
					i, j = j, i
				}
				a.Set(i, j, special)
				rows, cols := c.shape(n, rhs)
				b := random[T](r, rows, cols)
				for p := range n { // zeros: one whole right-hand side, and single ones in others
					i, j := c.shape(p, 2)
					b.Set(i, j, 0)
					i, j = c.shape(p, p%rhs)
					b.Set(i, j, 0)
				}
				want := substituted(c, a, b)
				mat.Trsm(c.side, c.uplo, c.t, c.diag, 1, a, b, 1)
				for r := range rhs {
					for p := range n {
						i, j := c.shape(p, r)
						if got := b.At(i, j); class(got) != class(want.At(p, r)) {
							require.Failf(t, "wrong kind of number", "%v, want %v: %v in %v n=%d (%d, %d)",
								got, want.At(p, r), special, c, n, i, j)
						}
					}
				}
			}
		}
	}
}

// substituted solves by substitution, one unknown of each right-hand side (a column) at a time.
func substituted[T mat.Float](c trsmCase, a, b mat.Dense[T]) mat.Dense[float64] {
	l := widenTriangle(c.uplo, c.t, c.diag, a)
	x := widen(mat.NoTrans, b)
	if c.side == mat.Right { // X·op(A) = B is op(A)ᵀ·Xᵀ = Bᵀ
		l, x = l.Transposed(), x.Transposed()
	}
	n := l.Rows
	lowerTriangle := (c.uplo == mat.Lower) == ((c.t == mat.Trans) == (c.side == mat.Right))
	for k := range n {
		i, from, to := k, 0, k
		if !lowerTriangle {
			i, from, to = n-1-k, n-k, n
		}
		for r := range x.Cols {
			s := x.At(i, r)
			for p := from; p < to; p++ {
				s -= l.At(i, p) * x.At(p, r)
			}
			x.Set(i, r, s/l.At(i, i))
		}
	}
	return x
}

func TestPotrfRefusesNaNAndInfNextToZeros(t *testing.T) {
	both(t, testPotrfNonFinite[float32], testPotrfNonFinite[float64])
}

// testPotrfNonFinite puts a special value into an identity: all elements that it meets are zero.
func testPotrfNonFinite[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{9}, []int{9, 40, 130}) {
		for _, special := range []T{nan[T](), inf[T](), -inf[T]()} {
			for i := 0; i < n; i += max(1, n/9) {
				for j := 0; j <= i; j += max(1, n/9) {
					for _, u := range uplos {
						a := narrow[T](identity(n))
						a.Set(i, j, special)
						a.Set(j, i, special)
						var npd *mat.NotPositiveDefiniteError
						require.ErrorAs(t, mat.Potrf(u, a, 1), &npd, "%v at (%d, %d) of %d, %s",
							special, i, j, n, triangle(u))
						require.Equal(t, i+1, npd.Minor, "%v at (%d, %d) of %d, %s", special, i, j, n, triangle(u))
					}
				}
			}
		}
	}
}
