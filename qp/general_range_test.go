package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// In these problems units that fit the elements of H and A make bounds or slopes that are not 0 so small that float64
// has only 0 for them, or so large that it has only infinity.
func TestNumbersOutOfRangeInUnitsOfTheMatricesCount(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		GeneralProblem[float64]
		want      []float64
		objective float64
	}{
		"a bound that overflows": {GeneralProblem[float64]{H: diagonal(0x1p1000, 0), G: []float64{0, 0x1p10},
			A: mat.DenseOf(1, 2, []float64{1, 1}), Lower: []float64{0, -inf}, RowLower: []float64{0x1p600}},
			[]float64{0, 0x1p600}, 0x1p610},
		"a bound that underflows": {GeneralProblem[float64]{H: diagonal(0x1p-1000, 0), G: []float64{0, 0},
			A: mat.DenseOf(1, 2, []float64{1, 1}), RowLower: []float64{0x1p-600}, RowUpper: []float64{0x1p-600}},
			[]float64{0, 0x1p-600}, 0},
		"a slope, next to a fixed variable": {GeneralProblem[float64]{G: []float64{0, -0x1p-500, 0},
			A: mat.DenseOf(1, 3, []float64{1, 0x1p600, 0}), RowUpper: []float64{0x1p601},
			Lower: []float64{0, 0, 1}, Upper: []float64{inf, 1, 1}}, []float64{math.NaN(), 1, 1}, -0x1p-500},
		"the objective of a fixed variable": {GeneralProblem[float64]{G: []float64{0, -0x1p-500},
			A: mat.DenseOf(1, 2, []float64{1, 0x1p600}), RowUpper: []float64{0x1p600},
			Lower: []float64{0, 1}, Upper: []float64{0, 1}}, []float64{0, 1}, -0x1p-500},
		"a fixed variable": {GeneralProblem[float64]{G: []float64{0, 1, 0},
			A:        mat.DenseOf(2, 3, []float64{1, 0x1p-600, 0, 0, 1, 1}),
			RowLower: []float64{0, 0x1p-499}, Lower: []float64{0, 0, 0x1p-500}, Upper: []float64{inf, inf, 0x1p-500}},
			[]float64{0, 0x1p-500, 0x1p-500}, 0x1p-500},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(background, c.GeneralProblem, Options{})
			require.NoError(t, err, "%v", res)
			for j, x := range c.want {
				if x != x { // whatever f, and the rows, leave
					continue
				}
				if x == 0 {
					assert.Less(t, math.Abs(res.X[j]), 1e-6*mat.AbsMax(c.want), "x[%d]", j)
				} else {
					assert.InEpsilon(t, x, res.X[j], 1e-8, "x[%d]", j)
				}
			}
			if c.objective != 0 {
				assert.InEpsilon(t, c.objective, res.Objective, 1e-8)
			}
		})
	}
}

// diagonal has two rows.
func diagonal(a, b float64) mat.Dense[float64] { return mat.DenseOf(2, 2, []float64{a, 0, 0, b}) }

// H·x overflows at the only candidate for a solution, and with it every measure of it.
func TestASolutionWhoseObjectiveOverflowsIsOutOfRange(t *testing.T) {
	res, err := SolveGeneral(background, GeneralProblem[float64]{H: diagonal(0x1p1000, 0x1p1000), G: []float64{0, 0},
		A: mat.DenseOf(1, 2, []float64{1, 1}), RowLower: []float64{0x1p600}}, Options{})
	var e *StatusError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, OutOfRange, res.Status)
}

// In units of x̂ the bounds are 2^-570 and 2^1480.
func TestNumbersThatAreTooFarApartAreNamed(t *testing.T) {
	res, err := SolveGeneral(background, GeneralProblem[float64]{H: diagonal(0x1p1000, 0), G: []float64{0, 1},
		A: mat.DenseOf(1, 2, []float64{0x1p-1000, 0x1p-1000}), Lower: []float64{0x1p-1070, 0},
		RowLower: []float64{0x1p-20}}, Options{})
	assert.EqualError(t, err, "qp: out of range: lower[0] and rowLower[0] are too far apart, by 2^2049 in units in "+
		"which the elements of H and A are about 1")
	var e *StatusError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, OutOfRange, res.Status)
	assert.True(t, math.IsNaN(res.Primal))
	assert.Equal(t, []float64{0x1p-1070, 0}, res.X)
	assert.Equal(t, []float64{0}, res.RowMultipliers)
}

