package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/train"
)

// straightTrace has the stationarity 3·rate^t, but for the first half.
func straightTrace(n int, rate float64) train.Trace {
	trace := make(train.Trace, n)
	for i := range trace {
		t := i + 1
		v := 3 * math.Pow(rate, float64(t))
		if i < n/2 {
			v = 1 / float64(t)
		}
		trace[i] = train.Epoch{Epoch: t, Values: map[string]float64{Stationarity: v}}
	}
	return trace
}

func TestRateIsThatOfAKnownSequence(t *testing.T) {
	for _, want := range []float64{0.1, 0.9, 0.996, 1, 1.01} {
		for _, n := range []int{3, 4, 11, 200} {
			rate, scale := Rate(straightTrace(n, want))
			assert.InEpsilon(t, want, rate, 1e-12, "%d iterations", n)
			assert.InEpsilon(t, 3, scale, 1e-10, "%d iterations", n)
		}
	}
}

// Deviations that are orthogonal to the lines leave the fit alone.
func TestRateIsLeastSquares(t *testing.T) {
	trace := straightTrace(12, 0.8)
	for i, factor := range []float64{2, 0.5, 0.5, 0.5, 0.5, 2} {
		trace[6+i].Values[Stationarity] *= factor
	}
	rate, scale := Rate(trace)
	assert.InEpsilon(t, 0.8, rate, 1e-12)
	assert.InEpsilon(t, 3*math.Pow(0.5, 1./3), scale, 1e-12)
}

func TestTracesWithoutARateHaveNaN(t *testing.T) {
	zero, infinite := straightTrace(8, 0.9), straightTrace(8, 0.9)
	zero[7].Values[Stationarity] = 0
	infinite[6].Values[Stationarity] = math.Inf(1)
	for name, trace := range map[string]train.Trace{
		"empty":    nil,
		"one":      straightTrace(1, 0.9),
		"two":      straightTrace(2, 0.9),
		"zero":     zero,
		"infinite": infinite,
	} {
		rate, scale := Rate(trace)
		assert.True(t, math.IsNaN(rate) && math.IsNaN(scale), name)
	}
}
