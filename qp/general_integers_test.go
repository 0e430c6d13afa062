package qp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// integerGeneral makes a degenerate problem with a known minimum, in which all numbers are so small that nothing is
// rounded: rows repeat each other, exactly or nearly, H has any rank, and half of the active constraints have no
// multiplier.
func integerGeneral(r *rand.Rand) knownGeneral {
	n := 1 + r.IntN(12)
	m := r.IntN(3*n + 3)
	number := func(most int) float64 { return float64(r.IntN(2*most+1) - most) }
	p := knownGeneral{GeneralProblem: GeneralProblem[float64]{A: mat.NewDense[float64](m, n)}, y: make([]float64, m)}
	if rank := r.IntN(n + 1); r.IntN(3) > 0 && rank > 0 {
		b := mat.NewDense[float64](rank, n)
		for i := range b.Data {
			b.Data[i] = number(3) * float64(r.IntN(2))
		}
		p.H = gram(b)
	}
	for i := range m {
		row := p.A.Row(i)
		if i == 0 || r.IntN(5) > 0 {
			for j := range row {
				row[j] = number(4) * float64(r.IntN(2))
			}
			continue
		}
		mat.Axpy(number(2), p.A.Row(r.IntN(i)), row)
		if r.IntN(3) == 0 {
			row[r.IntN(n)] += math.Ldexp(number(2), -r.IntN(30))
		}
	}
	place := func(v float64, lower, upper *[]float64) (multiplier float64) {
		l, u := math.Inf(-1), math.Inf(1)
		switch kind := r.IntN(6); kind {
		case 0:
			l, u = v, v
			multiplier = number(5)
		case 1, 2:
			l, multiplier = v, float64(r.IntN(2)*r.IntN(6))
		case 3:
			u, multiplier = v, -float64(r.IntN(2)*r.IntN(6))
		case 4:
			l, u = v-float64(1+r.IntN(3)), v+float64(1+r.IntN(3))
		}
		*lower, *upper = append(*lower, l), append(*upper, u)
		return multiplier
	}
	for range n {
		p.x = append(p.x, number(3))
		p.G = append(p.G, place(p.x[len(p.x)-1], &p.Lower, &p.Upper))
	}
	for i := range m {
		p.y[i] = place(mat.Dot(p.A.Row(i), p.x), &p.RowLower, &p.RowUpper)
		mat.Axpy(p.y[i], p.A.Row(i), p.G)
	}
	for j := range p.H.Rows {
		p.G[j] -= mat.Dot(p.H.Row(j), p.x)
	}
	return p
}

// An optimal answer has the known minimum, in any units and with 10²⁰ for "none"; nearly all are optimal, and no
// problem is called infeasible or unbounded.
func TestOptimalMeansTheKnownMinimum(t *testing.T) {
	t.Parallel()
	all, solved := repeats(t, 1500), 0
	for seed := range uint64(all) {
		r := newRand(9000 + seed)
		p := integerGeneral(r)
		minimum, size := p.objective(p.x), 1e-3
		for j, x := range p.x {
			size += math.Abs(p.G[j] * x)
		}
		q, f := inRandomUnits(p.GeneralProblem, []int{0, 8, 30}[r.IntN(3)], r)
		if r.IntN(4) == 0 {
			q = withHuge(q, 1e20)
		}
		res, err := SolveGeneral(background, q, Options{})
		if err != nil {
			require.Equal(t, PrecisionLimit, res.Status, "seed %d: %v", seed, err)
			continue
		}
		solved++
		require.InDelta(t, f*minimum, res.Objective, 1e-6*f*size, "seed %d", seed)
	}
	assert.GreaterOrEqual(t, 100*solved, 99*all, "%d of %d", solved, all)
}
