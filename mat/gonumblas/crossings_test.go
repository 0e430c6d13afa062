package gonumblas

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

func TestTrmmCrossesByTheOrderOfATriangleFromTheLeft(t *testing.T) {
	c := trmmCrossing{order: 10, elements: 100}
	for _, e := range []struct {
		side  blas.Side
		m, n  int
		below bool
	}{
		{blas.Left, 9, 1000, true},
		{blas.Left, 10, 2, false},
		{blas.Right, 2, 49, true},
		{blas.Right, 2, 50, false},
		{blas.Right, 50, 2, false},
	} {
		require.Equal(t, e.below, c.isBelow(e.side, e.m, e.n), "%c, %d×%d", e.side, e.m, e.n)
	}
}
