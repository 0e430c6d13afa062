package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/train"
	"ridge/internal/tune"
)

// gridAxis is an axis of --grid before its multiples are numbers.
type gridAxis struct {
	options []string
	values  []string
}

// String is what --grid takes.
func (a gridAxis) String() string {
	return strings.Join(a.options, ",") + "=" + strings.Join(a.values, ",")
}

func gridText(grid []gridAxis) string {
	texts := make([]string, len(grid))
	for i, a := range grid {
		texts[i] = a.String()
	}
	return strings.Join(texts, " ")
}

// addAxis parses --grid, which adds to the ones before it.
func (f *tuneFlags) addAxis(text string) ([]gridAxis, error) {
	names, values, ok := strings.Cut(text, "=")
	a := gridAxis{options: strings.Split(names, ",")}
	for value := range strings.SplitSeq(values, ",") {
		a.values = append(a.values, strings.TrimSpace(value))
	}
	if !ok || slices.Contains(a.options, "") || slices.Contains(a.values, "") {
		return nil, want(text, "an option and its values, such as lambda=0.01,0.1,1 or net=30,300")
	}
	for i, name := range a.options {
		a.options[i] = strings.TrimLeft(strings.TrimSpace(name), "-")
	}
	for _, value := range a.values {
		if _, ok := multiple(value); !ok && len(a.options) > 1 {
			return nil, want(text, "multiples of their defaults, such as x0.3, where several options have one value")
		}
	}
	return append(f.grid, a), nil
}

// multiple is the factor of a value such as x0.3.
func multiple(text string) (float64, bool) {
	digits, ok := strings.CutPrefix(text, "x")
	factor, err := strconv.ParseFloat(digits, 64)
	return factor, ok && err == nil && factor > 0
}

// usualGrid is what is tried without --grid, except for options that are set or not used: the options that matter most
// for how well a method generalizes.
func usualGrid(m *train.Method, set func(option string) bool) []gridAxis {
	var grid []gridAxis
	for _, a := range []gridAxis{
		{[]string{"lambda", "lambda-out"}, []string{"x0.1", "x0.3", "x1", "x3", "x10"}},
		{[]string{"gamma"}, []string{"x0.3", "x1", "x3"}},
		{[]string{"rate"}, []string{"x0.1", "x0.3", "x1", "x3"}},
		{[]string{"weight-decay"}, []string{"0", "1e-4", "1e-3"}},
		{[]string{"damping"}, []string{"x0.3", "x1", "x3"}},
	} {
		has := !slices.ContainsFunc(a.options, func(name string) bool {
			_, ok := m.Option(name)
			return !ok || set != nil && set(name)
		})
		_, rate := m.Option("rate")
		if has && (a.options[0] != "damping" || rate) { // bcd's makes little difference
			grid = append(grid, a)
		}
	}
	if set == nil || !set("net") {
		grid = append(grid, gridAxis{[]string{"net"}, []string{"30", "100", "300", "1000"}})
	}
	return grid
}

// checkGrid checks what can be said of the values before the data is read.
func (f *tuneFlags) checkGrid(p trainingPlan) error {
	for _, a := range f.grid {
		for _, name := range a.options {
			o, known := tunableOption(p.method(), name)
			for _, text := range a.values {
				if _, isMultiple := multiple(text); !known || isMultiple {
					continue
				}
				if err := o.Set(p.method().Defaults(helpProblem), text, helpProblem); err != nil {
					return usagef("--grid %s: %w", a, err)
				}
			}
			if known && o.Needs != nil && !f.everUsed(p, o) {
				return usagef("--grid %s: %w", a, p.whyUnused(name))
			}
		}
	}
	if f.grid != nil && f.trials == 1 {
		return usagef("--grid %s: --trials 1 tries the defaults alone, want at least 2", f.grid[0])
	}
	return nil
}

// everUsed reports whether an option that needs another one is used in any trial: the grid may have that one, too, and
// networks whose depth decides about its default. What else these need is checked in whole trials, by checkTrials.
func (f *tuneFlags) everUsed(p trainingPlan, o train.Option) bool {
	m := p.method()
	for _, needed := range f.gridValues(o.Needs.Option) {
		for _, net := range f.gridValues("net") {
			g, err := p.set(slices.Concat(needed, net))
			if err != nil {
				continue
			}
			if r, err := g.configure(m, g.shape()); err == nil && o.Used(m.Options, r.Options()) {
				return true
			}
		}
	}
	return false
}

