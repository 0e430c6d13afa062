package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

func TestScaledHessianHasAUnitDiagonalAndSweepsReachTheMinimum(t *testing.T) {
	r := newRand(41)
	const n = 9
	h, b := makeBatch[float64](fewProblems, n, 100, r)
	for i := range n { // units that differ
		for j := range n {
			h.Data[i*n+j] *= math.Exp2(float64(4*(i%3))) * math.Exp2(float64(4*(j%3)))
		}
	}
	s := newScaledHessian(h, curvatureUnits(h))
	require.NotNil(t, s)
	mr := s.kern.MR
	require.Len(t, s.strips, 1)
	for i := range n {
		assert.InDelta(t, 1, s.strips[0].diagonal[i/mr*mr*s.padded+i*mr+i%mr], 1e-6)
	}
	p := newPanel(s)
	for j := range min(s.width(), fewProblems) {
		c := b.problem(h, j)
		q := problem32{g: c.G, lower: c.Lower, upper: c.Upper, factor: 1}
		p.load(s, j, q)
	}
	p.begin(s)
	for p.outcome == inProgress {
		s.sweep([]*panel{p}, p.sweeps == 0)
		p.judge(1e-6, func() float64 { return math.Inf(1) }, 10000)
	}
	assert.Equal(t, swept, p.outcome)
	for j := range min(s.width(), fewProblems) {
		c, x := b.problem(h, j), make([]float64, n)
		p.unload(s, j, problem32{lower: c.Lower, upper: c.Upper, factor: 1}, x)
		for i, v := range x {
			require.GreaterOrEqual(t, v, c.Lower[i])
			require.LessOrEqual(t, v, c.Upper[i])
			e := s.units.e[i]
			g := naiveGradient(c, x)[i] / e
			moved := min(max(v*e-g, c.Lower[i]*e), c.Upper[i]*e) - v*e
			assert.InDelta(t, 0, moved, 1e-4*max(1, e), "problem %d, variable %d", j, i)
		}
	}
}

func TestHessianWithoutCurvatureIsLeftToTheExactMethod(t *testing.T) {
	for h, fits := range map[float64]bool{1e80: true, 1e-300: true, 0: false} { // in natural units it is 1
		m := mat.DenseOf(1, 1, []float64{h})
		assert.Equal(t, fits, newScaledHessian(m, curvatureUnits(m)) != nil)
	}
}

func TestSweepsReachTheToleranceByThemselves(t *testing.T) {
	testSweeps[float32](t, 1e-4)
	testSweeps[float64](t, 1e-6)
	testSweeps[float64](t, 1e-11) // needs refinement
}

func testSweeps[T mat.Float](t *testing.T, tolerance float64) {
	h, b := makeBatch[T](blockRows, 20, 5, newRand(45))
	s, err := NewSolver(h, Options{Tolerance: tolerance})
	require.NoError(t, err)
	require.True(t, s.canSweep())
	w := s.workspace(true)
	infos := make([]Info, blockRows)
	w.solveBlock(background, b, 0, blockRows, infos)
	for i := range blockRows {
		assert.Equal(t, Optimal, infos[i].Status, "%+v", infos[i])
	}
}

// Variables 1 to 4 are at a bound, and variable 5 is fixed.
func TestANewtonStepReleasesVariablesThatMatter(t *testing.T) {
	h := mat.NewDense[float64](6, 6)
	for i := range 6 {
		h.Set(i, i, 4) // slopes are halved in natural units
	}
	p := Problem[float64]{H: h, G: make([]float64, 6), Lower: []float64{0, 0, 0, 0, 0, 2},
		Upper: []float64{1, 1, 1, 1, 1, 2}}
	r := runOf(p)
	r.goal.aim = 0.05
	copy(r.x, []float64{0.5, 0, 0, 1, 1, 2})
	w := newNewton(6).(*newton)
	for name, c := range map[string]struct {
		staying bool
		alone   int // the variable to release alone, or −1
		grad    []float64
		want    []int
	}{
		"those that the slope pulls inside":   {false, -1, []float64{9, 1, -1, 1, -1, 5}, []int{0, 2, 3}},
		"not for a slope within the target":   {false, -1, []float64{0, -0.05, -0.2, 0.2, 0.05, -5}, []int{0, 2, 3}},
		"none while the active set stays":     {true, -1, []float64{9, 1, -1, 1, -1, 5}, []int{0}},
		"only one, if others were in its way": {false, 3, []float64{9, 1, -1, 1, -1, 5}, []int{0, 3}},
	} {
		w.staying, w.released, r.grad = c.staying, c.alone, c.grad
		w.chooseFree(r)
		assert.Equal(t, c.want, r.step.free, name)
		assert.Equal(t, -1, w.released, name)
	}
}

