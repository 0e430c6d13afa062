package cli

import (
	"errors"
	"strconv"

	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/internal/report"
)

// trainFlags is what the command line of a training run asks for.
type trainFlags struct {
	data              string
	limit, validation int
	center            bool

	net   []int
	skips []bcd.Skip
	loss  bcd.Loss

	objective         bcd.Objective
	gamma             []float64
	lambda, lambdaOut float64
	theta             bcd.Schedule

	iterations     int
	tolerance      float64
	blockTolerance float64 // 0: as the precision has it
	batch          int
	seed           uint64

	precision int
	workers   int

	json, csv, save output
}

// The titles of the groups of flags in the help.
const (
	groupData    = "Data"
	groupNetwork = "Network"
	groupMethod  = "Objective"
	groupCourse  = "Course"
	groupMachine = "Machine"
	groupResults = "Results"
)

// define adds the flags.
func (f *trainFlags) define(flags *pflag.FlagSet) {
	o := bcd.DefaultOptions[float64]()
	f.json, f.csv, f.save = output{flag: "--json"}, output{flag: "--csv"}, output{flag: "--save"}

	defineData(flags, &f.data)
	define(flags, &f.limit, "limit", "N", "", "train on the first N samples only, of those that are not held out; a warning names the classes that have none among them", integer(1))
	define(flags, &f.validation, "validation", "N", "", "hold the last N training samples out and report their error", integer(1))
	define(flags, &f.center, "center", "", "true", "subtract the training mean from the inputs; the mean becomes part of the model; --center=false takes inputs as they are", boolean).NoOptDefVal = "true"
	group(flags, groupData)

	define(flags, &f.net, "net", "WIDTHS", "300", "widths of the hidden layers: 300, or 500,500 for two", listOf(width))
	define(flags, &f.skips, "skip", "FROM:TO", "", "let hidden layer TO also read layer FROM, 0 being the input; FROM < TO; may be given several times, or as a list: 0:2,1:3", f.addSkips)
	define(flags, &f.loss, "loss", "NAME", bcd.Hinge.String(), "hinge (squared hinge) or squared (of the distance to one-hot targets)", oneOf(bcd.ParseLoss))
	group(flags, groupNetwork)

	define(flags, &f.objective, "objective", "NAME", o.Objective.String(), "how hidden variables are tied to the layers below: fenchel (the tight lift) or tikhonov (a squared distance; turns the network linear)", oneOf(bcd.ParseObjective))
	define(flags, &f.gamma, "gamma", "G", report.Numbers(o.Gamma), "weight of that tie, above 0: one number for all hidden layers or one for each, such as 0.1,1", listOf(positive))
	define(flags, &f.lambda, "lambda", "L", report.Number(o.Lambda), "ridge on the weights of the hidden layers, per sample", nonNegative)
	define(flags, &f.lambdaOut, "lambda-out", "L", report.Number(o.LambdaOut), "ridge on the weights of the output layer, per sample", nonNegative)
	group(flags, groupMethod)

	define(flags, &f.iterations, "iterations", "N", strconv.Itoa(o.Iterations), "most iterations; each updates all hidden variables and all weights", integer(1))
	define(flags, &f.tolerance, "tolerance", "R", "0", "stop when the stationarity (the 2-norm of the projected gradient over all variables) is at most R times that of the first iteration; 0: never", nonNegative)
	define(flags, &f.blockTolerance, "block-tolerance", "R", "", "relative KKT residual to which the hidden variables are solved for in each iteration (default 5e-3 in 32 bits, 1e-9 in 64)", positive)
	define(flags, &f.theta, "theta", "T", "1", "step of each block towards its optimum: a number in (0, 1], or 1/t^2 in iteration t", oneOf(bcd.ParseSchedule))
	define(flags, &f.batch, "batch", "N", "0", "samples of a mini-batch; only 0, the full batch, is there yet", batch)
	define(flags, &f.seed, "seed", "N", "1", "of the first weights; the same seed gives the same network", seed)
	group(flags, groupCourse)

	define(flags, &f.precision, "precision", "BITS", "32", "of a number: 32 or 64", precision)
	defineWorkers(flags, &f.workers)
	group(flags, groupMachine)

	define(flags, &f.json.path, "json", "FILE", "", "write results and trace as one JSON object; - is standard output, and the table goes to standard error", path)
	define(flags, &f.csv.path, "csv", "FILE", "", "write the trace, a line for each iteration; - is standard output", path)
	define(flags, &f.save.path, "save", "FILE", "", "write the network, as safetensors", modelPath)
	group(flags, groupResults)
}

func defineData(flags *pflag.FlagSet, dst *string) {
	define(flags, dst, "data", "NAME", "digits", "digits (in the program), mnist (after 'train fetch mnist'), or a folder of IDX files", nonEmpty("digits, mnist or a folder"))
}

func defineWorkers(flags *pflag.FlagSet, dst *int) {
	define(flags, dst, "workers", "N", "", "goroutines that compute at a time; the result does not depend on it (default all cores)", integer(1))
}

// exactBlocks is the block tolerance in 64 bits: who asks for them wants to see the
// blocks solved. In 32 bits the trainer's own default makes the most of the time.
const exactBlocks = 1e-9

// blocks returns the block tolerance, 0 for the trainer's default.
func (f *trainFlags) blocks() float64 {
	if f.blockTolerance == 0 && f.precision == 64 {
		return exactBlocks
	}
	return f.blockTolerance
}

// addSkips parses --skip, which adds to the ones before it.
func (f *trainFlags) addSkips(text string) ([]bcd.Skip, error) {
	more, err := listOf(skip)(text)
	return append(f.skips, more...), err
}

// check tells what is wrong between flags.
func (f *trainFlags) check() error {
	// Any number of inputs and outputs will do to see whether the hidden layers fit.
	// Their widths are right by themselves: what can be wrong are the skips.
	shape := bcd.Spec{Inputs: 1, Hidden: f.net, Outputs: 1, Skips: f.skips}
	if err, ok := errors.AsType[*bcd.SpecError](shape.Validate()); ok {
		return usagef("--skip: %s", err.Reason)
	}
	if n := len(f.gamma); n != 1 && n != len(f.net) {
		return usagef("--gamma: %d numbers: want one for all hidden layers or one for each, of which --net has %d", n, len(f.net))
	}
	return checkOutputs(f.json, f.csv, f.save)
}
