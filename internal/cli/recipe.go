package cli

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// method is what --solver and --batch choose.
func (p trainingPlan) method() *train.Method {
	if p.solver == descent && p.batch == 0 {
		return bcd.FullBatches.Method
	}
	return p.solver.Method
}

// recipe is how it trains for a problem. Its error is about a flag.
func (p trainingPlan) recipe(of train.Problem) (train.Recipe, error) {
	m := p.method()
	r, err := p.configure(m, of)
	if err == nil {
		err = r.Check(of)
	}
	if e, ok := errors.AsType[*nn.OptionError](err); ok {
		return r, p.optionError(m, e)
	}
	return r, err
}

// configure takes those of the values that are options of the method.
func (p trainingPlan) configure(m *train.Method, of train.Problem) (train.Recipe, error) {
	of.Whole = cmp.Or(p.whole, of.Whole)
	settings := maps.Clone(map[string]string(p.options))
	settings["batch"], settings["seed"] = strconv.Itoa(p.batch), strconv.FormatUint(p.seed, 10)
	maps.DeleteFunc(settings, func(name, _ string) bool {
		_, ok := m.Option(name)
		return !ok
	})
	return m.Configure(of, settings)
}

// shape is what is known about the problem before samples are read.
func (p trainingPlan) shape() train.Problem {
	return train.Problem{Samples: 1, Layers: len(p.net), Bits: p.precision}
}

// optionError names the flag that caused the error: that of the option, or the one that requires the option.
func (p trainingPlan) optionError(m *train.Method, e *nn.OptionError) error {
	o, _ := m.Option(e.Option)
	if _, given := p.options[e.Option]; !given && o.Needs != nil {
		needs := o.Needs.Option
		return usagef("--%s %s needs --%s, the %s",
			needs, p.options[needs], e.Option, strings.TrimSuffix(o.Help, ", which needs it"))
	}
	if text, given := p.options[e.Option]; given && !strings.Contains(e.Reason, text) {
		return usagef("--%s %s: %s", e.Option, text, e.Reason)
	}
	return usagef("--%s: %s", e.Option, e.Reason)
}

// settle chooses the defaults of --loss and, unless it is given, of --batch. It returns an error if the flags don't go
// together.
func (p *trainingPlan) settle(batchGiven bool) error {
	if err := p.checkSolver(); err != nil {
		return err
	}
	if err := p.settleLoss(); err != nil {
		return err
	}
	if err := p.settleBatch(batchGiven); err != nil {
		return err
	}
	if err := p.checkUse(); err != nil {
		return err
	}
	_, err := p.recipe(p.shape())
	return err
}

// given returns the names of the options that were given, in the order of the help.
func (p trainingPlan) given() []string {
	var names []string
	for _, d := range declaredOptions() {
		if _, ok := p.options[d.Name]; ok {
			names = append(names, d.Name)
		}
	}
	return names
}

// checkSolver returns an error for options that the solver does not have.
func (p trainingPlan) checkSolver() error {
	for _, name := range p.given() {
		if !p.solver.has(name) {
			users := slices.DeleteFunc(solvers(), func(s solver) bool { return !s.has(name) })
			return usagef("--%s: the solver %v does not use it, want --solver %s", name, p.solver, alternatives(users))
		}
	}
	return nil
}

// settleLoss chooses the loss, which the solver must have.
func (p *trainingPlan) settleLoss() error {
	p.loss = cmp.Or(p.loss, p.solver.Loss)
	if p.solver.Trains(p.loss) {
		return nil
	}
	users := slices.DeleteFunc(solvers(), func(s solver) bool { return !s.Trains(p.loss) })
	return usagef("--loss %s: the solver %v takes %s; %s needs --solver %s",
		p.loss, p.solver, alternatives(p.solver.losses()), p.loss, alternatives(users))
}

// settleBatch chooses the batch, unless it is given, and with it the method.
func (p *trainingPlan) settleBatch(given bool) error {
	o, ok := p.solver.Option("batch")
	if !ok && given {
		return usagef("--batch: the solver %v does not use it", p.solver)
	}
	tikhonov := p.solver == descent && p.options["objective"] != "" && p.options["objective"] != bcd.Fenchel.String()
	if !given {
		p.batch = 0
		if ok && !tikhonov {
			p.batch = o.Value(p.solver.Defaults(helpProblem)).(int)
		}
	}
	switch {
	case p.batch == 0 && ok && p.solver != descent:
		return usagef("--batch 0: the solver %v has mini-batches only, want at least 1", p.solver)
	case p.batch > 0 && tikhonov:
		return usagef("--batch %d: the objective %v has full batches only, want --batch 0",
			p.batch, p.options["objective"])
	case !p.method().Trains(p.loss):
		return usagef("--loss %s: full batches don't have it, want --batch 1 or more", p.loss)
	}
	return nil
}

// checkUse returns an error for options that the method does not use given the others.
func (p trainingPlan) checkUse() error {
	for _, name := range p.given() {
		if why := p.whyUnused(name); why != nil {
			return usagef("--%s: %w", name, why)
		}
	}
	return nil
}

// whyUnused says why the value of an option has no effect, given the others. It is nil if it has one, if the option is
// not given and the method lacks it, and for what is no option.
func (p trainingPlan) whyUnused(name string) error {
	m := p.method()
	o, ok := m.Option(name)
	if !ok {
		if _, given := p.options[name]; given {
			return p.whyOtherBatches(name)
		}
		return nil
	}
	r, err := p.configure(m, p.shape())
	if err != nil || o.Used(m.Options, r.Options()) {
		return nil
	}
	needed, _ := m.Option(o.Needs.Option)
	words := strings.Split(needed.Name, "-")
	return fmt.Errorf("the %s %v does not use it, want --%s %s",
		words[len(words)-1], needed.Text(r.Options()), needed.Name, alternatives(o.Needs.Values))
}

// whyOtherBatches is whyUnused for an option of the other method of bcd: that of full batches instead of mini-batches,
// or the other way round.
func (p trainingPlan) whyOtherBatches(name string) error {
	objective := p.options["objective"]
	switch {
	case name == "objective": // mini-batches have fenchel alone, and that is what was given
		return nil
	case name == "epochs":
		return errors.New("full batches have --iterations instead")
	case name == "iterations":
		return errors.New("mini-batches have --epochs instead; --iterations needs --batch 0")
	case p.method() == bcd.MiniBatches.Method:
		return fmt.Errorf("mini-batches don't have it; --%s needs --batch 0", name)
	case objective != "" && objective != bcd.Fenchel.String():
		return fmt.Errorf("the objective %v has full batches only, which don't have it", objective)
	}
	return fmt.Errorf("full batches don't have it; --%s needs mini-batches", name)
}
