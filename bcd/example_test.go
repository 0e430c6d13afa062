package bcd_test

import (
	"context"
	"fmt"
	"log"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// circle returns points of a grid, and whether they lie inside a circle.
func circle() train.Data[float64] {
	const side = 21
	d := train.Data[float64]{X: mat.NewDense[float64](side*side, 2)}
	for i := range side {
		for j := range side {
			x, y := float64(i-10)/5, float64(j-10)/5
			copy(d.X.Row(i*side+j), []float64{x, y})
			label := 0
			if x*x+y*y < 2 {
				label = 1
			}
			d.Labels = append(d.Labels, label)
		}
	}
	return d
}

func Example() {
	data := circle()
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{20}, Outputs: 2}, nn.Hinge[float64]{}, nn.Init{}, 1)
	if err != nil {
		log.Fatal(err)
	}
	options := bcd.FullBatches.Defaults(train.ProblemOf(net, data))
	trace, err := train.Run(context.Background(), net, train.Samples[float64]{Train: data},
		bcd.FullBatches.With(options), train.Control{})
	if err != nil {
		log.Fatal(err)
	}
	last := trace[len(trace)-1]
	fmt.Println("objective falls:", last.Value(bcd.ObjectiveAfterW) < trace[0].Value(bcd.ObjectiveBefore))
	fmt.Println("at most 5 % wrong:", last.TrainError <= 0.05)
	// Output:
	// objective falls: true
	// at most 5 % wrong: true
}

func Example_miniBatches() {
	data := circle()
	spec := nn.Spec{Inputs: 2, Hidden: []int{20}, Outputs: 2}
	net, err := nn.New(spec, nn.Hinge[float64]{}, nn.Init{}, 1)
	if err != nil {
		log.Fatal(err)
	}
	options := bcd.MiniBatches.Defaults(train.ProblemOf(net, data))
	options.Epochs = 60 // of few samples
	trace, err := train.Run(context.Background(), net, train.Samples[float64]{Train: data},
		bcd.MiniBatches.With(options), train.Control{})
	if err != nil {
		log.Fatal(err)
	}
	wrong, err := net.ErrorRate(data.X, data.Labels, mat.AllWorkers)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("loss falls:", trace[59].Loss < trace[0].Loss)
	fmt.Println("at most 5 % wrong:", wrong <= 0.05)
	// Output:
	// loss falls: true
	// at most 5 % wrong: true
}

// A progress callback sees each iteration as it ends; cancelling the context keeps
// the network of the last one.
func Example_progress() {
	ctx, cancel := context.WithCancel(context.Background())
	var control train.Control
	control.Progress = func(e train.Epoch) {
		fmt.Println("iteration", e.Epoch)
		if e.Epoch == 2 {
			cancel()
		}
	}
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{5}, Outputs: 2}, nn.Hinge[float64]{}, nn.Init{}, 1)
	if err != nil {
		log.Fatal(err)
	}
	samples := train.Samples[float64]{Train: circle()}
	options := bcd.FullBatches.Defaults(train.ProblemOf(net, samples.Train))
	trace, err := train.Run(ctx, net, samples, bcd.FullBatches.With(options), control)
	fmt.Println(len(trace), err)
	// Output:
	// iteration 1
	// iteration 2
	// 2 context canceled
}

func ExampleParseSchedule() {
	for _, text := range []string{"0.9", "1/t^2", "2"} {
		s, err := bcd.ParseSchedule(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(s, s.Theta(1), s.Theta(2))
	}
	// Output:
	// 0.9 0.9 0.9
	// 1/t^2 1 0.25
	// theta: 2: want a number in (0, 1]
}
