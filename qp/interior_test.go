package qp

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestTheTypicalMoveIsTheAverageOfSingleVariableSteps(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{4, 0, 0, 0, 1, 0, 0, 0, 9})
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	_, err = s.Solve(background, []float64{-8, 3, 1e6}, []float64{0, 0, 5}, []float64{2, 2, 5}, []float64{1, 0, 5})
	require.NoError(t, err)
	assert.Equal(t, 4.5, s.one.typicalMove(), "of 2 + 4 and 0 + 3: fixed variables do not count")

	_, err = s.Solve(background, []float64{0, 0, 0}, []float64{1, -1, -1}, []float64{2, 1, 1}, []float64{2, 1, 1})
	require.NoError(t, err)
	assert.InDelta(t, (4.0+1+3)/3, s.one.typicalMove(), 1e-15)
}

// The path starts where few steps are needed: from farther out it would take more.
func TestInteriorPointsTakeFewSteps(t *testing.T) {
	sum, count := 0.0, 0
	for _, f := range families(40) {
		res, err := Solve(background, f.Problem, nil, Options{Method: InteriorPoint})
		require.NoError(t, err, f.name)
		sum += float64(res.Iterations)
		count++
	}
	assert.Less(t, sum/float64(count), 13.0, "on average")
}

// Pivoting may end at a point that is worse than its start, if a block is nearly singular.
func TestPivotingMovesOnlyDown(t *testing.T) {
	h := mat.DenseOf(2, 2, []float64{2, 1, 1, 2})
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	best := []float64{1, 1}
	_, err = s.Solve(background, []float64{-3, -3}, []float64{0, 0}, []float64{5, 5}, best)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{1, 1}, best, 1e-9)
	r, v := s.one, newExchanger(2)

	copy(v.x, []float64{2, 1})
	assert.False(t, v.adopt(r), "f is higher there")
	assert.InDeltaSlice(t, []float64{1, 1}, r.x, 1e-9)
	assert.Positive(t, v.triedWrong)

	copy(r.x, []float64{3, 0})
	r.refresh()
	copy(v.x, []float64{2, 1})
	v.fresh = false
	assert.True(t, v.adopt(r))
	assert.Equal(t, []float64{2, 1}, r.x)
	assert.Equal(t, []float64{2, 1}, r.grad)
}

// If H is stiff, sweeps soon reach its valley. The path begins there, and does not leave it to be inside the bounds.
func TestThePathBeginsAtThePointThatWasReached(t *testing.T) {
	p := penalty(60, 15, 1e3, newRand(7))
	s, err := NewSolver(p.H, Options{Tolerance: 1e-6})
	require.NoError(t, err)
	_, err = s.Solve(background, p.G, p.Lower, p.Upper, make([]float64, 60))
	require.NoError(t, err)
	r, c := s.one, newCentralPath(60)
	c.enter(r) // at the solution
	assert.Equal(t, r.x, c.x)
	assert.Equal(t, r.grad, c.grad)
	for i, x := range c.x {
		assert.InDelta(t, x-r.lower[i], c.s[i]-c.excess.s[i], 1e-15)
		assert.InDelta(t, r.upper[i]-x, c.t[i]-c.excess.t[i], 1e-15)
		assert.GreaterOrEqual(t, min(c.s[i], c.t[i], c.z[i], c.w[i]), 0.0)
		assert.GreaterOrEqual(t, c.s[i], min(farInside*r.typicalMove()*r.units.inverse[i], (r.upper[i]-r.lower[i])/2))
	}
	before := slices.Clone(c.excess.s)
	require.True(t, c.step(r))
	for i, x := range c.x {
		assert.InDelta(t, x-r.lower[i], c.s[i]-c.excess.s[i], 1e-12)
		assert.LessOrEqual(t, c.excess.s[i], before[i], "it falls in proportion to the step")
	}
}

// Penalties have singular Hessians of a high condition. Their steps must neither be many nor need factors in float64,
// and the block of the free variables is not factored again once it was found to be singular.
func TestPenaltiesTakeFewFactorizations(t *testing.T) {
	for _, rho := range []float64{1, 1e3, 1e6} {
		p := penalty(200, 50, rho, newRand(3))
		s, err := NewSolver(p.H, Options{Tolerance: 1e-6})
		require.NoError(t, err)
		info, err := s.Solve(background, p.G, p.Lower, p.Upper, make([]float64, 200))
		require.NoError(t, err)
		assert.LessOrEqual(t, info.Factorizations, 16, "weight %g", rho)
		assert.LessOrEqual(t, s.one.effort.work, 6*cube(200), "weight %g", rho)
		if in := s.one.methods[InteriorPoint]; in != nil {
			assert.False(t, in.(*interior).central.factor.inWide, "weight %g", rho)
		}
	}
}

// The factor is of another matrix, as rounding would make it: conjugate gradients converge where refinement does not.
func TestConjugateGradientsCorrectAPoorFactor(t *testing.T) {
	const n = 40
	h := hessian(n, 1e3, newRand(5))
	r := newRun(h, curvatureUnits(h), 1)
	f, d, b := newBarrierFactor(n), make([]float64, n), make([]float64, n)
	for i := range b {
		d[i], b[i] = 0.1, float64(i%7)-3
	}
	require.True(t, f.compute(r, d))
	for i := range n / 10 { // steps along these are twice too short
		row := f.narrow.Row(10 * i)
		row[10*i] *= 1.5
	}
	x, product := make([]float64, n), make([]float64, n)
	require.True(t, f.solve(r, d, b, x, product))
	want := make([]float64, n)
	mat.Gemv(mat.NoTrans, 1, h, x, 0, want, 1)
	assert.InDeltaSlice(t, want, product, 1e-12)
	for i := range b {
		want[i] += d[i]*x[i] - b[i]
	}
	assert.LessOrEqual(t, f.size(want), 2*stepTolerance*f.size(b))

	require.True(t, f.solve(r, d, make([]float64, n), x, product))
	assert.Zero(t, mat.AbsMax(x))
	assert.Zero(t, mat.AbsMax(product))
	assert.False(t, f.inWide)
}

// More free variables than are independent have no minimum of their own.
func TestInteriorPointsDoNotPivotWhereTheBlockIsSingular(t *testing.T) {
	h := lowRank(12, 5, 70)
	r := newRun(h, curvatureUnits(h), 1)
	w, pivoting := newInterior(12).(*interior), newPivoting(12).(*pivoting)
	r.factor.singular, r.factor.rank = true, 5
	for i := range w.side {
		w.side[i] = atLower
		if i < 5 {
			w.side[i] = isFree
		}
	}
	assert.True(t, w.mayPivot(r, pivoting))
	w.side[11] = isFree
	assert.False(t, w.mayPivot(r, pivoting))
	r.factor.singular = false
	assert.True(t, w.mayPivot(r, pivoting), "unless no singular block is known")
}

// The rank is the number of rows before the first one that depends on them, as far as rounding errors show that.
func TestASingularBlockTellsItsRank(t *testing.T) {
	for _, rank := range []int{1, 7, 19, 20} {
		h := lowRank(20, rank, uint64(80+rank))
		free, slack := make([]int, 20), make([]float64, 20)
		for i := range free {
			free[i] = i
		}
		f := freeFactor{effort: new(effort)}
		definite, _ := f.definite(viewOf(h), free, slack)
		assert.Equal(t, rank == 20, definite, rank)
		assert.GreaterOrEqual(t, f.rank, rank)
		assert.LessOrEqual(t, f.rank, rank+2)
	}
}
