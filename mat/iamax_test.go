package mat

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Searching pieces with the kernel, and then halves of a piece, finds the element that a linear search finds.
func TestIamaxOfManyElementsEqualsALinearSearch(t *testing.T) {
	t.Run("float32", testIamaxOfMany[float32])
	t.Run("float64", testIamaxOfMany[float64])
}

func testIamaxOfMany[T Float](t *testing.T) {
	for _, n := range []int{iamaxFew - 1, iamaxFew, iamaxFew + 1, 100, 511, 512, 513, 1100} {
		x := noise[T](1, n).Data
		require.Equal(t, iamaxByElement(x), Iamax(x), "%d elements", n)
		for at := 0; at < n; at += 1 + n/97 {
			for name, v := range map[string]T{"large": -2, "infinite": T(math.Inf(1)), "NaN": T(math.NaN())} {
				old := x[at]
				x[at] = v
				require.Equal(t, iamaxByElement(x), Iamax(x), "%d elements, element %d is %s", n, at, name)
				last := x[n-1]
				x[n-1] = -v // the largest occurs twice: the first one counts
				require.Equal(t, iamaxByElement(x), Iamax(x),
					"%d elements, element %d and the last are %s", n, at, name)
				x[n-1], x[at] = last, old
			}
		}
		clear(x)
		require.Zero(t, Iamax(x), "%d zeros", n)
	}
}
