package mat

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// More chunks and units than the square root of the largest int of 32 bits.
func TestTrsmCutsManyRightHandSidesIntoChunks(t *testing.T) {
	for _, units := range []int{1, 7, 50_000, 100_001} {
		for _, chunks := range []int{1, (units + 1) / 2, units} {
			b := trsmBody[float64]{units: units, chunks: chunks}
			end := 0
			for q := range chunks {
				from, to := b.chunk(q)
				require.Equal(t, end, from)
				require.Greater(t, to, from)
				require.LessOrEqual(t, to-from, units/chunks+1)
				end = to
			}
			require.Equal(t, units, end)
		}
	}
}
