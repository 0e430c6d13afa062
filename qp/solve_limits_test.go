package qp

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

func TestSolveSaysWhenTheTypeIsTheLimit(t *testing.T) {
	k := makeKnown(30, 1e4, 0.3, 0, newRand(4))
	res, err := Solve(background, k.Problem, nil, Options{Tolerance: 1e-18})
	var incomplete *StatusError
	require.ErrorAs(t, err, &incomplete)
	assert.Equal(t, StatusError{onlyProblem, PrecisionLimit, res.Certificate, 1e-18, ""}, *incomplete)
	assert.Equal(t, PrecisionLimit, res.Status)
	assert.Less(t, res.KKT(), 1e-14)
	assert.Less(t, res.Iterations, 60)

	h, g := mat.NewDense[float32](30, 30), make([]float32, 30)
	mat.Convert(h, k.H)
	load(g, k.G)
	res32, err := Solve(background, Problem[float32]{H: h, G: g}, nil, Options{Tolerance: 1e-12})
	requireNoFailure(t, err)
	assert.Equal(t, PrecisionLimit, res32.Status)
	assert.Greater(t, res32.KKT(), 1e-12)
}

func TestSolveStopsAtTheIterationLimit(t *testing.T) {
	k := makeKnown(40, 1e6, 0.5, 0, newRand(14))
	res, err := Solve(background, k.Problem, nil, Options{MaxIterations: 2})
	requireNoFailure(t, err)
	assert.Equal(t, IterationLimit, res.Status)
	assert.Equal(t, 2, res.Iterations)
	assert.InDelta(t, naiveKKT(k.Problem, res.X)/naiveScale(k.Problem), res.KKT(), 1e-13)
	assert.Negative(t, res.Objective)
}

func TestSolveStopsWhenTheContextEnds(t *testing.T) {
	k := makeKnown(40, 1e6, 0.5, 0, newRand(15))
	for steps, checks := range []int{0, 2, 3, 4} { // the first check is at the starting point
		res, err := Solve(countdown.After(checks), k.Problem, nil, Options{})
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, Canceled, res.Status)
		assert.Equal(t, steps, res.Iterations)
		assert.InDelta(t, naiveKKT(k.Problem, res.X)/naiveScale(k.Problem), res.KKT(), 1e-13,
			"what is returned is certified")
		assert.LessOrEqual(t, res.Objective, 0.0)
	}
}

func TestInterruptedInteriorPointsKeepWhatTheyReached(t *testing.T) {
	k := makeKnown(60, 1e6, 0.5, 0, newRand(92))
	start, err := Solve(background, k.Problem, nil, Options{Method: InteriorPoint, MaxIterations: 1})
	requireNoFailure(t, err)
	later, err := Solve(background, k.Problem, nil, Options{Method: InteriorPoint, MaxIterations: 6})
	requireNoFailure(t, err)
	assert.Less(t, later.Objective, min(start.Objective, 0))
}

func TestSlidingDependentVariablesEndsWithTheContextAndTheLimit(t *testing.T) {
	h := lowRank(80, 30, 95)
	g := make([]float64, 80)
	for i := range g {
		g[i] = h.At(i, 0) - h.At(i, 1) + float64(i%3)
	}
	p := Problem[float64]{h, g, constant(80, -1), constant(80, 1)}
	res, err := Solve(background, p, nil, Options{Method: ProjectedNewton, MaxIterations: 5})
	requireNoFailure(t, err)
	assert.Equal(t, IterationLimit, res.Status)
	assert.LessOrEqual(t, res.Iterations, 5)
	_, err = Solve(countdown.After(7), p, nil, Options{Method: ProjectedNewton})
	require.ErrorIs(t, err, context.Canceled)
	res, err = Solve(background, p, nil, Options{Method: ProjectedNewton})
	require.NoError(t, err)
	assert.Equal(t, Optimal, res.Status)
}

func TestAnInfiniteScaleMakesNothingOptimal(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{1e200, -1e200, 0, -1e200, 1.9e200, 0, 0, 0, 1e200})
	p := Problem[float64]{h, make([]float64, 3), []float64{0, 1e108, 0}, infinite(3, 1)}
	res, err := Solve(background, p, []float64{1.5e108, 1e108, 0}, Options{})
	require.Error(t, err)
	if res.Status == InvalidInput { // with some kernels the gradient overflows at the start
		require.ErrorContains(t, err, "makes Hx + g overflow")
		return
	}
	require.Equal(t, OutOfRange, res.Status, "the objective overflows at the minimum")
	require.InEpsilon(t, 1e108, res.X[0], 1e-9, "the start is not taken for it")
}
