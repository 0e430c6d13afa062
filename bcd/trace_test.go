package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// straightTrace has the stationarity 3·rate^t, but for the first half.
func straightTrace(n int, rate float64) Trace {
	trace := make(Trace, n)
	for i := range trace {
		t := i + 1
		trace[i] = Step{Iteration: t, Stationarity: 3 * math.Pow(rate, float64(t))}
		if i < n/2 {
			trace[i].Stationarity = 1 / float64(t)
		}
	}
	return trace
}

func TestRateIsThatOfAKnownSequence(t *testing.T) {
	for _, want := range []float64{0.1, 0.9, 0.996, 1, 1.01} {
		for _, n := range []int{3, 4, 11, 200} {
			rate, scale := straightTrace(n, want).Rate()
			assert.InEpsilon(t, want, rate, 1e-12, "%d iterations", n)
			assert.InEpsilon(t, 3, scale, 1e-10, "%d iterations", n)
		}
	}
}

// Deviations that are orthogonal to the lines leave the fit alone.
func TestRateIsLeastSquares(t *testing.T) {
	trace := straightTrace(12, 0.8)
	for i, factor := range []float64{2, 0.5, 0.5, 0.5, 0.5, 2} {
		trace[6+i].Stationarity *= factor
	}
	rate, scale := trace.Rate()
	assert.InEpsilon(t, 0.8, rate, 1e-12)
	assert.InEpsilon(t, 3*math.Pow(0.5, 1./3), scale, 1e-12)
}

func TestNoRate(t *testing.T) {
	zero, infinite := straightTrace(8, 0.9), straightTrace(8, 0.9)
	zero[7].Stationarity = 0
	infinite[6].Stationarity = math.Inf(1)
	for name, trace := range map[string]Trace{"empty": nil, "one": straightTrace(1, 0.9), "two": straightTrace(2, 0.9), "zero": zero, "infinite": infinite} {
		rate, scale := trace.Rate()
		assert.True(t, math.IsNaN(rate) && math.IsNaN(scale), name)
	}
}
