package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// divergence tells from the losses of the batches whether the training diverges. It can
// do so late and slowly: a deep network that has come down to a loss of 0.01 may be at 1 some
// epochs later, where no step helps any more.
type divergence struct {
	zeros  float64 // the loss of outputs of 0
	unit   float64 // what losses are measured by: zeros, or less
	recent float64 // mean of the last batches
	lowest float64 // what that has come down to
}

// newDivergence returns it for samples that lose zeros if their outputs are 0, and wrong if these are the targets of
// another class.
//
// Losses are measured by the first, but by no more than five quarters of the second. With the hinge the first is half
// the number of classes K, and the second 4. A network whose outputs are the same for all samples, and the best such
// ones, loses 2(1 − 1/K). That has to look bad, and is less than a quarter of the first if there are many classes. Of
// the losses that are known, others are measured by zeros for any K, and so is the hinge for up to ten classes. A loss
// of one's own may have a second that says nothing: 0, or NaN for outputs that it does not expect.
func newDivergence(zeros, wrong float64) divergence {
	unit := zeros
	if wrong > 0 { // and not NaN
		unit = min(zeros, 1.25*wrong)
	}
	return divergence{zeros: zeros, unit: unit}
}

// divergenceOf returns it for the samples and the loss of a training.
func divergenceOf[T mat.Float](d train.Data[T], loss nn.Loss[T], outputs int) divergence {
	wrong := math.Inf(1)
	if !d.Regression() && outputs > 1 {
		o, y := make([]T, outputs), make([]T, outputs)
		loss.Targets(o, 1)
		loss.Targets(y, 0)
		wrong = loss.Value(o, y)
	}
	return newDivergence(d.LossOfZeros(loss, outputs), wrong)
}

// inUnitsOf returns it for the targets of a regression of those sizes: outputs of 0 lose their mean square, and what
// is bad is measured by their variance, as outputs have come near to the means then.
func (d divergence) inUnitsOf(t targetSizes) divergence {
	d.zeros *= t.square
	d.unit *= t.variance
	return d
}

// targetSizes are the mean square and the variance of the targets of a regression, to the nearest power of four: 1 for
// standardized ones, and so for labels.
type targetSizes struct{ square, variance float64 }

// sizesOfTargets returns them. total is the number of samples over all processes.
func sizesOfTargets[T mat.Float](d train.Data[T], total float64, add *train.Adder) targetSizes {
	if !d.Regression() {
		return targetSizes{1, 1}
	}
	k := d.Targets.Cols
	sums := make([]float64, 2*k) // of the targets, and then of their squares
	for i := range d.Targets.Rows {
		for j, y := range d.Targets.Row(i) {
			sums[j] += float64(y)
			sums[k+j] += float64(y) * float64(y)
		}
	}
	var square, variance float64
	for j, sums := 0, add.Numbers(sums...); j < k; j++ {
		mean, meanSquare := sums[j]/total, sums[k+j]/total
		square += meanSquare / float64(k)
		variance += (meanSquare - mean*mean) / float64(k)
	}
	const rounding = 0x1p-40
	if square == 0 || !finite(square) {
		return targetSizes{1, 1}
	}
	return targetSizes{powerOfFour(square), powerOfFour(max(variance, rounding*square))}
}

// powerOfFour is the nearest one.
func powerOfFour(v float64) float64 { return math.Ldexp(1, 2*int(math.Round(math.Log2(v)/2))) }

// begin takes the loss of the first batch.
func (d *divergence) begin(first float64) {
	d.recent = max(d.zeros, first)
	d.lowest = d.recent
}

// state exchanges what does not follow from the samples and the loss.
func (d *divergence) state(s *train.State) {
	s.Float("recent", &d.recent)
	s.Float("lowest", &d.lowest)
}

const lossWindow = 64 // batches in recent

// add takes a batch into account.
func (d *divergence) add(loss float64) {
	d.recent += (loss - d.recent) / lossWindow
	d.lowest = min(d.lowest, d.recent)
}

// isSuspect reports whether a batch has a loss that no batch of its number of samples should have, or
// the last ones a loss that they should not have together.
func (d *divergence) isSuspect(loss, samples float64) bool {
	return !(loss <= d.most(samples)) || d.hasRisen(samples) // NaN is suspect
}

// most is what a batch of the given number of samples may lose.
func (d *divergence) most(samples float64) float64 { return max(d.chance(samples), 20*d.lowest) }

// hasRisen reports whether the last batches have lost too much together: far more than what the training
// had come down to, or than outputs of 0 would.
func (d *divergence) hasRisen(samples float64) bool {
	return d.recent > max(d.chance(lossWindow*samples), min(8*d.lowest, 2*d.zeros))
}

// addHard takes a suspect batch into account for which the weights are not to blame: the samples are
// harder than others, and that they are is what is normal from now on.
func (d *divergence) addHard(loss, samples float64) {
	if d.hasRisen(samples) {
		d.lowest = d.recent / 2
	}
	d.add(min(loss, d.most(samples)))
}

// isSound reports whether weights after these batches are worth going back to.
func (d *divergence) isSound() bool { return d.recent <= 2*d.lowest }

// forgive makes the last batches those of sound weights.
func (d *divergence) forgive() { d.recent = 2 * d.lowest }

// chance is what a number of samples may lose in a network that loses next to nothing: one of them
// twenty times the unit, and the mean of many that much less.
func (d *divergence) chance(samples float64) float64 {
	const most, least = 20, 0.25
	return d.unit * max(most/samples, least)
}
