//go:build !race

package gradient

// Not under the race detector, which makes sync.Pool drop what mat puts into it.

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

func TestTrainingDoesNotAllocate(t *testing.T) {
	d := traintest.Clusters[float32](20, 40, 3, 1)
	spec := nn.Spec{Inputs: 40, Hidden: []int{50, 60}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	for _, s := range solvers {
		o := s.defaults
		o.Batch, o.Rate, o.Epochs = 8, 1e-6, 100
		tr := newTrainer(t.Context(),
			train.Task[float32]{Net: testNetwork[float32](t, spec, "softmax", 1), Train: d, Workers: 1}, s, o)
		ctx := context.Background()
		assert.Zero(t, testing.AllocsPerRun(5, func() {
			if err := tr.pass(ctx); err != nil {
				panic(err)
			}
		}), "%v", s)
	}
}
