package qp

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Two bounds of one magnitude, far beyond all others but such numbers, are enough; a single one may be meant.
func TestANumberThatStandsForNoneOccursTwice(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		lower, upper []float64
		want         []float64
	}{
		"twice":             {[]float64{-1e20, 0}, []float64{1e20, 1}, []float64{1e20}},
		"once":              {[]float64{0, 0}, []float64{1e20, 1}, nil},
		"not far enough":    {[]float64{-1e4, 0}, []float64{1e4, 1}, nil},
		"none is infinite":  {[]float64{-inf, 0}, []float64{inf, 1}, nil},
		"two such numbers":  {[]float64{-1e20, -1e10, 0}, []float64{1e20, 1e10, 1}, []float64{1e10, 1e20}},
		"one and a mistake": {[]float64{-1e20, -1e10, 0}, []float64{2, 1e10, 1}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			n := len(c.lower)
			u := &units{variable: make([]int, n)}
			none := u.sentinels(boundsOf(n, c.lower, c.upper, nil, nil))
			assert.ElementsMatch(t, c.want, slices.Collect(maps.Keys(none)))
		})
	}
}

// What fixed variables add to a row moves its bounds, but a number that stands for none is still one.
func TestFixedVariablesHideNoNumberThatStandsForNone(t *testing.T) {
	solve := func(none float64) GeneralResult[float64] {
		res, err := SolveGeneral(background, GeneralProblem[float64]{
			G: []float64{0, -1, 0}, Lower: []float64{3, -none, -none}, Upper: []float64{3, none, none},
			A:        mat.DenseOf(2, 3, []float64{7, 1, 1, 5, 1, -1}),
			RowLower: []float64{-none, -none}, RowUpper: []float64{22, 16},
		}, Options{})
		require.NoError(t, err)
		return res
	}
	want, got := solve(math.Inf(1)), solve(1e7)
	assert.Equal(t, want.X, got.X)
	assert.Equal(t, want.Iterations, got.Iterations)
}

// oneRow is a solver for ¼x₀² + ¼x₁² with bounds of ½x₀ + ½x₁. Its units are 1.
func oneRow(t *testing.T) *GeneralSolver[float64] {
	t.Helper()
	s, err := NewGeneralSolver(mat.DenseOf(2, 2, []float64{0.5, 0, 0, 0.5}),
		mat.DenseOf(1, 2, []float64{0.5, 0.5}), Options{})
	require.NoError(t, err)
	require.Equal(t, []int{0, 0}, s.units.variable)
	require.Equal(t, []int{0}, s.units.row)
	return s
}

// However far out, a far bound is no distance relative to which others are small.
func TestAFarBoundIsNotNear(t *testing.T) {
	s := oneRow(t)
	var g = func(int) float64 { return 1 }
	bounds := boundsOf(2, []float64{0, 0}, []float64{1e20, 1e20}, []float64{0}, []float64{math.Inf(1)})
	near, dropped := s.units.withoutFar(g, bounds, bounds)
	require.Len(t, dropped, 2)
	g, bounds = s.takeFixed(g, bounds)
	s.load(g, bounds)
	assert.Equal(t, 1e20, s.p.nearestBound)
	s.loadFar(g, near, bounds)
	assert.Zero(t, s.p.nearestBound)
	assert.Equal(t, 1e20, s.p.upper[0], "but it is a bound")
}

// A violation is measured in the row's own numbers, whatever they are.
func TestASmallViolationOfADroppedBoundIsMeasured(t *testing.T) {
	for _, c := range []struct {
		upper       bool
		value, want float64
	}{{true, 0.25, 0.125 / 0.625}, {true, 0.375, 0}, {true, 1, 0}, {false, 0.5, 0.125 / 0.875}, {false, 0.25, 0}} {
		s := oneRow(t)
		s.takeFixed(func(int) float64 { return 0 }, boundsOf[float64](2, nil, nil, nil, nil))
		s.last = iterate{x: []float64{0.25, 0.5}, y: []float64{0}}
		s.dropped = []farBound{{2, c.upper, c.value}}
		assert.InDelta(t, c.want, s.outsideDropped(), 1e-15, "%+v", c)
		assert.Equal(t, c.want == 0, s.satisfies(s.last.x, s.dropped), "%+v", c)
	}
}

