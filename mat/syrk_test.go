package mat_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// checkSyrk runs an update of either triangle, with A as it is and transposed, and with poison in
// the other triangle of C. It compares the wanted triangle with the oracle.
func checkSyrk[T mat.Float](t testing.TB, n, k int, alpha, beta T, w mat.Workers) {
	t.Helper()
	r := newRand(n + 1000*k)
	opA, symmetric := random[T](r, n, k), random[T](r, n, n)
	mat.Symmetrize(mat.Lower, symmetric, 1)
	wideA := widen(mat.NoTrans, opA)
	want, scale := productOracleFor[T](float64(alpha), wideA, wideA, float64(beta), widen(mat.NoTrans, symmetric))
	for _, u := range uplos {
		for _, tr := range transposes {
			name := lazy{"%s %s %d×%d alpha %v beta %v workers %v",
				[]any{triangle(u), letter(tr), n, k, alpha, beta, w}}
			a, c := framedCopy(tr, opA, nan[T]()), framedCopy(mat.NoTrans, symmetric, T(-987654))
			if beta == 0 {
				c.Fill(nan[T]())
			}
			poison(u, c.Dense)

			mat.Syrk(u, tr, alpha, a.Dense, beta, c.Dense, w)

			requirePoisoned(t, u, c.Dense, "%s", name)
			mat.Symmetrize(u, c.Dense, 1)
			requireWithin(t, c.Dense, want, scale, gamma[T](productSteps(k)), "%s", name)
			c.requireFrameIntact(t, "c of %s", name)
			a.requireFrameIntact(t, "a of %s", name)
			requireSameBits(t, stored(tr, opA), a.Dense, "operand changed: a of %s", name)
		}
	}
}

func TestSyrkComputesOneTriangle(t *testing.T) {
	both(t, testSyrk[float32], testSyrk[float64])
}

// testSyrk takes every size around the register tile, where tiles cross the diagonal at every
// offset. It also takes sizes around the common multiples of MR and NR, where the diagonal meets
// the corners of tiles.
func testSyrk[T mat.Float](t *testing.T) {
	mr, nr, kc, mc, nc := tileOf[T]()
	type shape struct{ n, k int }
	var shapes []shape
	for _, n := range pick(append(upTo(nr/2), around(nr, 2*nr, 3*mr)...), upTo(2*max(mr, nr)+mr+1)) {
		shapes = append(shapes, shape{n, 5})
	}
	for _, k := range around(kc, 2*kc) {
		shapes = append(shapes, shape{mr + nr + 1, k})
	}
	if thorough.Tests() {
		for _, n := range around(mr*nr, mr*nr+mr, mr*nr+nr, mc) {
			shapes = append(shapes, shape{n, 2})
		}
		if nc < 2000 { // on other instruction sets C would be too large for a test
			shapes = append(shapes, shape{nc + 1, 2})
		}
		shapes = append(shapes, shape{150, kc + 1})
	}
	for _, s := range shapes {
		checkSyrk[T](t, s.n, s.k, 1, 0, 1)
		if s.n < 100 {
			checkSyrk[T](t, s.n, s.k, -1.5, 0.5, 1)
		}
	}
}

func TestSyrkScalesByAlphaAndBeta(t *testing.T) {
	both(t, testSyrkScalars[float32], testSyrkScalars[float64])
}

func testSyrkScalars[T mat.Float](t *testing.T) {
	_, nr, kc, _, _ := tileOf[T]()
	for _, n := range []int{1, nr + 3, 2*nr + 1} {
		for _, k := range pick([]int{3}, []int{3, kc + 2}) {
			for _, alpha := range []T{0, 1, -1, 2.5} {
				for _, beta := range []T{0, 1, -1, 2.5} {
					checkSyrk(t, n, k, alpha, beta, 1)
				}
			}
		}
	}
}

func TestSyrkAcceptsEmptyMatrices(t *testing.T) {
	both(t, testSyrkEmpty[float32], testSyrkEmpty[float64])
}

func testSyrkEmpty[T mat.Float](t *testing.T) {
	for _, beta := range []T{0, 1, 2} {
		checkSyrk(t, 0, 0, 1, beta, 2)
		checkSyrk(t, 0, 7, 1, beta, 2)
		checkSyrk(t, 7, 0, 1, beta, 2)
	}
}

func TestSyrkDoesNotReadAWithAlphaZero(t *testing.T) {
	both(t, testSyrkAlphaZero[float32], testSyrkAlphaZero[float64])
}

func testSyrkAlphaZero[T mat.Float](t *testing.T) {
	a := mat.NewDense[T](40, 9)
	a.Fill(nan[T]())
	for _, u := range uplos {
		c := random[T](newRand(1), 40, 40)
		c.Set(7, 7, nan[T]())
		want := c.Clone()
		mat.Syrk(u, mat.NoTrans, 0, a, 1, c, 1)
		requireSameBits(t, want, c, "beta=1 keeps C, %s", triangle(u))
	}
}

func TestSyrkPropagatesNaNAndInf(t *testing.T) {
	both(t, testSyrkNonFinite[float32], testSyrkNonFinite[float64])
}

