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
