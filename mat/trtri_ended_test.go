package mat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
)

// A matrix whose blocks are solved for apart is left as it is once the computation is to end.
func TestInvertingATriangleInBlocksEnds(t *testing.T) {
	defer processors.Pretend(2)()
	a := NewDense[float64](400, 400)
	for i := range 400 {
		for j := range i + 1 {
			a.Row(i)[j] = 1 / float64(1+i-j)
		}
	}
	want, pool := a.Clone(), dispatch
	defer func() { dispatch = pool }()
	end, begun := make(chan struct{}), 0
	dispatch = func(_, n int, b body) {
		for i := range n {
			if _, ok := b.(*trtriBlocks[float64]); ok {
				if begun++; begun == 2 {
					close(end)
				}
			}
			b.do(i)
		}
	}
	require.Equal(t, errEnded, trtri("Trtri", Lower, NonUnit, a, 2, end))
	require.Equal(t, want, a)
}
