package bcd

import (
	"context"
	"fmt"
	"math"
	"time"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
	"ridge/qp"
)

// FullBatches trains on all samples at once, by Algorithm 1 of Zhang and Brand: in each iteration
// the U, the V and the W step, each to the optimum of its block and then relaxed (see the package
// comment). No block step raises the objective, except by rounding. An error is a
// *[train.DivergedError] or a *[BlockError].
//
// Unlike [MiniBatches] it takes the inputs in the unit that they have: the objective, and so what Gamma, Lambda and
// LambdaOut mean, depends on it. The defaults are for inputs whose mean square is between 0.07, as that of centred
// pixels from 0 to 1, and 1. Divide others by the root of their mean square: inputs that are 2^60 times as large end in
// a *[BlockError] in float32, as Gram matrices overflow, and with ones that are a thousandth, outputs hardly depend on
// them.
//
// Besides the samples it takes memory for some 2ND + 2N·max(d_n, K) + 2NK numbers, for N samples and
// D hidden units in all, for the Gram matrices of X and of one layer's inputs, and for a centred copy
// of X if the network has a mean. The QPs of a step share a Hessian. That of the U step has the order
// D with Tikhonov, and with Fenchel the sum of the widths of a layer and those that read it, K more
// for a loss with slacks, such as the hinge. With an ℓ1 penalty, the V and W steps have one of the
// order 2d + 1 for d inputs. The solver adds a scaled copy in float32, one in float64 if T is float32,
// and factors ([qp.NewSolver]). The U step has the QPs of some samples at a time, in up to four
// matrices of 2²² numbers, of 512 rows, or of 256 rows for each worker, up to a quarter of the samples, if that is
// more.
var FullBatches = train.Define(train.Definition[FullOptions]{
	Name:     "bcd-full",
	Title:    "block coordinate descent in full batches",
	Round:    "iteration",
	Loss:     nn.Hinge[float64]{}.Name(),
	Options:  fullSchema,
	Measures: fullMeasures,
	Defaults: DefaultFullOptions,
	Rounds:   func(o *FullOptions) int { return o.Iterations },
	Extends:  func(*FullOptions) bool { return true },
	Elements: fullElements,
	Trains:   isBoxLoss,
	Single:   newFull[float32],
	Double:   newFull[float64],
})

// isBoxLoss reports whether block coordinate descent can train for a loss in full batches.
func isBoxLoss(loss any) bool {
	switch loss.(type) {
	case nn.BoxLoss[float32], nn.BoxLoss[float64]:
		return true
	}
	return false
}

// isAtMostQuadratic reports whether block coordinate descent can train for a loss in mini-batches: if a quadratic of
// curvature 1 lies above it.
func isAtMostQuadratic(loss any) bool {
	switch l := loss.(type) {
	case nn.BoundedLoss[float32]:
		return l.MostCurvature() <= 1
	case nn.BoundedLoss[float64]:
		return l.MostCurvature() <= 1
	}
	return isBoxLoss(loss)
}

// full is a training in full batches under way.
type full[T mat.Float] struct {
	*lift[T]
	data    train.Data[T] // as they are, not centred
	options FullOptions
	grams   grams[T]
	value   float64 // F/N

	pause         func(context.Context) error
	ended         error              // of a pause between two parts of a block
	iteration     int                // finished ones
	block         int                // finished ones of the iteration under way
	values        map[string]float64 // measured in it
	since         time.Time          // when the block step under way began, or went on after a pause
	first         *nn.Network[T]
	firstGradient float64 // the stationarity of iteration 1
	converged     bool
}

// newFull makes the trainer.
func newFull[T mat.Float](ctx context.Context, t train.Task[T], o FullOptions) (train.Trainer[T], error) {
	f := startFull(ctx, t, o)
	return f, f.add.Err()
}

func startFull[T mat.Float](ctx context.Context, t train.Task[T], o FullOptions) *full[T] {
	x := t.Train.X
	if t.Net.Mean != nil {
		x = mat.NewDense[T](x.Rows, x.Cols)
		rows.For(t.Workers, 0, x.Rows, func(lo, hi int) {
			rows.Subtract(x.RowView(lo, hi-lo), t.Train.X, lo, hi, t.Net.Mean)
		})
	}
	p := penalties{o.Objective, gammas(o.Gamma, len(t.Net.Layers)), o.Lambda, o.LambdaOut, o.L1}
	f := &full[T]{
		lift: newLift(t.Net.Clone(), p, x, t.Train.AllTargets(t.Net.Loss, t.Net.V.Rows), t.Workers,
			train.NewAdder(ctx, t.Sum)), data: t.Train, options: o, pause: t.Pausing(),
	}
	if f.add.Alone() { // other processes may have more samples, and so more parts
		f.between = func(ctx context.Context) error {
			f.count(SecondsU)
			f.ended = f.pause(ctx)
			f.since = time.Now()
			return f.ended
		}
	}
	f.value = f.lift.value()
	return f
}

// Network implements [train.Trainer].
func (f *full[T]) Network() *nn.Network[T] { return f.net }

// Left implements [train.Trainer].
func (f *full[T]) Left() int {
	if f.converged {
		return 0
	}
	return f.options.Iterations - f.iteration
}

