package qp

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
		if testing.Short() {
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
					require.InDeltaSlice(t, want, res.X, 1e-8*cond*(1+maxAbs(want)))
				}
			})
		}
	}
}

func TestSolveFindsKnownSolutions(t *testing.T) {
	sizes := []int{40, 120}
	if testing.Short() {
		sizes = []int{40}
	}
	for _, n := range sizes {
		for _, cond := range []float64{1, 1e2, 1e4, 1e6, 1e8, 1e10} {
			for _, active := range []float64{0, 0.1, 0.5, 0.9, 1} {
				for _, degeneracy := range []float64{0, 3, 12} {
					t.Run(fmt.Sprintf("n=%d/cond=%g/active=%g/degeneracy=%g", n, cond, active, degeneracy), func(t *testing.T) {
						k := makeKnown(n, cond, active, degeneracy, newRand(uint64(n)))
						res, err := Solve(background, k.Problem, nil, Options{Workers: 1})
						require.NoError(t, err)
						requireCertified(t, k.Problem, res)
						// ‖x − x*‖ ≤ ‖H⁻¹‖·(residual + rounding), for a residual that
						// also counts what is wrong at the bounds.
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
		assert.LessOrEqual(t, naiveKKT(k.Problem, res.X), 2e-12*maxAbs(k.G))
	}
}

// Near what float64 can reach, a gradient that was updated instead of computed anew
// is not good enough to stop at.
func TestSolveRefinesWhatUpdatesHaveBlurred(t *testing.T) {
	const n, trials = 60, 60
	optimal := 0
	for seed := range uint64(trials) {
		r := newRand(seed)
		p := Problem[float64]{H: hessian(n, 1e8, r), G: make([]float64, n), Lower: make([]float64, n)}
		for i := range p.G {
			p.G[i] = r.NormFloat64()
		}
		res, err := Solve(background, p, nil, Options{Tolerance: 1e-10})
		require.NoError(t, err)
		require.Contains(t, []Status{Optimal, PrecisionLimit}, res.Status)
		if res.Status == Optimal {
			optimal++
		}
	}
	assert.Greater(t, optimal, trials*5/6)
}

func TestSolveSaysWhenTheTypeIsTheLimit(t *testing.T) {
	k := makeKnown(30, 1e4, 0.3, 0, newRand(4))
	res, err := Solve(background, k.Problem, nil, Options{Tolerance: 1e-18})
	var incomplete *StatusError
	require.ErrorAs(t, err, &incomplete)
	assert.Equal(t, StatusError{onlyProblem, PrecisionLimit, res.Certificate, 1e-18}, *incomplete)
	assert.Equal(t, PrecisionLimit, res.Status)
	assert.Less(t, res.KKT(), 1e-14)
	assert.Less(t, res.Iterations, 60)

	h, g := mat.NewDense[float32](30, 30), make([]float32, 30)
	mat.Convert(h, k.H)
	load(g, k.G)
	res32, err := Solve(background, Problem[float32]{H: h, G: g}, nil, Options{Tolerance: 1e-12})
	requireNoFailure(t, err)
	assert.Equal(t, PrecisionLimit, res32.Status)
	assert.Greater(t, res32.KKT(), 1e-12)
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
	assert.InDelta(t, naiveKKT(wide, x)/naiveScale(wide), res.KKT(), 1e-13, "the residual is that of the rounded x, in float64")
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

func TestSolveOfOneVariable(t *testing.T) {
	// ½·2x² − 4x is least at x = 2.
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

// Variables measured in units 24 orders of magnitude apart: x = Dy turns (H, g) into
// (DHD, Dg), and the solution into D⁻¹ times the old one.
func TestSolveOfBadlyScaledProblems(t *testing.T) {
	r := newRand(9)
	for trial := range 20 {
		n := 30
		k := makeKnown(n, 1e2, 0.5, 0, r)
		scaled := Problem[float64]{mat.NewDense[float64](n, n), make([]float64, n), make([]float64, n), make([]float64, n)}
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

// naivePivoting is block pivoting without any safeguard: all wrong variables change
// places at once. It says whether it ended.
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

// Newton steps that release variables all the time take thousands of short steps
// here.
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

func TestWarmStartAtTheSolutionTakesNoStep(t *testing.T) {
	k := makeKnown(80, 1e4, 0.5, 1, newRand(11))
	cold, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	warm, err := Solve(background, k.Problem, cold.X, Options{})
	require.NoError(t, err)
	assert.Zero(t, warm.Iterations)
	assert.Equal(t, cold.X, warm.X)
}

func TestWarmStartNearTheSolutionTakesFewerSteps(t *testing.T) {
	k := makeKnown(80, 1e5, 0.5, 1, newRand(11))
	s, err := NewSolver(k.H, Options{})
	require.NoError(t, err)
	x := make([]float64, 80)
	_, err = s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	for i := range k.G {
		k.G[i] *= 1 + 1e-3*float64(i%3)
	}
	cold, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	near, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	assert.Equal(t, Optimal, near.Status)
	assert.Less(t, near.Iterations, cold.Iterations)
	assert.Less(t, near.Factorizations, cold.Factorizations)
}

func TestSolverReusesTheFactorOfAnUnchangedFreeSet(t *testing.T) {
	k := makeKnown(50, 1e4, 0.5, 0, newRand(12))
	s, err := NewSolver(k.H, Options{})
	require.NoError(t, err)
	x := make([]float64, 50)
	first, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	require.Positive(t, first.Factorizations)
	for i, v := range k.solution { // moves the solution, and not the active set
		if v > -1 && v < 1 {
			for j := range k.G {
				k.G[j] -= 1e-3 * k.H.At(i, j) * v
			}
		}
	}
	second, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	assert.Equal(t, Optimal, second.Status)
	assert.Zero(t, second.Factorizations)
}

func TestSolveNeverRaisesTheObjective(t *testing.T) {
	r := newRand(13)
	for trial := range 60 {
		k := makeKnown(20, math.Pow(10, float64(trial%8)), 0.5, 3, r)
		x0 := make([]float64, 20)
		for i := range x0 {
			x0[i] = math.Max(-1, math.Min(1, k.solution[i]+math.Pow(10, -float64(trial%11))*r.NormFloat64()))
		}
		for _, o := range []Options{{}, {MaxIterations: 1}, {MaxIterations: 3}, {MaxIterations: 14}} {
			res, err := Solve(background, k.Problem, x0, o)
			requireNoFailure(t, err)
			risen := rise(res.X, naiveGradient(k.Problem, res.X), x0, naiveGradient(k.Problem, x0))
			own := 0.0 // rounding of the check itself
			for i, v := range res.X {
				own += 1e-14 * math.Abs(v-x0[i])
			}
			require.LessOrEqual(t, risen, own, "trial %d, %+v", trial, o)
		}
	}
}

func TestSolveInFloat32NeverRaisesTheObjective(t *testing.T) {
	const n = 40
	h, b := makeBatch[float32](1, n, 1e3, newRand(51))
	b.Lower, b.Upper = mat.Dense[float32]{}, mat.Dense[float32]{}
	p := b.problem(h, 0)
	narrow := Problem[float32]{H: h, G: b.G.Row(0)}
	res, err := Solve(background, narrow, nil, Options{})
	requireNoFailure(t, err)
	x, x0 := make([]float64, n), make([]float64, n)
	better := 0
	for i := range 2 * n { // neighbours of the rounded solution, some of which are better
		start := append([]float32(nil), res.X...)
		start[i/2] = math.Nextafter32(start[i/2], float32(2*(i%2)-1)*1e9)
		got, err := Solve(background, narrow, start, Options{Tolerance: 1e-12})
		requireNoFailure(t, err)
		load(x, got.X)
		load(x0, start)
		require.LessOrEqual(t, rise(x, naiveGradient(p, x), x0, naiveGradient(p, x0)), 1e-25)
		if assert.ObjectsAreEqual(start, got.X) {
			better++
		}
	}
	assert.Positive(t, better)
}

func TestSolveStopsAtTheIterationLimit(t *testing.T) {
	k := makeKnown(40, 1e6, 0.5, 0, newRand(14))
	res, err := Solve(background, k.Problem, nil, Options{MaxIterations: 2})
	requireNoFailure(t, err)
	assert.Equal(t, IterationLimit, res.Status)
	assert.Equal(t, 2, res.Iterations)
	assert.InDelta(t, naiveKKT(k.Problem, res.X)/naiveScale(k.Problem), res.KKT(), 1e-13)
	assert.Negative(t, res.Objective)
}

func TestSolveStopsWhenTheContextEnds(t *testing.T) {
	k := makeKnown(40, 1e6, 0.5, 0, newRand(15))
	for steps, looks := range []int{0, 2, 3, 4} { // the first is at the starting point
		res, err := Solve(endAfter(looks), k.Problem, nil, Options{})
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, Canceled, res.Status)
		assert.Equal(t, steps, res.Iterations)
		assert.InDelta(t, naiveKKT(k.Problem, res.X)/naiveScale(k.Problem), res.KKT(), 1e-13, "what is returned is certified")
		assert.LessOrEqual(t, res.Objective, 0.0)
	}
}

func TestSolveRefusesBadInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := func() Problem[float64] {
		return Problem[float64]{mat.DenseOf(2, 2, []float64{2, 1, 1, 2}), []float64{1, 1}, []float64{0, 0}, []float64{1, 1}}
	}
	for _, c := range []struct {
		name    string
		break_  func(p *Problem[float64], x []float64, o *Options)
		status  Status
		message string
	}{
		{"NaN in H", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(1, 0, nan) }, InvalidInput, "qp: H[1,0] = NaN is not a finite number"},
		{"Inf in H", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(0, 1, inf) }, InvalidInput, "qp: H[0,1] = +Inf is not a finite number"},
		{"asymmetric H", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(0, 1, 0) }, InvalidInput, "qp: H[1,0] = 1 differs from the element across the diagonal (both triangles must be stored)"},
		{"zero on the diagonal", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(1, 1, 0) }, Indefinite, "qp: H is not positive semidefinite: no valid pivot for variable 1"},
		{"NaN in g", func(p *Problem[float64], _ []float64, _ *Options) { p.G[1] = nan }, InvalidInput, "qp: g[1] = NaN is not a finite number"},
		{"Inf in g", func(p *Problem[float64], _ []float64, _ *Options) { p.G[0] = -inf }, InvalidInput, "qp: g[0] = -Inf is not a finite number"},
		{"NaN in lower", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower[1] = nan }, InvalidInput, "qp: lower[1] = NaN is not a number"},
		{"NaN in upper", func(p *Problem[float64], _ []float64, _ *Options) { p.Upper[0] = nan }, InvalidInput, "qp: upper[0] = NaN is not a number"},
		{"NaN in x0", func(_ *Problem[float64], x []float64, _ *Options) { x[0] = nan }, InvalidInput, "qp: x[0] = NaN is not a finite number"},
		{"bounds crossed", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower[1] = 2 }, Infeasible, "qp: no finite x[1] is between its bounds 2 and 1"},
		{"lower bound +Inf", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower[0], p.Upper[0] = inf, inf }, Infeasible, "qp: no finite x[0] is between its bounds +Inf and +Inf"},
		{"upper bound -Inf", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower, p.Upper[1] = nil, -inf }, Infeasible, "qp: no finite x[1] is between its bounds -Inf and -Inf"},
		{"tolerance below 0", func(_ *Problem[float64], _ []float64, o *Options) { o.Tolerance = -1 }, InvalidInput, "qp: Options.Tolerance = -1 is not a finite number ≥ 0"},
		{"tolerance NaN", func(_ *Problem[float64], _ []float64, o *Options) { o.Tolerance = nan }, InvalidInput, "qp: Options.Tolerance = NaN is not a finite number ≥ 0"},
		{"iterations below 0", func(_ *Problem[float64], _ []float64, o *Options) { o.MaxIterations = -3 }, InvalidInput, "qp: Options.MaxIterations = -3 is negative"},
		{"overflow", func(p *Problem[float64], x []float64, _ *Options) {
			x[0], x[1], p.Upper, p.H.Data[0] = 1e200, 0, nil, 1e200
		}, InvalidInput, "qp: x[0] = 1e+200 makes Hx + g overflow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, x, o := good(), []float64{0.5, 0.5}, Options{}
			c.break_(&p, x, &o)
			res, err := Solve(background, p, x, o)
			require.EqualError(t, err, c.message)
			assert.Equal(t, c.status, res.Status)
			assert.Nil(t, res.X)
		})
	}
}

