package bcd

import (
	"context"
	"fmt"
	"math"
	"time"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/mat"
	"ridge/qp"
)

// Train trains net in place on all samples at once, by Algorithm 1 of Zhang and
// Brand: in each iteration the U, the V and the W step, each to the optimum of its
// block and then relaxed (see the package comment). It returns one [Step] for each
// finished iteration.
//
// No block step raises the objective, but for rounding. Same network, samples and
// options: the same bits of every weight, whatever the number of workers.
//
// If ctx is cancelled, the iteration under way is dropped: the network is that of
// the last finished one, and the error is ctx.Err(). The same holds for a
// *[DivergedError] and a *[BlockError]; whatever happens, the weights are finite.
// *[nn.SpecError], *[nn.OptionError] and *[nn.DataError] come before anything is changed.
//
// Besides the samples it takes memory for some 2ND + 2N·max(d_n, K) numbers, for N
// samples and D hidden units in all, for a Gram matrix of each layer's inputs, and for
// a centred copy of X if net.Mean is set.
func Train[T mat.Float](ctx context.Context, net *nn.Network[T], train Data[T], o Options[T]) (Trace, error) {
	begin := time.Now()
	if err := check(net, train, &o); err != nil {
		return nil, err
	}
	defer mat.HoldWorkers()()
	t := newTrainer(net, train, o)
	t.begin = begin
	if !finite(t.value) {
		return nil, &DivergedError{Iteration: 1, Objective: t.value}
	}
	var trace Trace
	finished := net.Clone()
	var first *nn.Network[T] // after iteration 1
	for i := 1; i <= o.Iterations; i++ {
		step, err := t.iterate(ctx, i)
		if err != nil {
			net.CopyWeights(finished)
			return trace, err
		}
		finished.CopyWeights(net)
		if first == nil {
			first = net.Clone()
		}
		step.Distance = distance(net, first)
		trace = append(trace, step)
		if o.Progress != nil {
			o.Progress(step)
		}
		if o.Tolerance > 0 && step.Stationarity <= o.Tolerance*trace[0].Stationarity {
			break
		}
	}
	return trace, nil
}

func check[T mat.Float](net *nn.Network[T], train Data[T], o *Options[T]) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if err := checkLoss(net.Loss); err != nil {
		return err
	}
	if err := o.check(len(net.Layers)); err != nil {
		return err
	}
	return checkParts(net, train, o.Validation, o.Test)
}

// checkParts returns a *[nn.DataError] unless the samples fit the network and are finite.
// Only validation and test may be without samples.
func checkParts[T mat.Float](net *nn.Network[T], train, validation, test Data[T]) error {
	for _, part := range []struct {
		name string
		data Data[T]
	}{{"train", train}, {"validation", validation}, {"test", test}} {
		if part.name != "train" && part.data.X.Rows == 0 && len(part.data.Labels) == 0 {
			continue
		}
		if err := checkPart(net, part.name, part.data); err != nil {
			return err
		}
	}
	return nil
}

func checkPart[T mat.Float](net *nn.Network[T], name string, d Data[T]) error {
	if d.X.Rows == 0 {
		return &nn.DataError{Part: name, Reason: "no samples"}
	}
	if err := net.CheckLabelled(d.X, d.Labels); err != nil {
		return &nn.DataError{Part: name, Reason: err.Error()}
	}
	for i := range d.X.Rows {
		if j := rows.NonFinite(d.X.Row(i)); j >= 0 {
			return &nn.DataError{Part: name, Reason: fmt.Sprintf("feature %d of sample %d is %v", j, i, d.X.At(i, j))}
		}
	}
	return nil
}

// trainer is a training under way.
type trainer[T mat.Float] struct {
	*lift[T]
	grams   grams[T]
	train   Data[T] // X centred
	raw     mat.Dense[T]
	options Options[T]
	value   float64 // F/N
	begin   time.Time
}

func newTrainer[T mat.Float](net *nn.Network[T], train Data[T], o Options[T]) *trainer[T] {
	raw := train.X
	if net.Mean != nil {
		x := mat.NewDense[T](train.X.Rows, train.X.Cols)
		rows.For(o.Workers, 0, x.Rows, func(lo, hi int) {
			rows.Subtract(x.RowView(lo, hi-lo), train.X, lo, hi, net.Mean)
		})
		train.X = x
	}
	p := penalties{o.Objective, o.gammas(len(net.Layers)), o.Lambda, o.LambdaOut, o.L1}
	t := &trainer[T]{lift: newLift(net, p, train.X, train.Labels, o.Workers), train: train, raw: raw, options: o}
	t.value = t.lift.value()
	return t
}

