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
	solver  solver
	options Options
	batches *train.Batches
	updates []update[T]
	pieces  []piece
	t, tMax int // iterations: batches so far, and in all epochs
	epochs  int // finished ones

	targets   []T          // of one sample
	batch     []int        // the samples of the batch under way
	x         mat.Dense[T] // where their features go
	step      step[T]      // the update under way
	negative  []T          // −Mean
	gatherRow func(int)    // gatherPiece and updatePiece as values, made once
	updateRow func(int)    // so that the loop does not allocate
}

// update is a weight matrix, its gradient and its histories; k is h, and not used, if
// the solver has only one.
type update[T mat.Float] struct{ w, grad, h, k mat.Dense[T] }

// piece is rows lo … hi−1 of an update's matrices.
type piece struct{ update, lo, hi int }

func newTrainer[T mat.Float](task train.Task[T], s solver, o Options) *trainer[T] {
	net, size := task.Net.Clone(), min(o.Batch, task.Train.X.Rows)
	t := &trainer[T]{
		backprop: newBackprop(net, size, task.Workers),
		data:     task.Train,
		solver:   s,
		options:  o,
		targets:  make([]T, net.V.Rows),
		batches:  train.NewBatches(task.Train.X.Rows, size, o.Seed),
	}
	t.tMax = o.Epochs * t.batches.PerEpoch()
	for i, grad := range t.grad {
		u := update[T]{w: t.weights(i + 1), grad: grad, h: mat.NewDense[T](grad.Rows, grad.Cols)}
		u.k = u.h
		if s.histories() == 2 {
			u.k = mat.NewDense[T](grad.Rows, grad.Cols)
		}
		t.updates = append(t.updates, u)
		rows := blockRows(grad.Cols)
		for lo := 0; lo < grad.Rows; lo += rows {
			t.pieces = append(t.pieces, piece{i, lo, min(lo+rows, grad.Rows)})
		}
	}
	for _, m := range net.Mean {
		t.negative = append(t.negative, -m)
	}
	t.gatherRow, t.updateRow = t.gatherPiece, t.updatePiece
	return t
}

// Network implements [train.Trainer].
func (t *trainer[T]) Network() *nn.Network[T] { return t.net }

// Left implements [train.Trainer].
func (t *trainer[T]) Left() int { return t.options.Epochs - t.epochs }

// Epoch implements [train.Trainer].
func (t *trainer[T]) Epoch(ctx context.Context) (train.Step, error) {
	loss, wrong, rate, err := t.pass(ctx)
	if err != nil {
		return train.Step{}, err
	}
	t.epochs++
	samples := float64(t.data.X.Rows)
	return train.Step{
		Loss: loss / samples, TrainError: float64(wrong) / samples,
		Values: map[string]float64{LearningRate: rate},
	}, nil
}

// pass goes through all samples once. It returns the sum of their losses, how many were
// misclassified, and the learning rate of the last batch.
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
		mean := loss / float64(len(batch))
		if !finite(mean) || b == t.batches.PerEpoch() && !t.finiteWeights() {
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
	t.step = stepAt[T](t.solver, &t.options, t.t, rate)
	t.t++
	mat.Parallel(t.w, len(t.pieces), t.updateRow)
	return loss, wrong
}

// gradient computes the gradient of the mean loss of a batch by all weights.
func (t *trainer[T]) gradient(batch []int) (loss float64, wrong int) {
	t.batch, t.x = batch, t.input(len(batch))
	mat.Parallel(t.w, ceilDiv(len(batch), blockRows(t.x.Cols)), t.gatherRow)
	loss, wrong = t.judge(t.forward(), batch)
	t.backward()
	return loss, wrong
}

// gatherPiece copies a block of the samples of the batch, centred.
func (t *trainer[T]) gatherPiece(i int) {
	rows := blockRows(t.x.Cols)
	for r := i * rows; r < min((i+1)*rows, len(t.batch)); r++ {
		x := t.x.Row(r)
		copy(x, t.data.X.Row(t.batch[r]))
		if t.negative != nil {
			mat.Axpy(1, t.negative, x)
		}
	}
}

// updatePiece updates some rows of weights, and then their biases, which do not decay.
func (t *trainer[T]) updatePiece(i int) {
	p := t.pieces[i]
	u := t.updates[p.update]
	last := u.w.Cols - 1
	lambda := T(t.options.WeightDecay)
	if lambda == 0 && u.w.Stride == u.w.Cols { // the rows as one
		rows := func(m mat.Dense[T]) []T { return m.RowView(p.lo, p.hi-p.lo).Data }
		t.step.apply(rows(u.w), rows(u.grad), rows(u.h), rows(u.k), 0)
		return
	}
	for r := p.lo; r < p.hi; r++ {
		w, g, h, k := u.w.Row(r), u.grad.Row(r), u.h.Row(r), u.k.Row(r)
		t.step.apply(w[:last], g[:last], h[:last], k[:last], lambda)
		t.step.apply(w[last:], g[last:], h[last:], k[last:], 0)
	}
}

// finiteWeights tells whether all of them are.
func (t *trainer[T]) finiteWeights() bool {
	for _, u := range t.updates {
		if !finite(float64(mat.NormMax(u.w))) {
			return false
		}
	}
	return true
}

// finite tells whether x is neither NaN nor Inf.
func finite(x float64) bool { return x-x == 0 }
