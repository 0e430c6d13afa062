package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	_ "ridge/internal/methods" // finds methods by their names
	"ridge/internal/report"
)

// methodOptions are the options of all methods as the command line gives them: texts by name, kept
// until it is known which method they are for.
type methodOptions map[string]string

// flagGroup is a title of the help and the options below it, in the order in which people need
// them. Options that no group names come at the end of the group of their methods.
type flagGroup struct {
	title   string
	options []string
	holds   func(users []*train.Method) bool
}

var flagGroups = []flagGroup{
	{groupObjective, []string{"objective", "gamma", "lambda", "lambda-out", "l1"},
		func(users []*train.Method) bool {
			return slices.Contains(users, bcd.MiniBatches.Method) && slices.Contains(users, bcd.FullBatches.Method)
		}},
	{groupCourse, []string{"epochs"}, func([]*train.Method) bool { return false }},
	{"Mini-batches (--solver bcd)",
		[]string{"step", "input-step", "damping", "metric", "spectral-step", "spectral-decay"},
		func(users []*train.Method) bool {
			return slices.Contains(users, bcd.MiniBatches.Method)
		}},
	{"Full batches (--batch 0)", []string{"iterations", "tolerance", "block-tolerance", "theta"},
		func(users []*train.Method) bool {
			return slices.Contains(users, bcd.FullBatches.Method)
		}},
	{"Gradient solvers (--solver sgd, adam …)",
		[]string{"rate", "rate-policy", "rate-step", "rate-gamma", "rate-power", "warmup", "momentum", "momentum2",
			"rms-decay", "delta", "weight-decay", "decay"},
		func([]*train.Method) bool { return true }},
}

// selected are options that choose the method or belong to more than the method: their flags are
// among those of the command.
var selected = []string{"batch", "seed"}

// declared is an option with a name, and the methods that have it.
type declared struct {
	train.Option // that of the first of them
	users        []*train.Method
}

// declaredOptions returns the options that have flags, in the order of the methods.
func declaredOptions() []declared {
	var all []declared
	for _, m := range train.Methods() {
		for _, o := range m.Options {
			if o.Hidden || slices.Contains(selected, o.Name) {
				continue
			}
			i := slices.IndexFunc(all, func(d declared) bool { return d.Name == o.Name })
			if i < 0 {
				i = len(all)
				all = append(all, declared{Option: o})
			}
			all[i].users = append(all[i].users, m)
		}
	}
	return all
}

// define adds the flags of one group.
func (given methodOptions) define(flags *pflag.FlagSet, title string) {
	i := slices.IndexFunc(flagGroups, func(g flagGroup) bool { return g.title == title })
	all := declaredOptions()
	for _, name := range flagGroups[i].options {
		if k := slices.IndexFunc(all, func(d declared) bool { return d.Name == name }); k >= 0 {
			given.add(flags, all[k])
		}
	}
	for _, d := range all {
		named := slices.ContainsFunc(flagGroups, func(g flagGroup) bool { return slices.Contains(g.options, d.Name) })
		first := slices.IndexFunc(flagGroups, func(g flagGroup) bool { return g.holds(d.users) })
		if !named && first == i {
			given.add(flags, d)
		}
	}
	group(flags, title)
}

func (given methodOptions) add(flags *pflag.FlagSet, d declared) {
	flags.VarP(&optionFlag{declared: d, given: given}, d.Name, "", d.Help+d.defaultNote())
}

// optionFlag is the flag of an option.
type optionFlag struct {
	declared
	given methodOptions
}

// Set implements [pflag.Value]. The text must be right for one of the methods.
func (f *optionFlag) Set(text string) error {
	if before, ok := f.given[f.Name]; ok {
		return twice(before, text)
	}
	var first error
	for _, m := range f.users {
		_, err := m.Configure(helpProblem, map[string]string{f.Name: text})
		if err == nil {
			f.given[f.Name] = text
			return nil
		}
		if first == nil {
			first = err
		}
	}
	if e, ok := errors.AsType[*nn.OptionError](first); ok {
		return errors.New(e.Reason) // the flag's name comes from elsewhere
	}
	return first
}

// String implements [pflag.Value].
func (f *optionFlag) String() string { return f.given[f.Name] }

// Type implements [pflag.Value].
func (f *optionFlag) Type() string { return f.Kind }

// helpProblem is the problem for which the help shows defaults.
var helpProblem = train.Problem{Samples: 1e6, Layers: 1, Bits: 32}

