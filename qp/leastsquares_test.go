package qp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func randomMatrix(m, n int, r *rand.Rand) mat.Dense[float64] {
	a := mat.NewDense[float64](m, n)
	for i := range a.Data {
		a.Data[i] = r.NormFloat64()
	}
	return a
}

// For Läuchli's matrix, AᵀA is singular in floating point.
func TestLeastSquaresDoNotSquareTheConditionNumber(t *testing.T) {
	for _, e := range []float64{1e-4, 1e-8, 1e-11} {
		a := mat.DenseOf(4, 3, []float64{1, 1, 1, e, 0, 0, 0, e, 0, 0, 0, e})
		b := []float64{6, e, 2 * e, 3 * e}
		for name, solve := range map[string]func() (LeastSquaresResult[float64], error){
			"no bounds": func() (LeastSquaresResult[float64], error) {
				return BoundedLeastSquares(background, a, b, nil, nil)
			},
			"nnls": func() (LeastSquaresResult[float64], error) { return NNLS(background, a, b) },
			"box": func() (LeastSquaresResult[float64], error) {
				return BoundedLeastSquares(background, a, b, constant(3, -5), constant(3, 5))
			},
		} {
			res, err := solve()
			require.NoError(t, err, name)
			require.InDeltaSlice(t, []float64{1, 2, 3}, res.X, 4e-16/e, name)
		}
	}
}

// requireLeast checks the optimality conditions with slopes from A and b.
func requireLeast(t *testing.T, p LeastSquaresProblem[float64], res LeastSquaresResult[float64], tolerance float64) {
	t.Helper()
	m, n := p.A.Rows, p.A.Cols
	left, size := make([]float64, m), 0.0
	for i := range m {
		sum := doubleDouble{-p.B[i], 0} // fixed variables that are large may cancel each other
		for j, v := range p.A.Row(i) {
			sum.add(v, res.X[j])
		}
		left[i] = sum.value()
		size = math.Max(size, math.Abs(p.B[i]))
	}
	require.InDelta(t, mat.Nrm2(left), res.Residual, 1e-12*(1+size)*float64(m))
	for j := range n {
		slope, length := p.Lambda*res.X[j], p.Lambda
		for i := range m {
			slope += p.A.At(i, j) * left[i]
			length += p.A.At(i, j) * p.A.At(i, j)
		}
		slope /= math.Sqrt(length) * (size + math.SmallestNonzeroFloat64)
		lower, upper := math.Inf(-1), math.Inf(1)
		if p.Lower != nil {
			lower = p.Lower[j]
		}
		if p.Upper != nil {
			upper = p.Upper[j]
		}
		require.GreaterOrEqual(t, res.X[j], lower)
		require.LessOrEqual(t, res.X[j], upper)
		if length == 0 {
			continue
		}
		if slope > 0 {
			require.LessOrEqual(t, math.Min(slope, (res.X[j]-lower)*math.Sqrt(length)/size), tolerance)
		} else {
			require.LessOrEqual(t, math.Min(-slope, (upper-res.X[j])*math.Sqrt(length)/size), tolerance)
		}
	}
}

func TestBoundedLeastSquaresSatisfyTheOptimalityConditions(t *testing.T) {
	r := newRand(500)
	for range repeats(t, 1500) {
		m, n := 1+r.IntN(25), 1+r.IntN(20)
		p := LeastSquaresProblem[float64]{A: randomMatrix(m, n, r), B: randomMatrix(m, 1, r).Data,
			Lower: make([]float64, n)}
		switch r.IntN(4) {
		case 0: // columns of very different scales
			for i := range m {
				for j, row := 0, p.A.Row(i); j < n; j++ {
					row[j] *= math.Exp2(float64(j*37%61 - 30))
				}
			}
		case 1: // of low rank
			k := 1 + r.IntN(min(m, n))
			mat.Gemm(mat.NoTrans, mat.NoTrans, 1, randomMatrix(m, k, r), randomMatrix(k, n, r), 0, p.A, 1)
		case 2: // a smooth kernel
			for i := range m {
				for j := range n {
					p.A.Set(i, j, 1/float64(i+j+1))
				}
			}
		}
		if r.IntN(2) == 0 {
			p.Upper = constant(n, 0.25)
		}
		if r.IntN(4) == 0 {
			p.Lambda = 0.5
		}
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err)
		requireLeast(t, p, res, 1e-9)
	}
}

