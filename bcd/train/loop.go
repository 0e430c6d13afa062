package train

import (
	"context"
	"math"
	"time"

	"ridge/bcd/nn"
	"ridge/mat"
)

// Control is how a training is run, whatever the method. The zero value is all workers, one process
// and nobody to tell.
type Control struct {
	// Workers bounds the number of goroutines; 0 is all processors. The result does not depend on it.
	Workers mat.Workers
	// Sum adds up over the processes of the training; nil is one process.
	Sum Sum
	// Progress, if not nil, is called after each epoch. The network is that of the epoch's end then.
	Progress func(Step)
	// EvaluateEvery is the number of epochs between the runs of the validation and test samples, which
	// are done after the last epoch in any case; 0 stands for 1.
	EvaluateEvery int
	// ExactTrainError runs all training samples through the network, too, in place of the errors of
	// the passes that a method computes anyway.
	ExactTrainError bool
}

// Run trains net in place by a method, from the weights that it has. It returns one [Step] for each
// finished epoch.
//
// Same network, samples and recipe: the same bits of every weight, whatever the number of workers.
//
// If ctx is cancelled, the epoch under way is dropped: the network is that of the last finished one,
// and the error is ctx.Err(). The same holds for a *[DivergedError] and for all other errors of a
// method; whatever happens, the weights are finite. *[nn.SpecError], *[nn.OptionError] and
// *[nn.DataError] come before anything is changed.
func Run[T mat.Float](ctx context.Context, net *nn.Network[T], s Samples[T], r Recipe, c Control) (Trace, error) {
	clock := stopwatch{}
	clock.start()
	if err := check(net, s, r, c); err != nil {
		return nil, err
	}
	if c.Sum == nil {
		c.Sum = Alone{}
	}
	defer mat.HoldWorkers()()
	trainer, err := newTrainer(ctx, Task[T]{net, s.Train, c.Workers, c.Sum}, r)
	if err != nil {
		return nil, err
	}
	var trace Trace
	for trainer.Left() > 0 {
		step, err := trainer.Epoch(ctx)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return trace, err
		}
		net.CopyWeights(trainer.Network())
		clock.stop()
		step.Epoch, step.Seconds = len(trace)+1, clock.seconds()
		if err := evaluate(net, s, c, &step, trainer.Left() == 0); err != nil {
			return trace, err
		}
		trace = append(trace, step)
		if c.Progress != nil {
			c.Progress(step)
		}
		clock.start()
	}
	return trace, nil
}

// check tells what keeps the training from being begun.
func check[T mat.Float](net *nn.Network[T], s Samples[T], r Recipe, c Control) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if err := r.Check(ProblemOf(net, s.Train)); err != nil {
		return err
	}
	if err := checkLoss(r, net.Loss); err != nil {
		return err
	}
	if c.EvaluateEvery < 0 {
		return &nn.OptionError{Option: "evaluate-every", Reason: "negative: want a number of epochs"}
	}
	return Check(net, s)
}

// evaluate fills in the errors at the end of an epoch.
func evaluate[T mat.Float](net *nn.Network[T], s Samples[T], c Control, step *Step, last bool) error {
	step.ValidationError, step.TestError = math.NaN(), math.NaN()
	if step.Epoch%max(1, c.EvaluateEvery) != 0 && !last {
		return nil
	}
	parts := []struct {
		data Data[T]
		rate *float64
	}{{s.Validation, &step.ValidationError}, {s.Test, &step.TestError}}
	if c.ExactTrainError {
		parts = append(parts, struct {
			data Data[T]
			rate *float64
		}{s.Train, &step.TrainError})
	}
	for _, p := range parts {
		if p.data.empty() {
			continue
		}
		rate, err := net.ErrorRate(p.data.X, p.data.Labels, c.Workers)
		if err != nil {
			return err
		}
		*p.rate = rate
	}
	return nil
}

// stopwatch adds up the time between its starts and stops.
type stopwatch struct {
	begin time.Time
	sum   time.Duration
}

func (s *stopwatch) start() { s.begin = time.Now() }

func (s *stopwatch) stop() { s.sum += time.Since(s.begin) }

func (s *stopwatch) seconds() float64 { return s.sum.Seconds() }
