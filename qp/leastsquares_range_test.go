package qp

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

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
