package gradient

import (
	"context"
	"fmt"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// trainer is a training under way.
type trainer[T mat.Float] struct {
	*backprop[T]
	data    train.Data[T]
	options Options
	batches *train.Batches
	add     *train.Adder
	targets []T // of one sample
	updates updates[T]
	t, tMax int     // iterations: batches so far, and in all epochs
	epochs  int     // finished ones
	all     float64 // samples of all processes
	total   float64 // those of the batch under way
}

func newTrainer[T mat.Float](ctx context.Context, task train.Task[T], s solver, o Options) *trainer[T] {
	net, samples := task.Net.Clone(), task.Train.X.Rows
	t := &trainer[T]{
		data: task.Train, options: o, add: train.NewAdder(ctx, task.Sum),
		targets: make([]T, net.V.Rows),
	}
	t.batches, t.all = train.Deal(samples, o.Batch, o.Seed, t.add)
	t.backprop = newBackprop(net, t.batches.Size(), task.Workers)
	t.tMax = o.Epochs * t.batches.PerEpoch()
	t.updates.init(s, &t.options, net, t.grad)
	return t
}

// Network implements [train.Trainer].
func (t *trainer[T]) Network() *nn.Network[T] { return t.net }

// Left implements [train.Trainer].
func (t *trainer[T]) Left() int { return t.options.Epochs - t.epochs }

// Epoch implements [train.Trainer].
func (t *trainer[T]) Epoch(ctx context.Context) (train.Step, error) {
	t.add.Begin(ctx)
	loss, wrong, rate, err := t.pass(ctx)
	if err != nil {
		return train.Step{}, err
	}
	t.epochs++
	return train.Step{
		Loss: loss / t.all, TrainError: t.add.Number(float64(wrong)) / t.all,
		Values: map[string]float64{LearningRate: rate},
	}, t.add.Err()
}

// pass goes through all samples once. It returns the sum of the losses, how many samples of this
// process were misclassified, and the learning rate of the last batch.
func (t *trainer[T]) pass(ctx context.Context) (sum float64, wrong int, rate float64, err error) {
	for b := 1; ; b++ {
		batch := t.batches.Next()
		if batch == nil {
			return sum, wrong, rate, nil
		}
		if err := ctx.Err(); err != nil {
			return 0, 0, 0, err
		}
		rate = t.options.rate(t.t, t.tMax)
		loss, misses := t.iterate(batch, rate)
		if err := t.add.Err(); err != nil {
			return 0, 0, 0, err
		}
		mean := loss / t.total
		if !finite(mean) || b == t.batches.PerEpoch() && !t.updates.finite() {
			return 0, 0, 0, diverged(t.epochs+1, b, mean)
		}
		sum += loss
		wrong += misses
	}
}

// diverged is the error of a loss, or of weights if the loss is finite, after a batch of an epoch,
// both counted from 1.
func diverged(epoch, batch int, loss float64) error {
	what := fmt.Sprintf("loss is %v in", loss)
	if finite(loss) {
		what = "weights are not finite after"
	}
	return &train.DivergedError{
		Epoch: epoch, Value: loss,
		Reason: fmt.Sprintf("%s batch %d of epoch %d", what, batch, epoch),
		Advice: "lower the learning rate, or scale the inputs down",
	}
}

// iterate trains on one batch. It returns the sum of the losses before the update,
// and the number of samples that were misclassified.
func (t *trainer[T]) iterate(batch []int, rate float64) (loss float64, wrong int) {
	loss, wrong = t.gradient(batch)
	t.updates.apply(t.t, rate, t.w)
	t.t++
	return loss, wrong
}

// gradient computes the gradient of the mean loss of a batch by all weights.
func (t *trainer[T]) gradient(batch []int) (loss float64, wrong int) {
	t.Gather(t.data.X, batch)
	t.Forward()
	t.total = t.add.Number(float64(len(batch)))
	loss, wrong = t.judge(t.Outputs(), batch)
	t.backward()
	for _, g := range t.grad {
		train.AddUpMatrix(t.add, g)
	}
	return t.add.Number(loss), wrong
}

// finite tells whether x is neither NaN nor Inf.
func finite(x float64) bool { return x-x == 0 }
