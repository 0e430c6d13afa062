package bcd

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// A unit that is never active any more has a momentum that only falls. It must not stay at the smallest numbers there are.
func TestMomentumThatAllButVanishesBecomesZero(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{40, 50}, Outputs: 3}
	o := testBatchOptions(100, len(spec.Hidden))
	o.Metric = SpectralMetric
	task := train.Task[float32]{Net: testNetwork[float32](t, spec, hinge, 1), Train: testData[float32](100, 6, 3, 1), Workers: 1}
	m, err := newMinibatch(context.Background(), task, o)
	require.NoError(t, err)
	require.Len(t, m.spectral.blocks, 1)
	b := m.spectral.blocks[0]
	b.momentum.Fill(1)
	for row := range b.momentum.Rows {
		b.momentum.Set(row, 7, 1e-44)
		b.momentum.Set(row, 8, 1e-12) // small, and not lost beside the others
	}
	b.move(0.1, 0, 1)
	for row := range b.momentum.Rows {
		assert.Zero(t, b.momentum.At(row, 7))
		assert.Equal(t, float32(1e-12), b.momentum.At(row, 8))
	}
}
