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
	p := knownGeneral{GeneralProblem: GeneralProblem[float64]{A: mat.NewDense[float64](m, n)}, y: make([]float64, m)}
	if rank := r.IntN(n + 1); r.IntN(3) > 0 && rank > 0 {
		b := mat.NewDense[float64](rank, n)
		for i := range b.Data {
			b.Data[i] = wholeNumber(r, 3) * float64(r.IntN(2))
		}
		p.H = gram(b)
	}
	for i := range m {
		row := p.A.Row(i)
		if i == 0 || r.IntN(5) > 0 {
			for j := range row {
				row[j] = wholeNumber(r, 4) * float64(r.IntN(2))
			}
			continue
		}
		mat.Axpy(wholeNumber(r, 2), p.A.Row(r.IntN(i)), row)
		if r.IntN(3) == 0 {
			row[r.IntN(n)] += math.Ldexp(wholeNumber(r, 2), -r.IntN(30))
		}
	}
	p.finish(r, func(v float64, lower, upper *[]float64) float64 { return placeBounds(r, v, lower, upper) })
	return p
}

// finish draws x, puts bounds around it and around the rows, which have the multipliers that place returns, and sets g
// such that x is a minimum. H and A are there already.
func (p *knownGeneral) finish(r *rand.Rand, place func(v float64, lower, upper *[]float64) (multiplier float64)) {
	for range p.A.Cols {
		p.x = append(p.x, wholeNumber(r, 3))
		p.G = append(p.G, place(p.x[len(p.x)-1], &p.Lower, &p.Upper))
	}
	for i := range p.A.Rows {
		p.y[i] = place(mat.Dot(p.A.Row(i), p.x), &p.RowLower, &p.RowUpper)
		mat.Axpy(p.y[i], p.A.Row(i), p.G)
	}
	for j := range p.H.Rows {
		p.G[j] -= mat.Dot(p.H.Row(j), p.x)
	}
}

// placeBounds puts bounds around v, and returns a multiplier that these bounds may have.
func placeBounds(r *rand.Rand, v float64, lower, upper *[]float64) (multiplier float64) {
	l, u := math.Inf(-1), math.Inf(1)
	switch kind := r.IntN(6); kind {
	case 0:
		l, u = v, v
		multiplier = wholeNumber(r, 5)
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

// wholeNumber is a whole number of at most the given magnitude.
func wholeNumber(r *rand.Rand, most int) float64 { return float64(r.IntN(2*most+1) - most) }

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
