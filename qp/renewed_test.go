package qp

import (
	"math"
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
		"Newton steps stayed":          {ProjectedNewton, func(r *run) { r.use(ProjectedNewton).(*newton).staying = true }},
		"Newton steps released one":    {ProjectedNewton, func(r *run) { r.use(ProjectedNewton).(*newton).only = 3 }},
		"pivoting was given up":        {InteriorPoint, func(r *run) { r.pivotingOf().exchanger.triedWrong = 1 << 20 }},
		"interior steps needed digits": {InteriorPoint, func(r *run) { r.use(InteriorPoint).(*interior).central.factor.inWide = true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := Solve(background, p, nil, Options{Method: c.method})
			require.NoError(t, err)
			s, err := NewSolver(p.H, Options{Method: c.method})
			require.NoError(t, err)
			c.spoil(s.one)
			x := make([]float64, len(p.G))
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
	}{{-1, -inf, 5, atUpper, false}, {1, -5, inf, atLower, false}, {-1, -5, inf, atUpper, true}, {1, -inf, 5, atLower, true}, {0, 0, 1, isFree, false}} {
		r := runOf(Problem[float64]{H: identity(1), G: []float64{0}, Lower: []float64{c.lower}, Upper: []float64{c.upper}})
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

// failingCore has no factor for the first regularizations.
type failingCore struct {
	fails int
	rho   []float64
}

func (c *failingCore) factor(k *kkt) bool {
	c.rho = append(c.rho, k.rho)
	return len(c.rho) > c.fails
}

func (c *failingCore) solve(*kkt, []float64, []float64, []float64, []float64) {}

func TestAMatrixWithoutAFactorIsRegularizedMore(t *testing.T) {
	for fails, want := range []bool{true, true, true, true, true, true, false} {
		c := &failingCore{fails: fails}
		k := kkt{core: c, regularizers: regularizers{1, 2}}
		assert.Equal(t, want, k.factor())
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
	for _, v := range [][]float64{s.kkt.theta, s.kkt.left.x, s.kkt.work[1].x} {
		v[0] = math.NaN()
	}
	before := s.kkt
	info, err := s.rerun(background, GeneralInfo{Iterations: 7})
	require.NoError(t, err)
	assert.Equal(t, Optimal, info.Status)
	assert.Greater(t, info.Iterations, 7)
	assert.NotSame(t, before, s.kkt)
	assert.Greater(t, s.kkt.factored, 100)
}
