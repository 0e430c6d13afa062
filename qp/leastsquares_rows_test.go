package qp

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Läuchli's matrix, with rows that hold at the solution (1, 2, 3), whether they are active or not. The condition number
// is √3/ε, and that of the directions in which the sum is fixed is 1; b is rounded.
func TestConstrainedLeastSquaresDoNotSquareTheConditionNumber(t *testing.T) {
	none := math.Inf(1)
	for name, bounds := range map[string][2]float64{
		"a sum below another": {-none, 10}, "a sum above another": {-4, none}, "a fixed sum": {6, 6},
		"a largest sum": {-none, 6}, "a smallest sum": {6, none},
	} {
		t.Run(name, func(t *testing.T) {
			for _, e := range []float64{1e-4, 1e-7, 1e-8, 1e-10, 1e-12} {
				p := LeastSquaresProblem[float64]{A: mat.DenseOf(4, 3, []float64{1, 1, 1, e, 0, 0, 0, e, 0, 0, 0, e}),
					B: []float64{6, e, 2 * e, 3 * e}, C: mat.DenseOf(1, 3, constant(3, 1)),
					RowLower: []float64{bounds[0]}, RowUpper: []float64{bounds[1]}}
				res, err := LeastSquares(background, p, Options{})
				require.NoError(t, err, "ε = %g", e)
				for j, x := range res.X {
					assert.InDelta(t, j+1, x, 1e-14+100*0x1p-53/e, "ε = %g", e)
				}
			}
		})
	}
}

// illConditioned is a random m×n matrix, m ≥ n, whose singular values fall evenly from 1 to 1/condition.
func illConditioned(m, n int, condition float64, r *rand.Rand) mat.Dense[float64] {
	left, right := randomMatrix(m, n, r), randomMatrix(n, n, r)
	a := mat.NewDense[float64](m, n)
	for _, f := range []struct{ from, to mat.Dense[float64] }{{left, left}, {right, right}} {
		var qr mat.QR[float64]
		qr.Factor(f.from, 1)
		qr.Q(f.to, 1)
	}
	for j := range n {
		s := math.Pow(condition, -float64(j)/float64(max(n-1, 1)))
		for i := range m {
			left.Set(i, j, left.At(i, j)*s)
		}
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, left, right, 0, a, 1)
	return a
}

// b is Ax for an x that satisfies the rows, some of which have no room there, so x is the solution. Rounding A and b
// changes it by the condition number times as much.
func TestConstrainedLeastSquaresFindAKnownSolution(t *testing.T) {
	r := newRand(520)
	for round := range repeats(t, 1000) {
		n, k := 2+r.IntN(8), 1+r.IntN(4)
		m := n + r.IntN(10)
		condition := math.Pow(10, 4+5*r.Float64())
		p := LeastSquaresProblem[float64]{A: illConditioned(m, n, condition, r), B: make([]float64, m),
			C: mat.NewDense[float64](k, n), Lower: infinite(n, -1), Upper: infinite(n, 1)}
		x := make([]float64, n)
		for j := range x {
			x[j] = r.NormFloat64()
			if r.IntN(3) == 0 {
				p.Lower[j] = x[j] - float64(r.IntN(2))
			}
		}
		mat.Gemv(mat.NoTrans, 1, p.A, x, 0, p.B, 1)
		for i := range k {
			sum := 0.0
			for j := range n {
				v := float64(r.IntN(5) - 2)
				p.C.Set(i, j, v)
				sum += v * x[j]
			}
			p.RowLower = append(p.RowLower, sum-float64(r.IntN(2)))
			p.RowUpper = append(p.RowUpper, sum+float64(r.IntN(2)))
		}
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err, "round %d", round)
		for j, v := range res.X {
			require.InDelta(t, x[j], v, 1e-13*condition, "round %d, condition %g", round, condition)
		}
	}
}

