package gonumblas

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Where int has 32 bits, the products of these sizes are beyond it.
func TestSizesBeyond32BitsAreNotTakenForSmallOnes(t *testing.T) {
	const stride = 1 << 25
	x := make([]float32, stride) // no page of it is touched
	require.False(t, holds(100, 1, x, stride))
	require.True(t, holds(1, stride, x, stride))
	require.True(t, holds(2, stride/2, x, stride/2))
	require.False(t, forward(100, x, stride))
	require.True(t, forward(1, x, stride))
	require.True(t, forward(stride/2, x, 2))
	require.Equal(t, int64(2151685171), volume(1291, 1291, 1291))
}