// gridValues are the settings of an option in the grid, and one without it, as in the trial of the defaults.
func (f *tuneFlags) gridValues(option string) []tune.Settings {
	all := []tune.Settings{nil}
	for _, a := range f.grid {
		if slices.Contains(a.options, option) {
			for _, value := range a.values {
				all = append(all, tune.Settings{{Option: option, Value: value}})
			}
		}
	}
	return all
}

// resolve turns multiples into numbers, for a problem, and checks all values.
func (p trainingPlan) resolve(grid []gridAxis, of train.Problem) (tune.Grid, error) {
	var resolved tune.Grid
	for _, a := range grid {
		axis := tune.Axis{Options: a.options}
		for _, text := range a.values {
			var values []string
			for _, name := range a.options {
				value, err := p.resolveValue(name, text, of)
				if err != nil {
					return nil, usagef("--grid %s: %w", a, err)
				}
				values = append(values, value)
			}
			axis.Values = append(axis.Values, values)
		}
		resolved = append(resolved, axis)
	}
	if err := resolved.Check(); err != nil {
		return nil, usagef("--grid: %w", err)
	}
	return resolved, nil
}

// resolveValue is the value of an option, which must be right for the method.
func (p trainingPlan) resolveValue(name, text string, of train.Problem) (string, error) {
	m := p.method()
	if factor, ok := multiple(text); ok {
		o, known := tunableOption(m, name)
		if !known {
			return "", fmt.Errorf("%v has no option %q whose default could be multiplied", p.solver, name)
		}
		usual, err := p.without(name).configure(m, of)
		if err != nil {
			return "", err
		}
		v, ok := fraction(o, usual.Options())
		if !ok {
			return "", fmt.Errorf("%s: only options that are fractions have multiples", name)
		}
		if v == 0 {
			return "", fmt.Errorf("%s: its default is 0, which has no multiples", name)
		}
		text = rounded(v * factor)
	}
	g, err := p.set(tune.Settings{{Option: name, Value: text}})
	if err == nil {
		_, err = g.configure(m, g.shape())
	}
	return text, err
}

// fraction is the value of an option that is a number but not a count.
func fraction(o train.Option, options any) (float64, bool) {
	_, isCount := o.Value(options).(int)
	v, err := strconv.ParseFloat(o.Text(options), 64)
	return v, err == nil && !isCount
}

// rounded is a multiple of a default with the digits that matter to a search.
func rounded(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

// trial is the plan of a trial, whose settings must go together.
func (p trainingPlan) trial(settings tune.Settings) (trainingPlan, error) {
	g, err := p.set(settings)
	if err != nil {
		return g, err
	}
	_, err = g.recipe(g.shape())
	if e, ok := errors.AsType[usageError](err); ok {
		err = e.err // the flag is --grid
	}
	return g, err
}

// set is the plan with these settings, each of which is right by itself.
func (p trainingPlan) set(settings tune.Settings) (trainingPlan, error) {
	m := p.method()
	for _, s := range settings {
		switch _, known := tunableOption(m, s.Option); {
		case s.Option == "net":
			widths, err := listOf(parseWidth)(strings.ReplaceAll(s.Value, "-", ","))
			if err != nil {
				return p, err
			}
			p = p.withHidden(widths)
		case s.Option == "batch" && known:
			n, err := integer(1)(s.Value)
			if err != nil {
				return p, err
			}
			p.batch = n
		case !known:
			return p, fmt.Errorf("%v has no option %q to tune: want net, %s",
				p.solver, s.Option, alternatives(tunable(m)))
		default:
			p = p.withOption(s.Option, s.Value)
		}
	}
	return p, nil
}

// tunable are the names of the options of a method that can be tuned.
func tunable(m *train.Method) []string {
	var names []string
	for _, o := range m.Options {
		if _, ok := tunableOption(m, o.Name); ok {
			names = append(names, o.Name)
		}
	}
	return names
}

// tunableOption is an option of a method that can be tuned: that has a flag, and is not the seed.
func tunableOption(m *train.Method, name string) (train.Option, bool) {
	o, ok := m.Option(name)
	return o, ok && name != "seed" && !o.Hidden
}
