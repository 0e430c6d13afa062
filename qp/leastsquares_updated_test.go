package qp

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// triangleOf returns a problem with its factor.
func triangleOf(p LeastSquaresProblem[float64]) *triangle {
	s, err := newTriangle(background, p, 1)
	if err != nil {
		panic(err) // the context does not end
	}
	return s
}

// boundedProblem returns the active-set method for A, b and the bounds.
func boundedProblem(a mat.Dense[float64], b, lower, upper []float64) *boundedTriangle {
	return newBoundedTriangle(triangleOf(LeastSquaresProblem[float64]{A: a, B: b, Lower: lower, Upper: upper}))
}

// An orthogonal matrix changes no product of two columns, whatever has joined and left.
func TestUpdatedQRKeepsTheProductsOfColumns(t *testing.T) {
	for seed := range uint64(60) {
		r := newRand(seed)
		m, n := 1+r.IntN(30), 1+r.IntN(30)
		b := boundedProblem(randomMatrix(m, n, r), randomMatrix(1, m, r).Data, make([]float64, n), nil)
		for j := range b.side {
			b.side[j] = side(r.IntN(2)) * isFree
			b.x[j] = r.Float64()
		}
		f, err := newUpdatedQR(background, b)
		require.NoError(t, err)
		for range 3 * n {
			j, x := r.IntN(n), r.NormFloat64()
			if f.place[j] >= 0 {
				f.leave(j, x, 1)
				b.x[j] = x
			} else if len(f.free) < b.r.Rows {
				f.join(j, b.x[j], 1)
			}
			requireUpdated(t, b, f)
		}
	}
}

func requireUpdated(t *testing.T, b *boundedTriangle, f *updatedQR) {
	t.Helper()
	k, n := b.r.Rows, b.r.Cols
	right := slices.Clone(b.d)
	for j := range n {
		if f.place[j] < 0 {
			for i := range k {
				right[i] -= b.r.At(i, j) * b.x[j]
			}
		} else {
			require.Equal(t, j, f.free[f.place[j]])
			require.NotContains(t, f.column.Row(j)[:f.place[j]+1][f.place[j]:], 0.0)
			require.Zero(t, mat.Asum(f.column.Row(j)[f.place[j]+1:]))
		}
	}
	for i := range n {
		column := make([]float64, k)
		for q := range k {
			column[q] = b.r.At(q, i)
		}
		requireNear(t, mat.Dot(column, right), mat.Dot(f.column.Row(i), f.right), 1e-12*float64(k+n))
		for j := range i + 1 {
			want := 0.0
			for q := range k {
				want += b.r.At(q, i) * b.r.At(q, j)
			}
			requireNear(t, want, mat.Dot(f.column.Row(i), f.column.Row(j)), 1e-12*float64(k))
		}
	}
}

// requireNear is require.InDelta for innermost loops, where it takes most of the time.
func requireNear(t *testing.T, want, got, delta float64) {
	if !(math.Abs(want-got) <= delta) {
		t.Helper()
		require.InDelta(t, want, got, delta)
	}
}

// Exchanging single columns ends at a solution from any start: at the bounds, and with any columns free.
func TestExchangeOneByOneEndsAtASolution(t *testing.T) {
	for seed := range uint64(repeats(t, 400)) {
		r := newRand(1000 + seed)
		m, n := 1+r.IntN(25), 1+r.IntN(25)
		p := LeastSquaresProblem[float64]{A: randomMatrix(m, n, r), B: randomMatrix(1, m, r).Data}
		p.Lower, p.Upper = someBounds(n, r)
		b := boundedProblem(p.A, p.B, p.Lower, p.Upper)
		b.startAtBounds()
		if r.IntN(2) > 0 {
			for j := range b.side {
				if r.IntN(2) > 0 {
					b.side[j] = isFree
				}
			}
		}
		require.NoError(t, b.onebyone(background))
		require.Equal(t, Optimal, b.info.Status)
		res, _ := roundAnswer(b.triangle, iterate{x: b.x}, p, b.info)
		measure(b.triangle, iterate{x: b.x}, &res)
		requireLeast(t, p, res, 1e-12)
	}
}

// someBounds returns bounds of all kinds: none, on one side, on both, and equal ones.
func someBounds(n int, r *rand.Rand) (lower, upper []float64) {
	lower, upper = make([]float64, n), make([]float64, n)
	for j := range n {
		lower[j], upper[j] = math.Inf(-1), math.Inf(1)
		at := r.NormFloat64()
		switch r.IntN(5) {
		case 0:
			lower[j] = at
		case 1:
			upper[j] = at
		case 2:
			lower[j], upper[j] = at, at+r.Float64()
		case 3:
			lower[j], upper[j] = at, at
		}
	}
	return lower, upper
}

func TestExchangeOneByOneEndsWhenCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	cancel()
	b := boundedProblem(decays(40, 60))
	b.startAtBounds()
	require.ErrorIs(t, b.onebyone(ctx), context.Canceled)
}

// decays is the fit of a sum of n exponential functions, at m times, whose time constants are spread over three
// decades: the columns are nearly dependent, and few of them are free at the solution.
func decays(m, n int) (a mat.Dense[float64], b, lower, upper []float64) {
	a, b = mat.NewDense[float64](m, n), make([]float64, m)
	r := newRand(7)
	for i := range m {
		time := 0.01 + 3*float64(i)/float64(m)
		for j := range n {
			constant := math.Pow(10, -2+3*float64(j)/float64(n-1))
			e := math.Exp(-time / constant)
			a.Set(i, j, e)
			b[i] += e * math.Exp(-20*square(math.Log(constant)+1.5))
		}
		b[i] += 1e-3 * r.NormFloat64()
	}
	return a, b, make([]float64, n), nil
}

func square(x float64) float64 { return x * x }

// These have no more free columns than a small rank, and take a factorization or two: most of the time was that of a
// factorization for each exchange.
func TestFewFreeColumnsTakeFewFactorizations(t *testing.T) {
	wide := func(m, n int) (mat.Dense[float64], []float64, []float64, []float64) {
		r := newRand(8)
		a := randomMatrix(m, n, r)
		return a, randomMatrix(1, m, r).Data, make([]float64, n), constant(n, 1)
	}
	within := func(a mat.Dense[float64], b, lower, upper []float64) LeastSquaresProblem[float64] {
		return LeastSquaresProblem[float64]{A: a, B: b, Lower: lower, Upper: upper}
	}
	for name, p := range map[string]LeastSquaresProblem[float64]{
		"decays, as many as times":  within(decays(120, 120)),
		"decays, fewer than times":  within(decays(200, 50)),
		"decays, more than times":   within(decays(32, 100)),
		"three times as many boxes": within(wide(40, 120)),
	} {
		t.Run(name, func(t *testing.T) {
			res, err := LeastSquares(background, p, Options{})
			require.NoError(t, err)
			requireLeast(t, p, res, 1e-14)
			require.LessOrEqual(t, res.Factorizations, 4)
		})
	}
}

func TestRankWithinTellsWhetherTheRankIsAtMostALimit(t *testing.T) {
	r := newRand(3)
	thin := randomMatrix(12, 3, r)
	h := mat.NewDense[float64](12, 12)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, thin, thin, 0, h, 1)
	for most, want := range []bool{false, false, false, true, true} {
		require.Equal(t, want, rankWithin(h, most), most)
	}
	require.True(t, rankWithin(mat.NewDense[float64](4, 4), 0))
}
