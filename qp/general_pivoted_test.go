package qp

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// loaded is a solver that holds p, whose last answer is a point of 1s.
func loaded(t *testing.T, p GeneralProblem[float64], o Options) *GeneralSolver[float64] {
	t.Helper()
	s, err := NewGeneralSolver(p.H, p.A, o)
	require.NoError(t, err)
	s.load(s.takeFixed(func(j int) float64 { return p.G[j] },
		boundsOf(s.N(), p.Lower, p.Upper, p.RowLower, p.RowUpper)))
	for i := range s.last.x {
		s.last.x[i] = 1
	}
	for i := range s.last.y {
		s.last.y[i] = 1
	}
	return s
}

// slope is ½x² + gx, with a second variable at 0. The minimum is −g.
func slope(g float64) GeneralProblem[float64] {
	inf := math.Inf(1)
	return GeneralProblem[float64]{
		H: mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), G: []float64{g, 0}, A: mat.NewDense[float64](0, 2),
		Lower: []float64{-inf, 0}, Upper: []float64{inf, inf},
	}
}

// falling has a minimum only by the rounding errors of H, at 2⁵⁰ in both variables. It is called unbounded.
func falling() GeneralProblem[float64] {
	return GeneralProblem[float64]{
		H: mat.DenseOf(2, 2, []float64{1, -1, -1, 1 + 0x1p-50}), G: []float64{-1, -1}, A: mat.NewDense[float64](0, 2),
		Lower: []float64{0, 0}, Upper: []float64{math.Inf(1), math.Inf(1)},
	}
}

// Where the answer with all digits is none because of bounds that were left out, the answer of the run before stays,
// with its status. The steps of both runs count.
func TestTheRunWithWholeSystemsKeepsTheDroppedBounds(t *testing.T) {
	inside, outside := farBound{0, true, 9}, farBound{0, true, 1}
	for name, c := range map[string]struct {
		p       GeneralProblem[float64]
		dropped []farBound
		want    Status
	}{
		"no bound was dropped":            {slope(-3), nil, Optimal},
		"the solution is inside":          {slope(-3), []farBound{inside}, Optimal},
		"the solution is outside":         {slope(-3), []farBound{outside}, PrecisionLimit},
		"nothing blocks a ray":            {falling(), nil, Unbounded},
		"a dropped bound may block a ray": {falling(), []farBound{inside}, PrecisionLimit},
	} {
		t.Run(name, func(t *testing.T) {
			s := loaded(t, c.p, Options{})
			before := slices.Clone(s.last.x)
			s.dropped = c.dropped
			info := s.runPivoted(background, attempt{info: GeneralInfo{Status: PrecisionLimit, Iterations: 7}}).info
			assert.Equal(t, c.want, info.Status)
			assert.Greater(t, info.Iterations, 7)
			assert.False(t, s.kkt.cores.pivots)
			if c.want == PrecisionLimit {
				assert.Equal(t, before, s.last.x)
			} else {
				assert.NotEqual(t, before, s.last.x)
			}
		})
	}
}

// A second run has the steps that the first one has left, and its answer is none if these are not enough.
func TestTheRunWithWholeSystemsHasTheStepsThatAreLeft(t *testing.T) {
	p := fit(60, 4, math.Sqrt)
	const most, used = 10, 8
	s := loaded(t, p, Options{MaxIterations: most})
	before := slices.Clone(s.last.x)
	info := s.runPivoted(background, attempt{info: GeneralInfo{Status: PrecisionLimit, Iterations: used}}).info
	require.Equal(t, PrecisionLimit, info.Status)
	require.Equal(t, most, info.Iterations)
	require.Equal(t, before, s.last.x)

	again := s.rerun(background, attempt{info: GeneralInfo{Iterations: used}}).info
	require.Equal(t, IterationLimit, again.Status)
	require.Equal(t, most, again.Iterations)

	info = s.runPivoted(background, attempt{info: GeneralInfo{Status: PrecisionLimit, Iterations: most}}).info
	require.Equal(t, GeneralInfo{Status: PrecisionLimit, Iterations: most}, info, "no step is left")
}

// What a canceled last run has reached is no answer: it begins anew, far from the last one.
func TestACanceledRunWithWholeSystemsKeepsTheLastAnswer(t *testing.T) {
	p := fit(60, 4, math.Sqrt)
	for checks := 1; checks <= 3; checks++ {
		s := loaded(t, p, Options{})
		before := slices.Clone(s.last.x)
		first := attempt{info: GeneralInfo{Status: PrecisionLimit, Iterations: 7}}
		again := s.runPivoted(countdown.After(checks), first)
		require.Equal(t, Canceled, again.info.Status, "%d checks", checks)
		require.Error(t, again.err)
		require.Equal(t, before, s.last.x, "%d checks", checks)
		require.False(t, s.kkt.cores.pivots)
	}
}