func TestUnitsDoNotMatterToLeastSquares(t *testing.T) {
	r := newRand(501)
	for range repeats(t, 300) {
		m, n := 1+r.IntN(20), 1+r.IntN(12)
		p := LeastSquaresProblem[float64]{A: randomMatrix(m, n, r), B: randomMatrix(m, 1, r).Data,
			Lower: constant(n, -0.125), Upper: constant(n, 0.25)}
		want, err := LeastSquares(background, p, Options{})
		require.NoError(t, err)
		v, c := randomUnits(n, 30, true, r), randomUnits(1, 20, true, r)[0]
		q := LeastSquaresProblem[float64]{A: p.A.Clone(), B: slices.Clone(p.B), Lower: make([]float64, n),
			Upper: make([]float64, n)}
		mat.Scal(c, q.B)
		for j, s := range v {
			for i := range m {
				q.A.Set(i, j, c*p.A.At(i, j)*s)
			}
			q.Lower[j], q.Upper[j] = p.Lower[j]/s, p.Upper[j]/s
		}
		got, err := LeastSquares(background, q, Options{})
		require.NoError(t, err)
		for j, s := range v {
			require.InDelta(t, want.X[j], got.X[j]*s, 1e-9*(1+mat.AbsMax(want.X)))
		}
		require.InDelta(t, want.Residual, got.Residual/c, 1e-12*(1+mat.AbsMax(p.B)))
	}
}

func TestConstrainedLeastSquaresAgreeWithQuadraticPrograms(t *testing.T) {
	r := newRand(502)
	for range repeats(t, 300) {
		m, n := 1+r.IntN(20), 2+r.IntN(10)
		p := LeastSquaresProblem[float64]{A: randomMatrix(m, n, r), B: randomMatrix(m, 1, r).Data,
			Lower: make([]float64, n), C: mat.DenseOf(1, n, constant(n, 1)), RowLower: []float64{1},
			RowUpper: []float64{1}, Lambda: float64(r.IntN(2))}
		got, err := LeastSquares(background, p, Options{})
		require.NoError(t, err)
		h, g := gram(p.A), make([]float64, n)
		for j := range n {
			h.Set(j, j, h.At(j, j)+p.Lambda)
			for i := range m {
				g[j] -= p.A.At(i, j) * p.B[i]
			}
		}
		want, err := SolveGeneral(background,
			GeneralProblem[float64]{H: h, G: g, Lower: p.Lower, A: p.C, RowLower: p.RowLower, RowUpper: p.RowUpper},
			Options{})
		require.NoError(t, err)
		require.InDelta(t, 2*want.Objective+mat.Dot(p.B, p.B), got.Objective, 1e-9*(1+mat.Dot(p.B, p.B)))
		require.InDelta(t, 2*want.RowMultipliers[0], got.RowMultipliers[0], 1e-6)
	}
}

func TestLeastSquaresInFloat32(t *testing.T) {
	r := newRand(503)
	a, b := randomMatrix(12, 5, r), randomMatrix(12, 1, r).Data
	want, err := NNLS(background, a, b)
	require.NoError(t, err)
	got, err := NNLS(background, matrixAs[float32](a), numbersAs[float32](b))
	require.NoError(t, err)
	for j, x := range want.X {
		require.InDelta(t, x, float64(got.X[j]), 1e-6)
	}
}