func TestWalkStaysInsideTheBounds(t *testing.T) {
	r := newRand(47)
	p := runOf(Problem[float64]{H: mat.DenseOf(1, 1, []float64{1}), G: []float64{0}})
	p.step.free = []int{0}
	w := newNewton(1).(*newton)
	crossing := 0
	for range 1000 {
		p.x[0], p.lower[0], p.upper[0] = 1+r.Float64(), r.Float64(), 9
		p.step.dir[0] = p.lower[0] - p.x[0] // as accurately as it can be represented
		if p.x[0]+p.step.dir[0] < p.lower[0] {
			crossing++
		}
		p.step.curve[0] = p.step.dir[0]
		require.True(t, w.path.minimize(p))
		require.GreaterOrEqual(t, p.x[0], p.lower[0])
	}
	assert.Positive(t, crossing)
}

func TestWalkEndsAtTheLowestPointOfThePath(t *testing.T) {
	trials := 60
	if !thorough.Tests() {
		trials = 24
	}
	r := newRand(42)
	broken := 0
	for range trials {
		problem := randomTiny(6, 1e3, r)
		p := runOf(problem)
		w := newNewton(6).(*newton)
		for i := range p.x {
			p.x[i] = min(max(r.NormFloat64(), p.lower[i]), p.upper[i])
		}
		p.refresh()
		p.goal.aim = 1e-9
		w.chooseFree(p)
		require.True(t, p.factor.factor(&p.view, p.step.free, w.slack))
		p.factor.solve(p.grad, p.step.dir)
		p.multiply(p.step.dir, p.step.curve)
		from, direction := slices.Clone(p.x), slices.Clone(p.step.dir)
		if !w.path.minimize(p) {
			broken++
			atLower, atUpper := countBounds(p.x, p.lower, p.upper)
			require.Positive(t, atLower+atUpper, "the first variable to reach its bound is exactly on it")
		}
		reached := naiveObjective(problem, p.x)
		for k := range 1001 { // ε allows for rounding of the samples themselves
			sample := make([]float64, 6)
			for i := range sample {
				sample[i] = min(max(from[i]+float64(k)/1000*direction[i], p.lower[i]), p.upper[i])
			}
			f := naiveObjective(problem, sample)
			require.LessOrEqual(t, reached, f+1e-12*(1+math.Abs(f)))
		}
		require.InDeltaSlice(t, naiveGradient(problem, p.x), p.grad, 1e-9)
	}
	assert.Greater(t, broken, trials/4)
}

func TestFreeFactorSolvesWithTheFreeBlock(t *testing.T) {
	h := hessian(7, 10, newRand(43))
	free := []int{1, 4, 5}
	f := freeFactor{effort: new(effort)}
	v := viewOf(h)
	slack := []float64{0, 3, 0, 0, 1, 2, 0}
	require.True(t, f.factor(v, free, slack))
	require.Equal(t, []int{1, 5, 4}, f.order, "by slack")
	grad, x := constant(7, 1), make([]float64, 7)
	f.solve(grad, x)
	for i, v := range naiveGradient(Problem[float64]{H: h, G: grad}, x) {
		switch i {
		case 1, 4, 5:
			assert.InDelta(t, 0, v, 1e-14)
		default:
			assert.Zero(t, x[i])
		}
	}
	require.True(t, f.factor(v, free, slack))
	assert.Equal(t, 1, f.effort.factorizations, "the factor is reused")
	require.True(t, f.factor(v, []int{1, 5}, slack))
	assert.Equal(t, 1, f.effort.factorizations, "and so is its beginning")
	require.True(t, f.factor(v, free[:2], slack))
	assert.Equal(t, 2, f.effort.factorizations)
}

func TestResidualDoesNotLoseASmallGradient(t *testing.T) {
	inf, unit := math.Inf(1), onesIn(4)
	x := []float64{1e12, 0, 5, 3}
	grad := []float64{1e-6, 2, -3, math.Copysign(1, -1)}
	assert.Equal(t, 1e-6, residual(x, grad, []float64{-inf, 0, 0, 0}, []float64{inf, inf, 5, 3}, unit),
		"1e12 − 1e-6 is 1e12 in float64")
	grad[0] = math.NaN()
	assert.True(t, math.IsNaN(residual(x, grad, []float64{-inf, 0, 0, 0}, []float64{inf, inf, 5, 3}, unit)))
}

func TestPlanKeepsWindowsFullAndSharesTheWork(t *testing.T) {
	for _, rows := range []int{0, 1, 31, 32, 1000, 2000, 60000, 1000000} {
		p := planFor(rows)
		covered := 0
		for q := range p.blocks {
			lo, hi := p.block(q)
			assert.Equal(t, covered, lo)
			assert.Greater(t, hi, lo)
			covered = hi
		}
		assert.Equal(t, rows, covered)
		assert.Equal(t, rows >= fewProblems, p.sweeping)
	}
}
