package qp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// nextFree draws new free variables and their slacks in every third round, and removes a few
// variables in the others.
func nextFree(round int, free []int, slack []float64, r *rand.Rand) []int {
	share := r.Float64()
	next := free[:0]
	if round%3 == 0 {
		for i := range slack {
			slack[i] = math.Floor(10 * r.Float64()) // some are equal
			if r.Float64() < share {
				next = append(next, i)
			}
		}
		return next
	}
	for _, i := range free {
		if r.IntN(20) > 0 {
			next = append(next, i)
		}
	}
	return next
}

// Whatever was factored before, the rows are those of the Cholesky factor of the block of H in that
// order, up to rounding. Where the factor ends, the next pivot is not valid.
func TestFreeFactorFactorsItsBlock(t *testing.T) {
	const n = 110 // more than is factored without splitting
	rounds := 30
	if !thorough.Tests() {
		rounds = 5
	}
	for name, h := range map[string]mat.Dense[float64]{
		"definite":   hessian(n, 1e3, newRand(99)),
		"low rank":   lowRank(n, 70, 99),
		"duplicated": duplicated(n, 99),
		"zero rows":  blind(n, 99),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := freeFactor{effort: new(effort)}
			r, v := newRand(100), viewOf(h)
			slack, free := make([]float64, n), []int{}
			for round := range rounds {
				free = nextFree(round, free, slack, r)
				whole := f.factor(v, free, slack)
				require.Equal(t, whole, len(f.order) == len(free))
				require.Subset(t, free, f.order)
				k := len(f.order)
				if k == 0 {
					continue
				}
				fresh := mat.NewDense[float64](k, k)
				for a, i := range f.order {
					for b, j := range f.order {
						fresh.Set(a, b, h.At(i, j))
					}
				}
				require.NoError(t, mat.Potrf(mat.Lower, fresh, 1))
				for a := range k {
					bound, rowOfFresh, row := 1e-9*math.Sqrt(h.At(f.order[a], f.order[a])), fresh.Row(a), f.l.Row(a)
					for b := range a + 1 {
						if !(math.Abs(rowOfFresh[b]-row[b]) <= bound) {
							require.InDelta(t, rowOfFresh[b], row[b], bound, "round %d", round)
						}
					}
				}
				require.Len(t, f.dependent, len(free)-k)
				d := make([]float64, n)
				for _, j := range f.dependent { // along the direction, H gives rounding errors
					f.flat(v, j, d)
					require.Equal(t, 1.0, d[j])
					require.NotContains(t, f.order, j)
					require.Contains(t, free, j)
					slope := 0.0 // along the variables that the direction moves
					for i, e := range naiveGradient(Problem[float64]{H: h, G: make([]float64, n)}, d) {
						if d[i] != 0 {
							slope = max(slope, math.Abs(e))
						}
					}
					require.True(t, slope <= 1e-9*mat.AbsMax(d)*mat.AbsMax(h.Data), "slope %v", slope)
				}
			}
		})
	}
}
