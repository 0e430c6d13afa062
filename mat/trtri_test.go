package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// eachTriangle calls f with the four kinds of triangles.
func eachTriangle(f func(c trsmCase)) {
	for _, u := range uplos {
		for _, d := range diags {
			f(trsmCase{mat.Left, u, mat.NoTrans, d})
		}
	}
}

func identity(n int) mat.Dense[float64] {
	m := mat.NewDense[float64](n, n)
	for i := range n {
		m.Set(i, i, 1)
	}
	return m
}

// checkTrtri inverts a copy of a, of which only the triangle of c may be read, and bounds A·X − I.
func checkTrtri[T mat.Float](t testing.TB, c trsmCase, a mat.Dense[T], w mat.Workers, name string) {
	t.Helper()
	msg := lazy{"%s, %v n=%d workers %d", []any{name, c, a.Rows, w}}
	f := framedWith(a.Rows, a.Cols, T(-987654))
	mat.Copy(f.Dense, a)
	require.NoError(t, mat.Trtri(c.uplo, c.diag, f.Dense, w))

	f.requireFrameIntact(t, "%s", msg)
	for i := range a.Rows {
		for j := range a.Cols {
			untouched := !inTriangle(c.uplo, i, j) || i == j && c.diag == mat.Unit
			if untouched && bits(a.At(i, j)) != bits(f.At(i, j)) {
				require.Failf(t, "wrote outside of the triangle", "(%d, %d): %s", i, j, msg)
			}
		}
	}
	x := narrow[T](widenTriangle(c.uplo, mat.NoTrans, c.diag, f.Dense))
	requireResidual(t, c, a, x, 1, identity(a.Rows), "%s", msg)
}

func TestTrtriInvertsTrianglesOfEverySize(t *testing.T) {
	both(t, testTrtri[float32], testTrtri[float64])
}

func testTrtri[T mat.Float](t *testing.T) {
	sizes := pick([]int{0, 1, 2, 17, 66}, append([]int{0, 31, 33, 63, 64, 65, 96, 97, 128, 150}, upTo(18)...))
	for _, n := range sizes {
		eachTriangle(func(c trsmCase) {
			a := mat.NewDense[T](n, n)
			fillTriangle(c, a) // NaN elsewhere
			checkTrtri(t, c, a, 1, "random")
		})
	}
}

func TestTrtriIsAccurateForHardTriangles(t *testing.T) {
	both(t, testTrtriHard[float32], testTrtriHard[float64])
}

// testTrtriHard takes triangles whose inverses have large elements: the bound for substitution by
// columns holds whatever the condition number.
func testTrtriHard[T mat.Float](t *testing.T) {
	order := 90 // elements up to 2ⁿ
	if unit[T]() < 1e-10 {
		order = 150
	}
	r := newRand(1)
	for name, element := range map[string]func(i, j int) float64{
		"minus ones": func(i, j int) float64 {
			if i == j {
				return 1
			}
			return -1
		},
		"graded": func(i, j int) float64 {
			return (1 + r.Float64()) * math.Exp2(-float64(i)/4)
		},
		"near singular": func(i, j int) float64 {
			switch {
			case i == j && i%20 == 7:
				return 8 * unit[T]()
			case i == j:
				return 1
			}
			return (2*r.Float64() - 1) / float64(order)
		},
	} {
		for _, n := range pick([]int{40}, []int{40, order}) {
			eachTriangle(func(c trsmCase) {
				a := mat.NewDense[T](n, n)
				for i := range n {
					for j := range n {
						a.Set(i, j, T(element(i, j)))
					}
				}
				checkTrtri(t, c, a, 1, name)
			})
		}
	}
}

func TestTrtriReportsTheFirstZeroOnTheDiagonal(t *testing.T) {
	both(t, testTrtriSingular[float32], testTrtriSingular[float64])
}

func testTrtriSingular[T mat.Float](t *testing.T) {
	for _, n := range []int{1, 5, 70} {
		for _, at := range []int{0, n / 2, n - 1} {
			for _, u := range uplos {
				a := random[T](newRand(n), n, n)
				a.Set(n-1, n-1, 0)
				a.Set(at, at, T(math.Copysign(0, -1)))
				before := a.Clone()
				var singular *mat.SingularError
				require.ErrorAs(t, mat.Trtri(u, mat.NonUnit, a, 1), &singular)
				require.Equal(t, at+1, singular.Index)
				require.EqualError(t, singular,
					fmt.Sprintf("mat: matrix is singular: element %d of the diagonal is zero", at+1))
				requireSameBits(t, before, a, "a singular matrix is unchanged")
				require.ErrorAs(t, mat.Potri(u, a, 1), &singular)
				requireSameBits(t, before, a, "by Potri, too")
				require.NoError(t, mat.Trtri(u, mat.Unit, a, 1), "a unit diagonal is not read")
			}
		}
	}
}

func TestTrtriKeepsNaN(t *testing.T) {
	withProcessors(t, 2)
	both(t, testTrtriNaN[float32], testTrtriNaN[float64])
}