// With a residual, slopes at the solution are not 0, and constraints press against it.
func TestPolishedSolutionsHaveNoLongerResiduals(t *testing.T) {
	r := newRand(521)
	for round := range repeats(t, 500) {
		n := 3 + r.IntN(8)
		m := n + 1 + r.IntN(10)
		p := LeastSquaresProblem[float64]{A: illConditioned(m, n, math.Pow(10, 3+5*r.Float64()), r),
			B: randomMatrix(m, 1, r).Data, C: randomMatrix(2, n, r), Lower: constant(n, -1), Upper: constant(n, 1),
			RowLower: []float64{-1, 0.5}, RowUpper: []float64{1, 0.5}}
		o := withDefaults[float64](Options{}, n)
		s, err := newTriangle(background, p, 1)
		require.NoError(t, err)
		v, _, err := s.solveRows(background, o)
		require.NoError(t, err)
		before, worst := mat.Nrm2(s.left(v.x)), s.worst(v)
		if worst > o.Tolerance {
			continue
		}
		require.NoError(t, s.polish(background, v, new(GeneralInfo), o.Tolerance))
		require.LessOrEqual(t, mat.Nrm2(s.left(v.x)), before*(1+0x1p-39), "round %d", round)
		require.LessOrEqual(t, s.worst(v), o.Tolerance, "round %d", round)
	}
}

// At the start other constraints are active than at the solution, or a row is violated.
func TestActiveConstraintsAreExchanged(t *testing.T) {
	p := LeastSquaresProblem[float64]{A: mat.DenseOf(3, 3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}),
		B: []float64{3, 1, -1.5}, C: mat.DenseOf(2, 3, []float64{1, 1, 1, 0, 1, 1}), Lower: constant(3, -1),
		Upper: constant(3, 5), RowLower: []float64{-1, -9}, RowUpper: []float64{1, 9}}
	s, err := newTriangle(background, p, 1)
	require.NoError(t, err)
	want := []float64{2, 0, -1} // the sum is 1, and x₂ = −1
	for _, start := range [][]float64{{0, 0, 0}, {-1, -1, -1}, {-1, 0, -1}, {1, 0, 0}, {0, 1.5, 0}, {2, 0, -1}} {
		v := iterate{make([]float64, 3), make([]float64, 2)}
		for j, k := range s.unit {
			v.x[j] = math.Ldexp(start[j], -k)
		}
		c := newConstrainedTriangle(s, v)
		found, err := c.solve(background)
		require.NoError(t, err)
		require.True(t, found, "from %v", start)
		for j, k := range s.unit {
			assert.InDelta(t, want[j], math.Ldexp(c.x[j], k), 1e-14, "from %v", start)
		}
		assert.InDeltaSlice(t, []float64{-1, 0}, c.y, 1e-14, "from %v", start)
	}
	v, info := iterate{make([]float64, 3), make([]float64, 2)}, GeneralInfo{}
	require.ErrorIs(t, s.polish(endedContext(), v, &info, 1e-9), context.Canceled)
	assert.Zero(t, mat.AbsMax(v.x))
	info.Factorizations = 0
	require.NoError(t, s.polish(background, v, &info, 1e-9))
	assert.Equal(t, 4, info.Factorizations, "two for each of two steps: x₂ begins at its bound")
}

// Three rows that one x satisfies contradict each other once they are rounded to float32.
func TestRowsOfLeastSquaresRoundedToFloat32AreNoContradiction(t *testing.T) {
	r, all, solved := newRand(522), 0, 0
	for round := range repeats(t, 500) {
		const n = 2
		x := randomMatrix(n, 1, r).Data
		first, second := randomMatrix(1, n, r).Data, randomMatrix(1, n, r).Data
		p := LeastSquaresProblem[float32]{A: mat.NewDense[float32](n, n), B: make([]float32, n),
			C: mat.NewDense[float32](3, n)}
		mat.Convert(p.A, randomMatrix(n, n, r))
		for i, f := range [][2]float64{{1, 0}, {0, 1}, {0.3, -1.7}} {
			sum := 0.0
			for j := range n {
				v := f[0]*first[j] + f[1]*second[j]
				p.C.Set(i, j, float32(v))
				sum += v * x[j]
			}
			p.RowLower = append(p.RowLower, float32(sum))
		}
		p.RowUpper = p.RowLower
		res, _ := LeastSquares(background, p, Options{})
		require.Contains(t, []Status{Optimal, PrecisionLimit}, res.Status, "round %d", round)
		all++
		if res.Status == Optimal {
			solved++
		}
		for i, want := range p.RowLower { // one rounding of each number
			size := math.Abs(float64(want))
			for j, v := range res.X {
				size += math.Abs(float64(p.C.At(i, j) * v))
			}
			require.InDelta(t, want, mat.Dot(p.C.Row(i), res.X), 1e-5*size, "round %d, row %d", round, i)
		}
	}
	assert.GreaterOrEqual(t, 100*solved, 95*all, "%d of %d", solved, all)
}

