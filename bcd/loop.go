package bcd

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

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
// *[SpecError], *[OptionError] and *[DataError] come before anything is changed.
//
// Besides the samples it takes memory for some 2ND + 2N·max(d_n, K) numbers, for N
// samples and D hidden units in all, for a Gram matrix of each layer's inputs, and for
// a centred copy of X if net.Mean is set.
func Train[T mat.Float](ctx context.Context, net *Network[T], train Data[T], o Options[T]) (Trace, error) {
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
	var first *Network[T] // after iteration 1
	for i := 1; i <= o.Iterations; i++ {
		step, err := t.iterate(ctx, i)
		if err != nil {
			net.copyWeights(finished)
			return trace, err
		}
		finished.copyWeights(net)
		if first == nil {
			first = net.Clone()
		}
		step.Distance = net.distance(first)
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

func check[T mat.Float](net *Network[T], train Data[T], o *Options[T]) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if err := o.check(len(net.Layers)); err != nil {
		return err
	}
	return checkParts(net, train, o.Validation, o.Test)
}

// checkParts returns a *[DataError] unless the samples fit the network and are finite.
// Only validation and test may be without samples.
func checkParts[T mat.Float](net *Network[T], train, validation, test Data[T]) error {
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

func checkPart[T mat.Float](net *Network[T], name string, d Data[T]) error {
	if d.X.Rows == 0 {
		return &DataError{name, "no samples"}
	}
	if err := net.checkData(d); err != nil {
		return &DataError{name, err.Error()}
	}
	for i := range d.X.Rows {
		if j := firstNonFinite(d.X.Row(i)); j >= 0 {
			return &DataError{name, fmt.Sprintf("feature %d of sample %d is %v", j, i, d.X.At(i, j))}
		}
	}
	return nil
}

// trainer is a training under way.
type trainer[T mat.Float] struct {
	*lift[T]
	grams   grams[T]
	train   Data[T] // X centred
	options Options[T]
	value   float64 // F/N
	begin   time.Time
}

func newTrainer[T mat.Float](net *Network[T], train Data[T], o Options[T]) *trainer[T] {
	if net.Mean != nil {
		x := mat.NewDense[T](train.X.Rows, train.X.Cols)
		forRows(o.Workers, 0, x.Rows, func(lo, hi int) {
			subtractRow(x.RowView(lo, hi-lo), train.X, lo, hi, net.Mean)
		})
		train.X = x
	}
	p := penalties{o.Objective, o.gammas(len(net.Layers)), o.Lambda, o.LambdaOut, o.L1}
	t := &trainer[T]{lift: newLift(net, p, train.X, train.Labels, o.Workers), train: train, options: o}
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
	t.report(&s)
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
func (t *trainer[T]) report(s *Step) {
	e := t.net.evaluate(t.train.X, nil, t.train.Labels, t.w)
	s.TrainError, s.Activity = e.error, slices.Clone(e.active)
	s.Nonzero = t.net.nonzeroShare()
	s.ValidationError, s.TestError = math.NaN(), math.NaN()
	if v := t.options.Validation; v.X.Rows > 0 {
		s.ValidationError = t.net.evaluate(v.X, t.net.Mean, v.Labels, t.w).error
	}
	if v := t.options.Test; v.X.Rows > 0 {
		s.TestError = t.net.evaluate(v.X, t.net.Mean, v.Labels, t.w).error
	}
	s.Seconds = time.Since(t.begin).Seconds()
}
