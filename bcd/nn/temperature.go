package nn

import (
	"fmt"
	"math"
	"slices"

	"ridge/mat"
)

// Probabilities returns those of the classes of a sample whose outputs these are, at a [Network].Temperature T:
// e^(o_k/T) divided by their sum, in the order of the outputs. It returns nil if T is 0, which stands for unknown, and
// NaN if an output is NaN or +Inf; it panics without outputs.
func Probabilities[T mat.Float](outputs []T, temperature float64) []float64 {
	if len(outputs) == 0 {
		panic("nn: Probabilities: there are no outputs")
	}
	if temperature == 0 {
		return nil
	}
	most, sum := float64(slices.Max(outputs)), 0.
	of := make([]float64, len(outputs))
	for k, v := range outputs {
		of[k] = math.Exp((float64(v) - most) / temperature)
		sum += of[k]
	}
	for k := range of {
		of[k] /= sum
	}
	return of
}

// FitTemperature returns the [Network].Temperature by which outputs are best calibrated: the
// probabilities of the classes are e^(o_k/T), divided by their sum, and T minimizes the cross-entropy
// of labelled samples that were not trained on (C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On
// Calibration of Modern Neural Networks", ICML 2017, section 4.2). outputs has a row for each sample.
//
// If no sample is misclassified, targets of 0 and 1 would drive T to 0. So the targets are those of J. Platt
// ("Probabilistic outputs for support vector machines", 1999): 1 − ε for the label and ε/(K−1) for each other class,
// with ε = 1/(N+2) for N samples. The cross-entropy is convex in 1/T, and bisection finds where its slope is 0. The
// result is 0, which stands for unknown, if there is no sample, only one class, or no difference between the outputs,
// or one that is not finite. It takes some 60 passes over the outputs. It panics unless each sample has a label that
// is a class.
func FitTemperature[T mat.Float](outputs mat.Dense[T], labels []int) float64 {
	classes := outputs.Cols
	if len(labels) != outputs.Rows {
		panic(fmt.Sprintf("nn: FitTemperature: %d labels for %d samples", len(labels), outputs.Rows))
	}
	for i, label := range labels {
		if label < 0 || label >= classes {
			panic(fmt.Sprintf("nn: FitTemperature: label %d of sample %d: want one of %d classes", label, i, classes))
		}
	}
	scale := largestDifference(outputs)
	if outputs.Rows == 0 || classes < 2 || scale == 0 || math.IsInf(scale, 0) || math.IsNaN(scale) {
		return 0
	}
	e := crossEntropy[T]{outputs, labels, 1 / float64(outputs.Rows+2)}
	// From probabilities that are nearly equal to ones that are nearly 0 and 1. The bounds are multiples of
	// 2^−exponent: with scale in them, their product might overflow, or be 0.
	fraction, exponent := math.Frexp(scale)
	low, high := 0x1p-20/fraction, 0x1p20/fraction
	if e.slope(math.Ldexp(low, -exponent)) >= 0 {
		return math.Ldexp(1/low, exponent) // no better than a guess
	}
	for high/low > 1+1e-12 {
		if middle := math.Sqrt(low * high); e.slope(math.Ldexp(middle, -exponent)) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return math.Ldexp(1/math.Sqrt(low*high), exponent)
}

// largestDifference returns the largest absolute difference between an output of a sample and its first one.
func largestDifference[T mat.Float](outputs mat.Dense[T]) float64 {
	most := 0.
	for i := range outputs.Rows {
		row := outputs.Row(i)
		for _, v := range row {
			most = max(most, math.Abs(float64(v)-float64(row[0])))
		}
	}
	return most
}

// crossEntropy is that of labelled samples by β = 1/T.
type crossEntropy[T mat.Float] struct {
	outputs mat.Dense[T]
	labels  []int
	off     float64 // ε
}

// slope is its derivative: Σ_k (p_k − q_k) o_k over the samples, with p_k the probabilities and q_k the targets.
func (e *crossEntropy[T]) slope(beta float64) float64 {
	sum := 0.
	for i := range e.outputs.Rows {
		row := e.outputs.Row(i)
		expected, mean := softmaxMean(row, beta), 0.
		for _, v := range row {
			mean += float64(v)
		}
		label := float64(row[e.labels[i]])
		sum += expected - (1-e.off)*label - e.off*(mean-label)/float64(e.outputs.Cols-1)
	}
	return sum
}

// softmaxMean is Σ_k p_k o_k with p_k in proportion to e^(β·o_k).
func softmaxMean[T mat.Float](o []T, beta float64) float64 {
	most := float64(o[Argmax(o)])
	sum, mean := 0., 0.
	for _, v := range o {
		e := math.Exp(beta * (float64(v) - most))
		sum += e
		mean += e * (float64(v) - most)
	}
	return most + mean/sum
}