// Only systems of an order up to 3,000 are factored as a whole. Where one is too large, nothing begins.
func TestWholeSystemsHaveALimitedOrder(t *testing.T) {
	ended, cancel := context.WithCancel(background)
	cancel()
	for rows, want := range []Status{Canceled, PrecisionLimit} {
		const n = 2998
		p := GeneralProblem[float64]{G: constant(n, -1), A: mat.NewDense[float64](2+rows, n),
			RowLower: make([]float64, 2+rows)}
		for i := range p.A.Rows {
			p.A.Set(i, i, 1)
			p.A.Set(i, i+1, 1)
		}
		s := loaded(t, p, Options{})
		info := s.runPivoted(ended, attempt{info: GeneralInfo{Status: PrecisionLimit}}).info
		require.Equal(t, want, info.Status)
	}
}

// Rows of the system with large diagonal elements, which stand for rows that are not active and variables at their
// bounds, are no pivots for the others: that would leave nothing of the other equations.
func TestWholeSystemsAreSolvedInTheUnitsOfTheirRows(t *testing.T) {
	const n, m = 5, 3
	r := newRand(441)
	full, rows := hessian(n, 10, r), randomMatrix(m, n, r)
	for j := range n { // the last row has the largest element of each column
		full.Set(n-1, j, 64*full.At(n-1, j))
		full.Set(j, n-1, 64*full.At(j, n-1))
	}
	h, a := indexMatrix(full), indexMatrix(rows)
	for _, large := range []struct{ variable, rows float64 }{{1, 0x1p80}, {0x1p80, 1}, {0x1p80, 0x1p70}} {
		k := newKKT(h, a, 1)
		k.pivot()
		k.choose(upTo(n), upTo(m))
		k.theta[n-1] = large.variable
		for i := range k.v {
			k.v[i] = large.rows
		}
		require.True(t, k.factor(background))
		want := iterate{x: []float64{1, -2, 3, -4, 5}, y: []float64{1, -2, 3}}
		b, dx, dy := iterate{make([]float64, n), make([]float64, m)}, make([]float64, n), make([]float64, m)
		k.residual(b, want)
		mat.Scal(-1, k.left.x)
		mat.Scal(-1, k.left.y)
		k.core.solve(k, k.left.x, k.left.y, dx, dy)
		assert.InDeltaSlice(t, want.x, dx, 1e-10, "%g", large)
		assert.InDeltaSlice(t, want.y, dy, 1e-10, "%g", large)
	}
}

// A direction is a ray only if none of the bounds is in its way, whichever it is.
func TestEveryBoundEndsARay(t *testing.T) {
	const n = 7
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, n)
		rows[i][i], rows[i][(i+1)%n] = 2, -1
	}
	for _, sign := range []float64{1, -1} {
		p, d := exactProgram(constant(n, -sign), rows...), constant(n, sign)
		for k := range p.lower {
			p.lower[k], p.upper[k] = math.Inf(-1), math.Inf(1)
		}
		require.True(t, p.unbounded(d))
		for k := range p.lower {
			side, other := &p.upper[k], &p.lower[k]
			if sign < 0 {
				side, other = other, side
			}
			kept := *side
			*side = 5
			assert.False(t, p.unbounded(d), "%v %d", sign, k)
			*side = kept
			kept, *other = *other, 5
			assert.True(t, p.unbounded(d), "%v %d, on the side that it leaves", sign, k)
			*other = kept
		}
	}
}

// What is held at 0 leaves nothing of a combination of its rows.
func TestACombinationOfWhatIsHeldIsFlat(t *testing.T) {
	a := mat.DenseOf(3, 4, []float64{1, 2, 0, 0, 0, 1, -1, 0, 0, 0, 1, 0})
	for _, c := range []struct {
		name string
		held []int // elements, and then rows, that are 0
		v    []float64
		want bool
	}{
		{"nothing is held", nil, []float64{1, 2, 0, 0}, false},
		{"a row", []int{4}, []float64{-3, -6, 0, 0}, true},
		{"a sum of rows", []int{4, 5}, []float64{1, 3, -1, 0}, true},
		{"of which one is not held", []int{4, 6}, []float64{1, 3, -1, 0}, false},
		{"a row and an element", []int{3, 4}, []float64{1, 2, 0, 7}, true},
		{"but for another element", []int{4}, []float64{1, 2, 0, 7}, false},
		{"but for what rounding explains", []int{4}, []float64{1, 2, 0, 0x1p-30}, true},
		{"but for more", []int{4}, []float64{1, 2, 0, 0x1p-18}, false},
	} {
		cone := newCone(4, 1, a)
		for k := range cone.floor {
			cone.floor[k] = true // one side alone holds nothing
		}
		for _, k := range c.held {
			cone.ceil[k] = true
		}
		assert.Equal(t, c.want, cone.isFlat(c.v), c.name)
	}
}

// The active rows of a fit whose fifth differences are not negative depend on each other but for small numbers, and the
// usual regularization of whole systems spoils the steps.
func TestFitsWithBoundedFifthDifferencesAreSolved(t *testing.T) {
	t.Parallel()
	p := fit(200, 5, func(t float64) float64 { return math.Sin(8 * t) })
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	requireBalanced(t, p, res, 1e-9)
}
