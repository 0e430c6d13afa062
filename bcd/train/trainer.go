package train

import (
	"context"

	"ridge/bcd/nn"
	"ridge/mat"
)

// Trainer trains a network by a method. [Run] calls it. It owns everything it changes.
type Trainer[T mat.Float] interface {
	// Epoch trains for one more epoch, and returns its measurements: all fields of [Epoch] but Epoch,
	// ValidationError, TestError and Seconds. After an error the trainer must not be used.
	Epoch(ctx context.Context) (Epoch, error)
	// Network is the network that the epochs so far have made. It may be read until the next
	// call of Epoch.
	Network() *nn.Network[T]
	// Left is the largest number of epochs still to come: 0 ends the training.
	Left() int
	// State exchanges everything that changes from batch to batch ([State]): with it, a new trainer
	// for the same task and options continues where this one is, to the same bits. It is called before
	// the first epoch, after an epoch, or by the function that [Task.Pausing] returns.
	State(s *State)
}

// Task is what a trainer is asked to do. It has been checked: the network is valid, the samples fit it
// and are finite, and the method can train for the loss with the options.
type Task[T mat.Float] struct {
	// Net is the network to begin with, which the trainer copies.
	Net *nn.Network[T]
	// Train is the samples of this process, to be read only.
	Train Data[T]
	// Workers bounds the number of goroutines. The result must not depend on it.
	Workers mat.Workers
	// Sum adds up over the processes of the training; never nil.
	Sum Sum
	// Pause is what [Task.Pausing] returns; nil only checks the context.
	Pause func(context.Context) error
}

// Pausing returns a function that the trainer calls before each batch or block of an epoch, where its
// State is complete. One process alone may call it more often. An error, such as that of a cancelled
// context, ends the epoch. The first epoch after a state was restored may begin at any such place.
func (t Task[T]) Pausing() func(context.Context) error {
	if t.Pause == nil {
		return context.Context.Err
	}
	return t.Pause
}

// Problem has what the defaults of options depend on.
type Problem struct {
	Samples    int    // to train on
	Whole      int    // of the training that settings are sought for, if this one has a part of its samples; 0: Samples
	Inputs     int    // columns; 0: not known
	Layers     int    // hidden ones
	Width      int    // of the last one; 0: not known
	Bits       int    // of a number: 32 or 64
	Regression bool   // numbers are to be predicted, by the squared loss
	Loss       string // the name of the loss; empty: not known
}

// ProblemOf returns the problem of training the network on the samples.
func ProblemOf[T mat.Float](net *nn.Network[T], d Data[T]) Problem {
	p := Problem{
		Samples: d.X.Rows, Inputs: net.Inputs, Layers: len(net.Layers), Width: net.Width(len(net.Layers)),
		Bits:       mat.Bits[T](),
		Regression: d.Regression(),
	}
	if net.Loss != nil {
		p.Loss = net.Loss.Name()
	}
	return p
}
