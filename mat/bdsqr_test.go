package mat_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestBdsqrDecomposes(t *testing.T) { both(t, testBdsqr[float32], testBdsqr[float64]) }

// testBdsqr checks that B = Q·S·Pᵀ, that Q and P are orthogonal and that c becomes Qᵀ·c, up to a
// small multiple of n·u.
func testBdsqr[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{1, 2, 3, 20, 66}, append(upTo(20), 63, 64, 65, 129, 151)) {
		for name, at := range tridiagonals(n) {
			for _, uplo := range uplos {
				if n > 130 && uplo == mat.Lower {
					continue // lower matrices are made upper first, which smaller ones have tested
				}
				d, e := tridiagonal[T](n, at)
				b := mat.NewDense[float64](n, n)
				for i, v := range d {
					b.Set(i, i, float64(v))
				}
				for i, v := range e {
					if uplo == mat.Upper {
						b.Set(i, i+1, float64(v))
					} else {
						b.Set(i+1, i, float64(v))
					}
				}
				u, vt := narrow[T](identity(n)), narrow[T](identity(n))
				c := framedCopy(mat.NoTrans, narrow[T](identity(n)), T(-987654))
				require.NoError(t, mat.Bdsqr(uplo, d, e, vt, u, c.Dense, 1), "%s, n=%d", name, n)
				c.requireFrameIntact(t, "%s, n=%d", name, n)
				requireSameBits(t, u, c.Transposed(), "%s, n=%d: c is not the transpose of u", name, n)
				slices.Reverse(d)
				assert.True(t, slices.IsSorted(d) && !math.Signbit(float64(d[0])), "%s, n=%d", name, n)
				slices.Reverse(d)
				q, p := widen(mat.NoTrans, u), widen(mat.Trans, vt)
				bound := 20 * float64(n) * unit[T]()
				requireOrthonormal(t, q, bound, "U, %s, n=%d", name, n)
				requireOrthonormal(t, p, bound, "V, %s, n=%d", name, n)
				residual := multiplied(b, p) // − Q·S
				for i := range n {
					for j := range n {
						residual.Data[i*n+j] -= q.At(i, j) * float64(d[j])
					}
				}
				assert.LessOrEqual(t, mat.NormMax(residual), bound*mat.NormMax(b), "%s, %v, n=%d", name, uplo, n)
			}
		}
	}
}

// Small singular values are as accurate as large ones. Their product is the determinant, also of a strongly graded
// matrix, where each is as much of the logarithm.
func TestBdsqrIsAccurateForSmallSingularValues(t *testing.T) {
	for _, up := range []bool{false, true} {
		const n = 20
		d, e := make([]float64, n), make([]float64, n-1)
		for i := range d {
			d[i] = math.Pow(10, -float64(i))
		}
		if up {
			slices.Reverse(d)
		}
		sum := 0.0
		for i, v := range d {
			sum += math.Log(v)
			if i < n-1 {
				e[i] = v
			}
		}
		none := mat.Dense[float64]{}
		require.NoError(t, mat.Bdsqr(mat.Upper, d, e, none, none, none, 1))
		for _, v := range d {
			sum -= math.Log(v)
		}
		assert.InDelta(t, 0, sum, 1e-13)
	}
}

// Numbers that are smaller by a power of two have the same singular vectors, and singular values smaller by as much.
func TestBdsqrDoesNotDependOnUnits(t *testing.T) {
	none := mat.Dense[float64]{}
	for name, b := range map[string][2][]float64{
		"equal":  {{1, 1, 1}, {1, 1}},
		"graded": {{1, 0x3p-2, 0x1p-6, 0x7p-12, 0x1p-13}, {0.5, 0x1p-5, 0x3p-9, 0x1p-9}},
		"row":    {{3}, nil},
	} {
		for _, uplo := range uplos {
			n := len(b[0])
			want, vt := slices.Clone(b[0]), identity(n)
			require.NoError(t, mat.Bdsqr(uplo, want, slices.Clone(b[1]), vt, none, none, 1))
			for _, unit := range []float64{0x1p-900, 0x1p-1018} {
				d, e, got := slices.Clone(b[0]), slices.Clone(b[1]), identity(n)
				mat.Scal(unit, d)
				mat.Scal(unit, e)
				require.NoError(t, mat.Bdsqr(uplo, d, e, got, none, none, 1))
				for i, v := range want {
					assert.Equal(t, v*unit, d[i], "%s, %v", name, uplo)
				}
				requireSameBits(t, vt, got, "%s, %v", name, uplo)
			}
		}
	}
}