// defaultNote states the methods' defaults, in brackets.
func (d declared) defaultNote() string {
	if note, ok := defaultNotes[d.Name]; ok {
		return note()
	}
	values := make([]string, len(d.users))
	for i, m := range d.users {
		if values[i] = d.defaultOf(m); values[i] == "" {
			return ""
		}
	}
	if len(slices.Compact(slices.Clone(values))) == 1 {
		return fmt.Sprintf(" (default %s)", values[0])
	}
	var parts []string
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			continue
		}
		var names []string
		for k, m := range d.users {
			if values[k] == value {
				names = append(names, m.Name)
			}
		}
		parts = append(parts, strings.Join(names, ", ")+" "+value)
	}
	return fmt.Sprintf(" (default %s)", strings.Join(parts, "; "))
}

// defaultOf shows a method's default: empty if it is not used.
func (d declared) defaultOf(m *train.Method) string {
	o, _ := m.Option(d.Name)
	options := m.Defaults(helpProblem)
	if !o.Used(m.Options, options) {
		return ""
	}
	return report.Value(o, options)
}

// defaultNotes are for defaults that depend on more than the method.
var defaultNotes = map[string]func() string{
	"gamma": func() string {
		return fmt.Sprintf(" (default %s, in mini-batches with --l1 %s)",
			mini("gamma"), defaultText(bcd.MiniBatches.Method, "gamma", "l1", "1"))
	},
	"lambda":     func() string { return bySamples("lambda", ", less beyond ten layers") },
	"lambda-out": func() string { return bySamples("lambda-out", "") },
	"epochs": func() string {
		return fmt.Sprintf(" in mini-batches (default %s, for few samples as many as make 1500 batches, 40 at most, "+
			"but no fewer than make 150 batches; gradient solvers %s)",
			mini("epochs"), defaultText(gradientSolver().Method, "epochs"))
	},
	"input-step": func() string {
		return fmt.Sprintf(" (default %s, or what --choose-lambda finds; with --l1 %s, with --metric spectral-all %s, "+
			"gradient solvers %s)", mini("input-step"),
			defaultText(bcd.MiniBatches.Method, "input-step", "l1", "1"),
			defaultText(bcd.MiniBatches.Method, "input-step", "metric", "spectral-all"),
			defaultText(gradientSolver().Method, "input-step"))
	},
	"metric": func() string {
		return fmt.Sprintf(
			" (default %v with one hidden layer or --l1, %v with more, %v from ten layers and 1200 samples on, "+
				"with the hinge)",
			layered(1).Metric, layered(2).Metric, layered(10).Metric)
	},
	"spectral-step": func() string {
		return fmt.Sprintf(" (default %s with two hidden layers, less with more; %s with spectral-all)",
			report.Number(layered(2).SpectralStep), report.Number(layered(10).SpectralStep))
	},
	"spectral-decay": func() string {
		p := helpProblem
		p.Samples = 10_000
		return fmt.Sprintf(" (default %s, with spectral-all %s, and less beyond 10,000 samples; more for few)",
			report.Number(layered(2).SpectralDecay),
			report.Number(layered(10).WithMetric(bcd.SpectralAllMetric, p).SpectralDecay))
	},
	"block-tolerance": func() string { return " (default 5e-3 in 32 bits, 1e-9 in 64)" },
	"rate-gamma":      func() string { return byPolicy("rate-gamma", "step") },
	"rate-power":      func() string { return byPolicy("rate-power", "poly") },
}

// layered are the defaults of mini-batches for a number of hidden layers and many samples.
func layered(layers int) bcd.BatchOptions {
	p := helpProblem
	p.Layers, p.Loss = layers, nn.Hinge[float64]{}.Name()
	return bcd.DefaultBatchOptions(p)
}

func full(name string) string { return defaultText(bcd.FullBatches.Method, name) }
func mini(name string) string { return defaultText(bcd.MiniBatches.Method, name) }

// bySamples is the default of a ridge, with what else it depends on.
func bySamples(name, also string) string {
	return fmt.Sprintf(" (default %s, more below 500 samples%s, %s in full batches)", mini(name), also, full(name))
}

// byPolicy is the default of an option with a policy and with inv.
func byPolicy(name, policy string) string {
	m := gradientSolver().Method
	return fmt.Sprintf(" (default %s, inv %s)",
		defaultText(m, name, "rate-policy", policy), defaultText(m, name, "rate-policy", "inv"))
}

// defaultText shows a method's default of an option, with other options set: name, text, name, text …
func defaultText(m *train.Method, name string, settings ...string) string {
	given := map[string]string{}
	for i := 0; i < len(settings); i += 2 {
		given[settings[i]] = settings[i+1]
	}
	r, err := m.Configure(helpProblem, given)
	if err != nil {
		panic(err) // these are constants
	}
	o, _ := m.Option(name)
	return report.Value(o, r.Options())
}
