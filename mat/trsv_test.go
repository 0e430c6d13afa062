package mat_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestTrsvSolvesAllKinds(t *testing.T) { both(t, testTrsv[float32], testTrsv[float64]) }

func testTrsv[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{0, 1, 7, 40, 131}, append(upTo(20), 96, 97, 131, 300)) {
		r := newRand(n)
		a, x, b := mat.NewDense[T](n, n+3).View(0, 2, n, n), make([]T, n), make([]T, n)
		for i := range n {
			for j := range n {
				a.Set(i, j, T(r.NormFloat64()/float64(n+1)))
			}
			a.Set(i, i, T(2+r.Float64()))
			x[i] = T(r.NormFloat64())
		}
		for _, uplo := range []mat.Uplo{mat.Lower, mat.Upper} {
			for _, tr := range transposes {
				for _, diag := range []mat.Diag{mat.NonUnit, mat.Unit} {
					for i := range n { // b = op(A)·x
						s := 0.0
						for j := range n {
							p, q := i, j
							if tr == mat.Trans {
								p, q = j, i
							}
							switch {
							case p == q && diag == mat.Unit:
								s += float64(x[j])
							case p == q, (p > q) == (uplo == mat.Lower):
								s += float64(a.At(p, q)) * float64(x[j])
							}
						}
						b[i] = T(s)
					}
					row := append([]T{}, b...)
					mat.Trsv(uplo, tr, diag, a, b)
					require.InDeltaSlice(t, x, b, 20*float64(n+1)*float64(gamma[T](1)),
						"%v %v %v %d", uplo, tr, diag, n)
					mat.Trsm(mat.Left, uplo, tr, diag, 1, a, mat.DenseOf(n, 1, row), 1)
					assert.Equal(t, b, row, "Trsm with one right-hand side is Trsv")
				}
			}
		}
	}
}

func TestTrsvPanicsNamingTheShapes(t *testing.T) {
	assert.PanicsWithValue(t, "mat: Trsv: a is 2×2, x has 3 elements", func() {
		mat.Trsv(mat.Lower, mat.NoTrans, mat.NonUnit, mat.NewDense[float64](2, 2), make([]float64, 3))
	})
}
