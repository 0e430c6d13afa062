package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestSpectralBoundIsAboveTheNormAndNear(t *testing.T) {
	r := newRand(40)
	for _, n := range []int{1, 2, 7, 60} {
		for _, cond := range []float64{1, 10, 1e6} {
			h := hessian(n, cond, r) // of norm 1
			for _, scale := range []float64{1, 1e-100, 1e100} {
				scaled := h.Clone()
				mat.Scal(scale, scaled.Data)
				bound := spectralBound(scaled, 1) / scale
				assert.GreaterOrEqual(t, bound, 1.0-1e-14, "n = %d, condition %g", n, cond)
				assert.LessOrEqual(t, bound, 1.0001*math.Pow(float64(n), 1.0/32))
			}
			narrow := mat.NewDense[float32](n, n)
			mat.Convert(narrow, h)
			assert.GreaterOrEqual(t, spectralBound(narrow, 1), 1.0-1e-7)
		}
	}
	// Here the row sums are the better bound, and exact.
	assert.InDelta(t, 2, spectralBound(mat.DenseOf(2, 2, []float64{2, 0, 0, 2}), 1), 1e-14)
}

func TestDescentMapIsAScaledGradientStep(t *testing.T) {
	r := newRand(41)
	h, b := makeBatch[float64](1, 9, 100, r)
	for i := range 9 {
		for j := range 9 {
			h.Data[i*9+j] *= math.Exp2(float64(i%3)) * math.Exp2(float64(j%3))
		}
	}
	d := newDescentMap(h, 1)
	p := b.problem(h, 0)
	x := b.X.Row(0)
	mat.Clamp(x, p.Lower, p.Upper)
	z, offset, a := make([]float64, 9), make([]float64, 9), make([]float64, 9)
	d.load(x, p.G, z, offset)
	mat.Gemv(mat.Trans, 1, d.m, z, 0, a, 1)
	mat.Axpy(1, offset, a)
	for i, g := range naiveGradient(p, x) {
		assert.InDelta(t, x[i]-d.step*g/h.At(i, i), a[i]*d.inv[i], 1e-12)
	}
	lower, upper := make([]float64, 9), make([]float64, 9)
	d.loadBound(lower, p.Lower, math.Inf(-1))
	d.loadBound(upper, p.Upper, math.Inf(1))
	assert.InDelta(t, naiveKKT(p, x), d.residual(z, a, lower, upper), 1e-12)
}

func TestVariablesAtAScaledBoundAreAtTheirBound(t *testing.T) {
	r := newRand(44)
	const n = 40
	d := newDescentMap(hessian(n, 1e3, r), 1)
	lower, upper := make([]float64, n), make([]float64, n)
	for i := range n {
		lower[i], upper[i] = -r.Float64(), r.Float64()
	}
	z, l, u, x := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	d.loadBound(l, lower, 0)
	d.loadBound(u, upper, 0)
	d.store(l, l, u, x, lower, upper)
	assert.Equal(t, lower, x)
	d.store(u, l, u, x, lower, upper)
	assert.Equal(t, upper, x)
	d.loadBound(l, nil, math.Inf(-1))
	d.loadBound(u, nil, math.Inf(1))
	copy(z, d.scale)
	d.store(z, l, u, x, nil, nil)
	assert.InDeltaSlice(t, constant(n, 1), x, 1e-15)
}

func TestRemoveMovesAllOfASlot(t *testing.T) {
	var win window[float64]
	win.prepare(3, 2, true, false)
	all := []mat.Dense[float64]{win.z, win.move, win.a, win.offset, win.lower}
	for r := range 3 {
		for k, m := range all {
			copy(m.Row(r), constant(2, float64(10*r+k)))
		}
		win.slots = append(win.slots, slot{row: 100 + r})
	}
	win.upper.Fill(7)
	win.remove(0)
	require.Len(t, win.slots, 2)
	assert.Equal(t, 102, win.slots[0].row)
	assert.Equal(t, 101, win.slots[1].row)
	for k, m := range all {
		assert.Equal(t, constant(2, float64(20+k)), m.Row(0))
		assert.Equal(t, constant(2, float64(10+k)), m.Row(1))
	}
	assert.Equal(t, constant(2, 7), win.upper.Row(0))
}

func TestStepsReachTheToleranceByThemselves(t *testing.T) {
	testSteps[float32](t, 1e-4)
	testSteps[float64](t, 1e-7)
}

func testSteps[T mat.Float](t *testing.T, tolerance float64) {
	h, b := makeBatch[T](100, 20, 5, newRand(45))
	s, err := NewSolver(h, Options{Tolerance: tolerance})
	require.NoError(t, err)
	require.True(t, s.accelerated())
	w := s.workspace(planFor(100), b)
	w.aim(b, 0, 100)
	w.accelerate(background, b, 0, 100)
	w.certify(b, 0, 0, 100)
	for i := range 100 {
		assert.Equal(t, Optimal, w.infos[i].Status, "%+v", w.infos[i])
	}
}

