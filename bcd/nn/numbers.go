package nn

import (
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// EvaluateNumbers runs samples with the targets y, N×K, through the network. ErrorRate is the mean
// squared error, over the samples and the outputs: with standardized targets, the fraction of their variance that is
// left. The error is a *[DataError] if x or y does not fit the network.
func (n *Network[T]) EvaluateNumbers(x, y mat.Dense[T], w mat.Workers) (Evaluation, error) {
	if err := n.checkForward(x); err != nil {
		return Evaluation{}, err
	}
	if err := n.CheckNumbers(x, y); err != nil {
		return Evaluation{}, err
	}
	layers := len(n.Layers)
	squares, active := make([]float64, rows.Blocks(x.Rows)), make([][]int, rows.Blocks(x.Rows))
	n.forward(x, w, func(lo, hi int, u []mat.Dense[T], o mat.Dense[T]) {
		sum, counts := 0., make([]int, layers)
		for i := lo; i < hi; i++ {
			for k, v := range o.Row(i - lo) {
				r := float64(v) - float64(y.At(i, k))
				sum += float64(r * r)
			}
		}
		for k, uk := range u {
			counts[k] = CountPositive(uk.Data)
		}
		squares[lo/rows.Block], active[lo/rows.Block] = sum, counts
	})
	e := Evaluation{Active: make([]float64, layers)}
	for b, sum := range squares {
		e.ErrorRate += sum
		for k := range e.Active {
			e.Active[k] += float64(active[b][k])
		}
	}
	e.ErrorRate /= float64(x.Rows) * float64(y.Cols)
	for k := range e.Active {
		e.Active[k] /= float64(x.Rows) * float64(n.Width(k+1))
	}
	return e, nil
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
