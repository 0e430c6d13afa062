package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestGaussianWeightsHaveOneDeviation(t *testing.T) {
	spec := Spec{Inputs: 40, Hidden: []int{50, 60}, Outputs: 10, Skips: []Skip{{0, 2}}}
	n, err := New(spec, Hinge[float64]{}, Init{Gaussian: 0.01}, 1)
	require.NoError(t, err)
	require.NoError(t, n.Validate())
	assert.Equal(t, spec, n.Spec())
	for _, w := range []mat.Dense[float64]{n.Layers[0].W, n.Layers[1].W, n.V} {
		weights := float64(w.Rows * (w.Cols - 1))
		assert.InEpsilon(t, 0.01, math.Sqrt(squaredNorm(w)/weights), 4/math.Sqrt(2*weights))
		for i := range w.Rows {
			assert.Zero(t, w.At(i, w.Cols-1), "bias")
		}
	}
}

func TestInitsScaleTheSameNumbers(t *testing.T) {
	spec := testSpecs["skips"]
	he, err := New(spec, Squared[float64]{}, Init{}, 7)
	require.NoError(t, err)
	sameWeights(t, testNetwork[float64](t, spec, "squared", 7), he)
	gaussian, err := New(spec, Squared[float64]{}, Init{Gaussian: 0.5}, 7)
	require.NoError(t, err)
	for i, l := range he.Layers {
		ratio := 0.5 / math.Sqrt(2/float64(l.W.Cols-1))
		for j, v := range l.W.Data {
			assert.InDelta(t, ratio*v, gaussian.Layers[i].W.Data[j], 1e-12)
		}
	}
}

func TestInitIsParsedFromItsName(t *testing.T) {
	for _, i := range []Init{{}, {Gaussian: 0.01}, {Gaussian: 1e-9}} {
		have, err := ParseInit(i.String())
		require.NoError(t, err)
		assert.Equal(t, i, have)
	}
	for _, s := range []string{
		"", "xavier", "gaussian", "gaussian:", "gaussian:x", "gaussian:0", "gaussian:-1",
		"gaussian:NaN", "gaussian:Inf", "gaussian:1e19", "gaussian:1e999", "gaussian:1e-38", "0.01",
	} {
		_, err := ParseInit(s)
		var option *OptionError
		require.ErrorAs(t, err, &option, s)
		assert.Equal(t, "init", option.Option)
	}
}

func TestNewRefusesWhatItCannotDraw(t *testing.T) {
	for _, deviation := range []float64{-1, math.NaN(), math.Inf(1), 1e300, 1e-50} {
		_, err := New(testSpecs["chain"], Hinge[float32]{}, Init{Gaussian: deviation}, 1)
		var option *OptionError
		assert.ErrorAs(t, err, &option)
	}
	_, err := New(Spec{}, Hinge[float32]{}, Init{Gaussian: 1}, 1)
	var spec *SpecError
	assert.ErrorAs(t, err, &spec)
}
