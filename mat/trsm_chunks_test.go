package mat

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// More chunks and panels than the square root of the largest int of 32 bits.
func TestTrsmCutsManyRightHandSidesIntoChunks(t *testing.T) {
	for _, panels := range []int{1, 7, 50_000, 100_001} {
		for _, chunks := range []int{1, (panels + 1) / 2, panels} {
			b := trsmBody[float64]{panels: panels, chunks: chunks}
			end := 0
			for q := range chunks {
				from, to := b.chunk(q)
				require.Equal(t, end, from)
				require.Greater(t, to, from)
				require.LessOrEqual(t, to-from, panels/chunks+1)
				end = to
			}
			require.Equal(t, panels, end)
		}
	}
}
