package train

import (
	"context"
	"io"
)

// Checkpoints lets a training outlive its process: its state is saved now and then, and another
// process continues from it and reaches the same bits. If several processes share the samples,
// each has its own Checkpoints, and Due must give all of them the same answer. They tell each other before every batch
// whether they are cancelled or a Save has failed, and if so in one of them, all end there.
type Checkpoints struct {
	// About describes the training that the states belong to. Only [CheckState] looks
	// at it.
	About []byte
	// Due reports whether the state is to be saved now; nil: never.
	Due func(Moment) bool
	// Save stores what write produces. An error ends the training: at once or, of several processes, at the next place
	// where they tell each other, as if this one had been cancelled. Without it Due must not report true: [Run] panics.
	Save func(write func(io.Writer) error) error
	// Resume, if not nil, is the state to continue from. An error of [ReadState] is returned before
	// anything is changed.
	Resume io.Reader
	// Resumed, if not nil, is called with the finished epochs in the state, before the next one begins.
	Resumed func(Trace)
}

// Moment is when a state can be saved.
type Moment uint8

const (
	// WithinEpoch is before a batch or, in full batches, a block or a part of one.
	WithinEpoch Moment = iota
	// EpochEnd is after an epoch and its evaluation, with more epochs to come.
	EpochEnd
	// Cancelled is as WithinEpoch or EpochEnd, with the context cancelled: the training ends here.
	Cancelled
	// Finished is after the last epoch.
	Finished
)

// save saves the state if it is due. If that fails while other processes go on, they are told when they ask.
func (t *training[T]) save(at Moment) error {
	c := t.control.Checkpoints
	if c == nil || c.Due == nil || !c.Due(at) {
		return nil
	}
	if c.Save == nil {
		panic("train: Run: Checkpoints have a Due that asks for a state, and no Save")
	}
	t.clock.stop()
	defer t.clock.start()
	err := c.Save(func(w io.Writer) error { return WriteState(w, c.About, t.state) })
	if err == nil || NewAdder(context.Background(), t.control.Sum).Alone() {
		return err
	}
	if t.unsaved == nil {
		t.unsaved = err
	}
	return nil // not before the others know
}

// resume restores the state to continue from, if there is one.
func (t *training[T]) resume() error {
	c := t.control.Checkpoints
	if c == nil || c.Resume == nil {
		return nil
	}
	first := t.net
	t.net = first.Clone()
	if err := ReadState(c.Resume, t.state); err != nil {
		t.net, t.trace = first, nil // it may have been read in part
		return err
	}
	first.CopyWeights(t.net)
	t.net = first
	if c.Resumed != nil {
		c.Resumed(t.trace)
	}
	return nil
}

// context returns the context for trainers. If a state is to be saved when ctx is cancelled, the
// trainer must finish its batch first.
func (t *training[T]) context(ctx context.Context) context.Context {
	if t.control.Checkpoints == nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// state exchanges what the loop changes, and the whole state of the trainer.
func (t *training[T]) state(s *State) {
	s.In("clock", t.clock.state)
	s.In("trace", t.trace.state)
	Weights(s, "network", t.net)
	if t.best != nil {
		Weights(s, "best", t.best)
	}
	s.In("trainer", t.trainer.State)
	if s.Restoring() && (t.net.Validate() != nil || t.best != nil && t.best.Validate() != nil) {
		s.Fail("a weight is not finite")
	}
}

// state exchanges the time.
func (s *stopwatch) state(state *State) {
	seconds := s.seconds()
	state.Float("seconds", &seconds)
	if state.Restoring() {
		s.set(seconds)
	}
}

// state exchanges the epochs.
func (t *Trace) state(s *State) {
	count := len(*t)
	s.Count("epochs", &count, 1<<31-1)
	if s.in != nil {
		*t = nil
	}
	for i := 0; i < count && s.err == nil; i++ {
		if s.in != nil {
			*t = append(*t, Epoch{Epoch: i + 1})
		}
		s.In("epoch", (*t)[i].state)
	}
}

// state exchanges all but Epoch.
func (e *Epoch) state(s *State) {
	for _, field := range []struct {
		name string
		at   *float64
	}{
		{"loss", &e.Loss}, {"train error", &e.TrainError}, {"validation error", &e.ValidationError},
		{"test error", &e.TestError}, {"seconds", &e.Seconds},
	} {
		s.Float(field.name, field.at)
	}
	s.Floats("activity", &e.Activity, measureLimit)
	s.Values("values", &e.Values)
}
