package qp

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

var background = context.Background()

// randomTiny returns a problem of n variables with bounds of every kind.
func randomTiny(n int, cond float64, r *rand.Rand) Problem[float64] {
	p := Problem[float64]{hessian(n, cond, r), make([]float64, n), infinite(n, -1), infinite(n, 1)}
	for i := range n {
		p.G[i] = r.NormFloat64()
		a, b := 2*r.NormFloat64(), 2*r.NormFloat64()
		switch r.IntN(6) {
		case 0: // free
		case 1:
			p.Lower[i] = a
		case 2:
			p.Upper[i] = a
		case 3:
			p.Lower[i], p.Upper[i] = a, a
		default:
			p.Lower[i], p.Upper[i] = min(a, b), max(a, b)
		}
	}
	return p
}

func TestSolveFindsWhatEnumerationFinds(t *testing.T) {
	sizes := map[int]int{1: 50, 2: 100, 3: 200, 4: 200, 5: 100, 6: 40, 7: 12, 8: 4}
	for n, count := range sizes {
		if !thorough.Tests() {
			if n > 5 {
				continue
			}
			count /= 4
		}
		for _, cond := range []float64{1, 10, 1e4} {
			t.Run(fmt.Sprintf("n=%d/cond=%g", n, cond), func(t *testing.T) {
				r := newRand(uint64(n))
				for range count {
					p := randomTiny(n, cond, r)
					res, err := Solve(background, p, nil, Options{})
					require.NoError(t, err)
					requireCertified(t, p, res)
					want := enumerate(p)
					require.InDeltaSlice(t, want, res.X, 1e-8*cond*(1+mat.AbsMax(want)))
				}
			})
		}
	}
}

func TestSolveFindsKnownSolutions(t *testing.T) {
	sizes := []int{40, 120}
	if !thorough.Tests() {
		sizes = []int{40}
	}
	for _, n := range sizes {
		for _, cond := range []float64{1, 1e2, 1e4, 1e6, 1e8, 1e10} {
			for _, active := range []float64{0, 0.1, 0.5, 0.9, 1} {
				for _, degeneracy := range []float64{0, 3, 12} {
					t.Run(fmt.Sprintf("n=%d/cond=%g/active=%g/degeneracy=%g", n, cond, active, degeneracy),
						func(t *testing.T) {
							k := makeKnown(n, cond, active, degeneracy, newRand(uint64(n)))
							res, err := Solve(background, k.Problem, nil, Options{Workers: 1})
							require.NoError(t, err)
							requireCertified(t, k.Problem, res)
							// ‖x − x*‖ ≤ ‖H⁻¹‖·(residual + rounding), for a residual that includes
							// errors at the bounds.
							within := 10 * cond * float64(n) * (res.KKT() + 1e-15)
							require.InDeltaSlice(t, k.solution, res.X, within)
						})
				}
			}
		}
	}
}

func TestSolveReachesTightTolerances(t *testing.T) {
	for _, cond := range []float64{1, 1e3, 1e6, 1e10} {
		k := makeKnown(60, cond, 0.5, 2, newRand(3))
		res, err := Solve(background, k.Problem, nil, Options{Tolerance: 1e-12})
		require.NoError(t, err)
		assert.Equal(t, Optimal, res.Status, "condition %g", cond)
		assert.LessOrEqual(t, naiveKKT(k.Problem, res.X), 2e-12*mat.AbsMax(k.G))
	}
}

// Near the limit of float64, an updated gradient is not accurate enough to stop at; it must be
// computed.
func TestSolveRecomputesUpdatedGradients(t *testing.T) {
	const n, trials = 60, 60
	optimal := 0
	for seed := range uint64(trials) {
		r := newRand(seed)
		p := Problem[float64]{H: hessian(n, 1e8, r), G: make([]float64, n), Lower: make([]float64, n)}
		for i := range p.G {
			p.G[i] = r.NormFloat64()
		}
		res, err := Solve(background, p, nil, Options{Tolerance: 1e-10})
		requireNoFailure(t, err)
		require.Contains(t, []Status{Optimal, PrecisionLimit}, res.Status)
		if res.Status == Optimal {
			optimal++
		}
	}
	assert.Greater(t, optimal, trials*5/6)
}

