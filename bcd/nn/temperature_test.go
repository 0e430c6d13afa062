package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// drawn are outputs, and labels that are drawn by the probabilities e^(o/t).
func drawn(n int, t, unit float64) (mat.Dense[float64], []int) {
	r := rand.New(rand.NewPCG(4, 5))
	o, labels := mat.NewDense[float64](n, 3), make([]int, n)
	for i := range n {
		row, sum := o.Row(i), 0.
		for k := range row {
			row[k] = r.NormFloat64()
			sum += math.Exp(row[k] / t)
		}
		for u := r.Float64() * sum; labels[i] < 2; labels[i]++ {
			if u -= math.Exp(row[labels[i]] / t); u < 0 {
				break
			}
		}
		for k := range row {
			row[k] *= unit
		}
	}
	return o, labels
}

func TestTemperatureIsFound(t *testing.T) {
	for _, want := range []float64{0.2, 1, 3} {
		o, labels := drawn(20_000, want, 1)
		assert.InEpsilon(t, want, FitTemperature(o, labels), 0.1)
		o, labels = drawn(20_000, want, 1e-6)
		assert.InEpsilon(t, want*1e-6, FitTemperature(o, labels), 0.1, "in another unit")
	}
}

func TestTemperatureOfOutputsFarFromOneIsFound(t *testing.T) {
	o, labels := drawn(100, 1, 1)
	want := FitTemperature(o, labels)
	for _, unit := range []float64{0x1p-1000, 0x1p-560, 0x1p-500, 0x1p500, 0x1p560, 0x1p1000} {
		o, labels := drawn(100, 1, unit)
		assert.Equal(t, want*unit, FitTemperature(o, labels), "times %g", unit)
	}
	assert.Positive(t, FitTemperature(mat.DenseOf(2, 2, []float64{1e170, 0, 1e170, 0}), []int{0, 0}))
	assert.Positive(t, FitTemperature(mat.DenseOf(2, 2, []float64{0, 0, 5e-324, 0}), []int{0, 0}))
	most := math.MaxFloat64
	assert.Zero(t, FitTemperature(mat.DenseOf(1, 2, []float64{most, -most}), []int{0}), "a difference of +Inf")
	assert.Zero(t, FitTemperature(mat.DenseOf(1, 2, []float64{1, math.NaN()}), []int{0}))
}

func TestTemperatureAtTheEnds(t *testing.T) {
	right := mat.DenseOf(3, 2, []float64{1, -1, -1, 1, 1, -1})
	warm := FitTemperature(right, []int{0, 1, 0})
	// Without a mistake the likelihood of the label is Platt's 4/5.
	assert.InDelta(t, 0.8, 1/(1+math.Exp(-2/warm)), 1e-9)
	wrong := FitTemperature(right, []int{1, 0, 1})
	assert.Greater(t, wrong, 1e3)
	assert.False(t, math.IsInf(wrong, 0))
	assert.Zero(t, FitTemperature(mat.NewDense[float32](0, 2), nil))
	assert.Zero(t, FitTemperature(mat.NewDense[float32](5, 2), make([]int, 5)))
	assert.Zero(t, FitTemperature(mat.NewDense[float32](5, 1), make([]int, 5)))
}

func TestProbabilitiesAreThoseOfTheSoftmaxAtTheTemperature(t *testing.T) {
	for name, c := range map[string]struct {
		outputs     []float64
		temperature float64
		want        []float64
	}{
		"equal outputs":               {[]float64{3, 3}, 1, []float64{0.5, 0.5}},
		"a difference of one":         {[]float64{1, 0}, 1, []float64{math.E / (1 + math.E), 1 / (1 + math.E)}},
		"the same at twice the units": {[]float64{2, 0}, 2, []float64{math.E / (1 + math.E), 1 / (1 + math.E)}},
		"outputs beyond exp's range":  {[]float64{1e300, -1e300}, 1, []float64{1, 0}},
		"no temperature":              {[]float64{1, 2}, 0, nil},
		"one class":                   {[]float64{-7}, 1, []float64{1}},
	} {
		got := Probabilities(c.outputs, c.temperature)
		assert.Len(t, got, len(c.want), name)
		for k := range c.want {
			assert.InDelta(t, c.want[k], got[k], 1e-15, "%s, class %d", name, k)
		}
	}
}
