package qp

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// boxed is a problem of condition 1e4 in which about half of the variables end at a bound.
func boxed(n int, seed uint64) Problem[float64] {
	r := newRand(seed)
	p := Problem[float64]{H: hessian(n, 1e4, r), G: make([]float64, n), Lower: constant(n, -1), Upper: constant(n, 1)}
	for i := range p.G {
		p.G[i] = 3 * r.NormFloat64()
	}
	return p
}

// What the last solve has left in a method's workspace changes nothing in the next.
func TestAMethodBeginsAnew(t *testing.T) {
	p := boxed(24, 611)
	for name, c := range map[string]struct {
		method Method
		spoil  func(r *run)
	}{
		"Newton steps stayed": {ProjectedNewton,
			func(r *run) { r.use(ProjectedNewton).(*newton).staying = true }},
		"Newton steps released one": {ProjectedNewton, func(r *run) {
			r.use(ProjectedNewton).(*newton).released = 3
		}},
		"pivoting was given up": {InteriorPoint, func(r *run) { r.pivotingOf().exchanger.triedWrong = 1 << 20 }},
		"interior steps needed digits": {InteriorPoint,
			func(r *run) { r.use(InteriorPoint).(*interior).central.factor.inWide = true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := Solve(background, p, p.Lower, Options{Method: c.method})
			require.NoError(t, err)
			s, err := NewSolver(p.H, Options{Method: c.method})
			require.NoError(t, err)
			c.spoil(s.one)
			x := slices.Clone(p.Lower)
			info, err := s.Solve(background, p.G, p.Lower, p.Upper, x)
			require.NoError(t, err)
			assert.Equal(t, want.Info, info)
			assert.Equal(t, want.X, x)
			if c.method == InteriorPoint {
				assert.False(t, s.one.use(InteriorPoint).(*interior).central.factor.inWide)
			}
		})
	}
}

// A variable that depends on the free ones goes to the bound that its slope points to.
func TestADependentVariableGoesDownhill(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		grad, lower, upper float64
		want               side
		stuck              bool
	}{{-1, -inf, 5, atUpper, false}, {1, -5, inf, atLower, false}, {-1, -5, inf, atUpper, true},
		{1, -inf, 5, atLower, true}, {0, 0, 1, isFree, false}} {
		r := runOf(Problem[float64]{H: identity(1), G: []float64{0}, Lower: []float64{c.lower},
			Upper: []float64{c.upper}})
		r.factor.dependent = []int{0}
		v := exchanger{side: []side{isFree}, x: []float64{0}, grad: []float64{c.grad}}
		_, stuck := v.changeSides(r)
		assert.Equal(t, c.want, v.side[0], "%+v", c)
		assert.Equal(t, c.stuck, stuck, "%+v", c)
	}
}

// A warm start holds what its multipliers press on either side.
func TestAGuessAtAPointHasBothSides(t *testing.T) {
	for _, sign := range []float64{1, -1} {
		p := exactProgram([]float64{sign, 0}, []float64{0, 1})
		p.lower, p.upper = []float64{-1, -1, -2}, []float64{1, 1, 2}
		a := newActiveSet(p, newKKT(p.h, p.a, 1))
		a.guessAt(iterate{[]float64{-sign, 0}, []float64{2 * sign}})
		want, other := atLower, atUpper
		if sign < 0 {
			want, other = other, want
		}
		assert.Equal(t, []side{want, other}, a.side[:2], "by the slopes %g and %g", sign, -2*sign)
		a.guessAt(iterate{[]float64{-sign, 2 * sign}, []float64{0}})
		assert.Equal(t, []side{want, isFree, isFree}, a.side, "the second has no slope")
		a.guessAt(iterate{[]float64{-sign, -2 * sign}, []float64{0.5 * sign}})
		assert.Equal(t, want, a.side[2], "the row is at its bound")
	}
}

// With multipliers that are large enough, and rows whose bounds are 0, the certificate of x = 0 holds, whatever the
// slope of a variable that the rows don't have.
func TestThePointNextTo0CountsOnlyIfItConvinces(t *testing.T) {
	for slope, counts := range map[float64]bool{0x1p-20: false, 0: true} {
		p := exactProgram([]float64{-1, -1, -slope}, []float64{1, -1, 0}, []float64{-1, 1 - 0x1p-45, 0})
		p.h = indexMatrix(identity(3))
		p.upper[3], p.upper[4] = math.Inf(1), math.Inf(1)
		p.free, p.rows = []int{0, 1, 2}, []int{0, 1}
		k := newKKT(p.h, p.a, 1)
		a, path := newActiveSet(p, k), newGeneralPath(p, k)
		copy(path.y, []float64{0x1p46 - 1, 0x1p46})
		require.True(t, p.measure(iterate{make([]float64, 3), path.y}).within(1e-9), "slope %g", slope)
		a.offerOrigin(path, 1e-9)
		assert.Equal(t, counts, a.certificate.within(1e-9), "slope %g", slope)
	}
}

// failingCore has no factor for the first regularizations.
type failingCore struct {
	refined

	fails int
	rho   []float64
}

