package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/gradient"
	_ "ridge/internal/methods" // finds solvers by their names
	"ridge/internal/report"
)

// solver is a method as --solver names it. Full batches go by the name of bcd, too: --batch 0 is
// what chooses them.
type solver struct{ *train.Method }

// descent is block coordinate descent, in either form.
var descent = solver{bcd.MiniBatches.Method}

func (s solver) String() string { return s.Name }

// gradient tells whether it is one of package gradient.
func (s solver) gradient() bool { return s != descent }

// solvers returns all of them.
func solvers() []solver {
	var all []solver
	for _, m := range train.Methods() {
		if m != bcd.FullBatches.Method {
			all = append(all, solver{m})
		}
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

// has tells whether the solver has an option.
func (s solver) has(option string) bool {
	_, ok := s.Option(option)
	if s == descent && !ok {
		_, ok = bcd.FullBatches.Option(option)
	}
	return ok
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
	bcdLoss      = bcd.MiniBatches.Loss
	gradientLoss = gradient.SGD.Loss
)

// lossName parses the name of a loss.
func lossName(text string) (string, error) {
	_, err := oneOf(nn.ParseLoss[float64])(text)
	return text, err
}

// losses are those that the solver can train for.
func (s solver) losses() []string {
	return slices.DeleteFunc(nn.LossNames(), func(name string) bool { return !s.Trains(name) })
}

// gradientFlags are those of gradient solvers. What is nil is as the solver or the
// policy has it.
type gradientFlags struct {
	rate        *float64
	policy      gradient.Policy
	rateStep    int // 0: not given
	rateGamma   *float64
	ratePower   *float64
	momentum    *float64
	momentum2   *float64
	rmsDecay    *float64
	delta       *float64
	weightDecay float64
}

// recipeOf is Caffe's recipe for the numbers of a policy.
func recipeOf(policy string) gradient.Options {
	r, err := gradient.SGD.Configure(train.Problem{}, map[string]string{"rate-policy": policy})
	if err != nil {
		panic(err)
	}
	return *r.Options().(*gradient.Options)
}

func (f *gradientFlags) define(flags *pflag.FlagSet) {
	defaults := gradient.SGD.Defaults(train.Problem{})
	define(flags, &f.rate, "rate", "A", "", "learning rate of the first batch"+defaultsOf(func(o gradient.Options) float64 { return o.Rate }), given(positive))
	define(flags, &f.policy, "rate-policy", "NAME", defaults.Policy.String(), "how the rate falls with the batches t of all T: fixed; step: A·gamma^⌊t/step⌋; inv: A·(1+gamma·t)^−power; poly: A·(1−t/T)^power", oneOf(gradient.ParsePolicy))
	define(flags, &f.rateStep, "rate-step", "N", "", "batches between the falls of step, which needs it", integer(1))
	define(flags, &f.rateGamma, "rate-gamma", "G", "", fmt.Sprintf("gamma of step and inv (default %s, inv %s)", report.Number(recipeOf("step").RateGamma), report.Number(recipeOf("inv").RateGamma)), given(nonNegative))
	define(flags, &f.ratePower, "rate-power", "P", "", fmt.Sprintf("power of poly and inv (default %s, inv %s)", report.Number(defaults.RatePower), report.Number(recipeOf("inv").RatePower)), given(nonNegative))
	define(flags, &f.momentum, "momentum", "M", "", "momentum of sgd and nesterov, decay of the squares of adadelta, β₁ of adam"+defaultsOf(func(o gradient.Options) float64 { return o.Momentum }), given(below1))
	define(flags, &f.momentum2, "momentum2", "M", "", "β₂ of adam"+defaultsOf(func(o gradient.Options) float64 { return o.Momentum2 }), given(below1))
	define(flags, &f.rmsDecay, "rms-decay", "R", "", "decay of the squares of rmsprop"+defaultsOf(func(o gradient.Options) float64 { return o.RMSDecay }), given(below1))
	define(flags, &f.delta, "delta", "D", "", "what keeps adagrad, rmsprop, adadelta and adam from dividing by 0"+defaultsOf(func(o gradient.Options) float64 { return o.Delta }), given(positive))
	define(flags, &f.weightDecay, "weight-decay", "L", report.Number(defaults.WeightDecay), "ridge on all weights, per sample", nonNegative)
}

// defaultsOf says what the solvers have for a number, those that share one together:
// " (default sgd, nesterov 0.2, adagrad 0.05)".
func defaultsOf(number func(gradient.Options) float64) string {
	var parts []string
	var last float64
	for _, s := range gradient.Methods() {
		v := number(s.Defaults(train.Problem{}))
		switch {
		case v == 0:
			continue // it has none
		case v == last:
			i := len(parts) - 1
			parts[i] = strings.Replace(parts[i], " "+report.Number(v), fmt.Sprintf(", %s %s", s.Name, report.Number(v)), 1)
		default:
			parts = append(parts, fmt.Sprintf("%s %s", s.Name, report.Number(v)))
		}
		last = v
	}
	return fmt.Sprintf(" (default %s)", strings.Join(parts, ", "))
}

// methodFlags are those of options that not all solvers have.
var methodFlags = []string{
	"objective", "gamma", "lambda", "lambda-out", "l1", "iterations", "tolerance", "block-tolerance", "theta", "step", "input-step", "damping",
	"rate", "rate-policy", "rate-step", "rate-gamma", "rate-power", "weight-decay", "momentum", "momentum2", "rms-decay", "delta",
}

// policyFlags tells which policies use the flags that not all of them use.
var policyFlags = []struct {
	flag  string
	users []gradient.Policy
}{
	{"rate-step", []gradient.Policy{gradient.Step}},
	{"rate-gamma", []gradient.Policy{gradient.Step, gradient.Inv}},
	{"rate-power", []gradient.Policy{gradient.Inv, gradient.Poly}},
}

// checkSolver tells which flags the solver does not use, and chooses the defaults
// that depend on it.
func (f *trainFlags) checkSolver(set *pflag.FlagSet) error {
	for _, name := range methodFlags {
		if set.Changed(name) && !f.solver.has(name) {
			users := slices.DeleteFunc(solvers(), func(s solver) bool { return !s.has(name) })
			return usagef("--%s: the solver %v does not use it, want --solver %s", name, f.solver, alternatives(users))
		}
	}
	if err := f.checkLoss(set); err != nil {
		return err
	}
	if !f.solver.gradient() {
		return nil
	}
	if !set.Changed("batch") {
		f.batch = f.solver.Defaults(train.Problem{}).(*gradient.Options).Batch
	}
	if f.batch == 0 {
		return usagef("--batch 0: the solver %v has mini-batches only, want at least 1", f.solver)
	}
	return f.checkPolicy(set)
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
	return usagef("--loss %s: the solver %v has the losses %s; %s needs --solver %s",
		f.loss, f.solver, strings.Join(f.solver.losses(), " and "), f.loss, alternatives(users))
}

func (f *trainFlags) checkPolicy(set *pflag.FlagSet) error {
	for _, c := range policyFlags {
		if set.Changed(c.flag) && !slices.Contains(c.users, f.policy) {
			return usagef("--%s: the policy %v does not use it, want --rate-policy %s", c.flag, f.policy, alternatives(c.users))
		}
	}
	if f.policy == gradient.Step && f.rateStep == 0 {
		return usagef("--rate-policy step needs --rate-step, the batches between two falls")
	}
	if f.delta != nil && f.precision == 32 && float32(*f.delta) == 0 {
		return usagef("--delta %s: it is 0 in 32 bits, want more or --precision 64", report.Number(*f.delta))
	}
	return nil
}

// gradientRecipe is that of a training by a gradient solver.
func (f *trainFlags) gradientRecipe() train.Recipe {
	settings := map[string]string{"rate-policy": f.policy.String(), "batch": strconv.Itoa(f.batch), "seed": strconv.FormatUint(f.seed, 10)}
	r, err := f.solver.Configure(train.Problem{}, settings)
	if err != nil {
		panic(err) // the flags were checked
	}
	o := r.Options().(*gradient.Options)
	if f.epochs > 0 {
		o.Epochs = f.epochs
	}
	o.RateStep, o.WeightDecay = f.rateStep, f.weightDecay
	for _, c := range []struct {
		option *float64
		asked  *float64
	}{
		{&o.Rate, f.rate}, {&o.RateGamma, f.rateGamma}, {&o.RatePower, f.ratePower}, {&o.Momentum, f.momentum},
		{&o.Momentum2, f.momentum2}, {&o.RMSDecay, f.rmsDecay}, {&o.Delta, f.delta},
	} {
		if c.asked != nil {
			*c.option = *c.asked
		}
	}
	return r
}

// gradientReport is what the report tells of it.
func gradientReport(r train.Recipe) *report.Gradient {
	o, none := r.Options().(*gradient.Options), math.NaN()
	g := &report.Gradient{
		Rate: o.Rate, Policy: o.Policy.String(), WeightDecay: o.WeightDecay,
		Momentum: none, Momentum2: none, RMSDecay: none, Delta: none,
	}
	for _, c := range []struct {
		option string
		shown  *float64
		value  float64
	}{{"momentum", &g.Momentum, o.Momentum}, {"momentum2", &g.Momentum2, o.Momentum2}, {"rms-decay", &g.RMSDecay, o.RMSDecay}, {"delta", &g.Delta, o.Delta}} {
		if _, ok := r.Method().Option(c.option); ok {
			*c.shown = c.value
		}
	}
	return g
}
