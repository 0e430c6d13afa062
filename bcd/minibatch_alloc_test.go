//go:build !race

package bcd

// Not under the race detector, which makes sync.Pool drop what is put into it.

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

func TestBatchesAllocateNothingAfterAWarmUp(t *testing.T) {
	for _, loss := range []string{hinge, squared} {
		d := traintest.Clusters[float32](400, 6, 3, 1)
		net := testNetwork[float32](t,
			nn.Spec{Inputs: 6, Hidden: []int{20, 5, 20}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}, loss, 1)
		net.Mean = nn.ColumnMean(d.X, 1)
		o := testBatchOptions(400, 3)
		o.Epochs = 100
		m, err := newMinibatch(context.Background(), train.Task[float32]{Net: net, Train: d, Workers: 1}, o)
		require.NoError(t, err)
		one := func() {
			i := m.batches.Next()
			if i == nil {
				i = m.batches.Next()
			}
			require.NoError(t, m.step(1, i))
		}
		for range 40 {
			one()
		}
		assert.Zero(t, testing.AllocsPerRun(100, one))
	}
}
