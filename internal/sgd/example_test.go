package sgd_test

import (
	"context"
	"fmt"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/internal/dataset"
	"ridge/internal/sgd"
	"ridge/mat"
)

// Adam with cross-entropy on the embedded digits.
func ExampleTrain() {
	set, err := dataset.Digits()
	if err != nil {
		panic(err)
	}
	data := func(s dataset.Samples) bcd.Data[float32] {
		return bcd.Data[float32]{X: mat.DenseOf(s.Len(), s.Dim, s.X), Labels: s.Labels}
	}
	train := data(set.Train)
	net, err := nn.New(nn.Spec{Inputs: 64, Hidden: []int{32}, Outputs: 10}, nn.Softmax[float32]{}, nn.Init{}, 1)
	if err != nil {
		panic(err)
	}
	net.Mean = nn.ColumnMean(train.X, mat.AllWorkers)

	o := sgd.DefaultOptions[float32](sgd.Adam)
	o.Epochs, o.Batch, o.LearningRate = 8, 20, 1e-2
	o.Test = data(set.Test)
	trace, err := sgd.Train(context.Background(), net, train, o)
	if err != nil {
		panic(err)
	}
	fmt.Println("test error below 4 %:", trace[len(trace)-1].TestError < 0.04)
	// Output: test error below 4 %: true
}
