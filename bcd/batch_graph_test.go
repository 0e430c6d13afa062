package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// The weights of an output may begin at 0, or overflow before the training goes back.
func TestNormEstimateRecovers(t *testing.T) {
	weights := mat.NewDense[float64](3, 5)
	for i := range weights.Data {
		weights.Data[i] = math.Sin(float64(1 + i))
	}
	want := newSpectralNorm[float64](3, 5)
	want.estimate(weights, 1)
	for name, value := range map[string]float64{"zero": 0, "infinite": math.Inf(1), "not a number": math.NaN()} {
		bad := mat.NewDense[float64](3, 5)
		bad.Fill(value)
		have := newSpectralNorm[float64](3, 5)
		have.estimate(bad, 1)
		assert.False(t, have.squared > 0 && have.squared < math.Inf(1), "%s weights have no norm", name)
		have.estimate(weights, 1)
		assert.Equal(t, want.squared, have.squared, "after %s weights", name)
	}
}
