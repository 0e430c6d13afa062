package qp

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// More equations than variables that hold for some x, but for rounding to float32.
func TestLeastSquaresAllowForEquationsRoundedToFloat32(t *testing.T) {
	r := newRand(77)
	for round := range repeats(t, 400) {
		n := 1 + r.IntN(5)
		k, m := n+1+r.IntN(4), n+r.IntN(6)
		alone := round%2 == 0 // one element in each row
		a, c := mat.NewDense[float32](m, n), mat.NewDense[float32](k, n)
		for i := range a.Data {
			a.Data[i] = float32(r.NormFloat64())
		}
		for i := range k {
			for j := range n {
				if !alone || j == i%n {
					c.Set(i, j, float32(r.NormFloat64()))
				}
			}
		}
		x := randomMatrix(n, 1, r).Data
		p := LeastSquaresProblem[float32]{A: a, B: roundedProduct(a, x), C: c, RowLower: roundedProduct(c, x)}
		p.RowUpper = p.RowLower
		got, err := LeastSquares(background, p, Options{})
		require.NoError(t, err, "round %d", round)
		require.Equal(t, Optimal, got.Status, "round %d", round)

		p.RowLower = slices.Clone(p.RowLower) // and one that contradicts the others clearly
		p.RowLower[k-1] += 1e-2 * float32(mat.AbsMax(c.Row(k-1)))
		p.RowUpper = p.RowLower
		_, err = LeastSquares(background, p, Options{})
		var infeasible *InfeasibleError
		assert.ErrorAs(t, err, &infeasible, "round %d", round)
	}
}

// roundedProduct is a·x, rounded to float32.
func roundedProduct(a mat.Dense[float32], x []float64) []float32 {
	y := make([]float32, a.Rows)
	for i := range y {
		sum := 0.0
		for j, v := range a.Row(i) {
			sum += float64(v) * x[j]
		}
		y[i] = float32(sum)
	}
	return y
}