func TestSolveMeetsAMatrixThatIsNotPositiveDefinite(t *testing.T) {
	h := hiddenIndefinite()
	res, err := Solve(background, Problem[float64]{H: h, G: []float64{1, 0, 1}}, nil, Options{})
	var npd *IndefiniteError
	require.ErrorAs(t, err, &npd)
	assert.Contains(t, []int{0, 1, 2}, npd.Variable)
	assert.Equal(t, Indefinite, res.Status)
	assert.ErrorContains(t, err, "qp: H is not positive semidefinite: no valid pivot for variable ")
	assert.Len(t, res.X, 3)
}

func TestSolvePanicsOnShapes(t *testing.T) {
	h := mat.DenseOf(2, 2, []float64{1, 0, 0, 1})
	g := []float64{1, 1}
	for name, call := range map[string]func(){
		"H": func() { _, _ = NewSolver(mat.NewDense[float64](2, 3), Options{}) },
		"stride": func() {
			_, _ = NewSolver(mat.Dense[float64]{Rows: 2, Cols: 2, Data: []float64{1, 0, 0, 1}}, Options{})
		},
		"g":     func() { _, _ = Solve(background, Problem[float64]{H: h, G: g[:1]}, nil, Options{}) },
		"lower": func() { _, _ = Solve(background, Problem[float64]{H: h, G: g, Lower: g[:1]}, nil, Options{}) },
		"upper": func() { _, _ = Solve(background, Problem[float64]{H: h, G: g, Upper: g[:0]}, nil, Options{}) },
		"x0":    func() { _, _ = Solve(background, Problem[float64]{H: h, G: g}, []float64{1, 2, 3}, Options{}) },
	} {
		assert.Panics(t, call, name)
	}
}

