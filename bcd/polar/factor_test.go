package polar_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/polar"
	"ridge/mat"
)

var shapes = [][2]int{{1, 1}, {1, 7}, {7, 1}, {4, 4}, {5, 9}, {9, 5}, {40, 33}, {33, 40}}

func random(rows, cols int, seed uint64) mat.Dense[float64] {
	rng := rand.New(rand.NewPCG(seed, 1))
	m := mat.NewDense[float64](rows, cols)
	for i := range m.Data {
		m.Data[i] = rng.NormFloat64()
	}
	return m
}

// orthonormal returns a matrix of cols ≤ rows orthonormal columns.
func orthonormal(rows, cols int, seed uint64) mat.Dense[float64] {
	var qr mat.QR[float64]
	qr.Factor(random(rows, cols, seed), 1)
	q := mat.NewDense[float64](rows, cols)
	qr.Q(q, 1)
	return q
}

// iterations are those of the package: what a singular value becomes that is relative to the root of order p of the
// sum of σᵖ over all of them.
var iterations = []struct {
	way   polar.Iteration
	order float64
	of    func(sigma float64) float64
}{
	{polar.Jordan(), 2, func(sigma float64) float64 { return quintics(5, sigma) }},
	{polar.Short(), 8, func(sigma float64) float64 { return quintics(3, sigma) }},
}

func quintics(n int, sigma float64) float64 {
	for range n {
		sigma = 3.4445*sigma - 4.7750*math.Pow(sigma, 3) + 2.0315*math.Pow(sigma, 5)
	}
	return sigma
}

// A matrix that is made of its singular vectors has the same ones afterwards, and its singular
// values have gone through the polynomial.
func TestSingularVectorsStayAndValuesAreTheIterated(t *testing.T) {
	for _, s := range shapes {
		rows, cols := s[0], s[1]
		n := min(rows, cols)
		u, v := orthonormal(rows, n, 1), orthonormal(cols, n, 2)
		values := make([]float64, n)
		for i := range values {
			values[i] = math.Pow(0.9, float64(i))
		}
		product := func(value func(int) float64) mat.Dense[float64] {
			left := u.Clone()
			for i := range left.Rows {
				for j := range left.Row(i) {
					left.Row(i)[j] *= value(j)
				}
			}
			m := mat.NewDense[float64](rows, cols)
			mat.Gemm(mat.NoTrans, mat.Trans, 1, left, v, 0, m, 1)
			return m
		}
		g := product(func(i int) float64 { return 3 * values[i] })
		for _, it := range iterations {
			var sum float64
			for _, v := range values {
				sum += math.Pow(v, it.order)
			}
			want := product(func(i int) float64 { return it.of(values[i] / math.Pow(sum, 1/it.order)) })
			have := mat.NewDense[float64](rows, cols)
			polar.New[float64](rows, cols, it.way).Compute(have, g, 1)
			assert.True(t, mat.EqualApprox(want, have, 1e-12), "%d×%d, order %v", rows, cols, it.order)
		}
	}
}

func TestSingularValuesComeNearOne(t *testing.T) {
	for sigma := 0.01; sigma <= 1; sigma += 1e-4 {
		assert.InDelta(t, 1, iterations[0].of(sigma), 0.33, "%v", sigma)
		if sigma > 1./50 {
			assert.InDelta(t, 1, iterations[1].of(sigma), 0.33, "%v", sigma)
		}
	}
}

func TestPowersOfTwoChangeNoBit(t *testing.T) {
	for _, s := range shapes {
		f := polar.New[float64](s[0], s[1], polar.Short())
		g := random(s[0], s[1], 3)
		want, have := mat.NewDense[float64](s[0], s[1]), mat.NewDense[float64](s[0], s[1])
		f.Compute(want, g, 1)
		mat.Scale(g, 0x1p60, g)
		f.Compute(have, g, 2)
		assert.Equal(t, want, have)
		f.Compute(g, g, 1)
		assert.Equal(t, want, g, "in place")
	}
}

