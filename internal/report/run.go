package report

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// Run is one training run: what was asked for and what came of it.
type Run struct {
	Solver  string // "bcd" or the name of a gradient solver
	Dataset string
	// Train, Validation and Test count the samples, Classes what they are sorted into.
	Train, Validation, Test, Classes int
	Fold                             int // which block of so many is the validation, counted from the end

	Network    []int // the widths of all layers, input to output
	Parameters int   // weights and biases
	Init       nn.Init
	Objective  string    // of block coordinate descent
	Loss       string    // the name of a [nn.Loss]
	Gamma      []float64 // one for all hidden layers, or one for each
	Lambda     float64
	LambdaOut  float64
	L1         float64 // 0: a dense network
	Step       float64 // η₀, its multiple for the first weights, and δ: of mini-batches
	InputStep  float64
	Damping    float64
	Batch      int    // samples of a mini-batch; 0: full batches
	Theta      string // the schedule's name, of full batches
	Centred    bool   // the training mean is subtracted from the inputs
	Seed       uint64
	Gradient   *Gradient // of gradient solvers, which have no objective, γ, λ and θ

	ISA       string
	Workers   int
	Precision int // bits of a weight: 32 or 64

	Planned int     // iterations, or epochs of mini-batches
	Ended   string  // why there are fewer than planned: "interrupted"
	Seconds float64 // of training, reading the data not included
	Trace   train.Trace
	Saved   []string // files that were written along with the table
}

// Gradient holds what a gradient solver has besides. A number that the solver does
// not use is NaN.
type Gradient struct {
	Rate                                 float64 // that of the first batch
	Policy                               string
	Momentum, Momentum2, RMSDecay, Delta float64
	WeightDecay                          float64
}

// last returns the last finished iteration or epoch. Without one nothing is known: every
// measurement is NaN.
func (r *Run) last() train.Step {
	if n := len(r.Trace); n > 0 {
		return r.Trace[n-1]
	}
	nan := math.NaN()
	return train.Step{Loss: nan, TrainError: nan, ValidationError: nan, TestError: nan}
}

// active is the fraction of active units in all hidden layers together.
func (r *Run) active(s train.Step) float64 {
	var active, all float64
	for i, fraction := range s.Activity {
		width := float64(r.Network[i+1])
		active += fraction * width
		all += width
	}
	return active / all
}