func TestSolveLeavesItsInputAlone(t *testing.T) {
	k := makeKnown(20, 1e4, 0.5, 0, newRand(16))
	h, g, l, u := k.H.Clone(), append([]float64(nil), k.G...), append([]float64(nil), k.Lower...), append([]float64(nil), k.Upper...)
	x0 := constant(20, 7)
	_, err := Solve(background, k.Problem, x0, Options{})
	require.NoError(t, err)
	assert.Equal(t, Problem[float64]{h, g, l, u}, k.Problem)
	assert.Equal(t, constant(20, 7), x0)
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

func TestSolveTakesViews(t *testing.T) {
	k := makeKnown(10, 100, 0.5, 0, newRand(18))
	wide := mat.NewDense[float64](12, 17)
	wide.Fill(math.NaN())
	view := wide.View(1, 3, 10, 10)
	mat.Copy(view, k.H)
	want, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	k.H = view
	got, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestStatusNames(t *testing.T) {
	assert.Equal(t, "optimal", Optimal.String())
	assert.Equal(t, "invalid input", InvalidInput.String())
	assert.Equal(t, "Status(0)", Status(0).String(), "nothing is optimal by default")
	assert.Equal(t, "Status(200)", Status(200).String())
}

func TestAnInfiniteScaleMakesNothingOptimal(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{1e200, -1e200, 0, -1e200, 1.9e200, 0, 0, 0, 1e200})
	p := Problem[float64]{h, make([]float64, 3), []float64{0, 1e108, 0}, infinite(3, 1)}
	res, _ := Solve(background, p, []float64{1.5e108, 1e108, 0}, Options{})
	if res.Status == Optimal {
		assert.LessOrEqual(t, res.KKT(), 1e-9)
	}
}

func TestSolveDoesNotLookOutsideOfAView(t *testing.T) {
	k := makeKnown(30, 1e6, 0.5, 0, newRand(91))
	wide := mat.NewDense[float64](31, 40)
	wide.Fill(math.NaN())
	view := wide.View(1, 4, 30, 30)
	mat.Copy(view, k.H)
	for _, m := range everyMethod {
		want, err := Solve(background, k.Problem, nil, Options{Method: m})
		requireNoFailure(t, err)
		viewed := k.Problem
		viewed.H = view
		got, err := Solve(background, viewed, nil, Options{Method: m})
		requireNoFailure(t, err)
		assert.Equal(t, want, got, "%v", m)
	}
}

func TestInterruptedInteriorPointsKeepWhatTheyReached(t *testing.T) {
	k := makeKnown(60, 1e6, 0.5, 0, newRand(92))
	start, err := Solve(background, k.Problem, nil, Options{Method: InteriorPoint, MaxIterations: 1})
	requireNoFailure(t, err)
	later, err := Solve(background, k.Problem, nil, Options{Method: InteriorPoint, MaxIterations: 6})
	requireNoFailure(t, err)
	assert.Less(t, later.Objective, min(start.Objective, 0))
}

func TestSolverResetMakesAnswersIndependentOfEarlierOnes(t *testing.T) {
	k, other := makeKnown(40, 1e5, 0.5, 0, newRand(93)), makeKnown(40, 1e5, 0.3, 0, newRand(94))
	fresh, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	s, err := NewSolver(k.H, Options{})
	require.NoError(t, err)
	x := make([]float64, 40)
	_, err = s.Solve(background, other.G, other.Lower, other.Upper, x)
	require.NoError(t, err)
	s.Reset()
	clear(x)
	info, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
	require.NoError(t, err)
	assert.Equal(t, fresh.X, x)
	assert.Equal(t, fresh.Info, info)
}

func TestSlidingDependentVariablesEndsWithTheContextAndTheLimit(t *testing.T) {
	h := lowRank(80, 30, 95)
	g := make([]float64, 80)
	for i := range g {
		g[i] = h.At(i, 0) - h.At(i, 1) + float64(i%3)
	}
	p := Problem[float64]{h, g, constant(80, -1), constant(80, 1)}
	res, err := Solve(background, p, nil, Options{Method: ProjectedNewton, MaxIterations: 5})
	requireNoFailure(t, err)
	assert.Equal(t, IterationLimit, res.Status)
	assert.LessOrEqual(t, res.Iterations, 5)
	_, err = Solve(endAfter(7), p, nil, Options{Method: ProjectedNewton})
	require.ErrorIs(t, err, context.Canceled)
	res, err = Solve(background, p, nil, Options{Method: ProjectedNewton})
	require.NoError(t, err)
	assert.Equal(t, Optimal, res.Status)
}
