package bcd

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What is counted of a layer is how many of its activations are above 0, whichever member of the team counts them, some
// of whom have no samples.
func TestActivitiesAreCountedByLayer(t *testing.T) {
	for _, size := range []int{1, 3, 40} {
		m := testMinibatch(t, testSpecs["chain"], hinge)
		m.graph.team = team{1, size}
		m.batch.addTo(&m.tally, 1, true)
		for n, got := range m.tally.positive {
			want, z := 0, m.batch.Preactivations(n+1)
			for i := range z.Rows {
				for _, v := range z.Row(i) {
					if v > 0 {
						want++
					}
				}
			}
			assert.Positive(t, want)
			assert.Equal(t, want, got, "layer %d, %d members", n+1, size)
		}
		assert.Equal(t, m.batch.Rows, m.tally.checked)
	}
}
