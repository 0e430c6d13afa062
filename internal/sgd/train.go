package sgd

import (
	"context"
	"math"
	"time"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/mat"
)

// Train trains net in place by stochastic gradients, from the weights that it has,
// and returns one [Epoch] for each finished epoch. Same network, samples and options:
// the same bits of every weight, whatever the number of workers.
//
// If ctx is cancelled, the epoch under way is dropped: the network is that of the last
// finished one, and the error is ctx.Err(). The same holds for a *[DivergedError];
// whatever happens, the weights are finite. *[nn.SpecError], *[nn.OptionError] and
// *[nn.DataError] come before anything is changed.
//
// An epoch takes 6 flops for each weight and sample, but for the gradient by the
// inputs, which is not computed. Besides the samples, Train takes memory for three or
// four times the weights (a gradient, one or two histories, those of the last finished
// epoch) and for the activations of a batch and their gradients.
func Train[T mat.Float](ctx context.Context, net *nn.Network[T], train bcd.Data[T], o Options[T]) (Trace, error) {
	begin := time.Now()
	if err := check(net, train, &o); err != nil {
		return nil, err
	}
	defer mat.HoldWorkers()()
	t := newTrainer(net, train, o)
	finished := net.Clone()
	t.seconds = time.Since(begin).Seconds()
	var trace Trace
	for e := 1; e <= o.Epochs; e++ {
		epoch, err := t.epoch(ctx, e)
		if err != nil {
			net.CopyWeights(finished)
			return trace, err
		}
		finished.CopyWeights(net)
		t.evaluate(&epoch)
		trace = append(trace, epoch)
		if o.Progress != nil {
			o.Progress(epoch)
		}
	}
	return trace, nil
}

func check[T mat.Float](net *nn.Network[T], train bcd.Data[T], o *Options[T]) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	if err := bcd.CheckData(net, "train", train); err != nil {
		return err
	}
	if present(o.Validation) {
		if err := bcd.CheckData(net, "validation", o.Validation); err != nil {
			return err
		}
	}
	if present(o.Test) {
		return bcd.CheckData(net, "test", o.Test)
	}
	return nil
}

func present[T mat.Float](d bcd.Data[T]) bool { return d.X.Rows > 0 || len(d.Labels) > 0 }

// trainer is a training under way.
type trainer[T mat.Float] struct {
	*backprop[T]
	train   bcd.Data[T]
	options Options[T]
	batches *bcd.Batches
	updates []update[T]
	pieces  []piece
	t, tMax int // iterations: batches so far, and in all epochs
	seconds float64

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

func newTrainer[T mat.Float](net *nn.Network[T], train bcd.Data[T], o Options[T]) *trainer[T] {
	size := min(o.Batch, train.X.Rows)
	t := &trainer[T]{
		backprop: newBackprop(net, size, o.Workers),
		train:    train,
		options:  o,
		targets:  make([]T, net.V.Rows),
		batches:  bcd.NewBatches(train.X.Rows, size, o.Seed),
	}
	t.tMax = o.Epochs * t.batches.PerEpoch()
	for i, grad := range t.grad {
		u := update[T]{w: t.weights(i + 1), grad: grad, h: mat.NewDense[T](grad.Rows, grad.Cols)}
		u.k = u.h
		if o.Solver.histories() == 2 {
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

// epoch goes through all samples once.
func (t *trainer[T]) epoch(ctx context.Context, number int) (Epoch, error) {
	begin := time.Now()
	e := Epoch{Epoch: number}
	var sum float64
	var wrong int
	for b := 1; ; b++ {
		batch := t.batches.Next()
		if batch == nil {
			break
		}
		if err := ctx.Err(); err != nil {
			return e, err
		}
		e.Rate = t.options.rate(t.t, t.tMax)
		loss, misses := t.iterate(batch, e.Rate)
		mean := loss / float64(len(batch))
		if !finite(mean) || b == t.batches.PerEpoch() && !t.finiteWeights() {
			return e, &DivergedError{Epoch: number, Batch: b, Loss: mean}
		}
		sum += loss
		wrong += misses
	}
	samples := float64(t.train.X.Rows)
	e.Loss, e.TrainError = sum/samples, float64(wrong)/samples
	t.seconds += time.Since(begin).Seconds()
	e.Seconds = t.seconds
	return e, nil
}

// iterate trains on one batch. It returns the sum of the losses before the update,
// and the number of samples that were misclassified.
func (t *trainer[T]) iterate(batch []int, rate float64) (loss float64, wrong int) {
	loss, wrong = t.gradient(batch)
	t.step = t.options.stepAt(t.t, rate)
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
		copy(x, t.train.X.Row(t.batch[r]))
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

// evaluate fills in the errors at the end of an epoch.
func (t *trainer[T]) evaluate(e *Epoch) {
	e.ValidationError, e.TestError = math.NaN(), math.NaN()
	if every := max(1, t.options.EvaluateEvery); e.Epoch%every != 0 && e.Epoch != t.options.Epochs {
		return
	}
	e.ValidationError, e.TestError = t.error(t.options.Validation), t.error(t.options.Test)
	if t.options.ExactTrainError {
		e.TrainError = t.error(t.train)
	}
}

// error is the fraction of misclassified samples, NaN without samples.
func (t *trainer[T]) error(d bcd.Data[T]) float64 {
	if d.X.Rows == 0 {
		return math.NaN()
	}
	wrong, err := t.net.ErrorRate(d.X, d.Labels, t.w)
	if err != nil {
		panic(err) // check has seen the same samples
	}
	return wrong
}
