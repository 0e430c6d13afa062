package qp

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// endsFarOut reports whether what Auto chooses first ends at a limit, from where p starts.
func endsFarOut(p flatBounded) bool {
	r := runOf(p.Problem)
	copy(r.start, p.start)
	mat.Clamp(r.start, r.lower, r.upper)
	r.budget.limit = 100 + 10*len(p.G)
	status, _ := r.solveByStages(background, 1e-9)
	return status == PrecisionLimit || status == IterationLimit
}

func TestAFarStartIsLeftForTheNearestPoint(t *testing.T) {
	left := 0
	for _, seed := range hardFlat {
		p := flatOf[float64](seed, flatDigits)
		if endsFarOut(p) {
			left++
			res, err := solveFlat[float64](p, Options{})
			require.NoError(t, err, "seed %d", seed)
			require.LessOrEqual(t, p.wrongBy(res.X, res.Objective), flatError, "seed %d", seed)
		}
	}
	assert.Greater(t, 2*left, len(hardFlat))
}

// What is done from the nearest point counts against the limit, and ends with the context. If nothing is found, the
// answer is what there was before.
func TestWhatFollowsAFarStartKeepsTheLimits(t *testing.T) {
	limited, canceled := 0, 0
	for _, seed := range hardFlat {
		p := flatOf[float64](seed, flatDigits)
		if !endsFarOut(p) {
			continue
		}
		free, err := solveFlat[float64](p, Options{})
		require.NoError(t, err)
		for most := 1; most <= free.Iterations; most++ {
			res, err := solveFlat[float64](p, Options{MaxIterations: most})
			require.LessOrEqual(t, res.Iterations, most)
			require.Empty(t, complaintOfValues(p.Problem, p.start, res), "seed %d", seed)
			if err != nil {
				require.Contains(t, []Status{IterationLimit, PrecisionLimit}, res.Status)
				limited++
			}
		}
		for checks := range 100 {
			res, err := Solve(countdown.After(checks), p.Problem, p.start, Options{})
			if err == nil {
				assert.Equal(t, free, res, "seed %d", seed)
				break
			}
			require.ErrorIs(t, err, context.Canceled, checks)
			require.Equal(t, Canceled, res.Status)
			require.Empty(t, complaintOfValues(p.Problem, p.start, res), "seed %d", seed)
			canceled++
		}
	}
	assert.Greater(t, limited, len(hardFlat))
	assert.Greater(t, canceled, len(hardFlat))
}

// Nothing is solved twice from the same point.
func TestTheNearestPointIsNotStartedFromTwice(t *testing.T) {
	start := []float64{0x1p33 + 1, 0x1p33}
	r := runOf(Problem[float64]{H: mat.DenseOf(2, 2, []float64{1 + 0x1p-40, -1, -1, 1}), G: []float64{-1, 1},
		Lower: []float64{0, 0}})
	r.budget.limit, r.goal.tolerance = 100, 1e-9
	status, err := r.fromNearest(background)
	require.NoError(t, err)
	assert.Equal(t, undecided, status)
	assert.Zero(t, r.effort.iterations)
	linear := runOf(Problem[float64]{H: mat.DenseOf(1, 1, []float64{0}), G: []float64{1}, Lower: []float64{-3}})
	linear.linear.settle(&linear.view, linear.x)
	status, err = linear.fromNearest(background)
	require.NoError(t, err)
	assert.Equal(t, undecided, status, "a variable without curvature is where it began")
	copy(r.start, start)
	status, err = r.fromNearest(background)
	require.NoError(t, err)
	assert.Equal(t, Optimal, status)
	assert.Equal(t, start, r.start, "f must not rise above that at the start")
}

// Powers of two change no bit of the certificate, whatever the gap is relative to.
func TestCertificatesFarOutWithinBoundsDoNotDependOnUnits(t *testing.T) {
	for i, seed := range append([]uint64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, hardFlat...) {
		p, r := flatOf[float64](seed, flatDigits), newRand(uint64(i))
		unit := func() float64 { return math.Ldexp(1, 2*(r.IntN(21)-10)) }
		q, c := flatBounded{Problem: Problem[float64]{H: p.H.Clone()}}, unit()
		v := make([]float64, len(p.G))
		for j := range v {
			v[j] = unit()
			q.G, q.start = append(q.G, c*p.G[j]*v[j]), append(q.start, p.start[j]/v[j])
			q.Lower, q.Upper = append(q.Lower, p.Lower[j]/v[j]), append(q.Upper, p.Upper[j]/v[j])
		}
		rescale(q.H, v)
		mat.Scal(c, q.H.Data)
		want, wantErr := solveFlat[float64](p, Options{})
		got, err := solveFlat[float64](q, Options{})
		require.Equal(t, wantErr == nil, err == nil, "seed %d", seed)
		require.Equal(t, want.Certificate, got.Certificate, "seed %d", seed)
	}
}

