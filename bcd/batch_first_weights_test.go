package bcd

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

func TestFirstWeightsOfAnotherMagnitudeAreRescaled(t *testing.T) {
	for name, spec := range testSpecs {
		for _, by := range []float64{1e-4, 1e4} {
			m := testMinibatch(t, spec, hinge)
			for n := 1; n <= m.graph.layers(); n++ {
				mat.Scal(by, m.iterate.Weights(n).Data)
			}
			m.graph.changed()
			m.batch.Forward()
			before := m.batch.Z[m.graph.layers()+1].Clone()
			m.scaleFirstWeights()
			m.batch.Forward()
			for n := 1; n <= m.graph.layers(); n++ {
				assert.InEpsilon(t, 1, firstWeights[float64]{m.graph, m.batch, m.add, m.fresh}.relativeSize(n), 1e-9,
					"%s, layer %d", name, n)
			}
			for i, o := range m.batch.Z[m.graph.layers()+1].Data {
				assert.InDelta(t, before.Data[i], o, 1e-9*math.Abs(before.Data[i]),
					"%s: the outputs are the same", name)
			}
		}
	}
}

func TestFirstWeightsOfHeAreKept(t *testing.T) {
	d := traintest.Clusters[float64](20, 50, 3, 6)
	net := testNetwork[float64](t, nn.Spec{Inputs: 50, Hidden: []int{80, 80, 80}, Outputs: 3}, hinge, 1)
	m, err := newMinibatch(context.Background(), train.Task[float64]{Net: net, Train: d},
		DefaultBatchOptions(train.Problem{Samples: 20, Layers: 3}))
	require.NoError(t, err)
	m.batch.gather(testBatch)
	drawn := m.iterate.Clone()
	sameWeights(t, &nn.Network[float64]{Layers: net.Layers[1:], V: net.V},
		&nn.Network[float64]{Layers: drawn.Layers[1:], V: drawn.V})
	m.scaleFirstWeights()
	sameWeights(t, drawn, m.iterate)
}

// TestTheFirstBatchDoesNotDecideAboutTheFirstWeights: whether its samples are near the mean or far from it, the units
// and their biases, which are of the size of all inputs, stay as they are drawn.
func TestTheFirstBatchDoesNotDecideAboutTheFirstWeights(t *testing.T) {
	flag := train.Data[float32]{X: mat.NewDense[float32](10000, 1), Labels: make([]int, 10000)}
	for i := 0; i < 10000; i += 1000 {
		flag.X.Set(i, 0, 1)
		flag.Labels[i] = 1
	}
	for name, c := range map[string]struct {
		data  train.Data[float32]
		batch int
	}{
		"a rare flag":         {flag, 50},
		"batches of a sample": {traintest.Clusters[float32](300, 1, 2, 1), 1},
	} {
		for seed := range uint64(20) {
			net := testNetwork[float32](t, nn.Spec{Inputs: 1, Hidden: []int{100}, Outputs: 2}, hinge, seed)
			net.Mean = nn.ColumnMean(c.data.X, 1)
			o := DefaultBatchOptions(train.Problem{Samples: c.data.X.Rows, Layers: 1})
			o.Batch, o.Seed = c.batch, seed
			m, err := newMinibatch(t.Context(), train.Task[float32]{Net: net, Train: c.data, Workers: 1}, o)
			require.NoError(t, err)
			m.batch.gather(m.batches.Next())
			drawn := m.iterate.Clone()
			m.scaleFirstWeights()
			sameWeights(t, drawn, m.iterate)
			require.False(t, t.Failed(), "%s, seed %d", name, seed)
		}
	}
}

// From deviations of 0.01 and 1, ten layers have activations that are 10⁻⁸ and 10⁸ times as large as the inputs.
func TestOutputsOfNewDeepNetworksAreOfUsualSize(t *testing.T) {
	ten := nn.Spec{Inputs: 8, Hidden: []int{40, 40, 40, 40, 40, 40, 40, 40, 40, 40}, Outputs: 3}
	for _, deviation := range []float64{0.001, 1} {
		for _, bias := range []float64{0, 1} {
			net, err := nn.New(ten, nn.Hinge[float64]{}, nn.Init{Gaussian: deviation}, 1)
			require.NoError(t, err)
			net.V.Set(0, net.V.Cols-1, bias)
			d := traintest.Clusters[float64](40, 8, 3, 2)
			m, err := newMinibatch(t.Context(), train.Task[float64]{Net: net, Train: d}, testBatchOptions(40, 10))
			require.NoError(t, err)
			m.batch.gather(testBatch)
			m.batch.Forward()
			outputs := m.batch.Z[m.graph.output()].Clone()
			m.scaleFirstWeights()
			m.batch.Forward()
			if bias == 0 {
				v := m.iterate.V.ColView(0, 40)
				assert.InEpsilon(t, nn.OutputDeviation(40), mat.NormFrobenius(v)/math.Sqrt(3*40), 1e-12)
				continue
			}
			for i, o := range m.batch.Z[m.graph.output()].Data {
				assert.InDelta(t, outputs.Data[i], o, 1e-9*math.Abs(outputs.Data[i]), "a network with a bias")
			}
		}
	}
}

// What is left of the first weights in the average is nothing, also where they were of another magnitude.
func TestTheAverageOfOneIterateIsThatAlsoAfterRescaling(t *testing.T) {
	d := traintest.Clusters[float32](48, 8, 3, 2)
	for _, deviation := range []float64{1e-6, 0.3, 1e6} {
		net, err := nn.New(nn.Spec{Inputs: 8, Hidden: []int{20, 15}, Outputs: 3}, nn.Hinge[float32]{},
			nn.Init{Gaussian: deviation}, 1)
		require.NoError(t, err)
		m, err := newMinibatch(t.Context(), train.Task[float32]{Net: net, Train: d}, testBatchOptions(48, 2))
		require.NoError(t, err)
		_, err = m.Epoch(t.Context()) // of three batches
		require.NoError(t, err)
		for n := 1; n <= m.graph.output(); n++ {
			want := m.iterate.Weights(n)
			assert.InDeltaSlice(t, want.Data, m.average.network().Weights(n).Data, 1e-6*float64(mat.NormMax(want)),
				"deviation %g, layer %d", deviation, n)
		}
	}
}

// No gradient gets through ten layers of such weights.
func TestDeepNetworksLearnFromSmallWeights(t *testing.T) {
	d := traintest.Clusters[float32](300, 8, 3, 2)
	spec := nn.Spec{Inputs: 8, Hidden: []int{20, 20, 20, 20, 20, 20, 20, 20, 20, 20}, Outputs: 3}
	for _, deviation := range []float64{0.01, 1e-20, 1e-30} { // activations of 1e-300 are no float32
		net, err := nn.New(spec, nn.Hinge[float32]{}, nn.Init{Gaussian: deviation}, 1)
		require.NoError(t, err)
		o := testBatchOptions(300, len(spec.Hidden))
		o.Epochs = 20
		trace, err := fitBatches(t.Context(), net, d, o)
		require.NoError(t, err)
		assert.Less(t, trace[len(trace)-1].TrainError, 0.2, "%v", deviation)
	}
}
