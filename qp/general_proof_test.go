package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Weights that are rounding errors relative to the largest neither prove nor refute anything, whatever bound they
// belong to: neither the weight of a row without a bound, nor the remainder of a sum over a variable without a bound.
func TestRoundingInAFarkasVectorDoesNotCount(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		a            []float64 // two rows of two variables
		lower, upper []float64 // of the variables, and then of the rows
		y            []float64
		want         bool
	}{
		"exact": {[]float64{1, 0, 0, 1}, []float64{0, 0, 3, -inf},
			[]float64{1, inf, inf, 5}, []float64{1, 0}, true},
		"a weight on a row without a bound": {[]float64{1, 0, 0, 1}, []float64{0, 0, 3, -inf},
			[]float64{1, inf, inf, 5}, []float64{1, 1e-14}, true},
		"a negative one": {[]float64{1, 0, 0, 1}, []float64{0, 0, 3, 0},
			[]float64{1, inf, inf, inf}, []float64{1, -1e-14}, true},
		"a weight that is none": {[]float64{1, 0, 0, 1}, []float64{0, 0, 3, -inf},
			[]float64{1, inf, inf, 5}, []float64{1, 1e-9}, false},
		"a sum over an unbounded variable": {[]float64{1, 1e-14, 0, 1}, []float64{0, 0, 3, -inf},
			[]float64{1, inf, inf, 5}, []float64{1, 0}, true},
		"one that is no rounding": {[]float64{1, 1e-9, 0, 1}, []float64{0, 0, 3, -inf},
			[]float64{1, inf, inf, 5}, []float64{1, 0}, false},
		"a feasible point is in the way": {[]float64{1, 0, 0, 1}, []float64{0, 0, 3, -inf},
			[]float64{3, inf, inf, 5}, []float64{1, 0}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := program{a: indexMatrix(mat.DenseOf(2, 2, c.a)), lower: c.lower, upper: c.upper}
			assert.Equal(t, c.want, p.infeasible(c.y, 1))
		})
	}
}

// The units of the objective and of the bounds make proofs large or small, and of x̂ no number is far from them.
func TestProofsAreFoundInAnyUnits(t *testing.T) {
	inf := math.Inf(1)
	for _, curvature := range []float64{0x1p-400, 0x1p-300, 0x1p-100, 1, 0x1p300} {
		for _, size := range []float64{0x1p-400, 0x1p-300, 0x1p-200, 1, 0x1p300, 0x1p520} {
			if math.IsInf(81*size*curvature*size, 0) { // the objective is out of range
				continue
			}
			p := GeneralProblem[float64]{
				H: mat.DenseOf(2, 2, []float64{curvature, 0, 0, curvature}), G: []float64{0, 0},
				Lower: []float64{-9 * size, -9 * size}, Upper: []float64{9 * size, 9 * size},
				A: mat.DenseOf(2, 2, []float64{1, 1, 1, 1}), RowLower: []float64{size, -9 * size},
				RowUpper: []float64{9 * size, size * (1 - 1e-4)},
			}
			s, err := SolveGeneral(t.Context(), p, Options{})
			assert.Equal(t, Infeasible, s.Status, "%g %g: %v", curvature, size, err)

			p.H.Set(1, 1, 0)
			p.G = []float64{curvature * size, -curvature * size}
			p.A, p.RowLower, p.RowUpper = mat.DenseOf(1, 2, []float64{-1, 1}), []float64{-size}, []float64{inf}
			p.Upper[1] = inf
			s, err = SolveGeneral(t.Context(), p, Options{})
			assert.Equal(t, Unbounded, s.Status, "%g %g: %v", curvature, size, err)
		}
	}
}

// The remainder of a sum over an unbounded variable is multiplied by the variable: a proof holds for numbers up to a
// size.
func TestAProofHoldsAsFarAsRoundingInItCounts(t *testing.T) {
	inf := math.Inf(1)
	p := program{a: indexMatrix(mat.DenseOf(1, 2, []float64{1, 1e-13})), lower: []float64{0, 0, 1.001},
		upper: []float64{1, inf, inf}}
	assert.True(t, p.infeasible([]float64{1}, 1e9))
	assert.False(t, p.infeasible([]float64{1}, 1e11))
	p.upper[1] = 1e9
	assert.True(t, p.infeasible([]float64{1}, 1e11), "the variable has a bound that is nearer")
	p.upper[1] = 1e11
	assert.False(t, p.infeasible([]float64{1}, 1e9), "the variable has a bound that is farther")
}

