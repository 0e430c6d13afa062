package qp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// fixedLast is a random problem whose last variable is fixed at value and independent of the others.
func fixedLast(n, m int, curved bool, value float64, r *rand.Rand) GeneralProblem[float64] {
	p := GeneralProblem[float64]{G: make([]float64, n), A: randomMatrix(m, n, r), Lower: constant(n, -1),
		Upper: constant(n, 2), RowLower: infinite(m, -1), RowUpper: infinite(m, 1)}
	if curved {
		p.H = hessian(n, 10, r)
	}
	for i := range n {
		p.G[i] = 3 * r.NormFloat64()
		if curved && i < n-1 {
			p.H.Set(i, n-1, 0)
			p.H.Set(n-1, i, 0)
		}
	}
	for i := range m {
		p.RowUpper[i] = 1 + r.Float64()
		p.A.Set(i, n-1, 0)
	}
	p.Lower[n-1], p.Upper[n-1] = value, value
	return p
}

// A fixed variable is a constant: no other variable may be judged relative to it, not even if its value is what some
// programs use for infinity.
func TestFixedVariablesDoNotAffectOthers(t *testing.T) {
	r := newRand(411)
	for round := range repeats(t, 300) {
		n, m, curved := 2+r.IntN(5), r.IntN(5), round%3 > 0
		state := r.Uint64()
		at := func(value float64) GeneralProblem[float64] {
			return fixedLast(n, m, curved, value, rand.New(rand.NewPCG(state, 0)))
		}
		want, err := SolveGeneral(background, at(0), Options{})
		require.NoError(t, err)
		for _, value := range []float64{1, 1e12, -1e20, 1e30} {
			p := at(value)
			got, err := SolveGeneral(background, p, Options{})
			require.NoError(t, err, "round %d: %+v", round, got.GeneralInfo)
			require.InDeltaSlice(t, want.X[:n-1], got.X[:n-1], 1e-6, "round %d, fixed at %g", round, value)
			require.Equal(t, value, got.X[n-1])
			offset := p.G[n-1] * value
			if curved {
				offset += p.H.At(n-1, n-1) * value * value / 2
			}
			require.InEpsilon(t, want.Objective+offset, got.Objective, 1e-12)
			if m > 0 || !curved {
				continue
			}
			x := constant(n, 7)
			one, err := Solve(background, Problem[float64]{p.H, p.G, p.Lower, p.Upper}, x, Options{})
			require.NoError(t, err, "round %d", round)
			require.InDeltaSlice(t, want.X[:n-1], one.X[:n-1], 1e-6, "round %d, fixed at %g", round, value)
			require.InDeltaSlice(t, want.X[:n-1], batchOfOne(t, p)[:n-1], 1e-6, "round %d, fixed at %g", round, value)
		}
	}
}

// batchOfOne solves a problem that has only bounds as a batch.
func batchOfOne(t *testing.T, p GeneralProblem[float64]) []float64 {
	t.Helper()
	s, err := NewSolver(p.H, Options{})
	require.NoError(t, err)
	n := len(p.G)
	row := func(v []float64) mat.Dense[float64] { return mat.DenseOf(1, n, v) }
	x := make([]float64, n)
	_, err = s.SolveBatch(background, Batch[float64]{G: row(p.G), Lower: row(p.Lower), Upper: row(p.Upper), X: row(x)})
	require.NoError(t, err)
	return x
}

// A fixed variable is equivalent to its contribution to the slopes and rows.
func TestFixedVariablesAreEquivalentToTheirContribution(t *testing.T) {
	r := newRand(412)
	for round := range repeats(t, 300) {
		n, m := 2+r.IntN(5), 1+r.IntN(4)
		value := math.Ldexp(1+r.Float64(), r.IntN(60)-20)
		p := fixedLast(n, m, true, value, r)
		p.H = hessian(n, 10, r)
		q := p
		q.G, q.RowUpper = slices.Clone(p.G), slices.Clone(p.RowUpper)
		q.Lower, q.Upper = slices.Clone(p.Lower), slices.Clone(p.Upper)
		q.Lower[n-1], q.Upper[n-1] = 0, 0
		for i := range n {
			q.G[i] = math.FMA(p.H.At(i, n-1), value, q.G[i])
		}
		for i := range m {
			p.A.Set(i, n-1, r.NormFloat64())
			p.RowUpper[i] += p.A.At(i, n-1) * value
			q.RowUpper[i] = math.FMA(-p.A.At(i, n-1), value, p.RowUpper[i]) // with the precision that p has
		}
		want, err := SolveGeneral(background, q, Options{})
		require.NoError(t, err)
		got, err := SolveGeneral(background, p, Options{})
		require.NoError(t, err, "round %d: %+v", round, got.GeneralInfo)
		require.InDeltaSlice(t, want.X[:n-1], got.X[:n-1], 1e-6, "round %d, fixed at %g", round, value)
		require.InDeltaSlice(t, want.RowMultipliers, got.RowMultipliers, 1e-6*(1+value),
			"round %d, fixed at %g", round, value)
	}
}

// The rest of a row without its large fixed variables is computed exactly, where rounding errors of a plain sum would
// matter.
func TestTheRestOfARowWithoutFixedVariablesIsExact(t *testing.T) {
	p := GeneralProblem[float64]{
		G: []float64{0, 0, 0, 1}, Lower: []float64{1e16, 3, -1e16, 0}, Upper: []float64{1e16, 3, -1e16, 1e3},
		A: mat.DenseOf(1, 4, []float64{1, 1, 1, 1}), RowLower: []float64{103}, RowUpper: []float64{103},
	}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	require.Equal(t, 100., res.X[3])
}