func TestFloat32AnswersAreRoundedFloat64Answers(t *testing.T) {
	r := newRand(5)
	n := 40
	k := makeKnown(n, 1e3, 0.4, 1, r)
	h, g := mat.NewDense[float32](n, n), make([]float32, n)
	lower, upper := make([]float32, n), make([]float32, n)
	mat.Convert(h, k.H)
	load(g, k.G)
	load(lower, k.Lower)
	load(upper, k.Upper)
	res, err := Solve(background, Problem[float32]{h, g, lower, upper}, nil, Options{})
	require.NoError(t, err)
	require.Equal(t, Optimal, res.Status)

	wide := Problem[float64]{mat.NewDense[float64](n, n), make([]float64, n), k.Lower, k.Upper}
	mat.Convert(wide.H, h)
	load(wide.G, g)
	exact, err := Solve(background, wide, nil, Options{})
	require.NoError(t, err)
	x := make([]float64, n)
	load(x, res.X)
	assert.InDeltaSlice(t, exact.X, x, 1e-4)
	assert.InDelta(t, naiveKKT(wide, x)/naiveScale(wide), res.KKT(), 1e-13,
		"the residual is that of the rounded x, in float64")
}

func TestSolveWithoutBoundsIsALinearSolve(t *testing.T) {
	r := newRand(6)
	p := Problem[float64]{H: hessian(50, 1e5, r), G: make([]float64, 50)}
	for i := range p.G {
		p.G[i] = r.NormFloat64()
	}
	res, err := Solve(background, p, nil, Options{})
	require.NoError(t, err)
	requireCertified(t, p, res)
	assert.Equal(t, 1, res.Factorizations)
	assert.Zero(t, res.AtLower+res.AtUpper)

	p.Lower, p.Upper = infinite(50, -1), infinite(50, 1)
	same, err := Solve(background, p, nil, Options{})
	require.NoError(t, err)
	assert.Equal(t, res.X, same.X)
}

func TestSolveOfNoVariables(t *testing.T) {
	res, err := Solve(background, Problem[float64]{}, nil, Options{})
	require.NoError(t, err)
	assert.Equal(t, Optimal, res.Status)
	assert.Empty(t, res.X)
}

func TestSolveOfOneVariableEndsAtItsMinimumOrABound(t *testing.T) {
	// The minimum of ½·2x² − 4x is at x = 2.
	for _, c := range []struct{ lower, upper, want, multiplier float64 }{
		{math.Inf(-1), math.Inf(1), 2, 0},
		{3, math.Inf(1), 3, 2},
		{math.Inf(-1), 1, 1, -2},
		{-1, 0, 0, -4},
		{5, 5, 5, 6},
		{2, 9, 2, 0},
	} {
		p := Problem[float64]{mat.DenseOf(1, 1, []float64{2}), []float64{-4}, []float64{c.lower}, []float64{c.upper}}
		res, err := Solve(background, p, nil, Options{})
		require.NoError(t, err)
		assert.InDelta(t, c.want, res.X[0], 1e-15)
		assert.Equal(t, max(0, c.multiplier), res.LowerMultipliers[0])
		assert.Equal(t, max(0, -c.multiplier), res.UpperMultipliers[0])
	}
}

func TestSolveWithAllVariablesFixed(t *testing.T) {
	r := newRand(7)
	p := randomTiny(9, 100, r)
	for i := range p.G {
		p.Lower[i] = r.NormFloat64()
		p.Upper[i] = p.Lower[i]
	}
	res, err := Solve(background, p, nil, Options{})
	require.NoError(t, err)
	requireCertified(t, p, res)
	assert.Equal(t, p.Lower, res.X)
	assert.Zero(t, res.Iterations)
	assert.Equal(t, 9, res.AtLower)
}

func TestSolveWithoutLinearTerm(t *testing.T) {
	r := newRand(8)
	p := Problem[float64]{hessian(12, 100, r), make([]float64, 12), constant(12, -1), constant(12, 1)}
	x0 := constant(12, 0.5)
	res, err := Solve(background, p, x0, Options{})
	require.NoError(t, err)
	assert.Equal(t, make([]float64, 12), res.X, "the point of the box next to 0 is a solution")
	assert.Zero(t, res.Iterations)

	p.Lower[3], p.Upper[3] = 2, 3 // now it is not
	res, err = Solve(background, p, x0, Options{})
	require.NoError(t, err)
	requireCertified(t, p, res)
	assert.Equal(t, 2.0, res.X[3])
}