// Pivots are chosen in the same units.
func TestUnitsDoNotMatterToPolishedLeastSquares(t *testing.T) {
	r := newRand(523)
	for round := range repeats(t, 300) {
		n, k := 2+r.IntN(6), 1+r.IntN(4)
		m := n + r.IntN(6)
		p := LeastSquaresProblem[float64]{A: illConditioned(m, n, 1e7, r), B: randomMatrix(m, 1, r).Data,
			C: randomMatrix(k, n, r), RowLower: randomMatrix(k, 1, r).Data}
		q := p
		q.A, q.C, q.RowLower = p.A.Clone(), p.C.Clone(), slices.Clone(p.RowLower)
		v, w := randomUnits(n, 30, true, r), randomUnits(k, 20, true, r)
		for j := range n {
			for i := range m {
				q.A.Set(i, j, q.A.At(i, j)*v[j])
			}
			for i := range k {
				q.C.Set(i, j, q.C.At(i, j)*v[j]*w[i])
			}
		}
		for i := range k {
			q.RowLower[i] *= w[i]
		}
		want, _ := LeastSquares(background, p, Options{})
		got, _ := LeastSquares(background, q, Options{})
		for j := range got.X {
			got.X[j] *= v[j]
		}
		for i := range got.RowMultipliers {
			got.RowMultipliers[i] *= w[i]
		}
		require.Equal(t, want.X, got.X, "round %d", round)
		require.Equal(t, want.RowMultipliers, got.RowMultipliers, "round %d", round)
	}
}

// In float32, an x nearer to the solution may have a worse certificate once it is rounded.
func TestPolishedLeastSquaresAreNoWorseOnceRounded(t *testing.T) {
	r := newRand(524005)
	for round := range repeats(t, 1500) {
		n, k := 4+r.IntN(6), 1+r.IntN(3)
		m := n + r.IntN(10)
		p := LeastSquaresProblem[float32]{A: mat.NewDense[float32](m, n), B: make([]float32, m),
			C: mat.NewDense[float32](k, n)}
		mat.Convert(p.A, illConditioned(m, n, math.Pow(10, 2+8*r.Float64()), r))
		mat.Convert(p.C, randomMatrix(k, n, r))
		x := make([]float32, n)
		mat.Convert(mat.DenseOf(1, n, x), randomMatrix(1, n, r))
		mat.Gemv(mat.NoTrans, 1, p.A, x, 0, p.B, 1)
		for i := range m {
			p.B[i] += float32(math.Pow(10, -8*r.Float64()) * r.NormFloat64())
		}
		for i := range k {
			sum := mat.Dot(p.C.Row(i), x)
			p.RowLower = append(p.RowLower, sum-float32(r.IntN(2)))
			p.RowUpper = append(p.RowUpper, sum+float32(r.IntN(2)))
		}
		o := withDefaults[float32](Options{}, n)
		s, err := newTriangle(background, p, 1)
		require.NoError(t, err)
		v, info, err := s.solveRows(background, o)
		require.NoError(t, err, "round %d", round)
		roundAnswer(s, v, p, info)
		res, _ := LeastSquares(background, p, Options{})
		if s.worst(v) <= o.Tolerance {
			require.Equal(t, Optimal, res.Status, "round %d", round)
		}
	}
}
