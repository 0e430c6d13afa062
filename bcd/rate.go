package bcd

import (
	"math"

	"ridge/bcd/train"
)

// Rate fits scale·rate^t to the stationarity in the second half of a trace of full batches, by
// least squares of the logarithms. A sequence converges R-linearly if some scale·rate^t with a
// rate below 1 bounds it; the fit estimates this rate from the straight part of the curve on a
// logarithmic scale. Both results are NaN if there are fewer than three iterations, or a
// stationarity is not positive and finite.
func Rate(t train.Trace) (rate, scale float64) {
	half := t[len(t)/2:]
	n := float64(len(half))
	var meanX, meanY float64
	for _, e := range half {
		meanX += float64(e.Epoch) / n
		meanY += math.Log(e.Value(Stationarity)) / n
	}
	var xx, xy float64
	for _, e := range half {
		x := float64(e.Epoch) - meanX
		xx += x * x
		xy += x * (math.Log(e.Value(Stationarity)) - meanY)
	}
	slope := xy / xx
	if !finite(slope) {
		return math.NaN(), math.NaN()
	}
	return math.Exp(slope), math.Exp(meanY - slope*meanX)
}