// iterate is one outer iteration: U, V, W, and what the trace tells of them.
func (t *trainer[T]) iterate(ctx context.Context, i int) (Step, error) {
	theta := t.options.Theta.Theta(i)
	tolerance, gradientTolerance := t.options.tolerances()
	s := Step{Iteration: i, Theta: theta, Objective: t.value}
	err := t.block(ctx, i, "U", &s.AfterU, &s.SecondsU, func() (err error) {
		s.BlockKKT, err = t.stepU(ctx, theta, qp.Options{Tolerance: tolerance, Workers: t.w})
		return err
	})
	if err != nil {
		return s, err
	}
	var gradientV, gradientW float64
	err = t.block(ctx, i, "V", &s.AfterV, &s.SecondsV, func() (err error) {
		gradientV, err = t.stepV(ctx, theta, gradientTolerance)
		return err
	})
	if err != nil {
		return s, err
	}
	err = t.block(ctx, i, "W", &s.AfterW, &s.SecondsW, func() (err error) {
		gradientW, err = t.stepW(ctx, theta, gradientTolerance)
		return err
	})
	if err != nil {
		return s, err
	}
	s.BlockGradient = max(gradientV, gradientW)
	s.Stationarity = t.stationarity()
	if err := t.report(&s); err != nil {
		return s, err
	}
	return s, ctx.Err()
}

// block runs one block step and checks and times it.
func (t *trainer[T]) block(ctx context.Context, i int, name string, after, seconds *float64, step func() error) error {
	start := time.Now()
	err := step()
	*seconds = time.Since(start).Seconds()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return &BlockError{i, name, err}
	}
	t.value = t.lift.value()
	*after = t.value
	if !finite(t.value) {
		return &DivergedError{i, name, t.value}
	}
	return nil
}

// stepV is the V step: the output's weights, given the hidden variables.
func (t *trainer[T]) stepV(ctx context.Context, theta, tolerance float64) (float64, error) {
	p := t.outputProblem()
	return p.minimize(ctx, &t.grams, theta, tolerance)
}

// stepW is the W step. Given the hidden variables, no layer's weights depend on
// another's.
func (t *trainer[T]) stepW(ctx context.Context, theta, tolerance float64) (float64, error) {
	var worst float64
	for n := 1; n <= t.layers(); n++ {
		p := t.weightProblem(n)
		residual, err := p.minimize(ctx, &t.grams, theta, tolerance)
		if err != nil {
			return 0, fmt.Errorf("layer %d: %w", n, err)
		}
		worst = max(worst, residual)
	}
	return worst, nil
}

// report fills in what the forward pass tells.
func (t *trainer[T]) report(s *Step) error {
	e, err := t.net.Evaluate(t.raw, t.train.Labels, t.w)
	if err != nil {
		return err
	}
	s.TrainError, s.Activity = e.ErrorRate, e.Active
	s.Nonzero = t.net.NonzeroShare()
	if s.ValidationError, err = errorRate(t.net, t.options.Validation, t.w); err != nil {
		return err
	}
	s.TestError, err = errorRate(t.net, t.options.Test, t.w)
	s.Seconds = time.Since(t.begin).Seconds()
	return err
}

// errorRate is that of samples which may be none: then it is NaN.
func errorRate[T mat.Float](net *nn.Network[T], d Data[T], w mat.Workers) (float64, error) {
	if d.X.Rows == 0 {
		return math.NaN(), nil
	}
	return net.ErrorRate(d.X, d.Labels, w)
}

// CheckData returns a *[nn.DataError] about the named part ("train", "validation",
// "test") unless it has samples, they fit the network, and all their features are
// finite. It reads the samples once.
func CheckData[T mat.Float](net *nn.Network[T], part string, d Data[T]) error {
	return checkPart(net, part, d)
}

// checkLoss returns a *[nn.OptionError] unless block coordinate descent can train for the loss.
func checkLoss[T mat.Float](loss nn.Loss[T]) error {
	if _, ok := loss.(nn.BoxLoss[T]); !ok {
		return &nn.OptionError{Option: "loss", Reason: loss.Name() + ": block coordinate descent can't train for it"}
	}
	return nil
}