func (c *failingCore) factor(_ context.Context, k *kkt) bool {
	c.rho = append(c.rho, k.rho)
	return len(c.rho) > c.fails
}

func (c *failingCore) solve(*kkt, []float64, []float64, []float64, []float64) {}

func TestAMatrixWithoutAFactorIsRegularizedMore(t *testing.T) {
	for fails, want := range []bool{true, true, true, true, true, true, false} {
		c := &failingCore{fails: fails}
		k := kkt{core: c, regularizers: regularizers{1, 2}}
		assert.Equal(t, want, k.factor(background))
		for try, rho := range c.rho {
			assert.Equal(t, math.Pow(boost, float64(try)), rho)
		}
		if want {
			assert.Equal(t, 2*k.rho, k.delta)
			assert.Equal(t, fails+1, k.factored)
		}
	}
}

// A second run has a workspace of its own, since the first may have overflowed. It counts on.
func TestASecondRunHasANewWorkspace(t *testing.T) {
	s, err := NewGeneralSolver(identity(2), mat.DenseOf(1, 2, []float64{1, 1}), Options{})
	require.NoError(t, err)
	s.load(func(int) float64 { return 1 }, boundsOf(2, []float64{0, 0}, nil, []float64{1}, nil))
	s.kkt.factored = 100
	for _, v := range [][]float64{s.kkt.theta, s.kkt.left.x, s.kkt.best.x} {
		v[0] = math.NaN()
	}
	before := s.kkt
	a := s.rerun(background, attempt{info: GeneralInfo{Iterations: 7}})
	require.NoError(t, a.err)
	assert.Equal(t, Optimal, a.info.Status)
	assert.Greater(t, a.info.Iterations, 7)
	assert.NotSame(t, before, s.kkt)
	assert.Greater(t, s.kkt.factored, 100)
}

// The residual has not halved in four steps.
func TestProgressStallsAfterFourSteps(t *testing.T) {
	p := progress{best: math.Inf(1)}
	assert.False(t, p.stalled(1))
	for range 3 {
		assert.False(t, p.stalled(0.6))
	}
	assert.True(t, p.stalled(0.6))
	assert.False(t, p.stalled(0.5), "it has halved")
	assert.False(t, p.stalled(0.5), "and the steps count from there")
}

// Once x moves, variables that were freed without effect may be freed again.
func TestAMoveEndsWhatFreeingWithoutEffectBegan(t *testing.T) {
	for _, c := range []struct {
		x, moved float64
		tabu     bool
	}{{0, 1, false}, {1, 1, true}} {
		s := triangleOf(LeastSquaresProblem[float64]{A: identity(2), B: []float64{2, 0}, Lower: []float64{0, 0},
			Upper: []float64{1, 1}})
		b := newBoundedTriangle(s)
		one := b.upper[0]
		b.free, b.z[0], b.x[0], b.tabu[1] = []int{0}, 2*one, c.x*one, true
		assert.True(t, b.moveTowards())
		assert.Equal(t, c.moved*one, b.x[0])
		assert.Equal(t, c.tabu, b.tabu[1], "from %g", c.x)
	}
}

// A slope counts from a few rounding errors of its terms on: of the column times the data and x, and of the residual.
func TestASlopeOfAFewRoundingErrorsCounts(t *testing.T) {
	s := triangleOf(LeastSquaresProblem[float64]{A: identity(2), B: []float64{3, 4}, Lower: []float64{0, 0}})
	b := newBoundedTriangle(s)
	b.side[0], b.side[1] = atLower, atLower
	b.load()
	b.measureSlope()
	for j, want := range []float64{3, 4} {
		length := math.Abs(s.r.At(j, j))
		assert.InDelta(t, length*want, math.Abs(b.slope[j]), 1e-14)
		assert.GreaterOrEqual(t, b.noise[j], 0x1p-53*5*(length+1))
		assert.LessOrEqual(t, b.noise[j], 16*0x1p-53*5*(length+1))
		assert.True(t, b.wants(j))
	}
}

// From a guess without any active bound, up to six corrections solve 14 of these 30 problems; two solve five of them,
// and none one.
func TestAGuessIsCorrectedSeveralTimes(t *testing.T) {
	solved := map[int]int{}
	for seed := range uint64(30) {
		r := newRand(700 + seed)
		q := Problem[float64]{H: hessian(12, 20, r), G: make([]float64, 12), Lower: constant(12, -1),
			Upper: constant(12, 1)}
		for j := range q.G {
			q.G[j] = r.NormFloat64()
		}
		p := exactProgram(q.G, make([]float64, 12))
		p.h = indexMatrix(q.H)
		for j := range q.G {
			p.free = append(p.free, j)
		}
		copy(p.lower, q.Lower)
		copy(p.upper, q.Upper)
		for _, corrections := range []int{0, 2, maxCorrections} {
			a := newActiveSet(p, newKKT(p.h, p.a, 1))
			if a.try(background, p.newIterate(), 1e-9, corrections) {
				solved[corrections]++
			}
		}
	}
	assert.Greater(t, solved[maxCorrections], solved[2])
	assert.Greater(t, solved[2], solved[0])
}
