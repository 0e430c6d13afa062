package train_test

import (
	"context"
	"fmt"
	"log"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// biasOptions are the options of a method that trains nothing but the biases of the output.
type biasOptions struct{ Epochs int }

// biasMethod declares them, and what makes its trainer.
var biasMethod = train.Define(train.Definition[biasOptions]{
	Name: "biases", Title: "mean residuals", Round: "epoch", Loss: "squared",
	Options: []train.Option{
		train.Int("epochs", "N", func(o *biasOptions) *int { return &o.Epochs }, 1, "passes over the training samples"),
	},
	Defaults: func(train.Problem) biasOptions { return biasOptions{Epochs: 2} },
	Rounds:   func(o *biasOptions) int { return o.Epochs },
	Single:   newBiasTrainer[float32],
	Double:   newBiasTrainer[float64],
})

type biasTrainer[T mat.Float] struct {
	net    *nn.Network[T]
	task   train.Task[T]
	epochs int
	left   int
}

func newBiasTrainer[T mat.Float](_ context.Context, t train.Task[T], o biasOptions) (train.Trainer[T], error) {
	return &biasTrainer[T]{net: t.Net.Clone(), task: t, epochs: o.Epochs, left: o.Epochs}, nil
}

func (b *biasTrainer[T]) Network() *nn.Network[T] { return b.net }
func (b *biasTrainer[T]) Left() int               { return b.left }

func (b *biasTrainer[T]) State(s *train.State) {
	s.Count("left", &b.left, b.epochs)
	train.Weights(s, "weights", b.net)
}

// Epoch measures the loss, and then adds the mean residual of each output to its bias.
func (b *biasTrainer[T]) Epoch(ctx context.Context) (train.Epoch, error) {
	b.left--
	scores, err := b.net.Scores(b.task.Train.X, b.task.Workers)
	if err != nil {
		return train.Epoch{}, err
	}
	targets, n := b.task.Train.AllTargets(b.net.Loss, scores.Cols), T(scores.Rows)
	var loss float64
	for i := range scores.Rows {
		loss += b.net.Loss.Value(scores.Row(i), targets.Row(i))
	}
	for i := range scores.Rows {
		for k, y := range targets.Row(i) {
			bias := b.net.V.Cols - 1
			b.net.V.Set(k, bias, b.net.V.At(k, bias)+(y-scores.At(i, k))/n)
		}
	}
	return train.Epoch{Loss: loss / float64(n)}, ctx.Err()
}

// A method needs options, a definition, and a trainer.
func ExampleDefine() {
	data := train.Data[float64]{X: mat.DenseOf(3, 1, []float64{0, 1, 2}),
		Targets: mat.DenseOf(3, 1, []float64{10, 11, 12})}
	net, err := nn.New(nn.Spec{Inputs: 1, Hidden: []int{2}, Outputs: 1}, nn.Squared[float64]{}, nn.Init{}, 1)
	if err != nil {
		log.Fatal(err)
	}
	recipe := biasMethod.With(biasMethod.Defaults(train.ProblemOf(net, data)))
	trace, err := train.Run(context.Background(), net, train.Samples[float64]{Train: data}, recipe, train.Control{})
	if err != nil {
		log.Fatal(err)
	}
	for _, epoch := range trace {
		fmt.Printf("epoch %d: loss %.0f\n", epoch.Epoch, epoch.Loss)
	}
	// Output:
	// epoch 1: loss 61
	// epoch 2: loss 0
}
