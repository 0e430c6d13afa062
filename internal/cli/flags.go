package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/internal/dataset/split"
	"ridge/internal/lambda"
	"ridge/internal/words"
	"ridge/mat"
)

// trainFlags are the flags of a training run, as they were typed. What the training becomes is a [trainingPlan].
type trainFlags struct {
	dataFlags

	net   []int
	skips []nn.Skip
	init  nn.Init
	loss  string // empty: the solver's default

	solver solver

	options      methodOptions // of the methods, as given
	chooseLambda whether       // λ and more are chosen
	batch        int           // 0: full batches
	seed         uint64

	keep keepFlags

	precision int
	workers   int

	resultFlags
}

// resultFlags say where results go.
type resultFlags struct{ json, csv, save, report output }

// define adds the flags.
func (f *trainFlags) define(flags *pflag.FlagSet) {
	f.options = methodOptions{}
	f.json, f.csv = output{flag: "--json"}, output{flag: "--csv"}
	f.save, f.report = output{flag: "--save"}, output{flag: "--report"}
	f.dataFlags.define(flags)
	f.defineNetwork(flags)
	f.defineSolver(flags)
	f.defineCourse(flags)
	for _, g := range flagGroups {
		if g.title != groupObjective && g.title != groupCourse { // which have other flags, too
			f.options.define(flags, g.title)
		}
	}
	define(flags, &f.precision, "precision", "BITS", "32", "precision of the numbers: 32 or 64", parsePrecision)
	defineWorkers(flags, &f.workers)
	group(flags, groupMachine)
	f.keep.define(flags)
	f.defineResults(flags)
}

func (f *trainFlags) defineNetwork(flags *pflag.FlagSet) {
	define(flags, &f.net, "net", "WIDTHS", "300",
		"widths of the hidden layers: 300, or 500,500 for two; unless they are given, tables choose them with "+
			"--choose-lambda", listOf(parseWidth))
	addUp(define(flags, &f.skips, "skip", "FROM:TO", "",
		"let hidden layer TO also read layer FROM, 0 being the input; FROM < TO; may be given several times, or as a "+
			"list: 0:2,1:3", f.addSkips))
	define(flags, &f.init, "init", "NAME", nn.Init{}.String(), initUsage, oneOf(nn.ParseInit))
	group(flags, groupNetwork)
}

func (f *trainFlags) defineSolver(flags *pflag.FlagSet) {
	define(flags, &f.solver, "solver", "NAME", descent.String(),
		fmt.Sprintf("%v (block coordinate descent), or stochastic gradients: %s", descent, alternatives(solvers()[1:])),
		parseSolver)
	define(flags, &f.loss, "loss", "NAME", "",
		fmt.Sprintf(
			"hinge (squared hinge), squared (squared distance to one-hot targets), softmax2 (twice the "+
				"cross-entropy), or, with gradient solvers, softmax (cross-entropy) (default %v, gradient solvers %v)",
			descent.Loss, gradientSolver().Loss), parseLossName)
	group(flags, groupSolver)

	define(flags, &f.chooseLambda, "choose-lambda", "WHETHER", "auto",
		fmt.Sprintf(
			"choose λ and λ_out before the training, among 1/16, 1/4, 1 and 4 times their defaults, by the loss on "+
				"training samples that are held out in turn. Then choose what is not given: for tables the hidden "+
				"layers (300; 300,100; or, without --epochs, 100,100 with three times the epochs), and whether "+
				"columns are divided (--pieces; λ may then be as small as 1/64); and whether --input-step is 1, 1.5 "+
				"or 2 times its default, unless --metric is spectral-all. auto chooses if none of --lambda, "+
				"--lambda-out and --l1 is given, up to %s inputs and %s numbers (training samples times inputs): all "+
				"this for tables with two samples of a class or more on average; of digits and of images in the "+
				"layout of mnist, from %s samples on, the input step alone (all of mnist is too large). yes chooses "+
				"all this whatever the size, no nothing",
			words.Group(lambda.MostColumns), words.Group(lambda.MostNumbers), words.Group(lambda.SmallTable)),
		parseWhether)
	f.options.define(flags, groupObjective)
}

