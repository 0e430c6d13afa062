package bcd

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/processors"
	"ridge/mat"
)

// Large blocks are moved side by side by sixteen workers, one after the other by seven, of which some of the blocks are
// moved by one each.
func TestWorkersDoNotMatterWhereBlocksAreMovedSideBySide(t *testing.T) {
	defer processors.Pretend(16)()
	spec := nn.Spec{Inputs: 6, Hidden: []int{260, 260, 260}, Outputs: 3}
	moved := func(size int) (weights [][]float32) {
		net := testNetwork[float32](t, spec, hinge, 1)
		g := newGraph(net, 50, team{mat.Workers(size), size}, &BatchOptions{Metric: SpectralMetric})
		g.few = 1
		s := newSpectralStep(g, &BatchOptions{Metric: SpectralMetric, SpectralDecay: 0.1},
			train.NewAdder(context.Background(), nil))
		require.Equal(t, size >= 16, s.plan.workersEach(g.team) > 0, "%d workers", size)
		for _, b := range s.blocks {
			mat.Copy(b.momentum, b.weights)
		}
		for range 3 {
			s.pending = 0.1
			s.move()
		}
		for n := range spec.Hidden {
			weights = append(weights, net.Weights(n+1).Data)
		}
		return weights
	}
	want := moved(1)
	assert.NotEqual(t, testNetwork[float32](t, spec, hinge, 1).Weights(2).Data, want[1])
	for _, size := range []int{2, 3, 7, 16} {
		require.Equal(t, want, moved(size), "%d workers", size)
	}
}
