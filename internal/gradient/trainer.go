package gradient

import (
	"context"
	"fmt"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/processors"
	"ridge/mat"
)

// trainer is a training under way.
type trainer[T mat.Float] struct {
	*backprop[T]
	data    train.Data[T]
	options Options
	batches *train.Batches
	add     *train.Adder
	current batch
	judge   judge[T]
	rule    rule[T]
	result  *nn.Network[T] // the result: the network under way, or one that a rule makes
	penalty T              // λ that joins the gradients; 0 where the rule adds it
	ridges  []*loop        // that add it, by layers
	course
	pause func(context.Context) error
	tally tally
	all   float64 // samples of all processes
}

// course is how far the training has come.
type course struct {
	t, tMax int // iterations: batches so far, and in all epochs
	epochs  int // finished ones
}

// batch is the one under way.
type batch struct {
	samples []int
	total   float64 // samples of all processes
}

// tally collects, over the batches of an epoch, the sum of the losses, the number of misclassified
// samples of this process, and the learning rate of the last batch.
type tally struct {
	loss  float64
	wrong int
	rate  float64
}

// state exchanges all of it: a checkpoint may fall into the middle of an epoch.
func (t *tally) state(s *train.State) {
	s.Float("loss", &t.loss)
	s.Int("wrong", &t.wrong)
	s.Float("rate", &t.rate)
}

func newTrainer[T mat.Float](ctx context.Context, task train.Task[T], s *solver, o Options) *trainer[T] {
	net, samples := task.Net.Clone(), task.Train.X.Rows
	t := &trainer[T]{
		data: task.Train, options: o, add: train.NewAdder(ctx, task.Sum), pause: task.Pausing(),
		penalty: T(o.WeightDecay),
	}
	t.batches, t.all = train.Deal(samples, o.Batch, o.Seed, t.add)
	t.backprop = newBackprop(net, t.batches.Size(), workersFor(net, t.batches.Size(), task.Workers))
	t.judge.init(t.data, net, t.batches.Size())
	t.tMax = t.batches.Total(o.Epochs)
	t.result = net
	t.rule = ruleOf(s, t)
	for n, g := range t.grad {
		w := t.net.Weights(n + 1)
		t.ridges = append(t.ridges, newLoop(g.Rows, g.Cols, func(i int) {
			mat.Axpy(t.penalty, w.Row(i)[:g.Cols-1], g.Row(i)[:g.Cols-1])
		}))
	}
	return t
}

// workersFor is how many of w workers train on batches of the given number of samples: one if the network is so small
// that several take no less time. Each product and each pass over the weights is shared by itself, so the forward pass
// alone is to take twice what is worth sharing.
func workersFor[T mat.Float](net *nn.Network[T], batch int, w mat.Workers) mat.Workers {
	if !processors.Worth(float64(batch) * float64(net.Spec().Weights()) / 2) {
		return 1
	}
	return w
}

// Network implements [train.Trainer].
func (t *trainer[T]) Network() *nn.Network[T] { return t.result }

// Left implements [train.Trainer].
func (t *trainer[T]) Left() int { return t.options.Epochs - t.epochs }

// State implements [train.Trainer].
func (t *trainer[T]) State(s *train.State) {
	s.Count("epochs", &t.epochs, t.options.Epochs)
	s.Count("batches", &t.t, t.tMax)
	s.In("order", t.batches.State)
	train.Weights(s, "weights", t.net)
	s.In("rule", t.rule.state)
	s.In("tally", t.tally.state)
}

// Epoch implements [train.Trainer].
func (t *trainer[T]) Epoch(ctx context.Context) (train.Epoch, error) {
	t.add.Begin(ctx)
	if err := t.pass(ctx); err != nil {
		return train.Epoch{}, err
	}
	t.epochs++
	loss, wrong := t.tally.loss/t.all, t.add.Number(float64(t.tally.wrong))/t.all
	return train.Epoch{
		Loss: loss, TrainError: t.data.TrainError(wrong, loss, t.net.V.Rows),
		Values: map[string]float64{LearningRate: t.tally.rate},
	}, t.add.Err()
}

// pass goes through all samples once, or through the rest of them if it begins in the middle of an
// epoch.
func (t *trainer[T]) pass(ctx context.Context) error {
	if t.batches.AtStart() {
		t.tally = tally{}
	}
	for {
		if err := t.pause(ctx); err != nil {
			return err
		}
		batch := t.batches.Next()
		if batch == nil {
			return nil
		}
		t.tally.rate = t.options.rate(t.t, t.tMax)
		loss, misses := t.step(batch, t.tally.rate)
		if err := t.add.Err(); err != nil {
			return err
		}
		mean, b := loss/t.current.total, t.t-t.epochs*t.batches.PerEpoch()
		if !finite(mean) || b == t.batches.PerEpoch() && !t.resultIsFinite() {
			return diverged(t.epochs+1, b, mean, t.options.Rate)
		}
		t.tally.loss += loss
		t.tally.wrong += misses
	}
}

// diverged is the error of a loss that is not finite or, if it is finite, of such weights, after a
// batch of an epoch, both counted from 1. rate is [Options].Rate.
func diverged(epoch, batch int, loss, rate float64) error {
	what := fmt.Sprintf("loss is %v in", loss)
	if finite(loss) {
		what = "weights are not finite after"
	}
	return &train.DivergedError{
		Epoch: epoch, Value: loss,
		Reason: fmt.Sprintf("%s batch %d of epoch %d", what, batch, epoch),
		Advice: fmt.Sprintf("lower the learning rate of %.3g, such as to %.3g", rate, rate/10),
	}
}

// step trains on one batch. It returns the sum of the losses before the update,
// and the number of samples that were misclassified.
func (t *trainer[T]) step(batch []int, rate float64) (loss float64, wrong int) {
	loss, wrong = t.gradient(batch)
	t.rule.observe(t.t)
	t.rule.apply(t.t, rate)
	t.t++
	return loss, wrong
}

// gradient computes the gradient of the mean loss of a batch by all weights.
func (t *trainer[T]) gradient(batch []int) (loss float64, wrong int) {
	t.current.samples = batch
	t.Gather(t.data.X, batch)
	t.Forward()
	t.current.total = t.add.Number(float64(len(batch)))
	loss, wrong = t.judge.run(t.Outputs(), t.current, t.workers)
	t.backward()
	for _, g := range t.grad {
		train.AddUpMatrix(t.add, g)
	}
	t.penalize()
	return t.add.Number(loss), wrong
}

// penalize adds the gradient of ½λ‖W‖², without the biases.
func (t *trainer[T]) penalize() {
	if t.penalty == 0 {
		return
	}
	for _, l := range t.ridges {
		l.do(t.workers)
	}
}

// updateBiases has u update the biases of layer n+1. Their learning rate is that of the weights of its last part, next
// to which they stand.
func (t *trainer[T]) updateBiases(u *updates[T], n int) {
	w, grad, last := t.net.Weights(n+1), t.grad[n], t.parts[n][len(t.parts[n])-1]
	u.add(w.ColView(w.Cols-1, 1), grad.ColView(w.Cols-1, 1), 0, t.options.stepFactor(last.Layer))
}

// resultIsFinite reports whether all weights of the result are finite.
func (t *trainer[T]) resultIsFinite() bool {
	for n := range len(t.result.Layers) + 1 {
		if !finite(float64(mat.NormMax(t.result.Weights(n + 1)))) {
			return false
		}
	}
	return true
}

// finite reports whether x is neither NaN nor Inf.
func finite(x float64) bool { return x-x == 0 }
