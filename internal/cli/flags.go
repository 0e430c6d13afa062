package cli

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/gradient"
	"ridge/internal/report"
)

// trainFlags is what the command line of a training run asks for.
type trainFlags struct {
	data                    string
	limit, validation, fold int
	center                  bool

	net   []int
	skips []nn.Skip
	init  nn.Init
	loss  string // empty: as the solver has it

	solver solver

	objective         bcd.Objective
	gamma             []float64 // nil: as the method has it
	lambda, lambdaOut *float64  // nil: as the method has it
	l1                float64   // 0: dense networks

	batch  int // 0: full batches
	epochs int // of mini-batches; 0: as the solver has it
	seed   uint64

	// Of mini-batches only; nil: as the method has it.
	step, inputStep, damping *float64

	// Of full batches only:
	iterations     int
	tolerance      float64
	blockTolerance float64 // 0: as the precision has it
	theta          bcd.Schedule

	gradientFlags

	precision int
	workers   int

	json, csv, save output
}

// The titles of the groups of flags in the help.
const (
	groupData     = "Data"
	groupNetwork  = "Network"
	groupSolver   = "Solver"
	groupMethod   = "Objective (--solver bcd)"
	groupCourse   = "Course"
	groupMini     = "Mini-batches (--solver bcd)"
	groupFull     = "Full batches (--batch 0)"
	groupGradient = "Gradient solvers (--solver sgd, adam …)"
	groupMachine  = "Machine"
	groupResults  = "Results"
)

// define adds the flags.
func (f *trainFlags) define(flags *pflag.FlagSet) {
	full, mini, sgd := bcd.DefaultFullOptions(train.Problem{Bits: 32}), bcd.DefaultBatchOptions(train.Problem{Samples: 1, Layers: 1}), gradient.SGD.Defaults(train.Problem{})
	f.json, f.csv, f.save = output{flag: "--json"}, output{flag: "--csv"}, output{flag: "--save"}

	defineData(flags, &f.data)
	define(flags, &f.limit, "limit", "N", "", "train on the first N samples only, of those that are not held out; a warning names the classes that have none among them", integer(1))
	define(flags, &f.validation, "validation", "N", "", "hold N training samples out, the last ones or those of --fold, and report their error", integer(1))
	define(flags, &f.fold, "fold", "K", "1", "hold the K-th block of --validation samples out, counted from the end, for cross-validation: 1 is the last; others take a copy of the training samples", integer(1))
	define(flags, &f.center, "center", "", "true", "subtract the training mean from the inputs; the mean becomes part of the model; --center=false takes inputs as they are", boolean).NoOptDefVal = "true"
	group(flags, groupData)

	define(flags, &f.net, "net", "WIDTHS", "300", "widths of the hidden layers: 300, or 500,500 for two", listOf(width))
	define(flags, &f.skips, "skip", "FROM:TO", "", "let hidden layer TO also read layer FROM, 0 being the input; FROM < TO; may be given several times, or as a list: 0:2,1:3", f.addSkips)
	define(flags, &f.init, "init", "NAME", nn.Init{}.String(), initUsage, oneOf(nn.ParseInit))
	group(flags, groupNetwork)

	define(flags, &f.solver, "solver", "NAME", descent.String(), fmt.Sprintf("%v (block coordinate descent), or stochastic gradients: %s", descent, alternatives(solvers()[1:])), parseSolver)
	define(flags, &f.loss, "loss", "NAME", "", fmt.Sprintf("hinge (squared hinge), squared (of the distance to one-hot targets), or, of gradient solvers, softmax (cross-entropy) (default %v, gradient solvers %v)", bcdLoss, gradientLoss), lossName)
	group(flags, groupSolver)

	define(flags, &f.objective, "objective", "NAME", full.Objective.String(), "how hidden variables are tied to the layers below: fenchel (the tight lift) or tikhonov (a squared distance; turns the network linear)", oneOf(bcd.ParseObjective))
	define(flags, &f.gamma, "gamma", "G", "", fmt.Sprintf("weight of that tie, above 0: one number for all hidden layers or one for each, such as 0.1,1 (default %s, mini-batches %s, with --l1 %[1]s)", report.Numbers(full.Gamma), report.Numbers(mini.Gamma)), listOf(positive))
	define(flags, &f.lambda, "lambda", "L", "", fmt.Sprintf("ridge on the weights of the hidden layers, per sample (default %s by the number of samples, %s in full batches)", report.Number(mini.Lambda), report.Number(full.Lambda)), given(nonNegative))
	define(flags, &f.lambdaOut, "lambda-out", "L", "", fmt.Sprintf("ridge on the weights of the output layer, per sample (default %s by the number of samples, %s in full batches)", report.Number(mini.LambdaOut), report.Number(full.LambdaOut)), given(nonNegative))
	define(flags, &f.l1, "l1", "L", "0", "l1 penalty on all weights, per sample, which makes weights exactly zero: the larger, the more of them; 0 is none. In mini-batches the pattern of zeros is settled in the first half of the epochs, and a third of the default of --lambda goes with it", nonNegative)
	group(flags, groupMethod)

	define(flags, &f.batch, "batch", "N", "", fmt.Sprintf("samples of a mini-batch; 0 is the full batch, and the only one for tikhonov (default %d, tikhonov 0, gradient solvers %d)", defaultBatch, sgd.Batch), integer(0))
	define(flags, &f.epochs, "epochs", "N", "", fmt.Sprintf("passes over the training samples in mini-batches (default %d, gradient solvers %d)", mini.Epochs, sgd.Epochs), integer(1))
	define(flags, &f.seed, "seed", "N", "1", "of the first weights and the order of the samples; the same seed gives the same network", seed)
	group(flags, groupCourse)

	define(flags, &f.step, "step", "S", "", fmt.Sprintf("part of the way to the optimum of its ridge regression that a layer goes in a batch of the first half of the training, then falling to 0; for what reads the input see --input-step (default %s)", report.Number(mini.Step)), given(fraction))
	define(flags, &f.inputStep, "input-step", "K", "", fmt.Sprintf("multiple of --step for the weights that read the input (default %s, with --l1 %s)", report.Number(mini.InputStep), report.Number(mini.WithL1(1).InputStep)), given(positive))
	define(flags, &f.damping, "damping", "D", "", fmt.Sprintf("what is added to the diagonal of the Gram matrix of a layer's inputs, relative to their mean square (default %s)", report.Number(mini.Damping)), given(positive))
	group(flags, groupMini)

	define(flags, &f.iterations, "iterations", "N", strconv.Itoa(full.Iterations), "most iterations; each updates all hidden variables and all weights", integer(1))
	define(flags, &f.tolerance, "tolerance", "R", "0", "stop when the stationarity (the 2-norm of a projected gradient step in all variables) is at most R times that of the first iteration; 0: never", nonNegative)
	define(flags, &f.blockTolerance, "block-tolerance", "R", "", "relative KKT residual to which the hidden variables are solved for in each iteration (default 5e-3 in 32 bits, 1e-9 in 64)", positive)
	define(flags, &f.theta, "theta", "T", "1", "step of each block towards its optimum: a number in (0, 1], or 1/t or another power, such as 1/t^2, in iteration t", oneOf(bcd.ParseSchedule))
	group(flags, groupFull)

	f.gradientFlags.define(flags)
	group(flags, groupGradient)

	define(flags, &f.precision, "precision", "BITS", "32", "of a number: 32 or 64", precision)
	defineWorkers(flags, &f.workers)
	group(flags, groupMachine)

	define(flags, &f.json.path, "json", "FILE", "", "write results and trace as one JSON object; - is standard output, and the table goes to standard error", path)
	define(flags, &f.csv.path, "csv", "FILE", "", "write the trace, a line for each iteration or epoch; - is standard output", path)
	define(flags, &f.save.path, "save", "FILE", "", "write the network, as safetensors", modelPath)
	group(flags, groupResults)
}

