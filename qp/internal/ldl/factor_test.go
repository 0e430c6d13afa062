package ldl

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// definite fills the diagonal of m so that it dominates its row, with random signs.
func definite(m Upper, r *rand.Rand) (diagonal []float64, positive []bool) {
	n := len(m.start) - 1
	diagonal, positive = slices.Repeat([]float64{1}, n), make([]bool, n)
	for k := range n {
		for q := m.start[k]; q < m.start[k+1]; q++ {
			diagonal[k] += math.Abs(m.value[q])
			diagonal[m.row[q]] += math.Abs(m.value[q])
		}
	}
	for k := range n {
		if positive[k] = r.IntN(3) > 0; !positive[k] {
			diagonal[k] = -diagonal[k]
		}
	}
	return diagonal, positive
}

// requireFactor checks that LDLᵀ is the matrix, up to the rounding errors of sums of n products, and that the solution
// of a system has a residual of that size. Here |L||D||Lᵀ| is at most three times the largest diagonal element, as L's
// columns have sums below 1.
func requireFactor(t testing.TB, f *Factor, diagonal []float64, r *rand.Rand) {
	t.Helper()
	n, p := len(diagonal), f.pattern
	l, ld := mat.NewDense[float64](n, n), mat.NewDense[float64](n, n)
	for i := range n {
		l.Set(i, i, 1)
		ld.Set(i, i, f.pivot[i])
		for q := p.start[i]; q < p.start[i+1]; q++ {
			l.Set(int(p.index[q]), i, f.value[q])
			ld.Set(int(p.index[q]), i, f.value[q]*f.pivot[i])
		}
	}
	want, got := f.upper.full(diagonal), mat.NewDense[float64](n, n)
	bound := 8 * float64(n+1) * 0x1p-53 * (1 + mat.AbsMax(diagonal))
	b := make([]float64, n)
	for i := range b {
		b[i] = r.NormFloat64()
	}
	x := slices.Clone(b)
	f.Solve(x)
	if n == 0 {
		return
	}
	mat.Gemm(mat.NoTrans, mat.Trans, 1, ld, l, 0, got, 1)
	for i := range n {
		for j := range n {
			require.InDelta(t, want.At(i, j), got.At(i, j), bound, "%d %d", i, j)
		}
		require.InDelta(t, b[i], mat.Dot(want.Row(i), x), float64(n)*bound*(1+mat.AbsMax(x)), "row %d", i)
	}
}

func TestTheSparseFactorReproducesTheMatrix(t *testing.T) {
	r, f := newRand(882), &Factor{} // which is used again for every matrix
	for name, p := range patterns() {
		for _, order := range [][]int32{inOrder(p.n), MinimumDegree(p.graph(), math.Inf(1))} {
			m := p.upper(order, r)
			diagonal, positive := definite(m, r)
			require.True(t, f.Analyze(m, math.Inf(1)), name)
			require.True(t, f.Compute(context.Background(), diagonal, positive), name)
			requireFactor(t, f, diagonal, r)
		}
	}
}

func TestTheOperationsOfASparseFactorizationAreLimited(t *testing.T) {
	p := gridPattern(9)
	var f factorPattern
	m := p.upper(inOrder(p.n), newRand(1))
	require.True(t, f.analyze(m, math.Inf(1)))
	operations := 0.0
	for i := range p.n {
		c := float64(f.start[i+1] - f.start[i])
		operations += c * (c + 1 + elementOperations)
	}
	assert.Equal(t, operations, f.operations)
	assert.True(t, f.analyze(m, operations))
	assert.False(t, f.analyze(m, operations-1))
}

func TestTheSparseFactorRefusesPivotsOfTheWrongSign(t *testing.T) {
	two := Upper{start: []int{0, 0, 1}, row: []int32{0}, value: []float64{2}}
	for _, c := range []struct {
		diagonal [2]float64
		positive [2]bool
		want     bool
	}{
		{[2]float64{1, 5}, [2]bool{true, true}, true},
		{[2]float64{1, 3}, [2]bool{true, true}, false}, // 3 − 4 < 0
		{[2]float64{1, 4}, [2]bool{true, true}, false},
		{[2]float64{1, 4}, [2]bool{true, false}, false},
		{[2]float64{1, 3}, [2]bool{true, false}, true},
		{[2]float64{-1, 1}, [2]bool{true, true}, false},
		{[2]float64{-1, 1}, [2]bool{false, true}, true},
		{[2]float64{0, 1}, [2]bool{true, true}, false},
		{[2]float64{math.NaN(), 1}, [2]bool{true, true}, false},
		{[2]float64{math.Inf(1), 1}, [2]bool{true, true}, false},
		{[2]float64{1, math.NaN()}, [2]bool{true, false}, false},
		{[2]float64{0x1p-1000, 1}, [2]bool{true, false}, true},
		{[2]float64{5e-324, 1}, [2]bool{true, false}, false}, // −Inf
	} {
		f := &Factor{}
		require.True(t, f.Analyze(two, math.Inf(1)))
		assert.Equal(t, c.want, f.Compute(context.Background(), c.diagonal[:], c.positive[:]), "%v", c)
		require.True(t, f.Compute(context.Background(), []float64{3, 7}, []bool{true, true}), "after %v", c)
		requireFactor(t, f, []float64{3, 7}, newRand(1))
	}
}

func TestFactorizationsEndWithTheContext(t *testing.T) {
	p := gridPattern(9)
	m := p.upper(inOrder(p.n), newRand(1))
	diagonal, positive := definite(m, newRand(2))
	f := &Factor{}
	require.True(t, f.Analyze(m, 1e9))
	ctx := context.Background()
	assert.False(t, f.Compute(countdown.After(0), diagonal, positive))
	assert.False(t, f.Compute(countdown.After(2), diagonal, positive))
	assert.True(t, f.Compute(ctx, diagonal, positive))
}

func FuzzSparseFactorsOfAnyPattern(f *testing.F) {
	f.Add(uint64(1), 12, 0.2)
	f.Add(uint64(2), 40, 0.05)
	f.Add(uint64(3), 70, 0.6)
	f.Fuzz(func(t *testing.T, seed uint64, n int, density float64) {
		if n < 0 || n > 100 || !(density >= 0 && density <= 1) {
			t.Skip()
		}
		r := newRand(seed)
		p := randomPattern(n, density, r)
		order := MinimumDegree(p.graph(), math.Inf(1))
		requirePermutation(t, order, n)
		m := p.upper(order, r)
		diagonal, positive := definite(m, r)
		factor := &Factor{}
		require.True(t, factor.Analyze(m, math.Inf(1)))
		require.True(t, factor.Compute(context.Background(), diagonal, positive))
		requireFactor(t, factor, diagonal, r)
	})
}