// Many files state bounds as rows with one element.
func TestVariablesFixedByRowsDoNotAffectOthers(t *testing.T) {
	for _, far := range []float64{1e10 / 3, 1e20} {
		testRowsThatFix[float32](t, far)
		testRowsThatFix[float64](t, far)
	}
}

func testRowsThatFix[T mat.Float](t *testing.T, far float64) {
	p := GeneralProblem[T]{
		H: mat.DenseOf(3, 3, []T{1, 0, 0, 0, 1, 0, 0, 0, 1}), G: []T{-1, -3, 5},
		A: mat.DenseOf(3, 3, []T{0, 0, 3, 1, 1, 0, 1, 0, 1}), RowLower: []T{T(3 * far), -8, T(math.Inf(-1))},
		RowUpper: []T{T(3 * far), 2, T(2 * far)},
	}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	require.InDelta(t, 0, res.X[0], 1e-5)
	require.InDelta(t, 2, res.X[1], 1e-5)
	require.InEpsilon(t, far, res.X[2], 1e-6)
	require.InEpsilon(t, far/3, math.Abs(float64(res.RowMultipliers[0])), 1e-5, "∂f/∂x₃ is that row's alone")
	require.Less(t, res.Certificate.Gap, 1e-5)
}

// A variable on which no other depends, and which has no curvature, goes to its bound and is a constant there.
func TestIndependentVariablesDoNotAffectOthers(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{0, 0, 0, 0, 1, 0.5, 0, 0.5, 1})
	for _, far := range []float64{1, 1e12, 1e20} {
		p := GeneralProblem[float64]{H: h, G: []float64{-1, -1, 2}, Lower: []float64{0, -9, -9},
			Upper: []float64{far, 9, 1}}
		res, err := SolveGeneral(background, p, Options{})
		require.NoError(t, err)
		require.InDeltaSlice(t, []float64{8. / 3, -10. / 3}, res.X[1:], 1e-9, "the bound is %g", far)
		require.Equal(t, far, res.X[0])
		require.InDelta(t, -1, res.BoundMultipliers[0], 1e-9)
		one, err := Solve(background, Problem[float64]{h, p.G, p.Lower, p.Upper}, nil, Options{})
		require.NoError(t, err)
		require.InDeltaSlice(t, res.X[1:], one.X[1:], 1e-9, "the bound is %g", far)
		p.A, p.RowUpper, p.RowLower = mat.DenseOf(1, 3, []float64{2, 0, 0}), []float64{1}, []float64{0}
		res, err = SolveGeneral(background, p, Options{})
		require.NoError(t, err)
		require.InDeltaSlice(t, []float64{0.5, 8. / 3, -10. / 3}, res.X, 1e-9, "the bound is %g, a row is nearer", far)
	}
}

// Rows of only fixed variables hold if they hold up to rounding.
func TestRowsOfFixedVariablesMayBeRounded(t *testing.T) {
	p := GeneralProblem[float64]{
		G: []float64{0, 0, 1}, Lower: []float64{1, 1, 0}, Upper: []float64{1, 1, 5},
		A: mat.DenseOf(2, 3, []float64{0.1, 0.2, 0, 0.1, 0.2, 1}), RowLower: []float64{0.3, 0.3},
		RowUpper: []float64{0.3, 0.3},
	}
	res, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{1, 1, 0}, res.X, 1e-12)
	p.RowLower[0] += 1e-3
	p.RowUpper[0] += 1e-3
	_, err = SolveGeneral(background, p, Options{})
	var infeasible *InfeasibleError
	require.ErrorAs(t, err, &infeasible)
}

// In least squares, fixed variables become a part of b.
func TestFixedVariablesOfLeastSquares(t *testing.T) {
	a := mat.DenseOf(5, 3, []float64{1, 2, 0, 3, 4, 0, 5, 7, 0, 1, 1, 0, 0, 0, 1})
	for _, value := range []float64{0, 1e12, 1e20} {
		p := LeastSquaresProblem[float64]{A: a, B: []float64{1, 2, 3, 4, 5}, Lower: []float64{-9, -9, value},
			Upper: []float64{9, 9, value}}
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err)
		require.InDeltaSlice(t, []float64{3.5, -2}, res.X[:2], 1e-9, "fixed at %g", value)
	}
}

// The rest of a row without a huge fixed variable is exact, and is not rounded to zero if the other variables can
// satisfy it.
func TestRowsAreExactWithHugeFixedVariables(t *testing.T) {
	for _, far := range []float64{8, 0x1p20, 0x1p50} {
		p := GeneralProblem[float64]{
			H: mat.DenseOf(2, 2, []float64{0, 0, 0, 1}), G: []float64{0, 0}, Lower: []float64{far, -10},
			Upper: []float64{far, 10},
			A:     mat.DenseOf(1, 2, []float64{1, -1}), RowLower: []float64{far - 1}, RowUpper: []float64{far - 1},
		}
		res, err := SolveGeneral(background, p, Options{})
		require.NoError(t, err)
		require.Equal(t, far, res.X[0])
		require.InDelta(t, 1, res.X[1], 1e-9, "next to %g", far)
	}
}
