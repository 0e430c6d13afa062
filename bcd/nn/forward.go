package nn

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// Scores returns the outputs O of the network, N×K, for the samples x, N×d₀. Mean
// is subtracted on the way. It takes 2N flops for each weight, and memory for the activations of a few hundred samples
// for each worker. If most weights of a layer are zero, only the others are multiplied. The error is a *[DataError] if
// x has another width than the network or a feature is not finite, and a *[SpecError] if the layers do not fit
// together, or Mean has another length than the inputs. It is an *[OverflowError], which names the first output that is
// not finite, if there is one; the outputs are returned all the same.
//
// It allocates the result and the activations. A service that asks again and again has a
// [Predictor], or a [RowPredictor] for raw rows, which allocate nothing.
func (n *Network[T]) Scores(x mat.Dense[T], w mat.Workers) (mat.Dense[T], error) {
	if err := n.checkShape(); err != nil {
		return mat.Dense[T]{}, err
	}
	if err := n.checkSamples(x, w); err != nil {
		return mat.Dense[T]{}, err
	}
	out := mat.NewDense[T](x.Rows, n.V.Rows)
	n.forward(x, w, func(lo, _ int, _ []mat.Dense[T], o mat.Dense[T]) {
		mat.Copy(out.RowView(lo, o.Rows), o)
	})
	return out, checkOutputs(out, w)
}

// checkOutputs returns an *[OverflowError] unless all outputs are finite.
func checkOutputs[T mat.Float](o mat.Dense[T], w mat.Workers) error {
	if i, k := rows.FirstNonFinite(o, w); i >= 0 {
		return &OverflowError{Sample: i, Output: k, Value: float64(o.At(i, k))}
	}
	return nil
}

// ErrorRate returns the fraction of the samples whose largest output is not that of their label:
// NaN if there are none. The error is a *[DataError] if x or a label does not fit the network, or a
// feature is not finite, and a *[SpecError] as in [Network.Scores].
func (n *Network[T]) ErrorRate(x mat.Dense[T], labels []int, w mat.Workers) (float64, error) {
	if err := n.checkSamples(x, w); err != nil {
		return 0, err
	}
	e, err := n.Evaluate(x, labels, w)
	return e.ErrorRate, err
}

// Argmax returns the index of the largest element of an output, the first of equal ones: the class that the network
// predicts. It returns −1 for no elements. NaN is no prediction, and neither is an infinity: the index is then any one.
func Argmax[T mat.Float](o []T) int {
	best := -1
	for k, v := range o {
		if best < 0 || v > o[best] {
			best = k
		}
	}
	return best
}

// forward runs blocks of samples through the network and hands each block's
// activations U₁ … U_L and outputs to body, which must be ready to be called by
// several goroutines at once.
func (n *Network[T]) forward(x mat.Dense[T], w mat.Workers, body func(lo, hi int, u []mat.Dense[T], o mat.Dense[T])) {
	linears := n.linears(x.Rows)
	// A block reuses the memory of a finished one, or else allocates, so that there is memory for each worker and not
	// for each block.
	var left sync.Pool
	shares := newShares(rows.Blocks(x.Rows), w)
	rows.For(w, 0, x.Rows, func(lo, hi int) {
		p, _ := left.Get().(*Predictor[T])
		if p == nil {
			p = newPredictor(n, linears, min(rows.Block, x.Rows))
		}
		scores := p.scores.RowView(0, hi-lo)
		p.inference.run(scores, x.RowView(lo, hi-lo), shares.next())
		body(lo, hi, p.inference.activations(hi-lo), scores)
		left.Put(p)
	})
}

// shares is how many workers each of some blocks has: one, but those that begin last share all workers, where some
// would have nothing to do.
type shares struct {
	alone int          // blocks that have one
	each  mat.Workers  // of the others
	begun atomic.Int64 // blocks
}

func newShares(blocks int, w mat.Workers) *shares {
	all := w.Count()
	alone := max(0, blocks-1) / all * all
	last := max(1, blocks-alone)
	return &shares{alone: alone, each: mat.Workers((all + last - 1) / last)}
}

// next is what the block that begins has.
func (s *shares) next() mat.Workers {
	if int(s.begun.Add(1)) > s.alone {
		return s.each
	}
	return 1
}

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
func (n *Network[T]) Evaluate(x mat.Dense[T], labels []int, w mat.Workers) (Evaluation, error) {
	return n.EvaluateWeighted(x, labels, nil, w)
}

