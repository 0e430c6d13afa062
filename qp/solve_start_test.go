package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestWarmStartAtTheSolutionTakesNoStep(t *testing.T) {
	k := makeKnown(80, 1e4, 0.5, 1, newRand(11))
	cold, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	warm, err := Solve(background, k.Problem, cold.X, Options{})
	require.NoError(t, err)
	assert.Zero(t, warm.Iterations)
	assert.Equal(t, cold.X, warm.X)
}

func TestWarmStartNearTheSolutionTakesFewerSteps(t *testing.T) {
	k := makeKnown(80, 1e5, 0.5, 1, newRand(11))
	s, err := NewSolver(k.H, Options{})
	require.NoError(t, err)
	x := make([]float64, 80)
	_, err = s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	for i := range k.G {
		k.G[i] *= 1 + 1e-3*float64(i%3)
	}
	cold, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	near, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	assert.Equal(t, Optimal, near.Status)
	assert.Less(t, near.Iterations, cold.Iterations)
	assert.Less(t, near.Factorizations, cold.Factorizations)
}

func TestSolverReusesTheFactorOfAnUnchangedFreeSet(t *testing.T) {
	k := makeKnown(50, 1e4, 0.5, 0, newRand(12))
	s, err := NewSolver(k.H, Options{})
	require.NoError(t, err)
	x := make([]float64, 50)
	first, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	require.Positive(t, first.Factorizations)
	for i, v := range k.solution { // this moves the solution, but not the active set
		if v > -1 && v < 1 {
			for j := range k.G {
				k.G[j] -= 1e-3 * k.H.At(i, j) * v
			}
		}
	}
	second, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	assert.Equal(t, Optimal, second.Status)
	assert.Zero(t, second.Factorizations)
}

func TestSolveNeverRaisesTheObjective(t *testing.T) {
	r := newRand(13)
	for trial := range 60 {
		k := makeKnown(20, math.Pow(10, float64(trial%8)), 0.5, 3, r)
		x0 := make([]float64, 20)
		for i := range x0 {
			x0[i] = math.Max(-1, math.Min(1, k.solution[i]+math.Pow(10, -float64(trial%11))*r.NormFloat64()))
		}
		for _, o := range []Options{{}, {MaxIterations: 1}, {MaxIterations: 3}, {MaxIterations: 14}} {
			res, err := Solve(background, k.Problem, x0, o)
			requireNoFailure(t, err)
			risen := rise(res.X, naiveGradient(k.Problem, res.X), x0, naiveGradient(k.Problem, x0))
			own := 0.0 // rounding errors of the check itself
			for i, v := range res.X {
				own += 1e-14 * math.Abs(v-x0[i])
			}
			require.LessOrEqual(t, risen, own, "trial %d, %+v", trial, o)
		}
	}
}

func TestSolveInFloat32NeverRaisesTheObjective(t *testing.T) {
	const n = 40
	h, b := makeBatch[float32](1, n, 1e3, newRand(51))
	b.Lower, b.Upper = mat.Dense[float32]{}, mat.Dense[float32]{}
	p := b.problem(h, 0)
	narrow := Problem[float32]{H: h, G: b.G.Row(0)}
	res, err := Solve(background, narrow, nil, Options{})
	requireNoFailure(t, err)
	x, x0 := make([]float64, n), make([]float64, n)
	better := 0
	for i := range 2 * n { // neighbours of the rounded solution, some of which are better
		start := slices.Clone(res.X)
		start[i/2] = math.Nextafter32(start[i/2], float32(2*(i%2)-1)*1e9)
		got, err := Solve(background, narrow, start, Options{Tolerance: 1e-12})
		requireNoFailure(t, err)
		load(x, got.X)
		load(x0, start)
		require.LessOrEqual(t, rise(x, naiveGradient(p, x), x0, naiveGradient(p, x0)), 1e-25)
		if assert.ObjectsAreEqual(start, got.X) {
			better++
		}
	}
	assert.Positive(t, better)
}

func TestSolverResetMakesAnswersIndependentOfEarlierOnes(t *testing.T) {
	k, other := makeKnown(40, 1e5, 0.5, 0, newRand(93)), makeKnown(40, 1e5, 0.3, 0, newRand(94))
	fresh, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	s, err := NewSolver(k.H, Options{})
	require.NoError(t, err)
	x := make([]float64, 40)
	_, err = s.Solve(background, other.G, other.Lower, other.Upper, x)
	require.NoError(t, err)
	s.Reset()
	clear(x)
	info, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	assert.Equal(t, fresh.X, x)
	assert.Equal(t, fresh.Info, info)
}
