package qp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// The slopes at the last answer have the rounding errors of the last g.
func TestAnAnswerToAMuchLargerProblemHidesNoOtherSolution(t *testing.T) {
	for name, c := range map[string]struct {
		first, then, want []float64
	}{
		"17 digits larger":  {[]float64{1e17, 1e17}, []float64{8.5, -8}, []float64{2, 11}},
		"300 digits larger": {[]float64{1e300, 1e300}, []float64{8.5, -8}, []float64{2, 11}},
	} {
		forEveryMethod(t, func(t *testing.T, m Method) {
			h := mat.DenseOf(2, 2, []float64{4, -1.5, -1.5, 1})
			s, err := NewSolver(h, Options{Method: m})
			require.NoError(t, err)
			x, lower := make([]float64, 2), make([]float64, 2)
			_, err = s.Solve(background, c.first, lower, nil, x)
			require.NoError(t, err)
			require.Equal(t, []float64{0, 0}, x)
			info, err := s.Solve(background, c.then, lower, nil, x)
			require.NoError(t, err, name)
			assert.InDeltaSlice(t, c.want, x, 1e-8, name)
			assert.InDelta(t, -35.5, info.Objective, 1e-8, name)
		})
	}
}

// HΔx, as a difference of slopes, would be negative. A variable that can't move has a slope that is large all the same.
func TestAnAnswerToALargerProblemMakesNoHIndefinite(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(2, 2, []float64{0x1p-47, 0, 0, 1}), Options{})
	require.NoError(t, err)
	lower := []float64{0, 0}
	for name, fixed := range map[string]float64{"alone": 0, "beside a fixed variable": 0x1p34} {
		t.Run(name, func(t *testing.T) {
			x, upper := []float64{0, 0}, []float64{1, 0}
			for _, c := range []struct{ g, want float64 }{{1024, 0}, {-0.25 - 0x1p-44, 1}} {
				_, err = s.Solve(background, []float64{c.g, fixed}, lower, upper, x)
				require.NoError(t, err)
				require.Equal(t, []float64{c.want, 0}, x)
			}
		})
	}
}

// The starting point was the last answer, and its slopes were only updated.
func TestAPointIsNotWorseThanTheStartByRoundingErrorsThere(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(2, 2, []float64{4, -1.5, -1.5, 1}), Options{})
	require.NoError(t, err)
	x := make([]float64, 2)
	_, err = s.Solve(background, []float64{8.5, -8}, []float64{0, 0}, nil, x)
	require.NoError(t, err)
	r := s.one
	r.before.continued, r.startGrad = true, []float64{16, 0}
	finish[float64](r, Optimal)
	assert.InDeltaSlice(t, []float64{2, 11}, r.x, 1e-8)
}

// What is solved from elsewhere is compared with the start, too.
func TestTheSlopesAtTheStartAreComputedBeforeTheSolveBeginsElsewhere(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(2, 2, []float64{4, -1.5, -1.5, 1}), Options{})
	require.NoError(t, err)
	x := []float64{1, 1}
	_, err = s.Solve(background, []float64{8.5, -8}, []float64{0, 0}, nil, x)
	require.NoError(t, err)
	r := s.one
	r.before.continued, r.startGrad = true, []float64{16, 0}
	status, err := r.fromNearest(background)
	require.NoError(t, err)
	require.Equal(t, Optimal, status)
	assert.Equal(t, origin{[]float64{1, 1}, []float64{11, -8.5}}, r.origin)
}

// Hx + g is finite where the difference of g and that of the last problem is not.
func TestASolverTakesAnyGAfterAnyOther(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(1, 1, []float64{1e300}), Options{})
	require.NoError(t, err)
	x, lower, upper := []float64{0}, []float64{-1}, []float64{1}
	_, err = s.Solve(background, []float64{-1e308}, lower, upper, x)
	requireNoFailure(t, err)
	require.Equal(t, upper, x)
	_, err = s.Solve(background, []float64{8.5e307}, lower, upper, x)
	require.NoError(t, err)
	require.Equal(t, lower, x)
}
