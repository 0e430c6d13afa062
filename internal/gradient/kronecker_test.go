package gradient

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

// Where the trust in the quadratic model bounds a step, the rate does not count.
func TestTrustBoundsStepsWhateverTheRate(t *testing.T) {
	first := func(rate float64) []float64 {
		net := testNetwork[float64](t, testSpecs["chain"], "softmax", 3)
		before := net.Clone()
		o := kfac.defaults
		o.Decay = 0
		d := traintest.Clusters[float64](20, 5, 3, 2)
		tr := newTrainer(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, kfac, o)
		tr.step([]int{3, 1, 4, 15, 9, 2, 6}, rate)
		var moved []float64
		for n, w := range weightsOf(tr.net) {
			for i := range w.Rows {
				mat.Axpy(-1, weightsOf(before)[n].Row(i), w.Row(i))
				moved = append(moved, w.Row(i)...)
			}
		}
		return moved
	}
	want := first(10)
	for _, rate := range []float64{30, 100, 1000} {
		assert.InDeltaSlice(t, want, first(rate), 1e-12, "rate %v", rate)
	}
}
