package tune

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Setting is an option and its value, as a command line has them.
type Setting struct {
	Option string
	Value  string
}

// Settings are those of a trial. None stands for the defaults.
type Settings []Setting

// String shows the settings to people: "lambda 0.1, net 300,300".
func (s Settings) String() string {
	if len(s) == 0 {
		return "defaults"
	}
	parts := make([]string, len(s))
	for i, v := range s {
		parts[i] = v.Option + " " + v.Value
	}
	return strings.Join(parts, ", ")
}

// Axis is one or several options that take their values together, and the values to try, one for each of the
// options.
type Axis struct {
	Options []string
	Values  [][]string
}

// Grid is what is tried: all combinations of the values of its axes.
type Grid []Axis

// mostTrials bounds the number of trials.
const mostTrials = 10_000

// GridError says what is wrong with a grid.
type GridError struct{ Reason string }

func (e *GridError) Error() string { return e.Reason }

// Check returns a *[GridError] if an option occurs twice, an axis has no values, or there are too many
// combinations.
func (g Grid) Check() error {
	seen, all := map[string]bool{}, 1
	for _, a := range g {
		for _, name := range a.Options {
			if seen[name] {
				return &GridError{name + " occurs twice"}
			}
			seen[name] = true
		}
		if len(a.Values) == 0 {
			return &GridError{strings.Join(a.Options, ",") + " has no values"}
		}
		if all *= len(a.Values); all > mostTrials {
			return &GridError{fmt.Sprintf("more than %d combinations", mostTrials)}
		}
	}
	return nil
}

// Trials returns the first n of all combinations, in a random order that is the same for the same seed. The
// first trial has no settings: the defaults. What equals the defaults, given by their values, is left out.
func (g Grid) Trials(n int, seed uint64, defaults map[string]string) []Settings {
	var all []Settings
	g.combine(nil, func(s Settings) {
		for _, v := range s {
			if defaults[v.Option] != v.Value {
				all = append(all, slices.Clone(s))
				return
			}
		}
	})
	rng := rand.New(rand.NewPCG(seed, 1))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return append([]Settings{nil}, all[:min(len(all), max(0, n-1))]...)
}

// combine calls visit with each combination, which is valid during the call.
func (g Grid) combine(s Settings, visit func(Settings)) {
	if len(g) == 0 {
		if len(s) > 0 {
			visit(s)
		}
		return
	}
	for _, values := range g[0].Values {
		next := slices.Clip(s)
		for i, option := range g[0].Options {
			next = append(next, Setting{option, values[i]})
		}
		g[1:].combine(next, visit)
	}
}
