package qp

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A matrix of the order of the variables would take 128 MB; all of the data are 160 kB.
func TestFewRowsNeedNoMatrixOfTheOrderOfTheVariables(t *testing.T) {
	const n, m, most = 4000, 5, 64 << 20
	r := newRand(541)
	a := randomMatrix(m, n, r)
	t.Run("a linear program without a minimum", func(t *testing.T) {
		p := GeneralProblem[float64]{G: constant(n, 1), A: a, RowLower: constant(m, 0), RowUpper: constant(m, 0)}
		size := allocated(func() {
			_, err := SolveGeneral(background, p, Options{})
			var e *UnboundedError
			require.ErrorAs(t, err, &e)
		})
		assert.Less(t, size, uint64(most))
	})
	t.Run("least squares with a row", func(t *testing.T) {
		p := LeastSquaresProblem[float64]{A: a, B: randomMatrix(m, 1, r).Data, C: mat.DenseOf(1, n, constant(n, 1)),
			RowLower: []float64{1}}
		size := allocated(func() {
			_, err := LeastSquares(background, p, Options{})
			require.NoError(t, err)
		})
		assert.Less(t, size, uint64(most))
	})
}
