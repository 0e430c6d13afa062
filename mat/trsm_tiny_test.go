package mat

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
)

// TestDiagonalsWhoseReciprocalsOverflowAreDividedBy: the solution need not overflow.
func TestDiagonalsWhoseReciprocalsOverflowAreDividedBy(t *testing.T) {
	t.Run("float32", func(t *testing.T) { solvesTiny[float32](t, 0x1p-129) })
	t.Run("float64", func(t *testing.T) { solvesTiny(t, 0x1p-1030) })
}

func solvesTiny[T Float](t *testing.T, tiny T) {
	const n = 61
	for _, side := range []Side{Left, Right} {
		for _, uplo := range []Uplo{Lower, Upper} {
			for _, trans := range []Transpose{NoTrans, Trans} {
				for _, sides := range []int{1, 5} {
					// Off the diagonal, what multiplies the unknowns is exact: x is 1, 2 and 3 in turns.
					a, b := NewDense[T](n, n), NewDense[T](n, sides)
					if side == Right {
						b = NewDense[T](sides, n)
					}
					at := func(i, r int) *T {
						if side == Right {
							return &b.Data[r*b.Stride+i]
						}
						return &b.Data[i*b.Stride+r]
					}
					for i := range n {
						a.Set(i, i, 1)
						if i%7 == 3 {
							a.Set(i, i, tiny)
						} else if j := i - 1; uplo == Lower && j >= 0 && j%7 != 3 {
							a.Set(i, j, 2)
						} else if j := i + 1; uplo == Upper && j < n && j%7 != 3 {
							a.Set(i, j, 2)
						}
					}
					for r := range sides {
						for i := range n {
							for j := range n {
								v := a.At(i, j)
								if (trans == Trans) != (side == Right) {
									v = a.At(j, i)
								}
								*at(i, r) += v * T(1+(j+r)%3)
							}
						}
					}
					Trsm(side, uplo, trans, NonUnit, 1, a, b, 2)
					for r := range sides {
						for i := range n {
							require.Equal(t, T(1+(i+r)%3), *at(i, r), "%v %v %v %d %d", side, uplo, trans, i, r)
						}
					}
				}
			}
		}
	}
	var f LU[T]
	require.NoError(t, f.Factor(DenseOf(2, 2, []T{1, 0, 0, tiny}), 1))
	x := []T{1, tiny}
	f.SolveVec(x)
	assert.Equal(t, []T{1, 1}, x)
}

func TestANumberIsTinyIfItsReciprocalOverflows(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testIsTiny[float32](t, 0x1p-128, 0x1p-149) })
	t.Run("float64", func(t *testing.T) { testIsTiny(t, 0x1p-1024, math.SmallestNonzeroFloat64) })
}

func testIsTiny[T Float](t *testing.T, largest, step T) {
	for _, d := range []T{
		0, step, largest / 2, largest - step, largest, largest + step, 2 * largest, 1, T(math.Inf(1)), T(math.NaN()),
	} {
		want := d != 0 && math.IsInf(float64(1/d), 0)
		assert.Equal(t, want, isTiny(d), "%g", d)
		assert.Equal(t, want, isTiny(-d), "%g", -d)
	}
}

func TestWorkersShareTheRightHandSidesOfATinyDiagonal(t *testing.T) {
	t.Cleanup(processors.Pretend(4))
	const n, sides = 100, 40
	for _, side := range []Side{Left, Right} {
		a, b := NewDense[float64](n, n), NewDense[float64](n, sides)
		if side == Right {
			b = NewDense[float64](sides, n)
		}
		for i := range n {
			for j := range i {
				a.Set(i, j, math.Sin(float64(i*n+j)))
			}
			a.Set(i, i, 1)
		}
		a.Set(n/2, n/2, 0x1p-1025)
		for i := range b.Data {
			b.Data[i] = math.Ldexp(math.Cos(float64(i)), -1000)
		}
		want := b.Clone()
		Trsm(side, Lower, NoTrans, NonUnit, 1, a, want, 1)
		shares := sharesOf(func() { Trsm(side, Lower, NoTrans, NonUnit, 1, a, b, 4) })
		require.Equal(t, []share{{4, sides}}, shares)
		require.Equal(t, want.Data, b.Data, "%v", side)
	}
}