// Once a point satisfies all constraints, the search ends.
func TestTheSearchForAProofEndsAtAFeasiblePoint(t *testing.T) {
	r, factored := newRand(431), 0
	rounds := repeats(t, 50)
	for range rounds {
		p := randomGeneral(randomShape(1+r.IntN(8), r), r)
		s, err := NewGeneralSolver(p.H, p.A, Options{})
		require.NoError(t, err)
		s.load(func(j int) float64 { return p.G[j] }, boundsOf(len(p.G), p.Lower, p.Upper, p.RowLower, p.RowUpper))
		require.Nil(t, s.reduced.of(&s.p))
		farkas, _, feasible, err := s.reduced.p.leastInfeasible(background, s.kkt)
		require.NoError(t, err)
		require.Nil(t, farkas)
		require.NotNil(t, feasible)
		factored += s.kkt.factored
	}
	require.Less(t, factored/rounds, maxProofSteps/4)
}

// Contradictions between rows are found next to any variable, however large another row makes it.
func TestContradictionsWithLargeNumbers(t *testing.T) {
	inf := math.Inf(1)
	for _, large := range []float64{1, 1e9, 1e10, 1e11, 1e12, 1e14} {
		p := GeneralProblem[float64]{
			G: []float64{1, 1, 1}, Lower: []float64{-inf, 0, 0}, Upper: []float64{inf, 1, 1},
			A:        mat.DenseOf(3, 3, []float64{0, 1, 1, 0, 1, -1, 1, 0.5, 0}),
			RowLower: []float64{1.5, 0.8, large}, RowUpper: []float64{inf, inf, inf},
		}
		res, err := SolveGeneral(background, p, Options{})
		require.NotEqual(t, Optimal, res.Status, "next to %g", large)
		require.Error(t, err)
		if large <= 1e10 {
			require.Equal(t, Infeasible, res.Status, "next to %g", large)
		}
	}
}

// A row consists of rounding errors if its numbers are small relative to what large x would make of its elements,
// whatever its unit.
func TestARowOfRoundingErrorsHasNoUnit(t *testing.T) {
	for _, unit := range []float64{1, 4, 0x1p-40, 0x1p40} {
		for _, c := range []struct {
			x, want float64 // want is the size for a unit of 1
			row     int
		}{
			{leastOwnSize, leastOwnSize + leastSize, -1},
			{2 * leastOwnSize, 2 * leastOwnSize, 0},
		} {
			p := program{h: indexMatrix(mat.Dense[float64]{}), a: indexMatrix(mat.DenseOf(1, 2, []float64{unit, 0})),
				g:     make([]float64, 2),
				lower: []float64{0, 0, math.Inf(-1)}, upper: []float64{1, 1, 0}, rows: []int{0}}
			x := []float64{c.x, 1}
			r := rowPoint{size: make([]float64, 1)}
			p.rowSizes(x, 1, &r)
			assert.Equal(t, c.want*unit, r.size[0], "%g in units of %g", c.x, unit)
			row, _ := p.worstRow(x, []float64{c.x, 1, unit * c.x})
			assert.Equal(t, c.row, row, "%g in units of %g", c.x, unit)
		}
	}
}

// The message names the rows that contradict each other, whatever their units.
func TestAContradictionNamesItsRows(t *testing.T) {
	for _, unit := range []float64{1, 0x1p-30, 0x1p30} {
		a := mat.DenseOf(4, 2, []float64{unit, unit, 1, -1, 1, 1, 1, 2})
		inf := math.Inf(1)
		for _, c := range []struct {
			upper           []float64 // of x
			lower, rowUpper []float64
			message         string
		}{
			{[]float64{9, 9}, []float64{3 * unit, -9, -9, -99}, []float64{inf, 9, 1, 99},
				"rows 0 and 2 of A contradict each other"},
			{[]float64{1, 1}, []float64{-unit, -9, -9, 4}, []float64{inf, 9, 9, 99},
				"row 3 of A contradicts the bounds of x"},
			{[]float64{99, 99}, []float64{5 * unit, -inf, -inf, -inf}, []float64{inf, -1, inf, 4},
				"3 rows of A contradict each other or the bounds of x, mainly rows 0 and 3"},
		} {
			p := GeneralProblem[float64]{G: make([]float64, 2), Lower: []float64{-99, -99}, Upper: c.upper, A: a,
				RowLower: c.lower, RowUpper: c.rowUpper}
			_, err := SolveGeneral(background, p, Options{})
			assert.ErrorContains(t, err, "qp: no x satisfies the constraints: "+c.message, "%g", unit)
		}
	}
	zero := GeneralProblem[float64]{G: make([]float64, 2), A: mat.DenseOf(2, 2, []float64{1, 2, 0, 0}),
		RowLower: []float64{0, 1}}
	_, err := SolveGeneral(background, zero, Options{})
	assert.ErrorContains(t, err, "constraints: row 1 of A is zero, and 0 is not between its bounds")
	assert.Equal(t, []int{1, 3}, largestWeights([]float64{1, -5, 0, 2, 1}))
	assert.Empty(t, largestWeights([]float64{0, 0}))
}