// Variables in units that differ by 24 orders of magnitude: x = Dy turns (H, g) into (DHD, Dg), and
// multiplies the solution by D⁻¹.
func TestSolveOfBadlyScaledProblems(t *testing.T) {
	r := newRand(9)
	for trial := range 20 {
		n := 30
		k := makeKnown(n, 1e2, 0.5, 0, r)
		scaled := Problem[float64]{mat.NewDense[float64](n, n), make([]float64, n), make([]float64, n),
			make([]float64, n)}
		d := make([]float64, n)
		for i := range d {
			d[i] = math.Exp2(math.Round(40 * (2*r.Float64() - 1)))
		}
		for i := range n {
			for j := range n {
				scaled.H.Set(i, j, k.H.At(i, j)*d[i]*d[j])
			}
			scaled.G[i], scaled.Lower[i], scaled.Upper[i] = k.G[i]*d[i], k.Lower[i]/d[i], k.Upper[i]/d[i]
		}
		res, err := Solve(background, scaled, nil, Options{Tolerance: 1e-30})
		requireNoFailure(t, err)
		require.Contains(t, []Status{Optimal, PrecisionLimit}, res.Status, "trial %d", trial)
		for i := range d {
			require.InDelta(t, k.solution[i], res.X[i]*d[i], 1e-9, "trial %d", trial)
		}
		res, err = Solve(background, scaled, nil, Options{})
		requireNoFailure(t, err)
		require.Equal(t, Optimal, res.Status)
	}
}

// naivePivoting is block pivoting without any safeguard: all wrong variables change sides at once.
// It reports whether it ended.
func naivePivoting(p Problem[float64]) bool {
	at := make([]int, len(p.G))
	for range 60 {
		wide := p
		wide.Lower, wide.Upper = infinite(len(p.G), -1), infinite(len(p.G), 1)
		for i, a := range at {
			switch a {
			case 1:
				wide.Lower[i], wide.Upper[i] = p.Lower[i], p.Lower[i]
			case 2:
				wide.Lower[i], wide.Upper[i] = p.Upper[i], p.Upper[i]
			}
		}
		x, _ := solveFree(wide, at)
		grad := naiveGradient(p, x)
		changed := false
		for i, a := range at {
			next := a
			switch {
			case a == 0 && x[i] < p.Lower[i]:
				next = 1
			case a == 0 && x[i] > p.Upper[i]:
				next = 2
			case a == 1 && grad[i] < 0, a == 2 && grad[i] > 0:
				next = 0
			}
			changed = changed || next != a
			at[i] = next
		}
		if !changed {
			return true
		}
	}
	return false
}

func TestSolveWhereNaivePivotingCycles(t *testing.T) {
	r := newRand(10)
	cycling := 0
	for range 200 {
		n := 6
		p := Problem[float64]{hessian(n, 1e6, r), make([]float64, n), constant(n, -100), constant(n, 100)}
		for i := range p.G {
			p.G[i] = r.NormFloat64()
		}
		if naivePivoting(p) {
			continue
		}
		cycling++
		res, err := Solve(background, p, nil, Options{})
		require.NoError(t, err)
		requireCertified(t, p, res)
		require.LessOrEqual(t, res.Iterations, 40)
	}
	assert.Greater(t, cycling, 40, "the problems are not what they are meant to be")
}

// Newton steps that always release variables take thousands of short steps here.
func TestSolveDoesNotJam(t *testing.T) {
	const n = 150
	for _, cond := range []float64{1e6, 1e8} {
		r := newRand(50)
		p := Problem[float64]{H: hessian(n, cond, r), G: make([]float64, n), Lower: make([]float64, n)}
		for i := range p.G {
			p.G[i] = r.NormFloat64()
		}
		res, err := Solve(background, p, nil, Options{Tolerance: 1e-7})
		require.NoError(t, err)
		assert.Equal(t, Optimal, res.Status)
		assert.LessOrEqual(t, res.Iterations, 60)
	}
}

func TestSolveDoesNotDependOnWorkers(t *testing.T) {
	k := makeKnown(150, 1e5, 0.4, 1, newRand(17))
	var first Result[float64]
	for _, w := range []mat.Workers{1, 2, 3} {
		res, err := Solve(background, k.Problem, nil, Options{Workers: w})
		require.NoError(t, err)
		if w == 1 {
			first = res
		}
		assert.Equal(t, first, res, "%d workers", w)
	}
}

func TestStatusNames(t *testing.T) {
	assert.Equal(t, "optimal", Optimal.String())
	assert.Equal(t, "invalid input", InvalidInput.String())
	assert.Equal(t, "Status(0)", Status(0).String(), "nothing is optimal by default")
	assert.Equal(t, "Status(200)", Status(200).String())
}
