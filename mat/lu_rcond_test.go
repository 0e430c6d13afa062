package mat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestLURcondIsCloseToTheTrueValueFromAbove(t *testing.T) {
	both(t, testLURcond[float32], testLURcond[float64])
}

func testLURcond[T mat.Float](t *testing.T) {
	for n := 1; n < 40; n += 3 {
		for name, wide := range map[string]mat.Dense[float64]{
			"random": random[float64](newRand(n), n, n),
			"graded": hardKinds[2].make(n, n, n),
		} {
			a := narrow[T](wide)
			wide = widen(mat.NoTrans, a)
			inv := inverse(wide)
			want := map[mat.Norm]float64{
				mat.OneNorm: 1 / (norm1(wide) * norm1(inv)),
				mat.InfNorm: 1 / (norm1(wide.Transposed()) * norm1(inv.Transposed())),
			}
			f, ipiv := a.Clone(), make([]int, n)
			require.NoError(t, mat.Getrf(f, ipiv, 1))
			anorm := map[mat.Norm]float64{mat.OneNorm: norm1(wide), mat.InfNorm: norm1(wide.Transposed())}
			for norm, w := range want {
				got := mat.Gecon(norm, f, anorm[norm])
				rounding := 1 + min(0.9, 8*float64(n)*unit[T]()/w) + 8*float64(n)*unit[T]()
				require.GreaterOrEqual(t, got*rounding, w, "%s n=%d %v", name, n, norm)
				require.LessOrEqual(t, got, 3*w*rounding, "%s n=%d %v", name, n, norm)
			}
			require.Equal(t, mat.Gecon(mat.OneNorm, f, float64(mat.Norm1(a))), factoredLU(t, a).Rcond())
		}
	}
	require.Equal(t, 1.0, factoredLU(t, mat.NewDense[T](0, 0)).Rcond())
	require.Zero(t, mat.Gecon(mat.OneNorm, mat.DenseOf(1, 1, []T{0}), 0))
}

func TestLURcondDoesNotDependOnTheScaleOfA(t *testing.T) {
	both(t, testLURcondScale[float32], testLURcondScale[float64])
}

func testLURcondScale[T mat.Float](t *testing.T) {
	a := random[float64](newRand(1), 20, 20)
	want := factoredLU(t, narrow[T](a)).Rcond()
	top := 1000
	if unit[T]() > 1e-10 {
		top = 100
	}
	for e := -top; e <= top; e += top / 4 {
		require.InEpsilon(t, want, factoredLU(t, narrow[T](times2(a, e))).Rcond(), 1e-4, "times 2^%d", e)
	}
}

func TestTrconOfEveryTriangle(t *testing.T) {
	both(t, testTrcon[float32], testTrcon[float64])
}

func testTrcon[T mat.Float](t *testing.T) {
	for n := 1; n < 30; n += 7 {
		a := random[T](newRand(n), n, n)
		for i := range n {
			for j := range n {
				if i != j {
					a.Set(i, j, a.At(i, j)/T(n))
				} else {
					a.Set(i, i, a.At(i, i)+2)
				}
			}
		}
		for _, u := range uplos {
			for _, d := range diags {
				wide := widenTriangle(u, mat.NoTrans, d, a)
				inv := inverse(wide)
				for norm, want := range map[mat.Norm]float64{
					mat.OneNorm: 1 / (norm1(wide) * norm1(inv)),
					mat.InfNorm: 1 / (norm1(wide.Transposed()) * norm1(inv.Transposed())),
				} {
					p := a.Clone()
					poison(u, p)
					if d == mat.Unit {
						for i := range n {
							p.Set(i, i, nan[T]())
						}
					}
					got := mat.Trcon(norm, u, d, p)
					require.GreaterOrEqual(t, got*(1+1e-4), want, "%v %v %v n=%d", norm, u, d, n)
					require.LessOrEqual(t, got, 3*want*(1+1e-4), "%v %v %v n=%d", norm, u, d, n)
				}
			}
		}
	}
}
