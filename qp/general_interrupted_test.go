package qp

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// Wherever the context ends, the solve is canceled or ends as it does without that: it does not claim that rounding
// errors or the limit of iterations have ended it.
func TestASolveMayBeCanceledAnywhere(t *testing.T) {
	r := newRand(542)
	far := exactProblem()
	for name, p := range map[string]GeneralProblem[float64]{
		"infeasible": dependent(true, 1, r), "infeasible up to rounding": dependent(false, 1, r), "unbounded": far,
		"optimal": randomGeneral(shape{n: 8, m: 5, rank: 3}, r).GeneralProblem,
	} {
		t.Run(name, func(t *testing.T) {
			free, _ := SolveGeneral(background, p, Options{})
			// With steps left for another run, and without.
			for _, o := range []Options{{}, {MaxIterations: free.Iterations}} {
				free, want := SolveGeneral(background, p, o)
				for left, over := 0, false; !over; left++ {
					ctx := countdown.After(left)
					res, err := SolveGeneral(ctx, p, o)
					if over = !ctx.Ended(); over {
						require.Equal(t, want, err)
					}
					if errors.Is(err, context.Canceled) {
						require.Equal(t, Canceled, res.Status, "asked %d times", left)
					} else {
						require.Equal(t, free.Status, res.Status, "asked %d times", left)
					}
				}
			}
		})
	}
}

// f falls along the differences of variables, none of which has a bound.
func exactProblem() GeneralProblem[float64] {
	return GeneralProblem[float64]{G: []float64{1, -2, 3, 1}, A: mat.DenseOf(2, 4, []float64{1, 1, 1, 1, 2, 1, 0, 1}),
		RowLower: []float64{1, 0}, RowUpper: []float64{1, 0}}
}

func TestNoProjectionBeginsAfterTheContextHasEnded(t *testing.T) {
	c := newCone(3, 1, mat.DenseOf(1, 3, []float64{1, 1, 1}))
	c.floor[3], c.ceil[3] = true, true
	start := []float64{1, -1, 1e-9}
	for left, want := range []int{0, 0, 1, 2} { // the first round projects nothing, and nothing counts
		asked := 0
		v := c.projectUntil(countdown.After(left), start, func([]float64) bool { asked++; return asked == 3 })
		assert.Nil(t, v)
		assert.LessOrEqual(t, asked, want, "%d rounds", left)
	}
	assert.NotNil(t, c.projectUntil(background, start, func([]float64) bool { return true }))
}

func TestFactorizationsEndWithTheContext(t *testing.T) {
	t.Run("along a ray", func(t *testing.T) {
		h := mat.DenseOf(3, 3, []float64{2, -1.5, -1.5, -1.5, 2, -1.5, -1.5, -1.5, 2})
		p := &program{h: indexMatrix(h), a: indexMatrix(mat.NewDense[float64](0, 3)), workers: 1}
		assert.True(t, p.indefiniteAlong(background, constant(3, 1)))
		assert.False(t, p.indefiniteAlong(endedContext(), constant(3, 1)))
	})
	t.Run("the free columns of least squares", func(t *testing.T) {
		b := boundedProblem(identity(3), []float64{1, 2, 3}, nil, nil)
		for j := range b.side {
			b.side[j] = isFree
		}
		require.NoError(t, b.minimize(background))
		assert.ErrorIs(t, b.minimize(endedContext()), context.Canceled)
		_, err := newUpdatedQR(endedContext(), b)
		assert.ErrorIs(t, err, context.Canceled)
	})
}
