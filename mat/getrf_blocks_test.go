package mat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// A matrix larger than the caches would be fetched once for each block.
func TestGetrfUsesBlocksForManyColumnsUpToEightMiB(t *testing.T) {
	for _, c := range []struct {
		m, n, k, size int
		want          bool
	}{
		{511, 511, 511, 4, false},
		{512, 512, 512, 4, true},
		{4096, 512, 512, 4, true},
		{4097, 512, 512, 4, false},
		{512, 4097, 512, 4, false},
		{2048, 512, 512, 8, true},
		{2049, 512, 512, 8, false},
		{512, 2049, 512, 8, false},
	} {
		got := mat.InBlocks[float32](c.m, c.n, c.k)
		if c.size == 8 {
			got = mat.InBlocks[float64](c.m, c.n, c.k)
		}
		require.Equal(t, c.want, got, "%+v", c)
	}
}
