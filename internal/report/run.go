package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/lambda"
)

// Run is a training run: what was asked for, and the result.
type Run struct {
	Samples
	Solver     string // as the command line names it
	Network    []int  // the widths of all layers, input to output
	Parameters int    // weights and biases
	Init       nn.Init
	Loss       string // the name of a [nn.Loss]
	Centred    bool   // the training mean is subtracted from the inputs
	Seed       uint64 // of the first weights and the order of the samples
	Recipe     train.Recipe
	Machine
	Provenance

	// Seconds of training, reading the data not included; in processes before it was resumed, without the evaluations.
	Seconds float64
	Outcome
}

// Outcome is what came of a run.
type Outcome struct {
	Ended string // why there are fewer epochs than planned: "interrupted"
	Trace train.Trace
	Quality
	Saved []string // files that were written along with the table
}

// Samples describes the samples that a run is trained on and measured with.
type Samples struct {
	Dataset string
	// Train, Validation and Test are numbers of samples, Classes that of the classes.
	Train, Validation, Test, Classes int
	// Fold says which block is the validation part, counted from the end in blocks of its size; 0
	// if it was drawn.
	Fold int
	// Names of the classes, in the order of their labels; nil in a regression.
	Names []string
	// Largest is the class that most test samples have: by guessing it, a network is right as often.
	Largest Largest
	// Drawn is set if the test samples were drawn from the file, by the seed.
	Drawn bool
	Preparation
	// Weight is the value of --weight, "" without one; Distinct counts the training samples without the repetitions
	// that it makes.
	Weight   string
	Distinct int
	// Weighted are the classes that it names.
	Weighted []string
	// Targets are the names of the numbers that a regression predicts, nil for classes.
	Targets []string
}

// Preparation is what was done to the columns of numbers.
type Preparation struct {
	// Scale is how they were scaled, "" if that is not known.
	Scale columns.Scale
	// Pieces is set if some were divided into [columns.Pieces].
	Pieces bool
}

// Largest is the class that most of the samples are of.
type Largest struct {
	Class string
	Count int // of its samples
}

// Provenance is what else it takes to repeat a run.
type Provenance struct {
	Command   []string // the arguments of the program
	Skips     []string // of the network: "0:2"
	Limit     int      // of the training samples; 0: all
	EarlyStop int      // 0: never
	// Choice is what was chosen before the training, and from what; nil if there was no choice.
	Choice *lambda.Choice
	// Hash is a checksum of the content of the samples; empty if it was not asked for.
	Hash string
	// Commit and Version are those of the program, as far as they are known. Modified tells that there were
	// changes that are in no commit.
	Commit, Version string
	Modified        bool
}

// Settings are all options of the method and whatever else it takes to repeat the run, as names and values.
func (r *Run) Settings() [][2]string {
	list := [][2]string{{"solver", r.Solver}, {"loss", r.Loss}, {"init", r.Init.String()}, {"seed", fmt.Sprint(r.Seed)}}
	m, options := r.Recipe.Method(), r.Recipe.Options()
	for _, o := range m.Options {
		if o.Name != "seed" && o.Used(m.Options, options) {
			list = append(list, [2]string{o.Name, o.Text(options)})
		}
	}
	words := []string{"train"}
	for _, argument := range r.Command {
		words = append(words, ShellWord(argument))
	}
	list = append(list, [2]string{"command", strings.Join(words, " ")})
	for _, s := range [][2]string{{"SHA-256 of the samples", r.Hash}, {"commit", r.Commit}, {"version", r.Version}} {
		if s[1] != "" {
			list = append(list, s)
		}
	}
	return list
}

// Machine says what a run is computed on.
type Machine struct {
	ISA       string
	Workers   int
	Precision int // bits of a weight: 32 or 64
}

// option returns the value of an option of the method, nil if the method has no such option or,
// given the others, does not use it.
func (r *Run) option(name string) any {
	m := r.Recipe.Method()
	o, ok := m.Option(name)
	if !ok || !o.Used(m.Options, r.Recipe.Options()) {
		return nil
	}
	return o.Value(r.Recipe.Options())
}

// mini reports whether the method goes through the samples in mini-batches.
func (r *Run) mini() bool {
	_, ok := r.option("batch").(int)
	return ok
}

// objective is the name of the objective of block coordinate descent, empty of other methods.
func (r *Run) objective() string {
	if name, ok := r.option("objective").(string); ok {
		return name
	}
	if r.Recipe.Method() == bcd.MiniBatches.Method {
		return bcd.Fenchel.String() // they have no other
	}
	return ""
}

// measures reports whether the method measures something, in general.
func (r *Run) measures(name string) bool {
	return slices.ContainsFunc(r.Recipe.Method().Measures, func(m train.Measure) bool { return m.Name == name })
}

// sparse reports whether the network is trained to have weights that are zero.
func (r *Run) sparse() bool {
	l1, ok := r.option("l1").(float64)
	return ok && l1 > 0
}

// last returns the last finished iteration or epoch. If there is none every measurement is NaN.
func (r *Run) last() train.Epoch {
	if n := len(r.Trace); n > 0 {
		return r.Trace[n-1]
	}
	nan := math.NaN()
	return train.Epoch{Loss: nan, TrainError: nan, ValidationError: nan, TestError: nan}
}

// kept returns the iteration or epoch whose network is kept: the best one by the validation samples,
// or the last one where there are none.
func (r *Run) kept() train.Epoch {
	if best := r.Trace.Best(); best > 0 {
		return r.Trace[best-1]
	}
	return r.last()
}

// active is the fraction of active units in all hidden layers together.
func (r *Run) active(e train.Epoch) float64 {
	var active, all float64
	for i, fraction := range e.Activity {
		width := float64(r.Network[i+1])
		active += fraction * width
		all += width
	}
	return active / all
}