// A bound that stands for "none" may be as far out as that, because the problem is solved without it.
func TestAFarBoundMayBeOutOfRange(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{H: diagonal(0x1p1000, 0x1p1000), G: []float64{0x1p500, -0x1p500},
		A: mat.DenseOf(1, 2, []float64{0x1p-1000, 0x1p-1000}), Lower: []float64{0x1p-502, 0x1p-1070},
		Upper: []float64{inf, 1e300}, RowUpper: []float64{1e300}}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	assert.InEpsilonSlice(t, []float64{0x1p-502, 0x1p-500}, res.X, 1e-8)
}

// In the units of H the difference of the bounds overflows.
func TestBoundsFarOutContradictEachOther(t *testing.T) {
	_, err := SolveGeneral(background, GeneralProblem[float64]{H: mat.DenseOf(1, 1, []float64{0x1p200}),
		G: []float64{0}, A: mat.DenseOf(1, 1, []float64{1}), Upper: []float64{-0x1p923}, RowLower: []float64{0x1p923}},
		Options{})
	var e *InfeasibleError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, []float64{1}, e.Farkas)
}

// farRows are x₁ − x₂, and about x₂, in units that make the first element of the second row 1. There the second
// element of the first row is small, and a bound of the second row far out.
func farRows(e int) mat.Dense[float64] {
	return mat.DenseOf(2, 2, []float64{1, -1, math.Ldexp(1, -e), math.Ldexp(1, e)})
}

// f falls by 1 up to the far bound of x₂, at a rate that is nothing beside that of x₁: 2^(−1−2e) of it.
func TestASmallSlopeTowardsAFarBoundCounts(t *testing.T) {
	for e := 10; e <= 35; e += 5 {
		p := GeneralProblem[float64]{G: []float64{-1, 0}, A: farRows(e), Lower: []float64{0, 0},
			RowUpper: []float64{0.5, math.Ldexp(1, e)}}
		res, err := SolveGeneral(background, p, Options{})
		if e <= 20 {
			require.NoError(t, err, e)
		}
		if err == nil {
			assert.InEpsilonSlice(t, []float64{1.5, 1}, res.X, 1e-5, e)
			continue
		}
		assert.Equal(t, PrecisionLimit, res.Status, e)
		assert.Greater(t, res.Gap, 0.9, e)
	}
}

// A second element of the first row that is 0 would make x = (½, 0) optimal, the rows a contradiction, and f fall
// forever.
func TestElementsThatUnitsLoseProveNothing(t *testing.T) {
	inf := math.Inf(1)
	for name, p := range map[string]GeneralProblem[float64]{
		"a solution":      {G: []float64{-1, 0}, Lower: []float64{0, 0}, RowUpper: []float64{0.5, 0x1p540}},
		"a contradiction": {G: []float64{0, -1}, Lower: []float64{0, 0}, RowUpper: []float64{-0.5, 0x1p540}},
		"a ray": {G: []float64{0, -0x1p1000}, Lower: []float64{0, 0}, Upper: []float64{1, inf},
			RowLower: []float64{-0.5, -inf}},
	} {
		p.A = farRows(540)
		res, err := SolveGeneral(background, p, Options{})
		var e *StatusError
		require.ErrorAs(t, err, &e, name)
		assert.Equal(t, OutOfRange, res.Status, name)
		assert.ErrorContains(t, err, "A[0,1] is 2^-1080 in units in which", name)
	}
}