// A slope along a direction without curvature that the errors of the direction explain makes no ray.
func TestARoundingErrorOfARayIsNoProof(t *testing.T) {
	for _, seed := range []uint64{47689, 112735, 119755} {
		p := flatOf[float64](seed, flatDigits)
		res, err := solveFlat[float64](p, Options{})
		require.NoError(t, err, "seed %d", seed)
		require.LessOrEqual(t, p.wrongBy(res.X, res.Objective), flatError, "seed %d", seed)
	}
}

// A bound that stands for none says nothing about where the problem is, a bound at the point next to 0 does.
func TestBoundsSayWhereAProblemIs(t *testing.T) {
	at := func(slope, lower, upper float64) [2]float64 {
		terms, lost := point{x: []float64{1e9}, grad: []float64{2}, g: []float64{-3}, lower: []float64{lower},
			upper: []float64{upper}, units: onesIn(1), curvature: []float64{1}}.data(scale{slope: slope})
		return [2]float64{terms, lost}
	}
	size := func(d float64) float64 { return 3*d + d*d/2 }
	for name, c := range map[string]struct{ slope, lower, upper, terms, lost float64 }{
		"none":                     {1, -inf, inf, 0, 2 * 1e9},
		"near":                     {1, -7, inf, size(7), 2 * (1e9 + 7)},
		"as far as it may be":      {1, -0x1p20, inf, size(0x1p20), 2 * (1e9 + 0x1p20)},
		"too far":                  {1, -0x1p20 - 1, inf, 0, 2 * 1e9},
		"stands for none":          {1, -7, 1e20, size(7), 2 * (1e9 + 7)},
		"the farther one":          {1e4, -7, 2e9, size(1e9), 2 * (1e9 + 7)},
		"the point next to 0":      {1, 0x1p25, inf, size(0x1p25), 2 * (1e9 - 0x1p25)},
		"near the point next to 0": {1, 1e9 - 1, 1e9 + 1, size(1e9), 2},
		"fixed":                    {1, 1e9, 1e9, 0, 0},
	} {
		assert.Equal(t, [2]float64{c.terms, c.lost}, at(c.slope, c.lower, c.upper), name)
	}
}

// The terms of f are not those of pairs of variables, and nothing is large relative to no data at all.
func TestGapsFarOutAreRelativeToTheTermsOfTheObjective(t *testing.T) {
	h := mat.DenseOf(2, 2, []float64{1, -1, -1, 1})
	at := func(g, x float64) point {
		return point{x: []float64{x, x}, grad: []float64{g, -g}, g: []float64{g, -g}, lower: infinite(2, -1),
			upper: infinite(2, 1), units: curvatureUnits(h), curvature: []float64{1, 1}}
	}
	f, terms := at(3, 8).terms()
	assert.Zero(t, f)
	assert.Equal(t, 2*(3*8+8*8/2.0), terms)
	p := at(3, 8)
	p.x[1] = 0
	f, terms = p.terms()
	assert.Equal(t, 3*8.0, f, "x(∇f + g)/2")
	assert.Equal(t, 3*8+8*8/2.0, terms)
	assert.Zero(t, at(0, 1e9).certify(scale{slope: 1}).Gap, "g = 0")
	assert.Positive(t, at(0, 1e9).certify(scale{slope: 1, fall: 1}).Gap)
	p = at(1, 1e9)
	p.g = []float64{0, 0}
	assert.InDelta(t, 2e9/64, p.certify(scale{slope: 1, fall: 1}).Gap, 1e-6*2e9/64, "slopes whose products cancel")
	p.lower, p.upper = p.x, p.x
	f, terms = p.terms()
	assert.Zero(t, f+terms, "fixed")
}
