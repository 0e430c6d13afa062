package gradient_test

import (
	"context"
	"fmt"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/gradient"
	"ridge/mat"
)

// Adam with cross-entropy on the embedded digits.
func Example() {
	set, err := dataset.Digits()
	if err != nil {
		panic(err)
	}
	data := func(s dataset.Samples) train.Data[float32] {
		return train.Data[float32]{X: mat.DenseOf(s.Len(), s.Dim, s.X), Labels: s.Labels}
	}
	samples := train.Samples[float32]{Train: data(set.Train), Test: data(set.Test)}
	net, err := nn.New(nn.Spec{Inputs: 64, Hidden: []int{32}, Outputs: 10}, nn.Softmax[float32]{}, nn.Init{}, 1)
	if err != nil {
		panic(err)
	}
	net.Mean = nn.ColumnMean(samples.Train.X, mat.AllWorkers)

	o := gradient.Adam.Defaults(train.ProblemOf(net, samples.Train))
	o.Epochs, o.Batch, o.Rate = 8, 20, 1e-2
	trace, err := train.Run(context.Background(), net, samples, gradient.Adam.With(o), train.Control{})
	if err != nil {
		panic(err)
	}
	fmt.Println("test error below 4 %:", trace[len(trace)-1].TestError < 0.04)
	// Output: test error below 4 %: true
}
