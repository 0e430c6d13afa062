package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Bounds that are only out of range in the units of the columns do not cross.
func TestBoundsOutOfRangeOfLeastSquaresAreNotInfeasible(t *testing.T) {
	for name, rows := range map[string][2][]float64{
		"a bound":          {nil, {0x1p200}},
		"a bound of a row": {{0x1p30}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := LeastSquaresProblem[float64]{A: mat.DenseOf(1, 1, []float64{0x1p1000}), B: []float64{0},
				C: mat.DenseOf(1, 1, []float64{1}), RowLower: rows[0], RowUpper: rows[1]}
			if rows[0] == nil {
				p.Lower = []float64{0x1p100}
			}
			res, err := LeastSquares(background, p, Options{})
			requireOutOfRange(t, res.Status, err)
		})
	}
}

func TestColumnsOfLeastSquaresMayBeLongerThanTheLargestNumber(t *testing.T) {
	p := LeastSquaresProblem[float64]{A: mat.DenseOf(2, 1, []float64{1.5e308, 1.5e308}), B: []float64{1, 1}}
	for _, rows := range []int{0, 1} {
		if rows > 0 {
			p.C, p.RowUpper = mat.DenseOf(1, 1, []float64{1}), []float64{1}
		}
		res, err := LeastSquares(background, p, Options{})
		require.NoError(t, err, "%d rows: %+v", rows, res.GeneralInfo)
		assert.InEpsilon(t, 1/1.5e308, res.X[0], 1e-9)
	}
}

// The variable of the large element is fixed at 0, so the small one is all that there is. Without it x = (0, 10) would
// satisfy the row; that its bound is out of range has to be said.
func TestRowsOfLeastSquaresAreNotWithoutTheirSmallElements(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct{ lower, upper []float64 }{
		"from above": {nil, []float64{5 * 0x1p-500}},
		"from below": {[]float64{20 * 0x1p-500}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := LeastSquaresProblem[float64]{A: mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), B: []float64{0, 10},
				C: mat.DenseOf(1, 2, []float64{0x1p600, 0x1p-500}), RowLower: c.lower, RowUpper: c.upper,
				Lower: []float64{0, -inf}, Upper: []float64{0, inf}}
			res, err := LeastSquares(background, p, Options{})
			requireOutOfRange(t, res.Status, err)
		})
	}
}