func (f *trainFlags) defineCourse(flags *pflag.FlagSet) {
	define(flags, &f.batch, "batch", "N", "",
		fmt.Sprintf(
			"samples in a mini-batch; 0 is the full batch, the only choice for tikhonov (default %s, tikhonov 0, "+
				"gradient solvers %s)", mini("batch"), defaultText(gradientSolver().Method, "batch")), integer(0))
	f.options.define(flags, groupCourse)
	define(flags, &f.seed, "seed", "N", "1",
		"seed of the first weights and of the order of the samples; the same seed gives the same network", parseSeed)
	define(flags, &f.keep.earlyStop, "early-stop", "N", "",
		"stop after N epochs without a smaller validation error, in which samples count by --weight; needs "+
			"--validation", integer(1))
	group(flags, groupCourse)
}

func (f *trainFlags) defineResults(flags *pflag.FlagSet) {
	defineJSON(flags, &f.json.path,
		"write results and trace as one JSON object, to standard output without a FILE or with -; the table then "+
			"goes to standard error")
	define(flags, &f.csv.path, "csv", "FILE", "",
		"write the trace, one line per iteration or epoch; - is standard output", parsePath)
	define(flags, &f.save.path, "save", "FILE", "", "write the network, as safetensors; - is standard output",
		parsePath)
	define(flags, &f.report.path, "report", "FILE", "",
		"write an HTML page: curves, confusion matrix, the samples that are classified worst, settings; - is standard "+
			"output", parsePath)
	group(flags, groupResults)
}

// defineJSON adds --json, which is the same for all commands: with a file, or without one for standard output.
func defineJSON(flags *pflag.FlagSet, dst *string, usage string) {
	define(flags, dst, "json", "FILE", "", usage, parsePath).NoOptDefVal = standardOutput
}

const initUsage = "first weights: he (deviations that follow the fan-in) or gaussian:S, all of standard deviation S; " +
	"Caffe's recipes have gaussian:0.01"

func defineWorkers(flags *pflag.FlagSet, dst *int) {
	define(flags, dst, "workers", "N", "",
		"goroutines that compute at the same time; the result does not depend on their number (default all cores)",
		integer(1))
}

// addSkips parses --skip, which adds to the ones before it.
func (f *trainFlags) addSkips(text string) ([]nn.Skip, error) {
	more, err := listOf(parseSkip)(text)
	return append(f.skips, more...), err
}

// plan is the training that the flags ask for. It is an error if they contradict each other. set has those that were
// given.
func (f *trainFlags) plan(set *pflag.FlagSet) (trainingPlan, error) {
	p := trainingPlan{
		net: f.net, skips: f.skips, init: f.init, loss: f.loss, centers: f.centers(set),
		solver: f.solver, options: f.options, batch: f.batch, seed: f.seed,
		precision: f.precision, workers: mat.Workers(f.workers),
	}
	if err := f.dataFlags.check(set); err != nil {
		return p, err
	}
	// Any number of inputs and outputs will do to check the hidden layers. Their widths have been checked; only the
	// skips can be wrong.
	shape := nn.Spec{Inputs: 1, Hidden: p.net, Outputs: 1, Skips: p.skips}
	if err, ok := errors.AsType[*nn.SpecError](shape.Validate()); ok {
		return p, usagef("--skip: %s", err.Reason)
	}
	if err := p.settle(set.Changed("batch")); err != nil {
		return p, err
	}
	if err := f.checkChoice(set, p.method()); err != nil {
		return p, err
	}
	if f.keep.earlyStop > 0 && !f.holdsOut() {
		return p, usagef("--early-stop %d: nothing is held out to stop by, want --validation", f.keep.earlyStop)
	}
	return p, f.checkResults(set)
}

// checkResults returns an error if the results, or the states, have no place of their own.
func (f *trainFlags) checkResults(set *pflag.FlagSet) error {
	if err := checkDistinct(output{"--checkpoint", f.keep.dir}, f.json, f.csv, f.save, f.report); err != nil {
		return err
	}
	if err := checkOutputs(f.json, f.csv, f.save, f.report); err != nil {
		return err
	}
	if err := f.checkNoInputs(f.json, f.csv, f.save, f.report); err != nil {
		return err
	}
	return f.keep.check(set)
}

// holdsOut reports whether there will be validation samples.
func (f *trainFlags) holdsOut() bool { return f.validation != (split.Amount{}) }