func TestChooseFree(t *testing.T) {
	p := newNewton(hessian(6, 10, newRand(46)))
	p.target = 0.1
	p.lower, p.upper = []float64{0, 0, 0, 0, 0, 2}, []float64{1, 1, 1, 1, 1, 2}
	p.x = []float64{0.5, 0, 0, 1, 1, 2}
	for _, c := range []struct {
		staying bool
		grad    []float64
		want    []int
	}{
		{false, []float64{9, 1, -1, 1, -1, 5}, []int{0, 2, 3}},
		{false, []float64{0, -0.05, -0.2, 0.2, 0.05, -5}, []int{0, 2, 3}},
		{true, []float64{9, 1, -1, 1, -1, 5}, []int{0}},
	} {
		p.staying, p.grad = c.staying, c.grad
		p.chooseFree()
		assert.Equal(t, c.want, p.free)
	}
}

func TestWalkStaysInsideTheBounds(t *testing.T) {
	r := newRand(47)
	p := newNewton(mat.DenseOf(1, 1, []float64{1}))
	p.free = []int{0}
	crossing := 0
	for range 1000 {
		p.x[0], p.lower[0], p.upper[0] = 1+r.Float64(), r.Float64(), 9
		p.dir[0] = p.lower[0] - p.x[0] // as nearly as it can be represented
		if p.x[0]+p.dir[0] < p.lower[0] {
			crossing++
		}
		p.curve[0] = p.dir[0]
		require.True(t, p.walk())
		require.GreaterOrEqual(t, p.x[0], p.lower[0])
	}
	assert.Positive(t, crossing)
}

func TestWalkEndsAtTheLowestPointOfThePath(t *testing.T) {
	r := newRand(42)
	broken := 0
	for range 200 {
		problem := randomTiny(6, 1e3, r)
		p := newNewton(problem.H)
		copy(p.g, problem.G)
		copy(p.lower, problem.Lower)
		copy(p.upper, problem.Upper)
		for i := range p.x {
			p.x[i] = min(max(r.NormFloat64(), p.lower[i]), p.upper[i])
		}
		p.refresh()
		p.target = 1e-9
		p.chooseFree()
		require.NoError(t, p.face.factor(p.h, p.free, 1))
		p.face.solve(p.grad, p.dir)
		p.multiply(p.dir, p.curve)
		from, direction := append([]float64(nil), p.x...), append([]float64(nil), p.dir...)
		if !p.walk() {
			broken++
			atLower, atUpper := countBounds(p.x, p.lower, p.upper)
			require.Positive(t, atLower+atUpper, "the first variable to arrive is at its bound exactly")
		}
		reached := naiveObjective(problem, p.x)
		for k := range 1001 { // ε allows for the samples' own rounding
			sample := make([]float64, 6)
			for i := range sample {
				sample[i] = min(max(from[i]+float64(k)/1000*direction[i], p.lower[i]), p.upper[i])
			}
			f := naiveObjective(problem, sample)
			require.LessOrEqual(t, reached, f+1e-12*(1+math.Abs(f)))
		}
		require.InDeltaSlice(t, naiveGradient(problem, p.x), p.grad, 1e-9)
	}
	assert.Greater(t, broken, 50)
}

func TestFaceSolvesWithTheFreeBlock(t *testing.T) {
	h := hessian(7, 10, newRand(43))
	free := []int{1, 4, 5}
	var f face
	require.NoError(t, f.factor(h, free, 1))
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
	require.NoError(t, f.factor(h, free, 1))
	assert.Equal(t, 1, f.factorizations, "the factor is reused")
	require.NoError(t, f.factor(h, free[:2], 1))
	assert.Equal(t, 2, f.factorizations)
}

func TestResidualDoesNotLoseASmallGradient(t *testing.T) {
	inf := math.Inf(1)
	x := []float64{1e12, 0, 5, 3}
	grad := []float64{1e-6, 2, -3, math.Copysign(1, -1)}
	assert.Equal(t, 1e-6, residual(x, grad, []float64{-inf, 0, 0, 0}, []float64{inf, inf, 5, 3}), "1e12 − 1e-6 is 1e12 in float64")
	grad[0] = math.NaN()
	assert.True(t, math.IsNaN(residual(x, grad, []float64{-inf, 0, 0, 0}, []float64{inf, inf, 5, 3})))
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
		assert.LessOrEqual(t, p.window, maxWindow)
		assert.Equal(t, rows >= fewProblems, p.window > 0)
	}
}