// State implements [train.Trainer].
func (f *full[T]) State(s *train.State) {
	s.Count("iteration", &f.iteration, f.options.Iterations)
	s.Count("block", &f.block, 3)
	s.In("part", func(s *train.State) { f.part.state(s, f.layers(), f.samples()) })
	s.Values("values", &f.values)
	s.Float("value", &f.value)
	train.Weights(s, "weights", f.net)
	train.Matrix(s, "hidden", f.u)
	s.Float("first stationarity", &f.firstGradient)
	s.Bool("converged", &f.converged)
	if f.iteration > 0 {
		if f.first == nil {
			f.first = f.net.Clone()
		}
		train.Weights(s, "first", f.first)
	}
	if s.Restoring() {
		f.refresh()
	}
}

// Epoch implements [train.Trainer]: it is one outer iteration, U, V and W.
func (f *full[T]) Epoch(ctx context.Context) (train.Epoch, error) {
	f.add.Begin(ctx)
	i := f.iteration + 1
	if i == 1 && !finite(f.value) {
		return train.Epoch{}, diverged(i, "at the start", f.value)
	}
	theta := f.options.Theta.Theta(i)
	if f.block == 0 && !f.part.isBegun() {
		f.values = map[string]float64{Theta: theta, ObjectiveBefore: f.value}
	}
	if err := f.blocks(ctx, theta); err != nil {
		return train.Epoch{}, err
	}
	f.iteration, f.block = i, 0
	stationarity := f.stationarity()
	if f.first == nil {
		f.first, f.firstGradient = f.net.Clone(), stationarity
	}
	f.converged = f.options.Tolerance > 0 && stationarity <= f.options.Tolerance*f.firstGradient
	f.values[Stationarity], f.values[Distance] = stationarity, distance(f.net, f.first)
	if f.l1 > 0 {
		f.values[Nonzero] = f.net.NonzeroShare()
	}
	e, err := f.evaluate()
	return train.Epoch{Loss: math.NaN(), TrainError: e.ErrorRate, Activity: e.Active, Values: f.values}, err
}

// evaluate runs the samples of all processes through the network.
func (f *full[T]) evaluate() (nn.Evaluation, error) {
	e, err := f.data.Evaluate(f.net, f.workers)
	if err != nil || f.add.Alone() {
		return e, err
	}
	shares := append([]float64{e.ErrorRate}, e.Active...)
	for i := range shares {
		shares[i] *= float64(f.samples()) / f.all
	}
	shares = f.add.Numbers(shares...)
	return nn.Evaluation{ErrorRate: shares[0], Active: shares[1:]}, f.add.Err()
}

// blocks does the block steps of the iteration that are left to do, and measures them.
func (f *full[T]) blocks(ctx context.Context, theta float64) error {
	tolerance := f.options.BlockTolerance
	gradient := tolerance / 10
	for _, b := range []struct {
		name, after, seconds, residual string
		step                           func() (float64, error)
	}{
		{"U", ObjectiveAfterU, SecondsU, BlockKKT, func() (float64, error) {
			return f.stepU(ctx, theta, qp.Options{Tolerance: tolerance, Workers: f.workers})
		}},
		{"V", ObjectiveAfterV, SecondsV, BlockGradient,
			func() (float64, error) { return f.stepV(ctx, theta, gradient) }},
		{"W", ObjectiveAfterW, SecondsW, BlockGradient,
			func() (float64, error) { return f.stepW(ctx, theta, gradient) }},
	}[f.block:] {
		if !f.part.isBegun() {
			if err := f.pause(ctx); err != nil {
				return err
			}
		}
		f.since = time.Now()
		residual, err := f.solveBlock(ctx, b.name, b.step)
		if err != nil {
			return err
		}
		f.block++
		f.count(b.seconds)
		f.values[b.after] = f.value
		f.values[b.residual] = max(f.values[b.residual], residual)
	}
	return nil
}

// count adds the time since a block step began, or went on, to its seconds.
func (f *full[T]) count(seconds string) { f.values[seconds] += time.Since(f.since).Seconds() }

// solveBlock runs one block step and checks it.
func (f *full[T]) solveBlock(ctx context.Context, name string, step func() (float64, error)) (float64, error) {
	residual, err := step()
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case f.ended != nil:
		return 0, f.ended
	case err != nil:
		return 0, &BlockError{f.iteration + 1, name, err}
	}
	f.value = f.lift.value()
	if f.add.Err() != nil {
		return 0, f.add.Err()
	}
	if !finite(f.value) {
		return 0, diverged(f.iteration+1, "after the "+name+" step", f.value)
	}
	return residual, nil
}

// stepV is the V step: the output's weights, given the hidden variables.
func (f *full[T]) stepV(ctx context.Context, theta, tolerance float64) (float64, error) {
	p := f.outputProblem()
	return p.minimize(ctx, &f.grams, theta, tolerance)
}

// stepW is the W step. Given the hidden variables, no layer's weights depend on
// another's.
func (f *full[T]) stepW(ctx context.Context, theta, tolerance float64) (float64, error) {
	var worst float64
	for n := 1; n <= f.layers(); n++ {
		p := f.weightProblem(n)
		residual, err := p.minimize(ctx, &f.grams, theta, tolerance)
		if err != nil {
			return 0, fmt.Errorf("layer %d: %w", n, err)
		}
		worst = max(worst, residual)
	}
	return worst, nil
}
