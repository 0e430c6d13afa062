package bcd

import (
	"testing"

	"ridge/bcd/nn"
	"ridge/mat"
)

// Each element is added once, by whichever member: also where a panel has several members, and where the last one has
// few columns.
func TestAnAverageAddsTheSameWithAnyTeam(t *testing.T) {
	spec := nn.Spec{Inputs: 70, Hidden: []int{45, 33}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	averageOf := func(size int) *nn.Network[float32] {
		net := testNetwork[float32](t, spec, hinge, 1)
		g := newGraph(net, 50, newTeam(1), &BatchOptions{Metric: GramMetric})
		a := newAverage(net, g)
		a.net.V.Fill(0.5)
		a.add()
		for i := range net.V.Data {
			net.V.Data[i] += float32(i%5) - 2
		}
		for n := 1; n <= g.layers(); n++ {
			mat.Scal(1.5, net.Weights(n).Data)
		}
		g.changed()
		g.team = team{mat.Workers(size), size}
		a.add()
		return a.network()
	}
	want := averageOf(1)
	for _, size := range []int{2, 3, 7, 16, 40, 128} {
		sameWeights(t, want, averageOf(size))
	}
}
