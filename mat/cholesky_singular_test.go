package mat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestRcondDetectsASingularMatrix(t *testing.T) {
	both(t, testRcondSingular[float32], testRcondSingular[float64])
}

// testRcondSingular takes a matrix whose last pivot is only a few roundoffs, as few as leave it positive, and which
// would otherwise be singular.
func testRcondSingular[T mat.Float](t *testing.T) {
	n := 20
	a := mat.NewDense[T](n, n)
	a.Fill(1)
	for i := range n - 1 {
		a.Set(i, i, 2)
	}
	var c mat.Cholesky[T]
	for few := 1.0; ; few *= 2 {
		require.Less(t, few, 256.0)
		a.Set(n-1, n-1, T(1-1/float64(n)+few*unit[T]())) // 1ᵀ(I+11ᵀ)⁻¹1 = 1 − 1/n, plus a few roundoffs
		err := c.Factor(a, 1)
		if err == nil {
			break
		}
		var npd *mat.NotPositiveDefiniteError
		require.ErrorAs(t, err, &npd)
		require.Equal(t, n, npd.Minor)
	}
	require.Less(t, c.Rcond(), 1e3*unit[T]())
}
