package nn

import (
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// CheckLabelled returns a *[DataError] unless the samples have the network's number of features,
// and labels that are classes of it, one for each.
func (net *Network[T]) CheckLabelled(x mat.Dense[T], labels []int) error {
	if err := net.checkInputs(x); err != nil {
		return err
	}
	if x.Rows != len(labels) {
		return &DataError{Reason: fmt.Sprintf("%d labels for %d samples", len(labels), x.Rows)}
	}
	for i, label := range labels {
		if label < 0 || label >= net.V.Rows {
			return &DataError{Reason: fmt.Sprintf(
				"label of sample %d is %d: want 0 to %d, one of the network's classes", i, label, net.V.Rows-1)}
		}
	}
	return nil
}

// CheckNumbers returns a *[DataError] unless the samples have the network's number of features, and a
// finite target for each output.
func (net *Network[T]) CheckNumbers(x, y mat.Dense[T]) error {
	if err := net.checkInputs(x); err != nil {
		return err
	}
	if y.Rows != x.Rows || y.Cols != net.V.Rows {
		return &DataError{Reason: fmt.Sprintf("%d×%d targets for %d samples and %d outputs",
			y.Rows, y.Cols, x.Rows, net.V.Rows)}
	}
	for i := range y.Rows {
		if k := rows.NonFinite(y.Row(i)); k >= 0 {
			return &DataError{Reason: fmt.Sprintf("target %d of sample %d is %v", k, i, y.At(i, k))}
		}
	}
	return nil
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

// checkSamples returns a *[DataError] unless x has the network's number of features, all finite.
func (net *Network[T]) checkSamples(x mat.Dense[T], w mat.Workers) error {
	if err := net.checkInputs(x); err != nil {
		return err
	}
	return CheckFinite(x, w)
}

// checkForward returns an error unless the samples can run through the network.
func (net *Network[T]) checkForward(x mat.Dense[T]) error {
	if err := net.checkShape(); err != nil {
		return err
	}
	return net.checkInputs(x)
}

func (net *Network[T]) checkInputs(x mat.Dense[T]) error {
	if x.Cols != net.Inputs {
		return &DataError{Reason: fmt.Sprintf("samples have %d features, the network takes %d", x.Cols, net.Inputs)}
	}
	return nil
}