// Numbers that an earlier run has left in the workspace, such as NaN, reach no later one.
func TestASecondRunHasItsOwnWorkspace(t *testing.T) {
	solve := func(spoil bool) []float64 {
		s := oneRow(t)
		var g = func(j int) float64 { return -float64(1 + j) }
		bounds := boundsOf(2, []float64{0, 3}, []float64{5, 3}, []float64{1}, []float64{4})
		g, bounds = s.takeFixed(g, bounds)
		s.load(g, bounds)
		if spoil {
			for _, v := range []iterate{s.kkt.left, s.kkt.correction, s.kkt.best} {
				for j := range v.x {
					v.x[j] = math.NaN()
				}
				v.y[0] = math.NaN()
			}
		}
		a := s.rerun(background, attempt{})
		require.NoError(t, a.err)
		require.Equal(t, Optimal, a.info.Status)
		return slices.Clone(s.last.x)
	}
	assert.Equal(t, solve(false), solve(true))
}

// f at the point to which x is moved counts as a term of f: |g||x| + ½xᵀHx.
func TestWhatIsMovedCountsInTheGap(t *testing.T) {
	s := oneRow(t)
	g := []float64{3, -1}
	bounds := boundsOf(2, []float64{-8, -8}, []float64{8, 8}, []float64{-9}, []float64{9})
	s.load(func(j int) float64 { return g[j] }, bounds)
	require.Zero(t, s.p.moved)
	s.p.moveTo([]float64{2, -4})
	assert.InDelta(t, 3*2+1*4+0.5*(2.0*2+4*4)/2, s.p.moved, 1e-15)
	assert.Equal(t, []float64{4, -3}, s.p.g)
	assert.Equal(t, []float64{-10, -4, -8}, s.p.lower)
	assert.Equal(t, []float64{6, 12, 10}, s.p.upper)

	s.load(func(j int) float64 { return g[j] }, bounds)
	assert.Zero(t, s.p.moved, "in the next problem nothing is moved")
}

// A dropped bound of a row is compared in the units of the row.
func TestADroppedBoundIsComparedInTheUnitsOfTheRow(t *testing.T) {
	s, err := NewGeneralSolver(mat.DenseOf(2, 2, []float64{0.5, 0, 0, 0.5}),
		mat.DenseOf(1, 2, []float64{8, 8}), Options{})
	require.NoError(t, err)
	require.NotZero(t, s.units.row[0])
	s.takeFixed(func(int) float64 { return 0 }, boundsOf[float64](2, nil, nil, nil, nil))
	for _, c := range []struct {
		x      []float64
		inside bool
	}{{[]float64{1, 1}, true}, {[]float64{1, 1.25}, false}, {[]float64{-1, 0}, true}, {[]float64{-1, -0.25}, false}} {
		s.loadStart(c.x, []float64{0})
		assert.Equal(t, c.inside, s.satisfies(s.last.x, []farBound{{2, true, 16}, {2, false, -8}}), "%v", c.x)
	}
}

// After a run that did not end well the solver has another workspace.
func TestAFailedRunLeavesNoWorkspace(t *testing.T) {
	s := oneRow(t)
	x, y, none := make([]float64, 2), make([]float64, 1), []float64{math.Inf(1)}
	before := s.kkt
	_, err := s.Solve(background, []float64{-1, 1}, []float64{0, 0}, []float64{1, 1}, []float64{0.5}, none, x, y)
	require.NoError(t, err)
	assert.Same(t, before, s.kkt, "a solution leaves it")
	info, err := s.Solve(background, []float64{-1, 1}, []float64{0, 0}, []float64{1, 1}, []float64{2}, none, x, y)
	require.Error(t, err)
	require.Equal(t, Infeasible, info.Status)
	assert.NotSame(t, before, s.kkt)
	assert.False(t, s.unsound)
}
