package spans

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSlicesOfOneArray(t *testing.T) {
	x := make([]float64, 10)
	for name, c := range map[string]struct {
		a, b              []float64
		overlap, loopSafe bool
	}{
		"the same":       {x[2:5], x[2:5], true, true},
		"side by side":   {x[2:5], x[5:8], false, true},
		"apart":          {x[:3], x[7:], false, true},
		"shifted by one": {x[2:5], x[3:6], true, false},
		"empty":          {x[:0], x[9:9], false, true},
		"nil":            {nil, nil, false, true},
	} {
		for _, swapped := range []bool{false, true} {
			if swapped {
				c.a, c.b = c.b, c.a
			}
			require.Equal(t, c.overlap, Overlap(c.a, c.b), name)
			require.Equal(t, c.loopSafe, LoopSafe(c.a, c.b), name)
		}
	}
}
