package qp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// besideLargeNumbers is a problem in small variables, which have bounds and rows of their own, and in large ones, of the given size.
// Rows of that size have all variables. Unless it is feasible, the small rows contradict each other by a fifth or more.
func besideLargeNumbers(size float64, feasible bool, r *rand.Rand) GeneralProblem[float64] {
	small, large := 1+r.IntN(4), 1+r.IntN(2)
	m, k := 1+r.IntN(3), large+r.IntN(3)
	n, equal := small+large, r.IntN(2) == 0
	p := GeneralProblem[float64]{
		G: make([]float64, n), A: mat.NewDense[float64](m+k, n), Lower: infinite(n, -1), Upper: infinite(n, 1),
		RowLower: infinite(m+k, -1), RowUpper: infinite(m+k, 1),
	}
	if r.IntN(2) == 0 {
		p.H = gram(randomMatrix(n, n, r))
	}
	x := make([]float64, n)
	for j := range x {
		p.G[j], x[j] = r.NormFloat64(), r.Float64()
		if j < small {
			p.Lower[j], p.Upper[j] = 0, 1
			continue
		}
		x[j] = size * r.NormFloat64()
		if p.H.Rows == 0 {
			p.G[j], p.Lower[j] = math.Abs(p.G[j]), -2*math.Abs(x[j])
		}
	}
	y, d := make([]float64, m), make([]float64, small)
	for i := range y {
		y[i] = 0.1 + r.ExpFloat64()
		for j := range d {
			p.A.Set(i, j, r.NormFloat64())
			d[j] += y[i] * p.A.At(i, j)
		}
	}
	left := 0.2 * (1 + r.Float64())
	for _, v := range d {
		left += max(0, v)
	}
	for i := range m + k {
		row, c := p.A.Row(i), r.NormFloat64()
		switch {
		case i >= m:
			for j := range row {
				row[j] = r.NormFloat64()
			}
			c = mat.Dot(row, x)
		case feasible:
			c = mat.Dot(row, x)
		case i == m-1:
			c = left / y[i]
		}
		p.RowLower[i] = c
		if equal && i < m+large {
			p.RowUpper[i] = c
		}
		if i < m {
			left -= c * y[i]
		} else if i >= m+large {
			p.RowLower[i] -= size * r.Float64()
		}
	}
	return p
}

// Rows that contradict each other do so beside numbers of any size in other rows.
func TestContradictionsInGeneralPositionBesideLargeNumbers(t *testing.T) {
	t.Parallel()
	rounds := repeats(t, 200)
	for _, size := range []float64{1, 1e6, 1e9, 1e11, 1e12, 1e13} {
		r, proven := newRand(432), 0
		for round := range rounds {
			res, err := SolveGeneral(background, besideLargeNumbers(size, false, r), Options{})
			require.Error(t, err)
			require.NotEqual(t, Optimal, res.Status, "problem %d beside %g: %+v", round, size, res.Certificate)
			if res.Status == Infeasible {
				proven++
			}
		}
		assert.GreaterOrEqual(t, proven, rounds*98/100, "beside %g", size)
	}
}

// Where there is a solution, rounding errors of large numbers prove nothing, and mostly it is found: in each row to the digits
// of its own numbers.
func TestSolutionsBesideLargeNumbers(t *testing.T) {
	t.Parallel()
	rounds := repeats(t, 200)
	for _, c := range []struct{ size, share float64 }{{1, 1}, {1e6, 1}, {1e9, 0.95}, {1e11, 0.99}, {1e12, 0.97}} {
		r, solved := newRand(433), 0
		for round := range rounds {
			p := besideLargeNumbers(c.size, true, r)
			res, err := SolveGeneral(background, p, Options{})
			if res.Status != Optimal {
				require.Equal(t, PrecisionLimit, res.Status, "problem %d beside %g: %v", round, c.size, err)
				continue
			}
			solved++
			for i := range p.RowLower {
				value, size := mat.Dot(p.A.Row(i), res.X), 0.0
				for j, x := range res.X {
					size += math.Abs(p.A.At(i, j) * x)
				}
				require.GreaterOrEqual(t, value, p.RowLower[i]-1.1e-9*(size+math.Abs(p.RowLower[i])), "row %d of problem %d beside %g", i, round, c.size)
				require.LessOrEqual(t, value, p.RowUpper[i]+1.1e-9*(size+math.Abs(p.RowUpper[i])), "row %d of problem %d beside %g", i, round, c.size)
			}
		}
		assert.GreaterOrEqual(t, float64(solved), c.share*float64(rounds), "beside %g", c.size)
	}
}
