package nn_test

import (
	"bytes"
	"fmt"
	"log"
	"math"

	"ridge/bcd/nn"
	"ridge/mat"
)

// Layer 2 reads the input besides layer 1.
func ExampleNew_skip() {
	net, err := nn.New(nn.Spec{
		Inputs: 2, Hidden: []int{8, 4}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}},
	}, nn.Squared[float32]{}, nn.Init{}, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(net.Widths())
	fmt.Println(net.Layers[1].From, "columns:", net.Layers[1].W.Cols)
	// Output:
	// [2 8 4 3]
	// [0 1] columns: 11
}

func ExampleNetwork_Scores() {
	// One hidden layer computes max(0, x) and max(0, −x), the output their sum.
	net := &nn.Network[float64]{
		Inputs: 1,
		Layers: []nn.Layer[float64]{{From: []int{0}, W: mat.DenseOf(2, 2, []float64{1, 0, -1, 0})}},
		V:      mat.DenseOf(1, 3, []float64{1, 1, 0}),
	}
	out, err := net.Scores(mat.DenseOf(3, 1, []float64{-2, 0.5, 3}), mat.AllWorkers)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.Data)
	// Output: [2 0.5 3]
}

// A service asks again and again: a predictor allocates nothing. Predictors of the same network can
// work at the same time.
func ExamplePredictor() {
	net := &nn.Network[float32]{
		Inputs: 1,
		Layers: []nn.Layer[float32]{{From: []int{0}, W: mat.DenseOf(2, 2, []float32{1, 0, -1, 0})}},
		V:      mat.DenseOf(2, 3, []float32{1, 0, 0, 0, 1, 0}),
		Loss:   nn.Squared[float32]{},
	}
	p, err := nn.NewPredictor(net, 1) // one sample at a time
	if err != nil {
		log.Fatal(err)
	}
	class := make([]int, 1)
	for _, x := range []float32{3, -2, float32(math.NaN())} {
		err := p.Predict(class, mat.DenseOf(1, 1, []float32{x}))
		fmt.Println(class[0], err)
	}
	// Output:
	// 0 <nil>
	// 1 <nil>
	// 1 feature 0 of sample 0 is NaN
}

// Probabilities of the classes of a sample, from its outputs and the temperature that the model was saved with.
func ExampleProbabilities() {
	fmt.Printf("%.3f\n", nn.Probabilities([]float32{2, 0, -2}, 1))
	fmt.Printf("%.3f\n", nn.Probabilities([]float32{2, 0, -2}, 4))
	// Output:
	// [0.867 0.117 0.016]
	// [0.506 0.307 0.186]
}

func ExampleNetwork_Encode() {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{5}, Outputs: 2}, nn.Hinge[float32]{}, nn.Init{}, 1)
	if err != nil {
		log.Fatal(err)
	}
	net.Classes = []string{"outside", "inside"}
	var file bytes.Buffer
	if err := net.Encode(&file); err != nil {
		log.Fatal(err)
	}
	same, err := nn.Decode[float32](&file, "circle.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(same.Widths(), same.Loss.Name(), same.Classes)
	// Output: [2 5 2] hinge [outside inside]
}
