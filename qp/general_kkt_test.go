package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// The solution of a system depends on nothing that an earlier one with other variables and rows left behind, however
// large that was.
func TestASystemHasNothingOfAnEarlierOne(t *testing.T) {
	const n, m = 4, 3
	r := newRand(440)
	h, a := indexMatrix(hessian(n, 10, r)), indexMatrix(randomMatrix(m, n, r))
	solve := func(k *kkt, core string, free, rows []int, size float64) iterate {
		if core == "pivoted" && !k.cores.pivots {
			k.pivot()
		}
		switch k.choose(free, rows); core {
		case "primal":
			k.core = &k.cores.primal
		case "dual":
			k.core = k.dual()
		case "sparse":
			forceSparse(t, k)
		}
		for i := range k.v {
			k.v[i] = 0.5
		}
		for j := range k.theta {
			k.theta[j] = 0.25
		}
		require.True(t, k.factor(background))
		b := iterate{constant(n, size), constant(m, -size)}
		step := iterate{constant(n, math.NaN()), constant(m, math.NaN())}
		k.solve(b, step, solvedKKT)
		return step
	}
	for _, core := range []string{"primal", "dual", "sparse", "pivoted"} {
		free, rows := []int{0, 2, 3}, []int{1}
		want := solve(newKKT(h, a, 1), core, free, rows, 1)
		for _, size := range []float64{1, 1e300, math.Inf(1)} {
			used := newKKT(h, a, 1)
			solve(used, core, []int{0, 1, 2, 3}, []int{0, 1, 2}, size)
			assert.Equal(t, want, solve(used, core, free, rows, 1), "%s after %g", core, size)
		}
		assert.Zero(t, want.x[1])
		assert.Equal(t, []float64{0, 0}, []float64{want.y[0], want.y[2]})
	}
}

// Elements of the right-hand side that belong to variables which are not free do not count. The rows repeat each other
// in the columns of those that are, so the regularized solution has all of what they add.
func TestASystemHasNothingOfVariablesThatAreNotFree(t *testing.T) {
	const n, m = 4, 2
	h := indexMatrix(mat.DenseOf(n, n, []float64{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0}))
	a := indexMatrix(mat.DenseOf(m, n, []float64{0.5, 0.5, 0.5, 0.25, 0.5, 0.5, 0.5, 0.5}))
	for _, core := range []string{"primal", "dual", "sparse", "pivoted"} {
		solve := func(held float64) iterate {
			k := newKKT(h, a, 1)
			if core == "pivoted" {
				k.pivot()
			}
			switch k.choose([]int{0, 1, 2}, []int{0, 1}); core {
			case "primal":
				k.core = &k.cores.primal
			case "dual":
				k.core = k.dual()
			case "sparse":
				forceSparse(t, k)
			}
			require.True(t, k.factor(background))
			step := iterate{make([]float64, n), make([]float64, m)}
			require.True(t, k.solve(iterate{[]float64{1, -2, 3, held}, []float64{1.5, 1.5}}, step, solvedKKT))
			return step
		}
		assert.Equal(t, solve(0), solve(2), core)
	}
}