// EvaluateWeighted is Evaluate of samples that count differently: ErrorRate is the sum of the weights of those that are
// wrong, divided by that of all. weights has one for each sample; nil: all count the same. The error is a *[DataError],
// too, if there is another number of weights, if one is negative or not finite, or if their sum is not above 0 and
// finite.
func (n *Network[T]) EvaluateWeighted(x mat.Dense[T], labels []int, weights []float64,
	w mat.Workers) (Evaluation, error) {
	if err := n.checkForward(x); err != nil {
		return Evaluation{}, err
	}
	if err := n.CheckLabelled(x, labels); err != nil {
		return Evaluation{}, err
	}
	all := float64(x.Rows)
	if weights != nil {
		var err error
		if all, err = SumOfWeights(weights, x.Rows); err != nil {
			return Evaluation{}, err
		}
	}
	return n.evaluate(x, all, w, func(sum float64, i int, outputs []T) float64 {
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

// evaluate runs samples through the network. add adds the error of sample i to a sum; the sum of all, divided by whole,
// is the ErrorRate. Sums are those of fixed blocks of samples, so that they do not depend on the workers.
func (n *Network[T]) evaluate(x mat.Dense[T], whole float64, w mat.Workers,
	add func(sum float64, i int, outputs []T) float64) Evaluation {
	layers := len(n.Layers)
	sums, active := make([]float64, rows.Blocks(x.Rows)), make([][]int, rows.Blocks(x.Rows))
	n.forward(x, w, func(lo, hi int, u []mat.Dense[T], o mat.Dense[T]) {
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
		e.Active[k] /= float64(x.Rows) * float64(n.Width(k+1))
	}
	return e
}

// SumOfWeights adds up the weights of so many samples. The error is a *[DataError] as in [Network.EvaluateWeighted].
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

// checkForward returns an error unless the samples can run through the network.
func (n *Network[T]) checkForward(x mat.Dense[T]) error {
	if err := n.checkShape(); err != nil {
		return err
	}
	return n.checkInputs(x)
}

func (n *Network[T]) checkInputs(x mat.Dense[T]) error {
	if x.Cols != n.Inputs {
		return &DataError{Reason: fmt.Sprintf("samples have %d features, the network takes %d", x.Cols, n.Inputs)}
	}
	return nil
}

// checkSamples returns a *[DataError] unless x has the network's number of features, all finite.
func (n *Network[T]) checkSamples(x mat.Dense[T], w mat.Workers) error {
	if err := n.checkInputs(x); err != nil {
		return err
	}
	return CheckFinite(x, w)
}

// CheckFinite returns a *[DataError] that names the first feature of the samples x that is NaN or infinite,
// and nil if there is none. It reads all samples once.
func CheckFinite[T mat.Float](x mat.Dense[T], w mat.Workers) error {
	x = x.View(0, 0, x.Rows, x.Cols) // panics if its fields do not agree
	if i, j := rows.FirstNonFinite(x, w); i >= 0 {
		return &DataError{Reason: fmt.Sprintf("feature %d of sample %d is %v", j, i, x.At(i, j))}
	}
	return nil
}

// CheckLabelled returns a *[DataError] unless the samples have the network's number of features,
// and labels that are classes of it, one for each.
func (n *Network[T]) CheckLabelled(x mat.Dense[T], labels []int) error {
	if err := n.checkInputs(x); err != nil {
		return err
	}
	if x.Rows != len(labels) {
		return &DataError{Reason: fmt.Sprintf("%d labels for %d samples", len(labels), x.Rows)}
	}
	for i, label := range labels {
		if label < 0 || label >= n.V.Rows {
			return &DataError{Reason: fmt.Sprintf(
				"label of sample %d is %d: want 0 to %d, one of the network's classes", i, label, n.V.Rows-1)}
		}
	}
	return nil
}

// ColumnMean returns the mean of each column of x, added up in float64: what [Network].Mean is set
// to in order to centre the inputs. Without a row it is NaN.
func ColumnMean[T mat.Float](x mat.Dense[T], w mat.Workers) []T {
	x = x.View(0, 0, x.Rows, x.Cols) // panics if its fields do not agree
	mean := make([]T, x.Cols)
	for j, sum := range rows.ColumnSums(x, w) {
		mean[j] = T(sum / float64(x.Rows))
		if math.IsInf(sum, 0) || math.IsNaN(sum) {
			mean[j] = meanOfLarge(x.ColView(j, 1))
		}
	}
	return mean
}

// meanOfLarge is the mean of numbers whose sum overflows.
func meanOfLarge[T mat.Float](x mat.Dense[T]) T {
	sum := 0.
	for i := range x.Rows {
		sum += float64(x.At(i, 0)) / float64(x.Rows)
	}
	return T(sum)
}