const initUsage = "first weights: he (deviations that follow the fan-in) or gaussian:S, all of standard deviation S; Caffe's recipes have gaussian:0.01"

func defineData(flags *pflag.FlagSet, dst *string) {
	define(flags, dst, "data", "NAME", "digits", "digits (in the program), mnist (after 'train fetch mnist'), or a folder of IDX files", nonEmpty("digits, mnist or a folder"))
}

func defineWorkers(flags *pflag.FlagSet, dst *int) {
	define(flags, dst, "workers", "N", "", "goroutines that compute at a time; the result does not depend on it (default all cores)", integer(1))
}

// defaultBatch is that of --batch, unless the objective has full batches only.
var defaultBatch = bcd.DefaultBatchOptions(train.Problem{}).Batch

// addSkips parses --skip, which adds to the ones before it.
func (f *trainFlags) addSkips(text string) ([]nn.Skip, error) {
	more, err := listOf(skip)(text)
	return append(f.skips, more...), err
}

// check tells what is wrong between flags, of which those that were given are in set,
// and fills in what depends on others.
func (f *trainFlags) check(set *pflag.FlagSet) error {
	if set.Changed("fold") && f.validation == 0 {
		return usagef("--fold %d: nothing is held out, want --validation", f.fold)
	}
	if err := f.checkSolver(set); err != nil {
		return err
	}
	if err := f.checkBatch(set); err != nil {
		return err
	}
	// Any number of inputs and outputs will do to see whether the hidden layers fit.
	// Their widths are right by themselves: what can be wrong are the skips.
	shape := nn.Spec{Inputs: 1, Hidden: f.net, Outputs: 1, Skips: f.skips}
	if err, ok := errors.AsType[*nn.SpecError](shape.Validate()); ok {
		return usagef("--skip: %s", err.Reason)
	}
	if n := len(f.gamma); n > 1 && n != len(f.net) {
		return usagef("--gamma: %d numbers: want one for all hidden layers or one for each, of which --net has %d", n, len(f.net))
	}
	return checkOutputs(f.json, f.csv, f.save)
}

// checkBatch tells which flags don't go with the batches, and chooses the default
// of --batch.
func (f *trainFlags) checkBatch(set *pflag.FlagSet) error {
	if f.solver.gradient() {
		return nil // checkSolver has seen to it
	}
	if !set.Changed("batch") && f.objective == bcd.Fenchel {
		f.batch = defaultBatch
	}
	if f.batch > 0 && f.objective != bcd.Fenchel {
		return usagef("--batch %d: the objective %v has full batches only, want --batch 0", f.batch, f.objective)
	}
	if f.batch == 0 && set.Changed("epochs") {
		return usagef("--epochs: full batches have --iterations instead")
	}
	if f.batch > 0 && set.Changed("iterations") {
		return usagef("--iterations: mini-batches have --epochs instead; --iterations needs --batch 0")
	}
	for _, name := range []string{"step", "input-step", "damping"} {
		if f.batch == 0 && set.Changed(name) {
			if f.objective != bcd.Fenchel {
				return usagef("--%s: the objective %v has full batches only, which don't have it", name, f.objective)
			}
			return usagef("--%s: full batches don't have it; --%[1]s needs mini-batches", name)
		}
	}
	for _, name := range []string{"tolerance", "block-tolerance", "theta"} {
		if f.batch > 0 && set.Changed(name) {
			return usagef("--%s: mini-batches don't have it; --%[1]s needs --batch 0", name)
		}
	}
	return nil
}
