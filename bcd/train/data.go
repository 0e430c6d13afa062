package train

import (
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/mat"
)

// Data is labelled samples: X is N×d₀, raw, and Labels are class indices, 0 to K−1.
// The zero value is no samples.
type Data[T mat.Float] struct {
	X      mat.Dense[T]
	Labels []int
}

// empty tells whether there are no samples.
func (d Data[T]) empty() bool { return d.X.Rows == 0 && len(d.Labels) == 0 }

// Samples are those of a training, by what is done with them.
type Samples[T mat.Float] struct {
	// Train is what the network is fitted to.
	Train Data[T]
	// Validation and Test, if there are any samples in them, are run through the network after each
	// epoch. They have no influence on the training.
	Validation, Test Data[T]
}

// Check returns a *[nn.DataError] unless the samples fit the network and all their features are
// finite. There must be samples to train on. It reads all samples once.
func Check[T mat.Float](net *nn.Network[T], s Samples[T]) error {
	for _, part := range []struct {
		name string
		data Data[T]
	}{{"train", s.Train}, {"validation", s.Validation}, {"test", s.Test}} {
		if part.name != "train" && part.data.empty() {
			continue
		}
		if err := checkPart(net, part.name, part.data); err != nil {
			return err
		}
	}
	return nil
}

func checkPart[T mat.Float](net *nn.Network[T], name string, d Data[T]) error {
	if d.X.Rows == 0 {
		return &nn.DataError{Part: name, Reason: "no samples"}
	}
	if err := net.CheckLabelled(d.X, d.Labels); err != nil {
		return &nn.DataError{Part: name, Reason: err.Error()}
	}
	for i := range d.X.Rows {
		if j := rows.NonFinite(d.X.Row(i)); j >= 0 {
			return &nn.DataError{Part: name, Reason: fmt.Sprintf("feature %d of sample %d is %v", j, i, d.X.At(i, j))}
		}
	}
	return nil
}