func TestSinglePrecisionFollowsDouble(t *testing.T) {
	for _, s := range shapes {
		g := random(s[0], s[1], 4)
		want := mat.NewDense[float64](s[0], s[1])
		polar.New[float64](s[0], s[1], polar.Short()).Compute(want, g, 1)
		have, wide := mat.NewDense[float32](s[0], s[1]), mat.NewDense[float64](s[0], s[1])
		mat.Convert(have, g)
		polar.New[float32](s[0], s[1], polar.Short()).Compute(have, have, 1)
		mat.Convert(wide, have)
		// The map has a slope of a few hundred at 0.
		assert.True(t, mat.EqualApprox(want, wide, 1e-3), fmt.Sprint(s))
	}
}

func TestWithoutADirectionThereIsNone(t *testing.T) {
	for _, v := range []float64{0, math.NaN(), math.Inf(1)} {
		g := mat.NewDense[float64](3, 2)
		g.Fill(v)
		polar.New[float64](3, 2, polar.Short()).Compute(g, g, 1)
		assert.Equal(t, mat.NewDense[float64](3, 2), g)
	}
}

// Between the smallest number and the largest one, all that is normal has a direction.
func TestADirectionDoesNotDependOnTheSizeOfTheNumbers(t *testing.T) {
	for _, it := range iterations {
		f := polar.New[float32](4, 5, it.way)
		g := mat.NewDense[float32](4, 5)
		mat.Convert(g, random(4, 5, 6))
		want, have := g.Clone(), g.Clone()
		f.Compute(want, g, 1)
		for _, size := range []float32{0x1p-120, 0x1p120} {
			mat.Scale(have, size, g)
			f.Compute(have, have, 1)
			assert.True(t, mat.EqualApprox(want, have, 1e-3), "%v", size)
		}
	}
}

func TestWrongShapesPanic(t *testing.T) {
	assert.Panics(t, func() { polar.New[float32](0, 2, polar.Jordan()) })
	f := polar.New[float32](3, 2, polar.Short())
	good, bad := mat.NewDense[float32](3, 2), mat.NewDense[float32](2, 3)
	require.Panics(t, func() { f.Compute(bad, good, 1) })
	require.Panics(t, func() { f.Compute(good, bad, 1) })
}

// What lies far below the norm is 0, and so no element becomes a number that is not normal.
func TestElementsThatAllButVanishCountAsZero(t *testing.T) {
	const rows, cols = 40, 33
	g, without := mat.NewDense[float32](rows, cols), mat.NewDense[float32](rows, cols)
	source := random(rows, cols, 1)
	for i := range rows {
		for j := range cols {
			v := float32(source.At(i, j))
			g.Set(i, j, v)
			without.Set(i, j, v)
		}
		g.Set(i, 5, 1e-42*float32(i))
		without.Set(i, 5, 0)
	}
	have, want := mat.NewDense[float32](rows, cols), mat.NewDense[float32](rows, cols)
	f := polar.New[float32](rows, cols, polar.Short())
	f.Compute(want, without, 1)
	f.Compute(have, g, 1)
	assert.Equal(t, want, have)
	assert.InEpsilon(t, mat.NormFrobenius(g), f.Norm(), 1e-6)
}

// Workers share passes over elements and products, and change no bits.
func TestWorkersDoNotMatter(t *testing.T) {
	for _, s := range [][2]int{{190, 200}, {200, 190}} {
		g := random(s[0], s[1], 1)
		var want mat.Dense[float64]
		for _, workers := range []mat.Workers{1, 2, 3, 16} {
			have := mat.NewDense[float64](s[0], s[1])
			polar.New[float64](s[0], s[1], polar.Jordan()).Compute(have, g, workers)
			if workers == 1 {
				want = have
			}
			require.Equal(t, want, have, "%v workers", workers)
		}
	}
}