func TestLeastSquaresOfAlmostNothingHaveASolution(t *testing.T) {
	for name, c := range map[string]struct {
		p LeastSquaresProblem[float64]
		x []float64
	}{
		"nothing": {LeastSquaresProblem[float64]{}, []float64{}},
		"no rows": {LeastSquaresProblem[float64]{A: mat.DenseOf[float64](0, 2, nil), Lower: []float64{1, -1}},
			[]float64{1, 0}},
		"zero column": {
			LeastSquaresProblem[float64]{A: mat.DenseOf(1, 2, []float64{0, 2}), B: []float64{4},
				Lower: []float64{3, 0}}, []float64{3, 2},
		},
		"zero b": {LeastSquaresProblem[float64]{A: mat.DenseOf(1, 1, []float64{1}), B: []float64{0}},
			[]float64{0}},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := LeastSquares(background, c.p, Options{})
			require.NoError(t, err)
			require.InDeltaSlice(t, c.x, res.X, 1e-14)
		})
	}
}

func TestLeastSquaresThatAreRefused(t *testing.T) {
	one, nan := mat.DenseOf(1, 1, []float64{1}), math.NaN()
	for message, p := range map[string]LeastSquaresProblem[float64]{
		"A[0,0]":     {A: mat.DenseOf(1, 1, []float64{nan}), B: []float64{1}},
		"B[0]":       {A: one, B: []float64{nan}},
		"Lambda":     {A: one, B: []float64{1}, Lambda: -1},
		"lower[0]":   {A: one, B: []float64{1}, Lower: []float64{nan}},
		"x[0]":       {A: one, B: []float64{1}, Lower: []float64{2}, Upper: []float64{1}},
		"row 0 of C": {A: one, B: []float64{1}, C: one, RowLower: []float64{2}, RowUpper: []float64{1}},
	} {
		res, err := LeastSquares(background, p, Options{})
		require.ErrorContains(t, err, message)
		require.Nil(t, res.X)
		require.Equal(t, unmeasured(), res.Certificate)
		require.True(t, math.IsNaN(res.Objective) && math.IsNaN(res.Residual))
	}
	require.Panics(t, func() { _, _ = NNLS(background, one, []float64{1, 2}) })
}

// b is orthogonal to the columns of A up to rounding, or they explain no more of it than rounding: all slopes are
// rounding errors, relative to which nothing is small.
func TestLeastSquaresWithNothingToGainAreOptimal(t *testing.T) {
	for seed := range uint64(40) {
		r := newRand(seed)
		m, n := 2+r.IntN(60), 1+r.IntN(8)
		n = min(n, m-1)
		a := randomMatrix(m, n, r)
		for j := range n {
			unit := math.Exp2(float64(r.IntN(60) - 30))
			for i := range m {
				a.Set(i, j, unit*a.At(i, j))
			}
		}
		b := leftover(a, r)
		for name, bounds := range map[string][2][]float64{
			"no bounds": {}, "x ≥ 0": {make([]float64, n), nil}, "x ≤ 0": {nil, make([]float64, n)},
			"a box": {constant(n, -1e-3), constant(n, 1e3)},
		} {
			p := LeastSquaresProblem[float64]{A: a, B: b, Lower: bounds[0], Upper: bounds[1]}
			res, err := LeastSquares(background, p, Options{})
			require.NoError(t, err, "%s, seed %d, %d×%d: %+v", name, seed, m, n, res.GeneralInfo)
			requireLeast(t, p, res, 1e-15*float64(m))
			require.InEpsilon(t, mat.Nrm2(b), res.Residual, 1e-12)
		}
	}
	res, err := NNLS(background, mat.DenseOf(2, 1, []float64{1, 1}), []float64{1, -1})
	require.NoError(t, err)
	require.Equal(t, []float64{0}, res.X)
}

// leftover is the residual of a random vector after least squares on all columns of a.
func leftover(a mat.Dense[float64], r *rand.Rand) []float64 {
	var qr mat.QR[float64]
	qr.Factor(a.Clone(), 1)
	b := make([]float64, a.Rows)
	for i := range b {
		b[i] = r.NormFloat64()
	}
	column := mat.DenseOf(a.Rows, 1, b)
	for range 2 {
		qr.MulQ(mat.Left, mat.Trans, column, 1)
		clear(b[:a.Cols])
		qr.MulQ(mat.Left, mat.NoTrans, column, 1)
	}
	return b
}

