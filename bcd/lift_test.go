package bcd

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

func TestLiftBeginsAtTheForwardActivations(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		net := testNetwork[float64](t, c.spec, c.loss, 1)
		d := traintest.Clusters[float64](30, c.spec.Inputs, c.spec.Outputs, 2)
		p := penalties{c.objective, []float64{1, 1, 1}[:len(net.Layers)], 0, 0, 0}
		l := newLift(net, p, d.X, d.AllTargets(net.Loss, net.V.Rows), 1, train.NewAdder(t.Context(), nil))
		want, err := net.Scores(d.X, 1)
		require.NoError(t, err)
		assert.InDeltaSlice(t, want.Data, l.o.Data, 1e-12)
		if c.objective == Fenchel { // the lift is tight
			for n := 1; n <= l.layers(); n++ {
				assert.Zero(t, l.penaltySum(n))
			}
		}
	})
}
