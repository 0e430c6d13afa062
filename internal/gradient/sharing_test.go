package gradient

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/internal/processors"
	"ridge/mat"
)

func TestSmallStepsGoSideBySideAndLargeOnesOneByOne(t *testing.T) {
	defer processors.Pretend(4)()
	const small, large = soonDone - 1, soonDone
	for name, c := range map[string]struct {
		sizes []float64
		want  []mat.Workers // of each step
	}{
		"none":         {nil, nil},
		"small":        {[]float64{small, small, small}, []mat.Workers{1, 1, 1}},
		"large":        {[]float64{large, large}, []mat.Workers{4, 4}},
		"both":         {[]float64{large, small, large, small}, []mat.Workers{4, 1, 4, 1}},
		"only one":     {[]float64{small}, []mat.Workers{4}},
		"one of three": {[]float64{large, small, large}, []mat.Workers{4, 4, 4}},
	} {
		have := make([]mat.Workers, len(c.sizes))
		calls := make([]int, len(c.sizes))
		newSharing(c.sizes, func(i int, w mat.Workers) {
			have[i] = w
			calls[i]++
		}).do(4)
		for i, want := range c.want {
			assert.Equal(t, want, have[i], name)
			assert.Equal(t, 1, calls[i], name)
		}
	}
}
