package qp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Wide matrices are solved by single exchanges, others from a guess; nearly dependent columns also take interior
// points, and rows of C nothing else.
func TestLeastSquaresKeepToTheLimitOfIterations(t *testing.T) {
	r := newRand(540)
	problem := func(m, n, rows int) LeastSquaresProblem[float64] {
		p := LeastSquaresProblem[float64]{A: randomMatrix(m, n, r), B: randomMatrix(m, 1, r).Data,
			Lower: make([]float64, n)}
		if rows > 0 {
			p.C, p.RowLower = randomMatrix(rows, n, r), constant(rows, 0.25)
		}
		return p
	}
	for name, p := range map[string]LeastSquaresProblem[float64]{
		"wide": problem(2, 4, 0), "wider": problem(5, 30, 0), "tall": problem(40, 12, 0),
		"square": problem(25, 25, 0), "nearly dependent": nearlyDependent(127), "rows": problem(10, 8, 3),
	} {
		t.Run(name, func(t *testing.T) {
			free, err := LeastSquares(background, p, Options{})
			require.NoError(t, err)
			for limit := 1; limit <= free.Iterations+1; limit++ {
				res, err := LeastSquares(background, p, Options{MaxIterations: limit})
				require.LessOrEqual(t, res.Iterations, limit)
				require.Equal(t, res.Status == Optimal, err == nil)
				require.Contains(t, []Status{Optimal, PrecisionLimit, IterationLimit}, res.Status, "limit %d", limit)
				require.True(t, insideOf(res.X, p.Lower, p.Upper), "limit %d", limit)
			}
		})
	}
}

func TestOneExchangeLeavesThePointThatItReached(t *testing.T) {
	a, b := mat.DenseOf(2, 4, []float64{1, 0, 1, 2, 0, 1, 2, 1}), []float64{1, 1}
	p := LeastSquaresProblem[float64]{A: a, B: b, Lower: make([]float64, 4)}
	res, err := LeastSquares(background, p, Options{MaxIterations: 1})
	var e *StatusError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, IterationLimit, res.Status)
	assert.Equal(t, 1, res.Iterations)
	assert.Equal(t, make([]float64, 4), res.X)
	last := res.Residual
	for limit := 2; res.Status != Optimal; limit++ {
		res, _ = LeastSquares(background, p, Options{MaxIterations: limit})
		require.LessOrEqual(t, res.Residual, last)
		require.Less(t, limit, 20)
		last = res.Residual
	}
}