// The smallest singular values lie 2⁷⁰⁰ below an element that is small itself. Its row hardly meets the others, whose
// singular values are known.
func TestBdsqrIsAccurateForSmallSingularValuesOfManySmallRows(t *testing.T) {
	const n, m, small = 1200, 1199, 0x1p-999
	d, e := make([]float64, n), make([]float64, n-1)
	for i := range d {
		d[i] = small
	}
	copy(e, d)
	d[0] = 0x1p-300
	none := mat.Dense[float64]{}
	require.NoError(t, mat.Bdsqr(mat.Upper, d, e, none, none, none, 1))
	assert.Equal(t, 0x1p-300, d[0])
	for k := 1; k <= m; k++ {
		want := 2 * small * math.Sin(math.Pi*float64(2*(m-k)+1)/(2*(2*m+1))) // 2·cos(kπ/(2m+1))
		require.InEpsilon(t, want, d[k], n*0x1p-52, "singular value %d", k)
	}
}

// The number of rows that sweeps may process does not overflow an int of 32 bits.
func TestBdsqrOfManyRows(t *testing.T) {
	const n = 19_000
	d, e := make([]float64, n), make([]float64, n-1)
	for i := range d {
		d[i] = 1
	}
	e[0] = 0.5
	none := mat.Dense[float64]{}
	require.NoError(t, mat.Bdsqr(mat.Upper, d, e, none, none, none, 1))
	assert.InEpsilon(t, 1, d[0]*d[n-1], 1e-15, "the determinant")
}

// Without vectors, the singular values are the same.
func TestBdsqrLeavesOutVectors(t *testing.T) {
	const n = 50
	values, offDiagonal := tridiagonal[float64](n, tridiagonals(n)["random"])
	none := mat.Dense[float64]{}
	d := slices.Clone(values)
	require.NoError(t, mat.Bdsqr(mat.Lower, d, slices.Clone(offDiagonal), none, none, none, 1))
	for _, shape := range [][2]int{{3, 0}, {0, 5}, {40, 60}} {
		vt, u := random[float64](newRand(1), n, shape[0]), random[float64](newRand(2), shape[1], n)
		got := slices.Clone(values)
		require.NoError(t, mat.Bdsqr(mat.Lower, got, slices.Clone(offDiagonal), vt, u, none, 1))
		assert.Equal(t, d, got)
	}
}

// The exact singular values of [f g; 0 h] have the product |fh| and the sum of squares f² + g² + h².
func TestBdsqrOfTwoRows(t *testing.T) {
	numbers := []float64{0, 1, -1, 3, -1e-20, 1e20, 1e-160, 0x1p-1070, 1 + 0x1p-52}
	for _, f := range numbers {
		for _, g := range numbers {
			for _, h := range numbers {
				d, e := []float64{f, h}, []float64{g}
				u, vt := identity(2), identity(2)
				require.NoError(t, mat.Bdsqr(mat.Upper, d, e, vt, u, mat.Dense[float64]{}, 1))
				requireOrthonormal(t, u, 1e-15, "%v %v %v", f, g, h)
				requireOrthonormal(t, vt, 1e-15, "%v %v %v", f, g, h)
				assert.InEpsilon(t, 1+math.Hypot(math.Hypot(f, g), h), 1+math.Hypot(d[0], d[1]), 1e-15,
					"%v %v %v", f, g, h)
				if p := math.Abs(f) * math.Abs(h); p > 0x1p-1000 {
					assert.InEpsilon(t, p, d[0]*d[1], 1e-15, "%v %v %v", f, g, h)
				}
				b := [2][2]float64{{f, g}, {0, h}}
				for i := range 2 {
					for j := range 2 {
						got := u.At(i, 0)*d[0]*vt.At(0, j) + u.At(i, 1)*d[1]*vt.At(1, j)
						assert.InDelta(t, b[i][j], got, 1e-15*d[0]+0x1p-1010, "%v %v %v", f, g, h)
					}
				}
			}
		}
	}
}
