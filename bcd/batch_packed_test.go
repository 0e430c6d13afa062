package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Weights of the network that were changed are not overwritten by panels that moved before.
func TestWhatWasChangedLastIsKept(t *testing.T) {
	for name, spec := range testSpecs {
		m := testMinibatch(t, spec, hinge)
		m.graph.pack()
		m.graph.moved()
		for n := 1; n <= m.graph.output(); n++ {
			m.iterate.Weights(n).Fill(float64(n))
		}
		m.graph.changed()
		m.graph.unpack()
		for n := 1; n <= m.graph.output(); n++ {
			for _, v := range m.iterate.Weights(n).Data {
				require.Equal(t, float64(n), v, "%s, layer %d", name, n)
			}
		}

		m.graph.pack()
		for _, e := range m.graph.in[1] {
			e.packed.forward.Data(0, e.packed.forward.Panels())[0] = 7
		}
		m.graph.moved()
		m.graph.unpack()
		assert.Equal(t, 7., m.iterate.Weights(1).At(0, 0), "%s: panels that moved are copied back", name)
	}
}

// An average that is set goes on from there, whatever it was before.
func TestAverageGoesOnFromWhereItIsSet(t *testing.T) {
	for name, spec := range testSpecs {
		m := testMinibatch(t, spec, hinge)
		m.average.add()
		other := m.iterate.Clone()
		for n := 1; n <= m.graph.output(); n++ {
			other.Weights(n).Fill(3)
		}
		m.average.set(other)
		sameWeights(t, other, m.average.network())
		m.average.add()
		for n := 1; n <= m.graph.output(); n++ {
			mean, iterate := m.average.network().Weights(n), m.iterate.Weights(n)
			for i, v := range mean.Data {
				assert.InDelta(t, 3+m.average.share*(iterate.Data[i]-3), v, 1e-12, "%s, layer %d", name, n)
			}
		}
	}
}

// Activations of ten times the inputs' mean square, or a tenth, are of another magnitude.
func TestFirstWeightsAreRescaledFromTenTimesTheMeanSquareOn(t *testing.T) {
	for size, rescaled := range map[float64]bool{0.09: true, 0.11: false, 9: false, 11: true} {
		m := testMinibatch(t, testSpecs["chain"], hinge)
		r := firstWeights[float64]{m.graph, m.batch, m.add, m.fresh}
		for n := 1; n <= m.graph.layers(); n++ {
			m.graph.changed()
			m.batch.Forward()
			w, want := m.iterate.Weights(n), 1.
			if n == m.graph.layers() {
				want = size
			}
			by := math.Sqrt(want / r.relativeSize(n))
			for i := range w.Data {
				w.Data[i] *= by
			}
		}
		m.graph.changed()
		m.batch.Forward()
		require.InEpsilon(t, size, r.relativeSize(m.graph.layers()), 1e-9)
		assert.Equal(t, rescaled, r.scale(), "%g times the mean square", size)
	}
}
