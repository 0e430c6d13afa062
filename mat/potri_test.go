package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// laplacianInverse is the inverse of laplacian(n), min(i, j)·(n+1 − max(i, j))/(n+1), with i and j
// counted from 1.
func laplacianInverse(n int) mat.Dense[float64] {
	inv := mat.NewDense[float64](n, n)
	for i := range n {
		for j := range n {
			inv.Set(i, j, float64((min(i, j)+1)*(n-max(i, j)))/float64(n+1))
		}
	}
	return inv
}

// hilbertInverse is the inverse of hilbert(n), whose elements are integers (Choi,
// Tricks or Treats with the Hilbert Matrix, Amer. Math. Monthly 90(5), 1983).
func hilbertInverse(n int) mat.Dense[float64] {
	inv := mat.NewDense[float64](n, n)
	for i := range n {
		for j := range n {
			c := binomial(i+j, i)
			v := float64(i+j+1) * binomial(n+i, n-j-1) * binomial(n+j, n-i-1) * c * c
			if (i+j)%2 == 1 {
				v = -v
			}
			inv.Set(i, j, v)
		}
	}
	return inv
}

func binomial(n, k int) float64 {
	b := 1.0
	for i := 1; i <= k; i++ {
		b = b * float64(n-k+i) / float64(i) // an integer after every step
	}
	return b
}

// scaled is D·A·D for D = diag(2^e(i)), which is exact.
func scaled(a mat.Dense[float64], e func(i int) int) mat.Dense[float64] {
	s := a.Clone()
	for i := range a.Rows {
		for j := range a.Cols {
			s.Set(i, j, math.Ldexp(a.At(i, j), e(i)+e(j)))
		}
	}
	return s
}

// inverted is a symmetric matrix with its inverse.
type inverted struct {
	name   string
	a, inv mat.Dense[float64]
}

func knownInverses[T mat.Float](sizes []int) []inverted {
	hilbertOrder := 3
	if unit[T]() < 1e-10 {
		hilbertOrder = 8
	}
	cases := []inverted{{"hilbert", hilbert(hilbertOrder), hilbertInverse(hilbertOrder)}}
	for _, n := range sizes {
		well := wellConditioned(n, n)
		down := func(i int) int { return -(i * 7 % 20) }
		up := func(i int) int { return -down(i) }
		cases = append(cases,
			inverted{"laplacian", laplacian(n), laplacianInverse(n)},
			inverted{"scaled laplacian", scaled(laplacian(n), down), scaled(laplacianInverse(n), up)},
			inverted{"well conditioned", well, inverse(well)})
	}
	return cases
}

// requireInverse bounds the error of x in terms of the matrix scaled to a unit diagonal, which
// determines the accuracy of a Cholesky factorization (Higham, section 10.1). The error of x,
// scaled back, must be within n·u·κ times the norm of the inverse.
func requireInverse[T mat.Float](t testing.TB, c inverted, x mat.Dense[T], msg string) {
	t.Helper()
	n := c.a.Rows
	a, inv, diff := mat.NewDense[float64](n, n), mat.NewDense[float64](n, n), mat.NewDense[float64](n, n)
	for i := range n {
		for j := range n {
			d := math.Sqrt(c.a.At(i, i) * c.a.At(j, j))
			a.Set(i, j, c.a.At(i, j)/d)
			inv.Set(i, j, c.inv.At(i, j)*d)
			diff.Set(i, j, (float64(x.At(i, j))-c.inv.At(i, j))*d)
		}
	}
	size := frobenius(inv)
	require.LessOrEqual(t, frobenius(diff), 2*float64(n+1)*unit[T]()*frobenius(a)*size*size,
		"%s of order %d, %s", c.name, n, msg)
}

func TestPotriInvertsFromEitherTriangle(t *testing.T) {
	both(t, testPotri[float32], testPotri[float64])
}

func testPotri[T mat.Float](t *testing.T) {
	for _, c := range knownInverses[T](pick([]int{0, 1, 7, 70}, append([]int{0, 31, 63, 64, 65, 130}, upTo(10)...))) {
		for _, u := range uplos {
			n := c.a.Rows
			f := framedWith(n, n, T(-987654))
			mat.Convert(f.Dense, c.a)
			require.NoError(t, mat.Potrf(u, f.Dense, 1))
			poison(u, f.Dense)
			require.NoError(t, mat.Potri(u, f.Dense, 1))
			requirePoisoned(t, u, f.Dense, "%s n=%d", c.name, n)
			f.requireFrameIntact(t, "%s n=%d", c.name, n)
			mat.Symmetrize(u, f.Dense, 1)
			requireInverse(t, c, f.Dense, triangle(u))
		}
	}
}

func TestCholeskyInverseIsSymmetricAndLeavesTheFactorUnchanged(t *testing.T) {
	both(t, testCholeskyInverse[float32], testCholeskyInverse[float64])
}

func testCholeskyInverse[T mat.Float](t *testing.T) {
	for _, c := range knownInverses[T](pick([]int{0, 1, 5}, []int{0, 1, 5, 70, 130})) {
		n := c.a.Rows
		chol := factored(t, narrow[T](c.a))
		before := chol.L().Clone()
		x := framedWith(n, n, T(-987654))
		if n > 0 {
			x.Fill(nan[T]())
		}
		chol.Inverse(x.Dense, 1)
		x.requireFrameIntact(t, "%s n=%d", c.name, n)
		requireSameBits(t, before, chol.L(), "the factor of %s n=%d", c.name, n)
		requireSameBits(t, x.Transposed(), x.Dense, "%s n=%d", c.name, n)
		requireInverse(t, c, x.Dense, "Inverse")
	}
}