func testSyrkNonFinite[T mat.Float](t *testing.T) {
	mr, nr, _, _, _ := tileOf[T]()
	for _, special := range []T{nan[T](), inf[T]()} {
		for _, n := range []int{3, mr + 1, 2*nr + 1} {
			for _, u := range uplos {
				a := random[T](newRand(n), n, 6)
				row := n / 2
				a.Set(row, 4, special)
				a.Set(0, 4, 0) // 0·NaN and 0·Inf are NaN
				c := mat.NewDense[T](n, n)
				mat.Syrk(u, mat.NoTrans, 1, a, 0, c, 1)
				wide := widen(mat.NoTrans, a)
				for i := range n {
					for j := range n {
						var want float64
						for p, v := range wide.Row(i) {
							want += v * wide.At(j, p)
						}
						if inTriangle(u, i, j) && class(want) != class(c.At(i, j)) {
							require.Failf(t, "wrong kind of number", "%v, want %v: %v %s n=%d (%d, %d)",
								c.At(i, j), want, special, triangle(u), n, i, j)
						}
					}
				}
			}
		}
	}
}

func TestSyrkGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testSyrkWorkers[float32], testSyrkWorkers[float64])
}

func testSyrkWorkers[T mat.Float](t *testing.T) {
	_, _, kc, _, _ := tileOf[T]()
	shapes := [][2]int{{40, kc + 9}}
	if thorough.Tests() {
		shapes = append(shapes, [2]int{130, kc + 9}, [2]int{65, 64}, [2]int{300, 20}, [2]int{10, 5000})
	}
	for _, s := range shapes {
		for _, u := range uplos {
			for _, tr := range transposes {
				r := newRand(5)
				rows, cols := shapeOf(tr, s[0], s[1])
				a, c := random[T](r, rows, cols), random[T](r, s[0], s[0])
				want := c.Clone()
				mat.Syrk(u, tr, 1.5, a, 0.5, want, 1)
				for _, w := range workerCounts() {
					got := c.Clone()
					mat.Syrk(u, tr, 1.5, a, 0.5, got, w)
					requireSameBits(t, want, got, "%s %s %v, %d workers", triangle(u), letter(tr), s, w)
				}
			}
		}
	}
}

func TestSyrkPanicsNamingTheShapes(t *testing.T) {
	d := mat.NewDense[float32]
	for _, c := range []struct {
		name    string
		t       mat.Transpose
		a, c    mat.Dense[float32]
		message string
	}{
		{"order of c", mat.NoTrans, d(3, 2), d(2, 2), "mat: Syrk: op(a) is 3×2, c 2×2"},
		{"transposed", mat.Trans, d(3, 2), d(3, 3), "mat: Syrk: op(a) is 2×3, c 3×3"},
		{"c not square", mat.NoTrans, d(3, 2), d(3, 4), "mat: Syrk: op(a) is 3×2, c 3×4"},
		{"short c", mat.NoTrans, d(3, 2), mat.Dense[float32]{Rows: 3, Cols: 3, Stride: 3, Data: make([]float32, 8)},
			"mat: Syrk: c: 3×3 with stride 3 on 8 elements"},
	} {
		t.Run(c.name, func(t *testing.T) {
			requirePanics(t, c.message, func() { mat.Syrk(mat.Lower, c.t, 1, c.a, 0, c.c, 1) })
		})
	}
}

func TestSymmetrizeMirrorsOneTriangleForAnyNumberOfWorkers(t *testing.T) {
	both(t, testSymmetrize[float32], testSymmetrize[float64])
}

func testSymmetrize[T mat.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 50, 160, 161, 225} {
		for _, u := range uplos {
			for _, w := range []mat.Workers{1, 3} {
				a := output[T](newRand(n), n, n)
				want := widenSymmetric(u, a.Dense)
				mat.Symmetrize(u, a.Dense, w)
				requireSameWide(t, want, widen(mat.NoTrans, a.Dense), "%s n=%d", triangle(u), n)
				a.requireFrameIntact(t, "%s n=%d", triangle(u), n)
			}
		}
	}
	requirePanics(t, "mat: Symmetrize of a 2×3 matrix", func() { mat.Symmetrize(mat.Lower, mat.NewDense[T](2, 3), 1) })
}

func BenchmarkSyrk(b *testing.B) {
	b.Run("f32", benchmarkSyrk[float32])
	b.Run("f64", benchmarkSyrk[float64])
}

func benchmarkSyrk[T mat.Float](b *testing.B) {
	for _, tr := range transposes {
		for _, s := range [][2]int{{64, 64}, {256, 256}, {784, 784}, {2048, 2048}, {784, 10000}} {
			n, k := s[0], s[1]
			b.Run(fmt.Sprintf("%s/%dx%d", letter(tr), n, k), func(b *testing.B) {
				rows, cols := shapeOf(tr, n, k)
				a, c := random[T](newRand(1), rows, cols), mat.NewDense[T](n, n)
				measure(b, float64(n)*float64(n+1)*float64(k), func() {
					mat.Syrk(mat.Lower, tr, 1, a, 0, c, mat.AllWorkers)
				})
			})
		}
	}
}
