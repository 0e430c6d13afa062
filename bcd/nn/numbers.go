package nn

import (
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// EvaluateNumbers runs samples with the targets y, N×K, through the network. ErrorRate is the mean
// squared error, over the samples and the outputs: with standardized targets, the fraction of their variance that is
// left. Features must be finite. The error is a *[DataError] if x or y does not fit the network or a target is not
// finite, and a *[SpecError] as in [Network.Scores].
func (n *Network[T]) EvaluateNumbers(x, y mat.Dense[T], w mat.Workers) (Evaluation, error) {
	if err := n.checkForward(x); err != nil {
		return Evaluation{}, err
	}
	if err := n.CheckNumbers(x, y); err != nil {
		return Evaluation{}, err
	}
	return n.evaluate(x, float64(x.Rows)*float64(y.Cols), w, func(sum float64, i int, outputs []T) float64 {
		for k, v := range outputs {
			r := float64(v) - float64(y.At(i, k))
			sum += float64(r * r)
		}
		return sum
	}), nil
}

// CheckNumbers returns a *[DataError] unless the samples have the network's number of features, and a
// finite target for each output.
func (n *Network[T]) CheckNumbers(x, y mat.Dense[T]) error {
	if err := n.checkInputs(x); err != nil {
		return err
	}
	if y.Rows != x.Rows || y.Cols != n.V.Rows {
		return &DataError{Reason: fmt.Sprintf("%d×%d targets for %d samples and %d outputs",
			y.Rows, y.Cols, x.Rows, n.V.Rows)}
	}
	for i := range y.Rows {
		if k := rows.NonFinite(y.Row(i)); k >= 0 {
			return &DataError{Reason: fmt.Sprintf("target %d of sample %d is %v", k, i, y.At(i, k))}
		}
	}
	return nil
}
