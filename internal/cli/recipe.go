package cli

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// method is what --solver and --batch choose.
func (f *trainFlags) method() *train.Method {
	if f.solver == descent && f.batch == 0 {
		return bcd.FullBatches.Method
	}
	return f.solver.Method
}

// recipe returns the recipe that the flags describe. Its error is about a flag.
func (f *trainFlags) recipe(p train.Problem) (train.Recipe, error) {
	m := f.method()
	r, err := f.configure(m, p)
	if err == nil {
		err = r.Check(p)
	}
	if e, ok := errors.AsType[*nn.OptionError](err); ok {
		return r, f.optionError(m, e)
	}
	return r, err
}

// configure takes the flags that are options of the method.
func (f *trainFlags) configure(m *train.Method, p train.Problem) (train.Recipe, error) {
	p.Whole = cmp.Or(f.whole, p.Whole)
	settings := maps.Clone(map[string]string(f.options))
	settings["batch"], settings["seed"] = strconv.Itoa(f.batch), strconv.FormatUint(f.seed, 10)
	maps.DeleteFunc(settings, func(name, _ string) bool {
		_, ok := m.Option(name)
		return !ok
	})
	return m.Configure(p, settings)
}

// shape is what is known about the problem before samples are read.
func (f *trainFlags) shape() train.Problem {
	return train.Problem{Samples: 1, Layers: len(f.net), Bits: f.precision}
}

// optionError names the flag that caused the error: that of the option, or the one that requires the option.
func (f *trainFlags) optionError(m *train.Method, e *nn.OptionError) error {
	o, _ := m.Option(e.Option)
	if _, given := f.options[e.Option]; !given && o.Needs != nil {
		needs := o.Needs.Option
		return usagef("--%s %s needs --%s, the %s",
			needs, f.options[needs], e.Option, strings.TrimSuffix(o.Help, ", which needs it"))
	}
	if text, given := f.options[e.Option]; given && !strings.Contains(e.Reason, text) {
		return usagef("--%s %s: %s", e.Option, text, e.Reason)
	}
	return usagef("--%s: %s", e.Option, e.Reason)
}

// checkMethod returns an error if the flags that were given don't go together, and chooses the defaults of --loss and
// --batch.
func (f *trainFlags) checkMethod(set *pflag.FlagSet) error {
	if err := f.checkSolver(); err != nil {
		return err
	}
	if err := f.checkLoss(set); err != nil {
		return err
	}
	if err := f.checkBatch(set); err != nil {
		return err
	}
	if err := f.checkUse(); err != nil {
		return err
	}
	_, err := f.recipe(f.shape())
	return err
}

// given returns the names of the options that were given, in the order of the help.
func (f *trainFlags) given() []string {
	var names []string
	for _, d := range declaredOptions() {
		if _, ok := f.options[d.Name]; ok {
			names = append(names, d.Name)
		}
	}
	return names
}

// checkSolver returns an error for options that the solver does not have.
func (f *trainFlags) checkSolver() error {
	for _, name := range f.given() {
		if !f.solver.has(name) {
			users := slices.DeleteFunc(solvers(), func(s solver) bool { return !s.has(name) })
			return usagef("--%s: the solver %v does not use it, want --solver %s", name, f.solver, alternatives(users))
		}
	}
	return nil
}

// checkLoss makes sure that the solver has the loss.
func (f *trainFlags) checkLoss(set *pflag.FlagSet) error {
	if !set.Changed("loss") {
		f.loss = f.solver.Loss
	}
	if f.solver.Trains(f.loss) {
		return nil
	}
	users := slices.DeleteFunc(solvers(), func(s solver) bool { return !s.Trains(f.loss) })
	return usagef("--loss %s: the solver %v takes %s; %s needs --solver %s",
		f.loss, f.solver, alternatives(f.solver.losses()), f.loss, alternatives(users))
}

// checkBatch chooses the batch, and with it the method.
func (f *trainFlags) checkBatch(set *pflag.FlagSet) error {
	o, ok := f.solver.Option("batch")
	if !ok && set.Changed("batch") {
		return usagef("--batch: the solver %v does not use it", f.solver)
	}
	tikhonov := f.solver == descent && f.options["objective"] != "" && f.options["objective"] != bcd.Fenchel.String()
	if !set.Changed("batch") {
		f.batch = 0
		if ok && !tikhonov {
			f.batch = o.Value(f.solver.Defaults(helpProblem)).(int)
		}
	}
	switch {
	case f.batch == 0 && ok && f.solver != descent:
		return usagef("--batch 0: the solver %v has mini-batches only, want at least 1", f.solver)
	case f.batch > 0 && tikhonov:
		return usagef("--batch %d: the objective %v has full batches only, want --batch 0",
			f.batch, f.options["objective"])
	case !f.method().Trains(f.loss):
		return usagef("--loss %s: full batches don't have it, want --batch 1 or more", f.loss)
	}
	return nil
}

// checkUse returns an error for options that the method does not use given the others.
func (f *trainFlags) checkUse() error {
	m := f.method()
	for _, name := range f.given() {
		o, ok := m.Option(name)
		if !ok {
			if err := f.otherBatches(m, name); err != nil {
				return err
			}
			continue
		}
		if o.Needs == nil {
			continue
		}
		if f.unused(name) {
			return usagef("--%s: %w", name, f.withoutUse(o))
		}
	}
	return nil
}

// withoutUse is the error for an option of the method that is not used, given the others.
func (f *trainFlags) withoutUse(o train.Option) error {
	m := f.method()
	needed, _ := m.Option(o.Needs.Option)
	value := needed.Name
	if r, err := f.configure(m, f.shape()); err == nil {
		value = needed.Text(r.Options())
	}
	words := strings.Split(needed.Name, "-")
	return fmt.Errorf("the %s %v does not use it, want --%s %s",
		words[len(words)-1], value, needed.Name, alternatives(o.Needs.Values))
}

// unused reports whether the method has an option that it does not use, given the others.
func (f *trainFlags) unused(name string) bool {
	m := f.method()
	o, ok := m.Option(name)
	r, err := f.configure(m, f.shape())
	return ok && err == nil && !o.Used(m.Options, r.Options())
}

// otherBatches is for an option of bcd's other method: that of full batches instead of mini-batches,
// or the other way round.
func (f *trainFlags) otherBatches(m *train.Method, name string) error {
	switch {
	case name == "objective": // mini-batches have fenchel alone, and that is what was given
		return nil
	case name == "epochs":
		return usagef("--epochs: full batches have --iterations instead")
	case name == "iterations":
		return usagef("--iterations: mini-batches have --epochs instead; --iterations needs --batch 0")
	case m == bcd.MiniBatches.Method:
		return usagef("--%s: mini-batches don't have it; --%[1]s needs --batch 0", name)
	case f.options["objective"] != "" && f.options["objective"] != bcd.Fenchel.String():
		return usagef("--%s: the objective %v has full batches only, which don't have it", name, f.options["objective"])
	}
	return usagef("--%s: full batches don't have it; --%[1]s needs mini-batches", name)
}
