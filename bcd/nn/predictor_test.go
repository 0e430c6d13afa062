package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestPredictorComputesTheScores(t *testing.T) {
	for name, spec := range testSpecs {
		net := testNetwork[float64](t, spec, "hinge", 3)
		setBiases(net)
		p, err := NewPredictor(net, 20)
		require.NoError(t, err)
		for _, n := range []int{20, 7, 1, 0} {
			x := testSamples[float64](n, spec.Inputs, 6)
			net.Mean = testSamples[float64](1, spec.Inputs, 7).Data
			want, err := net.Scores(x, 1)
			require.NoError(t, err)
			have, classes := mat.NewDense[float64](n, spec.Outputs), make([]int, n)
			require.NoError(t, p.Scores(have, x))
			assert.InDeltaSlice(t, want.Data, have.Data, 1e-12, name)
			require.NoError(t, p.Predict(classes, x))
			for i, class := range classes {
				assert.Equal(t, Argmax(want.Row(i)), class)
			}
		}
	}
}

func TestPredictorRefusesWhatDoesNotFit(t *testing.T) {
	net := testNetwork[float64](t, testSpecs["chain"], "hinge", 3)
	p, err := NewPredictor(net, 4)
	require.NoError(t, err)
	var data *DataError
	for name, c := range map[string]struct{ dst, x mat.Dense[float64] }{
		"too many":  {mat.NewDense[float64](5, 3), mat.NewDense[float64](5, 5)},
		"features":  {mat.NewDense[float64](4, 3), mat.NewDense[float64](4, 4)},
		"outputs":   {mat.NewDense[float64](4, 2), mat.NewDense[float64](4, 5)},
		"rows":      {mat.NewDense[float64](3, 3), mat.NewDense[float64](4, 5)},
		"NaN":       {mat.NewDense[float64](1, 3), mat.DenseOf(1, 5, []float64{0, 0, math.NaN(), 0, 0})},
		"infinites": {mat.NewDense[float64](1, 3), mat.DenseOf(1, 5, []float64{0, 0, math.Inf(1), 0, 0})},
	} {
		require.ErrorAs(t, p.Scores(c.dst, c.x), &data, name)
	}
	require.ErrorAs(t, p.Predict(make([]int, 3), mat.NewDense[float64](4, 5)), &data)
	net.V.Set(0, 0, math.NaN())
	_, err = NewPredictor(net, 4)
	var spec *SpecError
	require.ErrorAs(t, err, &spec)
	assert.Panics(t, func() { _, _ = NewPredictor(net, 0) })
}
