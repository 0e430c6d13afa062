//go:build !race

package qp

// Not under the race detector, which makes sync.Pool drop some of what is put into it.

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestResolvingAllocatesNothing(t *testing.T) {
	k := makeKnown(300, 1e4, 0.2, 0, newRand(19))
	s, err := NewSolver(k.H, Options{Workers: 1})
	require.NoError(t, err)
	x := make([]float64, 300)
	allocs := testing.AllocsPerRun(20, func() {
		clear(x)
		s.Reset()
		info, err := s.Solve(background, k.G, k.Lower, k.Upper, x)
		if err != nil || info.Status != Optimal || info.Factorizations == 0 {
			t.Fatal(info, err)
		}
	})
	assert.Zero(t, allocs)
}
