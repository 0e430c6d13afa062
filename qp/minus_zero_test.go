package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// withMinusZeros is b with −0 for 0.
func withMinusZeros(b []float64) []float64 {
	b = slices.Clone(b)
	for i, v := range b {
		if v == 0 {
			b[i] = math.Copysign(0, -1)
		}
	}
	return b
}

func TestABoundOfMinusZeroIsOneOfZero(t *testing.T) {
	forEveryMethod(t, func(t *testing.T, m Method) {
		r := newRand(580)
		for round := range 60 {
			n := 1 + r.IntN(6)
			p := Problem[float64]{H: hessian(n, 100, r), G: randomMatrix(1, n, r).Data,
				Lower: infinite(n, -1), Upper: infinite(n, 1)}
			for j := range n {
				switch r.IntN(3) {
				case 0:
					p.Lower[j] = 0
				case 1:
					p.Upper[j] = 0
				}
			}
			start := make([]float64, n)
			want, err := Solve(background, p, start, Options{Method: m})
			requireNoFailure(t, err)
			p.Lower, p.Upper = withMinusZeros(p.Lower), withMinusZeros(p.Upper)
			for _, x0 := range [][]float64{start, withMinusZeros(start)} {
				got, err := Solve(background, p, x0, Options{Method: m})
				requireNoFailure(t, err)
				require.Equal(t, want.Info, got.Info, "round %d", round)
			}
		}
	})
}

func TestAGeneralSolutionAtABoundOfMinusZeroIsConvincing(t *testing.T) {
	s := oneRow(t)
	x, y, zero := make([]float64, 2), make([]float64, 1), withMinusZeros(make([]float64, 2))
	_, err := s.Solve(background, []float64{-3, -1}, nil, zero, []float64{-9}, nil, x, y)
	require.NoError(t, err)
	slopes, values := s.reduced.p.convincing(s.last, 1e-9)
	assert.True(t, slopes)
	assert.True(t, values)
}