// An element of 5e-324 beside 1 is a rounding error, unless bounds are as far out.
func TestElementsThatUnitsLoseMayBeNegligible(t *testing.T) {
	p := GeneralProblem[float64]{G: []float64{-1, -2}, A: mat.DenseOf(2, 2, []float64{4, 5e-324, 4, 4}),
		Lower: []float64{0, 0}, Upper: []float64{1e20, 1e20}, RowUpper: []float64{2, 8}}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0, 2}, res.X, 1e-8)
}

// The unit of x₀ is known from both ends of a ring of rows xₖ + 2²⁰xₖ₊₁ ≤ 1, and there it differs by 2¹¹⁰⁰.
func TestUnitsOfALongRingOfRowsAreRefused(t *testing.T) {
	const n = 56
	p := GeneralProblem[float64]{G: constant(n, -1), A: mat.NewDense[float64](n, n), Lower: make([]float64, n),
		RowUpper: constant(n, 1)}
	for i := range n {
		p.A.Set(i, i, 1)
		p.A.Set(i, (i+1)%n, 0x1p20)
	}
	res, err := SolveGeneral(background, p, Options{})
	require.ErrorContains(t, err, "in units in which")
	assert.Equal(t, OutOfRange, res.Status)
}

// Bounds far out that stand for "none" take nothing from the accuracy of variables without a slope of their own, and
// starts that are solutions but for rounding errors are not solved anew.
func TestBoundsThatStandForNoneLeaveSolutionsAsTheyAre(t *testing.T) {
	for _, none := range []float64{1e20, 1e30, math.MaxFloat64} {
		far := func(sign float64, n int) []float64 { return slices.Repeat([]float64{sign * none}, n) }
		p := GeneralProblem[float64]{H: diagonal(1, 1), G: []float64{-1, 0}, A: mat.DenseOf(1, 2, []float64{1, 1}),
			Lower: far(-1, 2), Upper: far(1, 2), RowUpper: []float64{10}}
		s, err := NewGeneralSolver(p.H, p.A, Options{})
		require.NoError(t, err)
		x, y := []float64{1, 1e-11}, []float64{0}
		info, err := s.Solve(background, p.G, p.Lower, p.Upper, nil, p.RowUpper, x, y)
		require.NoError(t, err)
		assert.Zero(t, info.Factorizations, none)

		r := newRand(7)
		for range 20 {
			const n, defined = 8, 3 // free variables that three rows define, which have no slope
			a := mat.NewDense[float64](2*defined, n+defined)
			for i := range a.Rows {
				for j := range n {
					a.Set(i, j, r.NormFloat64())
				}
				if i < defined {
					a.Set(i, n+i, -1)
				}
			}
			p := GeneralProblem[float64]{G: make([]float64, n+defined), A: a, Lower: far(-1, n+defined),
				Upper: far(1, n+defined), RowLower: far(-1, 2*defined), RowUpper: far(1, 2*defined)}
			for j := range n {
				p.G[j], p.Lower[j], p.Upper[j] = r.NormFloat64(), -1, 1
			}
			clear(p.RowLower[:defined])
			clear(p.RowUpper[:defined])
			for i := defined; i < 2*defined; i++ {
				p.RowUpper[i] = r.Float64()
			}
			_, err := SolveGeneral(background, p, Options{})
			require.NoError(t, err, none)
		}
	}
}

// A limit of iterations is no loss of range, whatever stands for "none".
func TestALimitOfIterationsIsToldBesideFarBounds(t *testing.T) {
	r := newRand(3)
	for range 100 {
		const n = 4
		p := GeneralProblem[float64]{G: make([]float64, n), A: mat.NewDense[float64](1, n), Lower: make([]float64, n),
			Upper: slices.Repeat([]float64{math.MaxFloat64}, n), RowUpper: []float64{4}}
		for j := range n {
			p.G[j] = float64(r.IntN(9)-4) / 16 // f is in range, wherever x is
			p.A.Set(0, j, float64(r.IntN(7)-3))
		}
		if res, err := SolveGeneral(background, p, Options{MaxIterations: 1}); err != nil {
			require.NotEqual(t, OutOfRange, res.Status, "g %v, A %v", p.G, p.A.Data)
		}
	}
}