// The objective falls along x₁ forever, but the only x₃ and x₄ that the first row and the bounds leave violate the
// second. Its bound looks far beside the width of x₄'s interval.
func TestAContradictionNextToARayIsInfeasible(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{
		G: []float64{4, 4.25, 4, 8.75}, Lower: []float64{0.75, -inf, 1.75, 1.25},
		Upper:    []float64{inf, 1.75, 1.75, 1.25 + 0x1p-38},
		A:        mat.DenseOf(2, 4, []float64{0, 0, 0, -1.875, 0, 0, 1, 0.125}),
		RowLower: []float64{-2.34375, -inf}, RowUpper: []float64{-2.34375, 0.90625},
	}
	_, err := SolveGeneral(background, p, Options{})
	var infeasible *InfeasibleError
	require.ErrorAs(t, err, &infeasible)
	require.Negative(t, infeasible.Farkas[1])
	p.RowUpper[1] = 2
	_, err = SolveGeneral(background, p, Options{})
	var unbounded *UnboundedError
	require.ErrorAs(t, err, &unbounded, "without the contradiction")
}

// A point at which a row only holds beside the rounding errors of large x is no feasible one.
func TestAPointIsFeasibleIfItSatisfiesEachRowBesideItsOwnNumbers(t *testing.T) {
	for _, c := range []struct {
		what     string
		x        []float64
		side     float64
		feasible bool
	}{
		{"inside", []float64{1, 1}, 3, true},
		{"at the bound of x", []float64{5, -5}, 0, true},
		{"outside", []float64{2, 2}, 3, false},
		{"outside by rounding errors", []float64{1, 2}, 3 - 1e-12, true},
		{"outside by the rounding errors of terms", []float64{1e12, 64 - 1e12}, 3, true},
		{"outside by the rounding errors of terms beside which the bound is nothing", []float64{1e12, 1e7 - 1e12}, 3,
			false},
	} {
		p := &program{
			a: indexMatrix(mat.DenseOf(1, 2, []float64{1, 1})), lower: []float64{-1e13, -1e13, math.Inf(-1)},
			upper: []float64{1e13, 1e13, c.side},
			free:  []int{0, 1}, rows: []int{0},
		}
		if got := p.feasible(c.x, make([]float64, 3)); c.feasible {
			require.Equal(t, c.x, got, c.what)
		} else {
			require.Nil(t, got, c.what)
		}
	}
}

// Two rows ask for x = 1 and x = 1 + δ.
func TestAContradictionMustExceedTheErrorsOfTheNumbers(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		precision, apart float64
		proven           bool
	}{
		{0x1p-53, 1e-9, false}, {0x1p-53, 3e-9, true},
		{0x1p-24, 0.99 * 16 * 0x1p-24, false}, {0x1p-24, 1.01 * 16 * 0x1p-24, true},
	} {
		a := indexMatrix(mat.DenseOf(2, 1, []float64{1, 1}))
		p := program{h: indexMatrix(mat.Dense[float64]{}), a: a, g: make([]float64, 1), precision: c.precision,
			lower: []float64{-inf, 1, 1 + c.apart}, upper: []float64{inf, 1, 1 + c.apart}}
		y := []float64{-1, 1}
		assert.Equal(t, c.proven, p.infeasible(y, 1), "%v", c)
		r := p.refutationBy([]doubleDouble{{high: -1}, {high: 1}})
		assert.Equal(t, c.proven, r.margin > 0, "%v", c)

		var reduced reduction
		reduced.prepare(&p)
		assert.Equal(t, c.proven, reduced.of(&p) != nil, "%v", c)
		assert.Equal(t, p.clearContradiction(), reduced.p.clearContradiction(), "%v", c)
	}
}

// Both rows are 6(x₀ + x₁ + x₂), which is 0 by the second one. The search for a feasible point comes to one at which
// all x are equal, and next to 0, so that the violation is as large as the terms.
func TestAnUnboundedProblemIsToldWhereThePathToAFeasiblePointEndsAtTheOrigin(t *testing.T) {
	p := GeneralProblem[float64]{
		H: mat.DenseOf(3, 3, []float64{5, 8, 8, 8, 37, 37, 8, 37, 37}), G: []float64{0.25, 0.25, 0},
		Lower: slices.Repeat([]float64{math.Inf(-1)}, 3), Upper: slices.Repeat([]float64{math.Inf(1)}, 3),
		A: mat.DenseOf(2, 3, slices.Repeat([]float64{6}, 6)), RowLower: []float64{0, 0}, RowUpper: []float64{1.25, 0},
	}
	_, err := SolveGeneral(background, p, Options{})
	var unbounded *UnboundedError
	require.ErrorAs(t, err, &unbounded)
	assert.InDelta(t, 0, unbounded.Ray[1]+unbounded.Ray[2], 1e-12)
	assert.Positive(t, unbounded.Ray[2])
}
