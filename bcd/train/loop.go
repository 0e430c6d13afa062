package train

import (
	"context"
	"math"
	"time"

	"ridge/bcd/nn"
	"ridge/mat"
)

// Control says how a training is run, whatever the method. The zero value means all processors, one process and no
// callbacks. Several processes must have the same EvaluateEvery, KeepBest and EarlyStop, and all Checkpoints or none.
type Control struct {
	// Workers bounds the number of goroutines; 0 is all processors. The result does not depend on it.
	Workers mat.Workers
	// Sum adds up over the processes of the training; nil is one process.
	Sum Sum
	// Progress, if not nil, is called after each epoch. The network is then that of the end of the epoch.
	Progress func(Epoch)
	// EvaluateEvery is the number of epochs between two evaluations on the validation and test
	// samples. They are always evaluated after the last epoch, also after one that was the last until the training
	// went on from its state ([Recipe.Extends]). 0 stands for 1.
	EvaluateEvery int
	// KeepBest leaves the network of the best epoch ([Trace.Best]) instead of the last one's, if there are
	// validation samples.
	KeepBest bool
	// EarlyStop ends the training after this many epochs without a new smallest validation error,
	// at an epoch that is evaluated. 0 never ends it.
	EarlyStop int
	// Checkpoints, if not nil, saves the state of the training now and then.
	Checkpoints *Checkpoints
}

// Run trains net in place by a method, from the weights that it has. It returns an [Epoch] for each
// finished epoch.
//
// The same network, samples and recipe give the same bits of every weight, whatever the number of
// workers.
//
// If ctx is cancelled, the current epoch is dropped, and the error is ctx.Err(). With [Checkpoints], the current batch
// is finished first, and the state can be saved. After that, and after a *[DivergedError] or any other error of a
// method, the network is that of the last finished epoch, or with [Control].KeepBest that of the best one; whatever
// happens, the weights are finite. A *[nn.SpecError], *[nn.OptionError] or *[nn.DataError] is returned before anything
// is changed.
func Run[T mat.Float](ctx context.Context, net *nn.Network[T], s Samples[T], r Recipe, c Control) (Trace, error) {
	if ctx == nil {
		panic("train: Run: the context is nil: want context.Background()")
	}
	clock := stopwatch{}
	clock.start()
	if err := checkTraining(net, s, r, c); err != nil {
		return nil, err
	}
	if c.Sum == nil {
		c.Sum = Alone{}
	}
	defer mat.HoldWorkers()()
	p, err := problemOfAll(ctx, net, s.Train, c.Sum)
	if err != nil {
		return nil, err
	}
	r = r.For(p)
	t := &training[T]{net: net, samples: s, control: c, clock: clock}
	if c.KeepBest {
		t.best = net.Clone()
	}
	err = t.start(ctx, r)
	if err == nil {
		err = t.run(ctx)
	}
	if t.best != nil && t.trace.Best() > 0 {
		net.CopyWeights(t.best)
	}
	return t.trace, err
}

// problemOfAll is [ProblemOf] with the samples of all processes, of which defaults are functions.
func problemOfAll[T mat.Float](ctx context.Context, net *nn.Network[T], d Data[T], sum Sum) (Problem, error) {
	p, add := ProblemOf(net, d), NewAdder(ctx, sum)
	p.Samples = int(add.Number(float64(p.Samples)))
	return p, add.Err()
}

// training is the loop under way.
type training[T mat.Float] struct {
	net     *nn.Network[T] // of the last finished epoch
	samples Samples[T]
	control Control
	trainer Trainer[T]
	clock   stopwatch
	trace   Trace
	best    *nn.Network[T] // of the best epoch; nil: it is not kept
	unsaved error          // of a Save that failed while other processes went on
}

// start makes the trainer, and restores its state.
func (t *training[T]) start(ctx context.Context, r Recipe) error {
	task := Task[T]{Net: t.net, Train: t.samples.Train, Workers: t.control.Workers, Sum: t.control.Sum}
	if t.control.Checkpoints != nil {
		task.Pause = func(context.Context) error { return t.pause(ctx, WithinEpoch) }
	}
	var err error
	if t.trainer, err = newTrainer(ctx, task, r); err != nil {
		return err
	}
	ended, err := t.agree(context.WithoutCancel(ctx), t.resume()) // or the others would wait for what is not added
	if ended != nil {
		return ended
	}
	return err
}

// pause saves the state if it is due, and returns the error of a context that is cancelled.
func (t *training[T]) pause(ctx context.Context, at Moment) error {
	cancelled, err := t.cancelled(ctx)
	if err != nil {
		return err
	}
	if cancelled != nil {
		at = Cancelled
	}
	if err := t.save(at); err != nil {
		return err
	}
	if cancelled != nil && t.unsaved != nil {
		return t.unsaved
	}
	return cancelled // not earlier: saving must know about it
}

