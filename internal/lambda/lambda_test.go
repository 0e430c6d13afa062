package lambda

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

func TestAnotherLambdaMustBeBetterByMoreThanNoise(t *testing.T) {
	flat, inf := []float64{1, 1, 1, 1}, math.Inf(1)
	assert.Equal(t, 2, better([][]float64{flat, flat, flat, flat}), "the usual one of equal ones")
	assert.Equal(t, 0, better([][]float64{{0.8, 0.9, 0.8, 0.9}, flat, flat, flat}))
	assert.Equal(t, 2, better([][]float64{{-1, 2, 0.9, 1}, flat, flat, flat}), "one sample says nothing")
	assert.Equal(t, 3, better([][]float64{{2, 2, 2, 2}, {inf, inf, inf, inf}, {inf, inf, inf, inf}, flat}), "the usual one diverges")
	assert.Equal(t, 2, better([][]float64{{inf, inf, inf, inf}, flat, flat, flat}))
	nan := []float64{1, math.NaN(), 1, 1}
	assert.Equal(t, 2, better([][]float64{nan, flat, flat, flat}))
	assert.Equal(t, 2, better([][]float64{nan, nan, nan, nan}))
}

func TestLossesOfOutputsThatOverflowAreInfinite(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{2}, Outputs: 2}, nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
	require.NoError(t, err)
	copy(net.Weights(1).Data, []float32{1e30, 0, 0, 0, 1e30, 0})
	net.V.Fill(1e30)
	net.V.Set(0, 1, 0) // 0·∞
	losses, err := lossesOf(net, train.Data[float32]{X: mat.DenseOf(1, 2, []float32{1e30, 1e30}), Labels: []int{0}})
	require.NoError(t, err)
	assert.Equal(t, []float64{math.Inf(1)}, losses)
}

// The folds of a choice train by the metric of the training that it is for, also where they have too few samples to have it themselves.
func TestFoldsHaveTheMetricOfTheWhole(t *testing.T) {
	for samples, want := range map[int]bcd.Metric{1199: bcd.SpectralMetric, 1200: bcd.SpectralAllMetric} {
		hidden := slices.Repeat([]int{2}, 10)
		net, err := nn.New(nn.Spec{Inputs: 2, Hidden: hidden, Outputs: 2}, nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
		require.NoError(t, err)
		learn := train.Data[float32]{X: mat.NewDense[float32](samples, 2)}
		for i := range samples {
			learn.X.Set(i, i%2, 1)
			learn.Labels = append(learn.Labels, i%2)
		}
		metrics := map[int][]bcd.Metric{}
		recipe := func(p train.Problem) (train.Recipe, error) {
			o := bcd.DefaultBatchOptions(p)
			o.Epochs = 1
			metrics[p.Samples] = append(metrics[p.Samples], o.Metric)
			return bcd.MiniBatches.With(o), nil
		}
		choice, err := Choose(t.Context(), Task[float32]{Net: net, Learn: learn, Recipe: recipe, Seed: 1, Workers: 1})
		require.NoError(t, err)
		assert.Len(t, choice.Tried, len(factors))
		assert.Greater(t, len(metrics), 1, "folds, and all samples")
		for n, of := range metrics {
			for _, m := range of {
				assert.Equal(t, want, m, "%d of %d samples", n, samples)
			}
		}
	}
}
