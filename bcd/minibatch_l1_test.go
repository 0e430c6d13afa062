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
	"ridge/internal/processors"
	"ridge/mat"
)

// sparseBatchOptions are those of a training that ends with a good share of zeros.
func sparseBatchOptions(samples, layers int) BatchOptions {
	o := testBatchOptions(samples, layers).WithL1(0.1)
	o.Epochs = 6
	return o
}

func testSparseBatches[T mat.Float](t *testing.T) {
	defer processors.Pretend(3)()
	for name, spec := range testSpecs {
		t.Run(name, func(t *testing.T) {
			spec.Hidden = append([]int(nil), spec.Hidden...)
			for i := range spec.Hidden {
				spec.Hidden[i] *= 8
			}
			d := traintest.Clusters[T](200, spec.Inputs, spec.Outputs, 9)
			var nets []*nn.Network[T]
			for _, workers := range []mat.Workers{1, 3} {
				net := testNetwork[T](t, spec, hinge, 5)
				o := sparseBatchOptions(200, len(spec.Hidden))
				trace, err := train.Run(t.Context(), net, train.Samples[T]{Train: d, Validation: d},
					MiniBatches.With(o), train.Control{Workers: workers})
				require.NoError(t, err)
				require.NoError(t, net.Validate(), "all weights are finite")
				nonzero, all := net.Nonzero()
				assert.Less(t, float64(nonzero), 0.8*float64(all))
				assert.Positive(t, nonzero)
				last := trace[len(trace)-1]
				assert.Equal(t, float64(nonzero)/float64(all), last.Value(Nonzero), "of the network that is left")
				assert.Equal(t, trace[2].Value(Nonzero), last.Value(Nonzero), "the pattern stays in the second half")
				assert.Greater(t, trace[0].Value(Nonzero), last.Value(Nonzero))
				nets = append(nets, net)
			}
			sameWeights(t, nets[0], nets[1])
		})
	}
}

func TestMinibatchesLeaveSparseNetworks(t *testing.T) {
	t.Run("float32", testSparseBatches[float32])
	t.Run("float64", testSparseBatches[float64])
}

func TestSparseNetworksLearn(t *testing.T) {
	d := traintest.Clusters[float32](400, 6, 3, 4)
	dense := testNetwork[float32](t, nn.Spec{Inputs: 6, Hidden: []int{40}, Outputs: 3}, hinge, 5)
	sparse := dense.Clone()
	o := testBatchOptions(400, 1)
	o.Epochs = 8
	_, err := fitBatches(t.Context(), dense, d, o)
	require.NoError(t, err)
	_, err = fitBatches(t.Context(), sparse, d, o.WithL1(0.3))
	require.NoError(t, err)
	nonzero, all := sparse.Nonzero()
	assert.Less(t, nonzero, all/2)
	want, err := dense.ErrorRate(d.X, d.Labels, 1)
	require.NoError(t, err)
	have, err := sparse.ErrorRate(d.X, d.Labels, 1)
	require.NoError(t, err)
	assert.Less(t, have, want+0.05)
}

func TestLargerL1LeavesFewerWeights(t *testing.T) {
	d := traintest.Clusters[float32](300, 8, 3, 4)
	last := math.Inf(1)
	for _, l1 := range []float64{0, 0.03, 0.3, 3} {
		net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{30}, Outputs: 3}, hinge, 5)
		o := sparseBatchOptions(300, 1)
		o.L1 = l1
		_, err := fitBatches(t.Context(), net, d, o)
		require.NoError(t, err)
		share := net.NonzeroShare()
		assert.Less(t, share, last, "λ₁ = %v", l1)
		last = share
	}
}

// A penalty that outweighs everything ends with no weights, and no error.
func TestHugeL1LeavesNothing(t *testing.T) {
	d := traintest.Clusters[float32](100, 5, 3, 4)
	net := testNetwork[float32](t, nn.Spec{Inputs: 5, Hidden: []int{7, 6}, Outputs: 3}, hinge, 5)
	o := sparseBatchOptions(100, 2)
	o.L1 = 1e10
	_, err := fitBatches(t.Context(), net, d, o)
	require.NoError(t, err)
	require.NoError(t, net.Validate())
	nonzero, _ := net.Nonzero()
	assert.Zero(t, nonzero)
}

// One epoch has no second half: it ends sparse all the same.
func TestATrainingOfOneEpochEndsSparse(t *testing.T) {
	d := traintest.Clusters[float64](200, 5, 3, 4)
	net := testNetwork[float64](t, nn.Spec{Inputs: 5, Hidden: []int{17}, Outputs: 3}, squared, 5)
	o := sparseBatchOptions(200, 1)
	o.Epochs = 1
	trace, err := fitBatches(t.Context(), net, d, o)
	require.NoError(t, err)
	assert.Less(t, trace[0].Value(Nonzero), 1.)
}

