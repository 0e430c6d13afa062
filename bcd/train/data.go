package train

import (
	"errors"
	"fmt"
	"math"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/mat"
)

// Data is samples with labels or targets. X is N×d₀, raw. Labels are class indices, 0 to K−1;
// Targets, N×K, are the numbers of a regression. Targets should be standardized, because defaults
// assume a variance of about 1. The zero value has no samples.
type Data[T mat.Float] struct {
	X       mat.Dense[T]
	Labels  []int
	Targets mat.Dense[T]
}

// empty reports whether there are no samples.
func (d Data[T]) empty() bool { return d.X.Rows == 0 && len(d.Labels) == 0 && d.Targets.Rows == 0 }

// Regression reports whether there are numbers to predict.
func (d Data[T]) Regression() bool { return d.Targets.Rows > 0 }

// WriteTargets writes to y the outputs that the loss wants for sample i.
func (d Data[T]) WriteTargets(y []T, loss nn.Loss[T], i int) {
	if d.Regression() {
		copy(y, d.Targets.Row(i))
		return
	}
	d.checkSample(i)
	if loss == nil {
		panic("train: the loss is nil")
	}
	loss.Targets(y, d.Labels[i])
}

// AllTargets returns the targets of all samples, for a network of the given number of outputs.
func (d Data[T]) AllTargets(loss nn.Loss[T], outputs int) mat.Dense[T] {
	if d.Regression() {
		return d.Targets.Clone()
	}
	return nn.Targets(loss, d.Labels, outputs)
}

// Wrong reports whether the outputs predict another class than that of sample i, or none, as one of them is not finite.
// In a regression they never do.
func (d Data[T]) Wrong(outputs []T, i int) bool {
	if d.Regression() {
		return false
	}
	d.checkSample(i)
	return nn.Argmax(outputs) != d.Labels[i] || rows.NonFinite(outputs) >= 0
}

// checkSample panics unless sample i has a label.
func (d Data[T]) checkSample(i int) {
	if i < 0 || i >= len(d.Labels) {
		panic(fmt.Sprintf("train: sample %d of %d with labels", i, len(d.Labels)))
	}
}

// TrainError returns the [Epoch].TrainError: the fraction of wrong samples or, for a regression, the
// mean squared error, which follows from the mean loss.
func (d Data[T]) TrainError(wrong, meanLoss float64, outputs int) float64 {
	if d.Regression() {
		return 2 * meanLoss / float64(outputs)
	}
	return wrong
}

// LossOfZeros is the loss of a sample whose outputs are all 0; in a regression, for targets of
// variance 1.
func (d Data[T]) LossOfZeros(loss nn.Loss[T], outputs int) float64 {
	if d.Regression() {
		return float64(outputs) / 2
	}
	return nn.LossOfZeros(loss, outputs)
}

// Evaluate runs the samples through the network. In a regression the error is the mean squared
// error.
func (d Data[T]) Evaluate(net *nn.Network[T], w mat.Workers) (nn.Evaluation, error) {
	if d.Regression() {
		return net.EvaluateNumbers(d.X, d.Targets, w)
	}
	return net.Evaluate(d.X, d.Labels, w)
}

// meanError is the error of samples, and what they count together: their number, or the sum of their weights.
type meanError struct{ mean, weight float64 }

// errorRate is the error of the samples, of which each counts by its weight if there are weights; NaN without samples.
func (d Data[T]) errorRate(net *nn.Network[T], weights []float64, w mat.Workers) (meanError, error) {
	if d.empty() {
		return meanError{math.NaN(), 0}, nil
	}
	if weights == nil {
		e, err := d.Evaluate(net, w)
		return meanError{e.ErrorRate, float64(d.X.Rows)}, err
	}
	sum, err := nn.SumOfWeights(weights, d.X.Rows)
	if err != nil {
		return meanError{}, err
	}
	e, err := net.EvaluateWeighted(d.X, d.Labels, weights, w)
	return meanError{e.ErrorRate, sum}, err
}

