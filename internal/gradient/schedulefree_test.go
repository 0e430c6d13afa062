package gradient

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// The average weighs the iterates by squares of rates, which vanish in float32 long before the rates do,
// and in float64, too, in the end.
func TestScheduleFreeAveragesAtShortRates(t *testing.T) {
	spec := testSpecs["chain"]
	data := traintest.Clusters[float32](40, spec.Inputs, spec.Outputs, 1)
	for _, rate := range []float64{1e-3, 1e-25, 1e-170} {
		net := testNetwork[float32](t, spec, "softmax", 2)
		o := scheduleFree.defaults
		o.Batch, o.Epochs, o.Rate, o.Warmup = 10, 1, rate, 0
		tr := newTrainer(t.Context(), train.Task[float32]{Net: net, Train: data, Workers: 1}, scheduleFree, o)
		_, err := tr.Epoch(t.Context())
		require.NoError(t, err)
		var sum float64
		for i := range 4 {
			gamma := rate * math.Sqrt(1-math.Pow(o.Momentum2, float64(i+1)))
			sum += gamma * gamma
		}
		assert.InDelta(t, sum, tr.rule.(*scheduleFreeRule[float32]).way, 1e-12*sum)
		assert.True(t, tr.resultIsFinite())
	}
}