func TestCancelledSparsityLeavesTheLastFinishedEpoch(t *testing.T) {
	d := traintest.Clusters[float32](100, 5, 3, 4)
	net := testNetwork[float32](t, nn.Spec{Inputs: 5, Hidden: []int{7}, Outputs: 3}, hinge, 5)
	ctx, cancel := context.WithCancel(context.Background())
	o := sparseBatchOptions(100, 1)
	var finished *nn.Network[float32]
	progress := func(e train.Epoch) {
		if e.Epoch == 2 {
			finished = net.Clone()
			cancel()
		}
	}
	trace, err := fitBatches(ctx, net, d, o, train.Control{Progress: progress})
	assert.Equal(t, context.Canceled, err)
	require.Len(t, trace, 2)
	sameWeights(t, finished, net)
	nonzero, all := net.Nonzero()
	assert.Less(t, nonzero, all)
}

// The step of an epoch, W, is a minimum of the sum that it is said to minimize:
// (W−W̃)(S+δI) is −τλ_jk·sign(W_jk) where W_jk is not 0, at most τλ_jk where it is, and 0 for
// the biases. It is solved to a tenth of the mean weight, so the first is asked of the mean over
// a layer's weights, which a wrong factor of τ or λ₁ would show in. τ is the sum of what the steps of the epoch were
// times as long as the whole way, of the output, too, although its last batch has a single sample.
func TestTheSparseStepMinimizesItsObjective(t *testing.T) {
	d := traintest.Clusters[float64](193, 6, 3, 4)
	spec := nn.Spec{Inputs: 6, Hidden: []int{40, 30}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	net := testNetwork[float64](t, spec, hinge, 5)
	o := testBatchOptions(200, 2).WithL1(0.6)
	o.Gamma, o.InputStep = []float64{0.5, 3}, 1.5
	m, err := newMinibatch(context.Background(), train.Task[float64]{Net: net, Train: d, Workers: 1}, o)
	require.NoError(t, err)
	var way, outputWay float64
	for samples := m.batches.Next(); samples != nil; samples = m.batches.Next() {
		require.NoError(t, m.step(1, samples))
		way += m.tally.eta
		outputWay += m.tally.eta * m.weights.stepFactor(m.graph.out[2][0])
	}
	m.graph.unpack()
	assert.EqualValues(t, 1, m.batch.total)
	before := m.iterate.Clone()
	ramp := 0.7 / way
	require.NoError(t, m.sparsity.shrink(t.Context(), ramp, &m.tally, m.iterate))
	for n := range m.graph.out {
		for _, e := range m.graph.out[n] {
			old, w, metric := e.join(before), e.join(m.iterate), m.memory.metric(n)
			mat.Symmetrize(mat.Lower, metric, 1)
			slope := mat.NewDense[float64](w.Rows, w.Cols)
			mat.Gemm(mat.NoTrans, mat.NoTrans, 1, w, metric, 0, slope, 1)
			mat.Gemm(mat.NoTrans, mat.NoTrans, -1, old, metric, 1, slope, 1)

			penalty := ramp * way * o.L1
			switch {
			case e.to > m.graph.layers():
				penalty = ramp * outputWay * o.L1
			case n == 0:
				penalty *= o.InputStep / o.Gamma[e.to-1]
			default:
				penalty /= o.Gamma[e.to-1]
			}
			weights, mean := w.Cols-1, meanOfNonzero(old)
			var have, want float64
			zeros := 0
			for i := range w.Rows {
				assert.InDelta(t, 0, slope.At(i, weights), 0.4*mean*metric.At(weights, weights),
					"bias %d of %d from %d", i, e.to, n)
				for j := range weights {
					lambda := penalty / (1 + l1Reweight*math.Abs(old.At(i, j))/mean)
					room := 0.2 * mean * metric.At(j, j)
					if w.At(i, j) == 0 {
						zeros++
						assert.LessOrEqual(t, math.Abs(slope.At(i, j)), lambda+room)
						continue
					}
					have -= slope.At(i, j) * math.Copysign(1, w.At(i, j))
					want += lambda
				}
			}
			assert.Positive(t, zeros, "weights of %d from %d", e.to, n)
			assert.Less(t, zeros, w.Rows*weights, "weights of %d from %d", e.to, n)
			assert.InEpsilon(t, want, have, 0.3, "weights of %d from %d", e.to, n)
		}
	}
}

// Only what a sparse network wants otherwise is changed.
func TestL1ChangesOnlyOptionsThatASparseNetworkNeeds(t *testing.T) {
	dense := DefaultBatchOptions(train.Problem{Samples: 60000, Layers: 1})
	sparse := dense.WithL1(3e-4)
	assert.Equal(t, 3e-4, sparse.L1)
	assert.Equal(t, []float64{0.07}, sparse.Gamma)
	assert.Equal(t, 1., sparse.InputStep)
	sparse.L1, sparse.Gamma, sparse.InputStep = dense.L1, dense.Gamma, dense.InputStep
	assert.Equal(t, dense, sparse)
}