// overAll is the mean error over the processes. Each of them counts by its samples, and none does without any.
func (e meanError) overAll(add *Adder) float64 {
	if add.Alone() {
		return e.mean
	}
	part := 0.
	if e.weight > 0 {
		part = e.mean * e.weight
	}
	sums := add.Numbers(part, e.weight)
	return sums[0] / sums[1] // NaN if there are no samples
}

// check returns a *[nn.DataError] unless the targets fit the network, or an *[nn.OptionError] if its loss
// is not for such targets.
func (d Data[T]) check(net *nn.Network[T]) error {
	if !d.Regression() {
		return net.CheckLabelled(d.X, d.Labels)
	}
	if net.Loss == nil {
		return &nn.SpecError{Reason: "no loss"}
	}
	if _, ok := net.Loss.(nn.NumberLoss[T]); !ok {
		return &nn.OptionError{Option: "loss",
			Reason: "a regression has the loss " + nn.Squared[T]{}.Name() + ", not " + net.Loss.Name()}
	}
	if d.Labels != nil {
		return &nn.DataError{Reason: "labels and targets: want one of them"}
	}
	return net.CheckNumbers(d.X, d.Targets)
}

// Samples are the samples of a training, by their use.
type Samples[T mat.Float] struct {
	// Train is what the network is fitted to.
	Train Data[T]
	// Validation and Test, if there are any samples in them, are run through the network after each
	// epoch. They have no influence on the weights, but [Control].EarlyStop and KeepBest go by the validation samples.
	// Several processes may each have samples of their own or none, and [Epoch] has the errors on those of all.
	Validation, Test Data[T]
	// ValidationWeights are how much each validation sample counts in [Epoch].ValidationError, as in
	// [nn.Network.EvaluateWeighted]; nil: all the same. A regression has none.
	ValidationWeights []float64
}

// Check returns a *[nn.DataError] unless the samples fit the network, all their features are finite, all parts have
// labels or all have targets, and there is one weight for each validation sample, if there are any weights. There must
// be samples to train on. If the network's loss is not for such targets, it is an *[nn.OptionError]. It reads all
// samples once, on w workers.
func Check[T mat.Float](net *nn.Network[T], s Samples[T], w mat.Workers) error {
	for _, part := range []struct {
		name string
		data Data[T]
	}{{"train", s.Train}, {"validation", s.Validation}, {"test", s.Test}} {
		if part.name != "train" && part.data.empty() {
			continue
		}
		if err := checkTask(part.name, part.data, s.Train); err != nil {
			return err
		}
		if err := checkPart(net, part.name, part.data, w); err != nil {
			return err
		}
	}
	return s.checkWeights()
}

// checkWeights returns a *[nn.DataError] unless there are no weights, or one for each validation sample.
func (s Samples[T]) checkWeights() error {
	if s.ValidationWeights == nil {
		return nil
	}
	reason := ""
	if s.Validation.Regression() {
		reason = "weights are for classes, not for the targets of a regression"
	} else if _, err := nn.SumOfWeights(s.ValidationWeights, len(s.Validation.Labels)); err != nil {
		reason = err.Error()
	}
	if reason != "" {
		return &nn.DataError{Part: "validation", Reason: reason}
	}
	return nil
}

// checkTask returns a *[nn.DataError] unless a part has labels or targets as the training samples do.
func checkTask[T mat.Float](name string, part, train Data[T]) error {
	if part.Regression() == train.Regression() {
		return nil
	}
	reason := "labels, while the training samples have targets"
	if part.Regression() {
		reason = "targets, while the training samples have labels"
	}
	return &nn.DataError{Part: name, Reason: reason}
}

func checkPart[T mat.Float](net *nn.Network[T], name string, d Data[T], w mat.Workers) error {
	if d.X.Rows == 0 {
		return &nn.DataError{Part: name, Reason: "no samples"}
	}
	if err := d.check(net); err != nil {
		if _, ok := errors.AsType[*nn.OptionError](err); ok {
			return err
		}
		return &nn.DataError{Part: name, Reason: err.Error()}
	}
	if err := nn.CheckFinite(d.X, w); err != nil {
		return &nn.DataError{Part: name, Reason: err.Error()}
	}
	return nil
}
