package scratch

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/spans"
)

func TestBuffersOfAPoolHaveOneSize(t *testing.T) {
	last, of := -1, 0
	for n := 0; n < 1<<26; n += 1 + n/97 {
		class, size := sizeClass(n)
		require.GreaterOrEqual(t, size, n)
		if n > 1<<manyElements {
			require.LessOrEqual(t, 4*size, 5*n+16, "%d", n)
		}
		if class == last {
			require.Equal(t, of, size, "%d", n)
		} else {
			require.Greater(t, class, last, "%d", n)
			require.Greater(t, size, of, "%d", n)
		}
		last, of = class, size
		class, same := sizeClass(size)
		require.Equal(t, [2]int{last, of}, [2]int{class, same}, "a buffer goes back to its pool")
	}
	class, _ := sizeClass(1<<(bits.UintSize-1) - 1)
	assert.Less(t, class, len(pools64))
}

func TestSmallBuffersDoNotKeepTheMemoryOfLargeOnes(t *testing.T) {
	Put(Get[float64](1 << 16))
	b := Get[float64](3)
	require.Len(t, b.Data, 3)
	require.Len(t, b.whole, 4)
}

func TestMemoryStartsAtACacheLine(t *testing.T) {
	for _, n := range []int{0, 1, 100, 1 << 20} {
		require.Zero(t, spans.Address(Get[float32](n).whole)%CacheLine, "%d", n)
		x := Aligned[float64](n)
		require.Zero(t, spans.Address(x)%CacheLine, "%d", n)
		require.Len(t, x, n)
	}
}
