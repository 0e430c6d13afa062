package bcd

import "ridge/bcd/train"

// FullOptions are the settings of [FullBatches]. FullOptions{} stands for [DefaultFullOptions], from which any others
// start, as they are taken as they are: a number that is zero is a zero.
type FullOptions struct {
	// Objective is how the hidden variables are tied to the layers below: [Fenchel] or
	// [Tikhonov].
	Objective Objective
	// Gamma weighs the penalty of the hidden layers: one positive number for all of
	// them, or one for each.
	Gamma []float64
	// Lambda and LambdaOut weigh ½‖W_n‖² and ½‖V‖² per sample. They are ≥ 0.
	Lambda, LambdaOut float64
	// L1 is λ₁, which weighs ‖W_n‖₁ and ‖V‖₁ per sample, and makes weights exactly zero.
	// It is ≥ 0. With Theta below 1, only weights that were zero before the step, too, are zero after it.
	L1 float64
	// Iterations is the largest number of outer iterations, at least 1.
	Iterations int
	// Tolerance ends the training when the stationarity is at most Tolerance times that of iteration 1; with 0 it never
	// does.
	Tolerance float64
	// BlockTolerance is the relative KKT residual to which the QPs of the U step are
	// solved. The passes of the V and W steps go on to a tenth of it, on a scale of
	// their own ([BlockGradient]). 5e-3 is enough for training: the next iteration makes up for what a step leaves
	// undone.
	BlockTolerance float64
	// Theta is the relaxation of Algorithm 1.
	Theta Schedule
}

// DefaultFullOptions returns settings for images of digits, found on validation samples:
// with 300 hidden units and the squared hinge on centred pixels, 20 iterations end at
// a test error of 1.4 % on the 8×8 digits and of 4.7 % on all of MNIST. Fewer samples, or inputs full of noise, need a
// larger Lambda. In 64 bits the blocks are solved to 1e-9, as one asks for 64 bits in order to see the blocks solved.
func DefaultFullOptions(p train.Problem) FullOptions {
	o := FullOptions{
		Objective:      Fenchel,
		Gamma:          []float64{1},
		Lambda:         1e-3,
		LambdaOut:      1e-3,
		Iterations:     20,
		BlockTolerance: 5e-3,
	}
	if p.Bits == 64 {
		o.BlockTolerance = 1e-9
	}
	return o
}

// fullSchema declares the options.
var fullSchema = []train.Option{
	train.Choice("objective", "NAME", func(o *FullOptions) *Objective { return &o.Objective }, ParseObjective,
		Objective.check,
		"how hidden variables are tied to the layers below: fenchel (the tight lift) or tikhonov (a squared "+
			"distance; turns the network linear)"),
	gammaOption(func(o *FullOptions) *[]float64 { return &o.Gamma }),
	lambdaOption(func(o *FullOptions) *float64 { return &o.Lambda }),
	lambdaOutOption(func(o *FullOptions) *float64 { return &o.LambdaOut }),
	train.Float("l1", "L", func(o *FullOptions) *float64 { return &o.L1 }, train.From(0), l1Help, train.Label("λ₁ %s"),
		train.Quiet("0")),
	train.Int("iterations", "N", func(o *FullOptions) *int { return &o.Iterations }, 1,
		"largest number of iterations; each updates all hidden variables and all weights"),
	train.Float("tolerance", "R", func(o *FullOptions) *float64 { return &o.Tolerance }, train.From(0),
		"stop when the stationarity (the 2-norm of a projected gradient step in all variables, divided by the number "+
			"of samples) is at most R times that of the first iteration; 0: never"),
	train.Float("block-tolerance", "R", func(o *FullOptions) *float64 { return &o.BlockTolerance }, train.Above(0),
		"relative KKT residual to which the hidden variables are solved for in each iteration"),
	train.Choice("theta", "T", func(o *FullOptions) *Schedule { return &o.Theta }, ParseSchedule, nil,
		"step of each block towards its optimum: a number in (0, 1], or 1/t or another power, such as 1/t^2, "+
			"in iteration t", train.Label("θ %s")),
}