// cancelled returns the error of a context that is cancelled, here or, with [Checkpoints], in another process, or of a
// Save that has failed: all end at the same place then, with a state there, and none waits for what the others would
// have added.
func (t *training[T]) cancelled(ctx context.Context) (cancelled, err error) {
	own := t.unsaved
	if own == nil {
		own = ctx.Err()
	}
	return t.agree(context.WithoutCancel(ctx), own)
}

// agree tells the other processes whether this one has to end, for the reason own, and returns the reason to end here:
// own or, if it is another one that has to end, [context.Canceled]. Only processes with [Checkpoints] ask each other.
// err is that of the sum.
func (t *training[T]) agree(ctx context.Context, own error) (ended, err error) {
	add := NewAdder(ctx, t.control.Sum)
	if t.control.Checkpoints == nil || add.Alone() {
		return own, nil
	}
	count := 0.
	if own != nil {
		count = 1
	}
	if add.Number(count) > 0 && own == nil {
		own = context.Canceled
	}
	return own, add.Err()
}

// run trains until there is no epoch left.
func (t *training[T]) run(ctx context.Context) error {
	for !t.done() {
		epoch, err := t.trainer.Epoch(t.context(ctx))
		if err == nil && t.control.Checkpoints == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := t.finish(ctx, epoch); err != nil {
			return err
		}
		if t.done() {
			break
		}
		if err := t.pause(ctx, EpochEnd); err != nil {
			return err
		}
	}
	err := t.save(Finished)
	if t.unsaved != nil {
		return t.unsaved
	}
	return err
}

// done reports whether there is no other epoch.
func (t *training[T]) done() bool {
	patience, n := t.control.EarlyStop, len(t.trace)
	return t.trainer.Left() == 0 ||
		patience > 0 && t.trace.Idle() >= patience && !math.IsNaN(t.trace[n-1].ValidationError)
}

// finish ends an epoch: its network is evaluated, and what was measured becomes part of the trace.
func (t *training[T]) finish(ctx context.Context, epoch Epoch) error {
	net := t.trainer.Network()
	t.clock.stop()
	defer t.clock.start()
	epoch.Epoch, epoch.Seconds = len(t.trace)+1, t.clock.seconds()
	add := NewAdder(t.context(ctx), t.control.Sum)
	if err := evaluate(net, t.samples, t.control, add, &epoch, t.trainer.Left() == 0); err != nil {
		return err
	}
	t.net.CopyWeights(net)
	t.trace = append(t.trace, epoch)
	if t.best != nil && t.trace.Best() == len(t.trace) {
		t.best.CopyWeights(t.net)
	}
	if t.control.Progress != nil {
		t.control.Progress(epoch)
	}
	return nil
}

// checkTraining returns what is wrong with a training before it begins.
func checkTraining[T mat.Float](net *nn.Network[T], s Samples[T], r Recipe, c Control) error {
	if err := net.Validate(); err != nil {
		return err
	}
	if err := r.Check(ProblemOf(net, s.Train)); err != nil {
		return err
	}
	if err := checkLoss(r, net.Loss); err != nil {
		return err
	}
	if c.EarlyStop < 0 {
		return &nn.OptionError{Option: "early-stop", Reason: "negative: want a number of epochs"}
	}
	if c.EvaluateEvery < 0 {
		return &nn.OptionError{Option: "evaluate-every", Reason: "negative: want a number of epochs"}
	}
	return Check(net, s, c.Workers)
}

// evaluate fills in the errors at the end of an epoch, which are those of the samples of all processes.
func evaluate[T mat.Float](net *nn.Network[T], s Samples[T], c Control, add *Adder, epoch *Epoch, last bool) error {
	epoch.ValidationError, epoch.TestError = math.NaN(), math.NaN()
	if epoch.Epoch%max(1, c.EvaluateEvery) != 0 && !last {
		return nil
	}
	validation, err := s.Validation.errorRate(net, s.ValidationWeights, c.Workers)
	if err != nil {
		return err
	}
	test, err := s.Test.errorRate(net, nil, c.Workers)
	if err != nil {
		return err
	}
	epoch.ValidationError, epoch.TestError = validation.overAll(add), test.overAll(add)
	return add.Err()
}

// stopwatch adds up the time between its starts and stops.
type stopwatch struct {
	begin time.Time
	sum   time.Duration
}

func (s *stopwatch) start() { s.begin = time.Now() }

// set makes it a stopped watch that shows the given time.
func (s *stopwatch) set(seconds float64) { s.sum = time.Duration(seconds * float64(time.Second)) }

func (s *stopwatch) stop() { s.sum += time.Since(s.begin) }

func (s *stopwatch) seconds() float64 { return s.sum.Seconds() }
