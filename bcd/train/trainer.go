package train

import (
	"context"

	"ridge/bcd/nn"
	"ridge/mat"
)

// Trainer is a method at work on a network. [Run] calls it; it owns all that it changes.
type Trainer[T mat.Float] interface {
	// Epoch trains for one more epoch, and returns what it has measured of it: of [Step] all but Epoch,
	// ValidationError, TestError and Seconds. After an error the trainer is of no use.
	Epoch(ctx context.Context) (Step, error)
	// Network is what the epochs until now have made, to be read until the next call of Epoch.
	Network() *nn.Network[T]
	// Left is how many epochs there are still to be, at most: 0 ends the training.
	Left() int
	// State names all that changes from batch to batch ([State]): with it a trainer that has just been
	// made for the same task by the same options goes on where this one is, to the same bits. It is
	// called before the first epoch, after an epoch, or by the function of [Task.Pausing].
	State(s *State)
}

// Task is what a trainer is made for. It has been checked: the network is valid, the samples fit it
// and are finite, and the loss and the options are such that the method can be used.
type Task[T mat.Float] struct {
	// Net is the network to begin with, which the trainer copies.
	Net *nn.Network[T]
	// Train is the samples of this process, to be read only.
	Train Data[T]
	// Workers bounds the number of goroutines. The result must not depend on it.
	Workers mat.Workers
	// Sum adds up over the processes of the training; never nil.
	Sum Sum
	// Pause is what [Task.Pausing] returns; nil is nothing but a look at the context.
	Pause func(context.Context) error
}

// Pausing returns a function that the trainer calls before each batch or block of an epoch, where its
// State is whole: an error, such as that of a context that is cancelled, ends the epoch. The epoch
// that comes first after a state was restored may begin at any such place.
func (t Task[T]) Pausing() func(context.Context) error {
	if t.Pause == nil {
		return context.Context.Err
	}
	return t.Pause
}

// Problem is what the defaults of options depend on.
type Problem struct {
	Samples int // to train on
	Layers  int // hidden ones
	Bits    int // of a number: 32 or 64
}

// ProblemOf returns the problem of training the network on the samples.
func ProblemOf[T mat.Float](net *nn.Network[T], d Data[T]) Problem {
	return Problem{Samples: d.X.Rows, Layers: len(net.Layers), Bits: bits[T]()}
}

// bits is 32 or 64.
func bits[T mat.Float]() int {
	if T(1)+T(0x1p-40) == 1 {
		return 32
	}
	return 64
}
