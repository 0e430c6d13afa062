package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// labelsAtMost is how many labels an axis has room for.
const labelsAtMost = 7

// niceStep is the smallest of 1, 2, 5, 10, 20 … times 10^exponent that divides a
// range of that width into few enough parts to label each. decimals is how many
// digits after the point its multiples have.
func niceStep(width float64, exponent int) (step float64, decimals int) {
	for e := exponent; ; e++ {
		for _, m := range []float64{1, 2, 5} {
			step = m * math.Pow10(e)
			if width/step < labelsAtMost {
				return step, max(0, -e)
			}
		}
	}
}

// LinearTicks labels the multiples, from 0, of a nice step of at least 10^exponent.
func LinearTicks(exponent int) plot.TickerFunc {
	return func(_, high float64) []plot.Tick {
		step, decimals := niceStep(high, exponent)
		var ticks []plot.Tick
		for k := 0.0; k*step <= high; k++ {
			ticks = append(ticks, plot.Tick{Value: k * step, Label: strconv.FormatFloat(k*step, 'f', decimals, 64)})
		}
		return ticks
	}
}

// LogTicks marks 1, 2, … 9 times the powers of ten. It labels 1, 2 and 5 if few
// decades are shown, and else as many powers of ten as there is room for.
func LogTicks(low, high float64) []plot.Tick {
	from, to := int(math.Floor(math.Log10(low))), int(math.Floor(math.Log10(high)))
	few := math.Log10(high)-math.Log10(low) < 2.5
	every, _ := niceStep(float64(to-from), 0)
	var ticks []plot.Tick
	for e := from; e <= to; e++ {
		for m := 1; m <= 9; m++ {
			v := float64(m) * math.Pow10(e)
			if v < low || v > high {
				continue
			}
			var label string
			if few && (m == 1 || m == 2 || m == 5) || !few && m == 1 && e%int(every) == 0 {
				label = strconv.FormatFloat(v, 'g', max(1, min(e+1, 4)), 64)
			}
			ticks = append(ticks, plot.Tick{Value: v, Label: label})
		}
	}
	return ticks
}
