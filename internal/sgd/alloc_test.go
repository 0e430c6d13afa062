//go:build !race

package sgd

// Not under the race detector, which makes sync.Pool drop what mat puts into it.

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn"
)

func TestTrainingDoesNotAllocate(t *testing.T) {
	d := testData[float32](20, 40, 3, 1)
	spec := nn.Spec{Inputs: 40, Hidden: []int{50, 60}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	for _, s := range Solvers() {
		o := DefaultOptions[float32](s)
		o.Workers, o.Batch, o.LearningRate = 1, 8, 1e-6
		tr := newTrainer(testNetwork[float32](t, spec, "softmax", 1), d, o)
		ctx := context.Background()
		assert.Zero(t, testing.AllocsPerRun(5, func() {
			if _, err := tr.epoch(ctx, 1); err != nil {
				panic(err)
			}
		}), "%v", s)
	}
}
