package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"ridge/bcd/nn"
	"ridge/internal/report"
	"ridge/internal/sgd"
	"ridge/mat"
)

// solver is what trains a network: block coordinate descent, the zero value, or
// one of package sgd.
type solver struct {
	gradient bool
	sgd      sgd.Solver
}

func (s solver) String() string {
	if s.gradient {
		return s.sgd.String()
	}
	return "bcd"
}

// solvers returns all of them.
func solvers() []solver {
	all := []solver{{}}
	for _, s := range sgd.Solvers() {
		all = append(all, solver{true, s})
	}
	return all
}

func parseSolver(text string) (solver, error) {
	all := solvers()
	for _, s := range all {
		if s.String() == text {
			return s, nil
		}
	}
	return solver{}, fmt.Errorf("unknown %q: want %s", text, alternatives(all))
}

// alternatives lists names as a sentence does: "sgd, nesterov or adam".
func alternatives[V any](list []V) string {
	names := make([]string, len(list))
	for i, v := range list {
		names[i] = fmt.Sprint(v)
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// The losses that solvers train for unless they are told.
var (
	bcdLoss      = nn.Hinge[float64]{}.Name()
	gradientLoss = nn.Softmax[float64]{}.Name()
)

// lossName parses the name of a loss.
func lossName(text string) (string, error) {
	_, err := oneOf(nn.ParseLoss[float64])(text)
	return text, err
}

// boxLosses are those that block coordinate descent can train for.
func boxLosses() []string {
	var names []string
	for _, name := range nn.LossNames() {
		if l, err := nn.ParseLoss[float64](name); err == nil {
			if _, ok := l.(nn.BoxLoss[float64]); ok {
				names = append(names, name)
			}
		}
	}
	return names
}

// gradientFlags are those of gradient solvers. What is nil is as the solver or the
// policy has it.
type gradientFlags struct {
	rate        *float64
	policy      sgd.Policy
	rateStep    int // 0: not given
	rateGamma   *float64
	ratePower   *float64
	momentum    *float64
	momentum2   *float64
	rmsDecay    *float64
	delta       *float64
	weightDecay float64
}

// Caffe's recipes for the policies that have no number in [sgd.DefaultOptions].
const (
	stepGamma = 0.1
	invGamma  = 1e-4
	invPower  = 0.75
)

func (f *gradientFlags) define(flags *pflag.FlagSet) {
	defaults := sgd.DefaultOptions[float64](sgd.SGD)
	define(flags, &f.rate, "rate", "A", "", "learning rate of the first batch"+defaultsOf(func(o sgd.Options[float64]) float64 { return o.LearningRate }), given(positive))
	define(flags, &f.policy, "rate-policy", "NAME", defaults.Policy.String(), "how the rate falls with the batches t of all T: fixed; step: A·gamma^⌊t/step⌋; inv: A·(1+gamma·t)^−power; poly: A·(1−t/T)^power", oneOf(sgd.ParsePolicy))
	define(flags, &f.rateStep, "rate-step", "N", "", "batches between the falls of step, which needs it", integer(1))
	define(flags, &f.rateGamma, "rate-gamma", "G", "", fmt.Sprintf("gamma of step and inv (default %s, inv %s)", report.Number(stepGamma), report.Number(invGamma)), given(nonNegative))
	define(flags, &f.ratePower, "rate-power", "P", "", fmt.Sprintf("power of poly and inv (default %s, inv %s)", report.Number(defaults.Power), report.Number(invPower)), given(nonNegative))
	define(flags, &f.momentum, "momentum", "M", "", "momentum of sgd and nesterov, decay of the squares of adadelta, β₁ of adam"+defaultsOf(func(o sgd.Options[float64]) float64 { return o.Momentum }), given(below1))
	define(flags, &f.momentum2, "momentum2", "M", "", "β₂ of adam"+defaultsOf(func(o sgd.Options[float64]) float64 { return o.Momentum2 }), given(below1))
	define(flags, &f.rmsDecay, "rms-decay", "R", "", "decay of the squares of rmsprop"+defaultsOf(func(o sgd.Options[float64]) float64 { return o.RMSDecay }), given(below1))
	define(flags, &f.delta, "delta", "D", "", "what keeps adagrad, rmsprop, adadelta and adam from dividing by 0"+defaultsOf(func(o sgd.Options[float64]) float64 { return o.Delta }), given(positive))
	define(flags, &f.weightDecay, "weight-decay", "L", report.Number(defaults.WeightDecay), "ridge on all weights, per sample", nonNegative)
}

// defaultsOf says what the solvers have for a number, those that share one together:
// " (default sgd, nesterov 0.2, adagrad 0.05)".
func defaultsOf(number func(sgd.Options[float64]) float64) string {
	var parts []string
	var last float64
	for _, s := range sgd.Solvers() {
		v := number(sgd.DefaultOptions[float64](s))
		switch {
		case v == 0:
			continue // it has none
		case v == last:
			i := len(parts) - 1
			parts[i] = strings.Replace(parts[i], " "+report.Number(v), fmt.Sprintf(", %v %s", s, report.Number(v)), 1)
		default:
			parts = append(parts, fmt.Sprintf("%v %s", s, report.Number(v)))
		}
		last = v
	}
	return fmt.Sprintf(" (default %s)", strings.Join(parts, ", "))
}

// solverFlags tells which solvers use the flags that not all of them use.
var solverFlags = []struct {
	users []solver
	flags []string
}{
	{[]solver{{}}, []string{"objective", "gamma", "lambda", "lambda-out", "l1", "iterations", "tolerance", "block-tolerance", "theta", "step", "input-step", "damping"}},
	{solvers()[1:], []string{"rate", "rate-policy", "rate-step", "rate-gamma", "rate-power", "weight-decay"}},
	{[]solver{{true, sgd.SGD}, {true, sgd.Nesterov}, {true, sgd.AdaDelta}, {true, sgd.Adam}}, []string{"momentum"}},
	{[]solver{{true, sgd.Adam}}, []string{"momentum2"}},
	{[]solver{{true, sgd.RMSProp}}, []string{"rms-decay"}},
	{[]solver{{true, sgd.AdaGrad}, {true, sgd.RMSProp}, {true, sgd.AdaDelta}, {true, sgd.Adam}}, []string{"delta"}},
}

// policyFlags tells the same of the policies.
var policyFlags = []struct {
	flag  string
	users []sgd.Policy
}{
	{"rate-step", []sgd.Policy{sgd.Step}},
	{"rate-gamma", []sgd.Policy{sgd.Step, sgd.Inv}},
	{"rate-power", []sgd.Policy{sgd.Inv, sgd.Poly}},
}

// checkSolver tells which flags the solver does not use, and chooses the defaults
// that depend on it.
func (f *trainFlags) checkSolver(set *pflag.FlagSet) error {
	for _, c := range solverFlags {
		for _, name := range c.flags {
			if set.Changed(name) && !slices.Contains(c.users, f.solver) {
				return usagef("--%s: the solver %v does not use it, want --solver %s", name, f.solver, alternatives(c.users))
			}
		}
	}
	if !f.solver.gradient {
		return f.checkLoss(set)
	}
	defaults := sgd.DefaultOptions[float64](f.solver.sgd)
	if !set.Changed("loss") {
		f.loss = gradientLoss
	}
	if !set.Changed("batch") {
		f.batch = defaults.Batch
	}
	if f.batch == 0 {
		return usagef("--batch 0: the solver %v has mini-batches only, want at least 1", f.solver)
	}
	return f.checkPolicy(set)
}

// checkLoss makes sure that block coordinate descent has the loss.
func (f *trainFlags) checkLoss(set *pflag.FlagSet) error {
	if !set.Changed("loss") {
		f.loss = bcdLoss
	}
	if losses := boxLosses(); !slices.Contains(losses, f.loss) {
		return usagef("--loss %s: the solver bcd has the losses %s; %s needs --solver %s", f.loss, strings.Join(losses, " and "), f.loss, alternatives(solvers()[1:]))
	}
	return nil
}

func (f *trainFlags) checkPolicy(set *pflag.FlagSet) error {
	for _, c := range policyFlags {
		if set.Changed(c.flag) && !slices.Contains(c.users, f.policy) {
			return usagef("--%s: the policy %v does not use it, want --rate-policy %s", c.flag, f.policy, alternatives(c.users))
		}
	}
	if f.policy == sgd.Step && f.rateStep == 0 {
		return usagef("--rate-policy step needs --rate-step, the batches between two falls")
	}
	if f.delta != nil && f.precision == 32 && float32(*f.delta) == 0 {
		return usagef("--delta %s: it is 0 in 32 bits, want more or --precision 64", report.Number(*f.delta))
	}
	return nil
}

// gradientOptions are those of a training by a gradient solver.
func gradientOptions[T mat.Float](f *trainFlags, samples parts) sgd.Options[T] {
	o := sgd.DefaultOptions[T](f.solver.sgd)
	o.Batch, o.Seed = f.batch, f.seed
	if f.epochs > 0 {
		o.Epochs = f.epochs
	}
	o.Policy, o.Step, o.WeightDecay = f.policy, f.rateStep, f.weightDecay
	switch f.policy {
	case sgd.Step:
		o.Gamma = stepGamma
	case sgd.Inv:
		o.Gamma, o.Power = invGamma, invPower
	}
	for _, c := range []struct {
		option *float64
		asked  *float64
	}{
		{&o.LearningRate, f.rate}, {&o.Gamma, f.rateGamma}, {&o.Power, f.ratePower}, {&o.Momentum, f.momentum},
		{&o.Momentum2, f.momentum2}, {&o.RMSDecay, f.rmsDecay}, {&o.Delta, f.delta},
	} {
		if c.asked != nil {
			*c.option = *c.asked
		}
	}
	o.Workers = mat.Workers(f.workers)
	o.Validation, o.Test = data[T](samples.validation), data[T](samples.test)
	return o
}

// gradientReport is what the report tells of them.
func gradientReport[T mat.Float](o sgd.Options[T]) *report.Gradient {
	none := math.NaN()
	g := &report.Gradient{
		Rate: o.LearningRate, Policy: o.Policy.String(), WeightDecay: o.WeightDecay,
		Momentum: none, Momentum2: none, RMSDecay: none, Delta: none,
	}
	uses := func(flag string) bool {
		for _, c := range solverFlags {
			if slices.Contains(c.flags, flag) {
				return slices.Contains(c.users, solver{true, o.Solver})
			}
		}
		return false
	}
	for _, c := range []struct {
		flag  string
		shown *float64
		value float64
	}{{"momentum", &g.Momentum, o.Momentum}, {"momentum2", &g.Momentum2, o.Momentum2}, {"rms-decay", &g.RMSDecay, o.RMSDecay}, {"delta", &g.Delta, o.Delta}} {
		if uses(c.flag) {
			*c.shown = c.value
		}
	}
	return g
}