// Rounding errors decide which of these columns are exchanged; interior points do not depend on that.
func TestLeastSquaresWithNearlyDependentColumnsEndAtASolution(t *testing.T) {
	for _, seed := range []uint64{127, 1134} {
		p := nearlyDependent(seed)
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err, "seed %d: %+v", seed, res.GeneralInfo)
		requireLeast(t, p, res, 1e-8) // relative to max |bᵢ|, not to ‖b‖ as the certificate
	}
}

// nearlyDependent returns a problem of which half of the columns are another column and little of their own.
func nearlyDependent(seed uint64) LeastSquaresProblem[float64] {
	r := newRand(seed)
	m, n := 2+r.IntN(20), 2+r.IntN(20)
	p := LeastSquaresProblem[float64]{A: randomMatrix(m, n, r), B: randomMatrix(1, m, r).Data}
	for j := 1; j < n; j += 2 {
		own := math.Pow(10, -float64(4+r.IntN(9)))
		for i := range m {
			p.A.Set(i, j, p.A.At(i, j-1)+own*p.A.At(i, j))
		}
	}
	p.Lower, p.Upper = someBounds(n, r)
	return p
}

// The proof is that of the rows of C, without those by which the residual is a variable.
func TestContradictionsInLeastSquaresNameTheRowsOfC(t *testing.T) {
	a := mat.DenseOf(2, 3, []float64{1, 0, 1, 0, 1, 1})
	for name, c := range map[string]struct {
		c       []float64
		bounds  []float64
		message string
		reach   int
	}{
		"two rows": {[]float64{1, 2, 3, 1, 1, 1, 1, 1, 1}, []float64{9, 1, 2},
			"no x satisfies the constraints: rows 1 and 2 of C contradict each other", 0},
		"a zero row": {[]float64{1, 2, 3, 0, 0, 0, 1, 1, 1}, []float64{9, 1, 2},
			"no x satisfies the constraints: row 1 of C is zero", 0},
		"a sum up to rounding": {[]float64{.1, .3, .7, .2, .1, .1, .1 + .2, .3 + .1, .7 + .1}, []float64{1, 1, 3},
			"no x within Reach satisfies the constraints: 3 rows of C", 3},
	} {
		p := LeastSquaresProblem[float64]{A: a, B: []float64{1, 2}, C: mat.DenseOf(3, 3, c.c), RowLower: c.bounds,
			RowUpper: c.bounds}
		_, err := LeastSquares(background, p, Options{})
		require.ErrorContains(t, err, c.message, name)
		var e *InfeasibleError
		require.ErrorAs(t, err, &e)
		require.Len(t, e.Farkas, 3, name)
		require.Len(t, e.Reach, c.reach, name)
	}
}

// Reach is in units of x: the lengths of the columns of A say nothing about the rows.
func TestUnitsOfADoNotMatterToReach(t *testing.T) {
	bounds := []float64{1, 1, 3}
	p := LeastSquaresProblem[float64]{B: []float64{1, 2}, RowLower: bounds, RowUpper: bounds,
		C: mat.DenseOf(3, 3, []float64{.1, .3, .7, .2, .1, .1, .1 + .2, .3 + .1, .7 + .1})}
	var want []float64
	for _, unit := range []float64{1, 0x1p20, 0x1p-20} {
		p.A = mat.DenseOf(2, 3, []float64{unit, 0, unit, 0, unit, unit})
		_, err := LeastSquares(background, p, Options{})
		var e *InfeasibleError
		require.ErrorAs(t, err, &e)
		require.Len(t, e.Reach, 3)
		if want == nil {
			want = e.Reach
		}
		require.InEpsilonSlice(t, want, e.Reach, 1e-9, "A times %g", unit)
	}
}
