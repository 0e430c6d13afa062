package qp

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// nearCase is ¼x₀² + ¼x₁² + gᵀx and an answer far out, after which runNear is called.
type nearCase struct {
	g, lower, upper []float64
	at              float64 // both elements of the answer
	info            GeneralInfo
	dropped         []farBound
}

func (c nearCase) run(ctx context.Context, t *testing.T) (*GeneralSolver[float64], GeneralInfo, error) {
	t.Helper()
	s := oneRow(t)
	g := func(j int) float64 { return c.g[j] }
	bounds := boundsOf(2, c.lower, c.upper, []float64{-inf}, []float64{inf})
	g, bounds = s.takeFixed(g, bounds)
	load := func() { s.load(g, bounds) }
	load()
	s.last, s.dropped = iterate{[]float64{c.at, c.at}, []float64{0}}, c.dropped
	a := s.runNear(ctx, load, attempt{c.info, errFar})
	for j := range c.upper {
		require.Equal(t, c.upper[j], s.p.upper[j], "added bounds are taken out")
	}
	return s, a.info, a.err
}

var errFar = errors.New("the error of the answer far out")

func farAnswer() nearCase {
	return nearCase{g: []float64{-1, -1}, lower: []float64{-1, -1}, upper: infinite(2, 1), at: 1e9,
		info: GeneralInfo{Status: PrecisionLimit, Iterations: 5}}
}

func TestASolutionNearTheBoundsReplacesAnAnswerFarOut(t *testing.T) {
	for name, change := range map[string]func(c *nearCase){
		"precision limit":                 func(*nearCase) {},
		"iteration limit":                 func(c *nearCase) { c.info.Status = IterationLimit },
		"slopes count where bounds are 0": func(c *nearCase) { c.lower = []float64{0, 0} },
		"a dropped bound is satisfied":    func(c *nearCase) { c.dropped = []farBound{{0, true, 3}} },
	} {
		t.Run(name, func(t *testing.T) {
			c := farAnswer()
			change(&c)
			s, info, err := c.run(background, t)
			require.NoError(t, err)
			assert.Equal(t, Optimal, info.Status)
			assert.InDeltaSlice(t, []float64{2, 2}, s.last.x, 1e-9)
			assert.Greater(t, info.Iterations, 5)
		})
	}
}

// The steps of all runs count against one limit, since that is what Options.MaxIterations promises.
func TestAnAnswerFarOutIsKeptWhereThereIsNoneNear(t *testing.T) {
	for name, c := range map[string]struct {
		change func(c *nearCase)
		runs   bool // whether it is tried
	}{
		"a solution far out":            {func(c *nearCase) { c.info.Status = Optimal }, false},
		"no steps are left":             {func(c *nearCase) { c.info.Iterations = maxGeneralSteps }, false},
		"it is not far out":             {func(c *nearCase) { c.at = 64 }, false},
		"the minimum is farther out":    {func(c *nearCase) { c.g[1] = -500 }, true},
		"a dropped bound is in the way": {func(c *nearCase) { c.dropped = []farBound{{1, true, 1.5}} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := farAnswer()
			c.change(&p)
			s, info, err := p.run(background, t)
			assert.Equal(t, errFar, err)
			assert.Equal(t, p.info.Status, info.Status)
			assert.Equal(t, []float64{p.at, p.at}, s.last.x)
			assert.Equal(t, c.runs, info.Iterations > p.info.Iterations)
		})
	}
}

func TestTheSearchNearTheBoundsKeepsTheLimits(t *testing.T) {
	c := farAnswer()
	_, free, err := c.run(background, t)
	require.NoError(t, err)
	canceled := 0
	for checks := range 100 {
		s, info, err := c.run(countdown.After(checks), t)
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, Canceled, info.Status)
		require.Equal(t, []float64{c.at, c.at}, s.last.x)
		canceled++
	}
	assert.Positive(t, canceled)
	limited := c
	limited.info.Iterations = maxGeneralSteps - 1
	_, info, err := limited.run(background, t)
	assert.Equal(t, maxGeneralSteps, info.Iterations)
	assert.Greater(t, free.Iterations, 6, "or that was enough")
	assert.Equal(t, errFar, err)
}

func TestDistancesAreThoseOfBoundsAndRows(t *testing.T) {
	a := mat.DenseOf(2, 3, []float64{0.25, -0.5, 0, 0, 1, 1})
	p := &program{h: indexMatrix(mat.Dense[float64]{}), a: indexMatrix(a), farthestBound: 100,
		g: []float64{1, 2, 3}, lower: []float64{-8, 4, 7, 1, -inf}, upper: []float64{1, 1e20, 7, 3, inf}}
	d := p.distances()
	assert.Equal(t, []float64{8, 6, 7}, d, "6 = 3/½")
	assert.Equal(t, 8+2*6.0, p.sizeOfData(d), "fixed variables do not count")
}

func TestWhatAGapFarOutMayHide(t *testing.T) {
	p := &program{}
	q := point{x: []float64{10, 10, 10}, grad: []float64{2, -3, 0}, lower: []float64{-inf, 0, 0},
		upper: []float64{inf, 11, inf}, rows: &rowPoint{y: []float64{5, -7, 1}, value: []float64{3, 3, 3},
			lower: []float64{2, 0, -inf}, upper: []float64{9, 4, 9}}}
	assert.Equal(t, 2*(10+6.0)+3*1+5*1+7*1, p.lostFar(q, 0, []float64{6, 6, 6}))
	assert.Equal(t, math.Ldexp(1, 8)+47, p.lostFar(q, 0x1p60, []float64{6, 6, 6}))
}
