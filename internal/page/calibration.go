package page

import (
	"fmt"
	"math"
)

// Calibration is how often answers are right, by the probability that the network gave them.
type Calibration struct {
	Bins []CalibrationBin
	// Error is the mean difference between probability and share of right answers, over all samples: the
	// expected calibration error of Guo et al., "On Calibration of Modern Neural Networks", ICML 2017.
	Error float64
	// By says what the probabilities were calibrated by.
	By string
}

// CalibrationBin is the answers of a range of probabilities.
type CalibrationBin struct {
	Count, Right int
	Probability  float64 // mean
}

// calibrationBins is how many there are, of equal width.
const calibrationBins = 10

// Calibrator counts answers. Its zero value is ready.
type Calibrator struct {
	bins [calibrationBins]CalibrationBin
	sums [calibrationBins]float64
}

// Add counts an answer with its probability. Numbers that are not probabilities are ignored.
func (c *Calibrator) Add(probability float64, right bool) {
	if !(probability >= 0 && probability <= 1) {
		return
	}
	i := min(calibrationBins-1, int(probability*calibrationBins))
	c.bins[i].Count++
	c.sums[i] += probability
	if right {
		c.bins[i].Right++
	}
}

// Calibration returns what was counted, without bins that have no answers; nil if there are none.
func (c *Calibrator) Calibration() *Calibration {
	out, all := new(Calibration), 0
	for i, b := range c.bins {
		if b.Count == 0 {
			continue
		}
		b.Probability = c.sums[i] / float64(b.Count)
		out.Bins = append(out.Bins, b)
		out.Error += math.Abs(c.sums[i] - float64(b.Right))
		all += b.Count
	}
	if all == 0 {
		return nil
	}
	out.Error /= float64(all)
	return out
}

// Share is that of the right answers.
func (b CalibrationBin) Share() float64 { return float64(b.Right) / float64(b.Count) }

// Point is where a bin is drawn, and how far it may lie from the truth by chance. Title says what it is.
type Point struct{ X, Y, Low, High, Title string }

// Place is where the bin is drawn.
func (b CalibrationBin) Place() Point {
	x := left + (right-left)*b.Probability
	y := bottom - (bottom-top)*b.Share()
	// The standard deviation of the share of right answers, if the probabilities are true.
	spread := math.Sqrt(b.Probability*(1-b.Probability)/float64(b.Count)) * (bottom - top)
	clamp := func(v float64) float64 { return min(max(v, top), bottom) }
	return Point{
		X: coordinate(x), Y: coordinate(y), Low: coordinate(clamp(y + spread)), High: coordinate(clamp(y - spread)),
		Title: fmt.Sprintf("%d answers with a probability of %.1f %% on average, of which %.1f %% are right",
			b.Count, 100*b.Probability, 100*b.Share()),
	}
}

// Percent is Error in points.
func (c *Calibration) Percent() float64 { return 100 * c.Error }

// Path is the line through the bins.
func (c *Calibration) Path() string {
	path, command := "", "M"
	for _, b := range c.Bins {
		p := b.Place()
		path += command + p.X + " " + p.Y
		command = "L"
	}
	return path
}
