package nn

import (
	"fmt"
	"math"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// Evaluation is how a network does on labelled samples.
type Evaluation struct {
	// ErrorRate is the fraction of wrong classes, NaN without samples.
	ErrorRate float64
	// Active is the fraction of strictly positive activations, for each hidden layer.
	Active []float64
}

// Evaluate runs labelled samples, whose features must be finite, through the network. A sample with an output that is
// not finite counts as wrong. The error is a *[DataError] if x or a label does not fit the network, and a *[SpecError]
// as in [Network.Scores].
func (net *Network[T]) Evaluate(x mat.Dense[T], labels []int, w mat.Workers) (Evaluation, error) {
	return net.EvaluateWeighted(x, labels, nil, w)
}

// EvaluateWeighted is Evaluate of samples that count differently: ErrorRate is the sum of the weights of those that are
// wrong, divided by that of all. weights has one for each sample; nil: all count the same. The error is a *[DataError],
// too, if there is another number of weights, if one is negative or not finite, or if their sum is not above 0 and
// finite.
func (net *Network[T]) EvaluateWeighted(x mat.Dense[T], labels []int, weights []float64,
	w mat.Workers) (Evaluation, error) {
	if err := net.checkForward(x); err != nil {
		return Evaluation{}, err
	}
	if err := net.CheckLabelled(x, labels); err != nil {
		return Evaluation{}, err
	}
	all := float64(x.Rows)
	if weights != nil {
		var err error
		if all, err = SumOfWeights(weights, x.Rows); err != nil {
			return Evaluation{}, err
		}
	}
	return net.evaluate(x, all, w, func(sum float64, i int, outputs []T) float64 {
		switch {
		case Argmax(outputs) == labels[i] && rows.NonFinite(outputs) < 0:
			return sum
		case weights == nil:
			return sum + 1
		default:
			return sum + weights[i]
		}
	}), nil
}

// ErrorRate returns the fraction of the samples whose largest output is not that of their label:
// NaN if there are none. The error is a *[DataError] if x or a label does not fit the network, or a
// feature is not finite, and a *[SpecError] as in [Network.Scores].
func (net *Network[T]) ErrorRate(x mat.Dense[T], labels []int, w mat.Workers) (float64, error) {
	if err := net.checkSamples(x, w); err != nil {
		return 0, err
	}
	e, err := net.Evaluate(x, labels, w)
	return e.ErrorRate, err
}

// EvaluateNumbers runs samples with the targets y, N×K, through the network. ErrorRate is the mean
// squared error, over the samples and the outputs: with standardized targets, the fraction of their variance that is
// left. Features must be finite. The error is a *[DataError] if x or y does not fit the network or a target is not
// finite, and a *[SpecError] as in [Network.Scores].
func (net *Network[T]) EvaluateNumbers(x, y mat.Dense[T], w mat.Workers) (Evaluation, error) {
	if err := net.checkForward(x); err != nil {
		return Evaluation{}, err
	}
	if err := net.CheckNumbers(x, y); err != nil {
		return Evaluation{}, err
	}
	return net.evaluate(x, float64(x.Rows)*float64(y.Cols), w, func(sum float64, i int, outputs []T) float64 {
		for k, v := range outputs {
			r := float64(v) - float64(y.At(i, k))
			sum += float64(r * r) // not a fused multiply-add: the same bits on every architecture
		}
		return sum
	}), nil
}

// evaluate runs samples through the network. add adds the error of sample i to a sum; the sum of all, divided by whole,
// is the ErrorRate. Sums are those of fixed blocks of samples, so that they do not depend on the workers.
func (net *Network[T]) evaluate(x mat.Dense[T], whole float64, w mat.Workers,
	add func(sum float64, i int, outputs []T) float64) Evaluation {
	layers := len(net.Layers)
	sums, active := make([]float64, rows.Blocks(x.Rows)), make([][]int, rows.Blocks(x.Rows))
	net.forward(x, w, func(lo, hi int, u []mat.Dense[T], o mat.Dense[T]) {
		sum, counts := 0., make([]int, layers)
		for i := lo; i < hi; i++ {
			sum = add(sum, i, o.Row(i-lo))
		}
		for k, uk := range u {
			counts[k] = CountPositive(uk.Data)
		}
		sums[lo/rows.Block], active[lo/rows.Block] = sum, counts
	})
	e := Evaluation{Active: make([]float64, layers)}
	for b, sum := range sums {
		e.ErrorRate += sum
		for k := range e.Active {
			e.Active[k] += float64(active[b][k])
		}
	}
	e.ErrorRate /= whole
	for k := range e.Active {
		e.Active[k] /= float64(x.Rows) * float64(net.Width(k+1))
	}
	return e
}

// SumOfWeights adds up the weights of the given number of samples. The error is a *[DataError] as in
// [Network.EvaluateWeighted].
func SumOfWeights(weights []float64, samples int) (float64, error) {
	if len(weights) != samples {
		return 0, &DataError{Reason: fmt.Sprintf("%d weights for %d samples", len(weights), samples)}
	}
	sum := 0.
	for i, v := range weights {
		if !(v >= 0) {
			return 0, &DataError{Reason: fmt.Sprintf("the weight of sample %d is %v: want none below 0", i, v)}
		}
		sum += v
	}
	if !(sum > 0) || math.IsInf(sum, 1) {
		return 0, &DataError{Reason: fmt.Sprintf("the sum of the weights is %v: want it above 0 and finite", sum)}
	}
	return sum, nil
}

// CountPositive counts the elements above 0.
func CountPositive[T mat.Float](x []T) int {
	count := 0
	for _, v := range x {
		if v > 0 {
			count++
		}
	}
	return count
}