// testTrtriNaN tests that element (p, q) of a triangle reaches all elements of the inverse between its row, its column
// and the corner, and no others.
func testTrtriNaN[T mat.Float](t *testing.T) {
	const n, p, q = 150, 100, 33
	eachTriangle(func(c trsmCase) {
		for _, w := range []mat.Workers{1, 2} {
			a := mat.NewDense[T](n, n)
			fillTriangle(c, a)
			at := func(low, high int) (i, j int) {
				if c.uplo == mat.Upper {
					return high, low
				}
				return low, high
			}
			i, j := at(p, q)
			a.Set(i, j, nan[T]())
			require.NoError(t, mat.Trtri(c.uplo, c.diag, a, w))
			for low := range n {
				for high := range low {
					i, j := at(low, high)
					if isNaN := class(a.At(i, j)) == "NaN"; isNaN != (low >= p && high <= q) {
						require.Failf(t, "NaN in the wrong place", "(%d, %d) of %v, %d workers", i, j, c, w)
					}
				}
			}
		}
	})
}

func TestTrtriAndPotriGiveTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	withProcessors(t, 3)
	both(t, testInverseWorkers[float32], testInverseWorkers[float64])
}

func testInverseWorkers[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{130}, []int{70, 130, 333}) {
		for _, u := range uplos {
			a := narrow[T](wellConditioned(1, n))
			for name, invert := range map[string]func(mat.Dense[T], mat.Workers) error{
				"Trtri":       func(a mat.Dense[T], w mat.Workers) error { return mat.Trtri(u, mat.NonUnit, a, w) },
				"Trtri, unit": func(a mat.Dense[T], w mat.Workers) error { return mat.Trtri(u, mat.Unit, a, w) },
				"Potri":       func(a mat.Dense[T], w mat.Workers) error { return mat.Potri(u, a, w) },
			} {
				want := a.Clone()
				require.NoError(t, invert(want, 1))
				for _, w := range workerCounts() {
					got := a.Clone()
					require.NoError(t, invert(got, w))
					requireSameBits(t, want, got, "%s %s n=%d, %d workers", name, triangle(u), n, w)
				}
			}
		}
	}
}

func TestTrtriPanicsOnWrongShapes(t *testing.T) {
	d := mat.NewDense[float64]
	requirePanics(t, "mat: Trtri of a 2×3 matrix", func() { _ = mat.Trtri(mat.Lower, mat.NonUnit, d(2, 3), 1) })
	requirePanics(t, "mat: Potri of a 3×2 matrix", func() { _ = mat.Potri(mat.Lower, d(3, 2), 1) })
}

func BenchmarkTrtri(b *testing.B) {
	b.Run("f32", benchmarkTrtri[float32])
	b.Run("f64", benchmarkTrtri[float64])
}

// benchmarkTrtri inverts a fresh copy each time; the times include the copy.
func benchmarkTrtri[T mat.Float](b *testing.B) {
	for _, u := range uplos {
		for _, n := range []int{64, 256, 784, 2352} {
			b.Run(fmt.Sprintf("%s/%d", triangle(u), n), func(b *testing.B) {
				a := narrow[T](wellConditioned(1, n))
				x := a.Clone()
				measure(b, float64(n)*float64(n)*float64(n)/3, func() {
					mat.Copy(x, a)
					if err := mat.Trtri(u, mat.NonUnit, x, mat.AllWorkers); err != nil {
						b.Fatal(err)
					}
				})
			})
		}
	}
}

// NaN and Inf reach those elements of the inverse that depend on them, and no others.
func TestTrtriSpreadsNaNAndInfOnlyToDependentElements(t *testing.T) {
	both(t, testTrtriSpread[float32], testTrtriSpread[float64])
}

func testTrtriSpread[T mat.Float](t *testing.T) {
	tiny := T(math.SmallestNonzeroFloat64) // its reciprocal overflows
	if tiny == 0 {
		tiny = math.SmallestNonzeroFloat32
	}
	for _, n := range pick([]int{40}, []int{5, 40, 150}) {
		eachTriangle(func(c trsmCase) {
			clean := mat.NewDense[T](n, n)
			fillTriangle(c, clean)
			want := clean.Clone()
			require.NoError(t, mat.Trtri(c.uplo, c.diag, want, 1))
			for name, bad := range map[string]T{"NaN": nan[T](), "Inf": inf[T](), "tiny": tiny} {
				for _, at := range [][2]int{{2, 2}, {n - 1, 0}, {n / 2, n / 3}, {n - 1, n - 1}} {
					p, q := at[0], at[1] // an element on the diagonal or below it
					if p == q && c.diag == mat.Unit {
						continue
					}
					i0, j0 := p, q
					if c.uplo == mat.Upper {
						i0, j0 = q, p
					}
					a := clean.Clone()
					a.Set(i0, j0, bad)
					require.NoError(t, mat.Trtri(c.uplo, c.diag, a, 1))
					for i := range n {
						for j := range n {
							depends := min(i, j) <= q && p <= max(i, j)
							if !inTriangle(c.uplo, i, j) || depends || i == j && c.diag == mat.Unit {
								continue
							}
							w, g := float64(want.At(i, j)), float64(a.At(i, j))
							if bound := 1e-4 * max(1, math.Abs(w)); !(math.Abs(w-g) <= bound) {
								require.InDelta(t, w, g, bound,
									"%v n=%d, %s at (%d, %d): (%d, %d)", c, n, name, i0, j0, i, j)
							}
						}
					}
				}
			}
		})
	}
}
