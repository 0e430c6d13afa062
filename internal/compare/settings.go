package compare

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/train"
	"ridge/internal/report"
)

// Settings are the tuned options of a solver: values of the axes of its grid. All other options have the method's
// defaults. Settings are comparable.
type Settings struct {
	Solver string
	Loss   string // the name of a loss
	values string // of the axes, separated by spaces; empty: none
}

// with sets the values of all axes. Late axes that are left out have their usual value.
func (s Settings) with(values []float64) Settings {
	for _, a := range space[s.Solver].axes[len(values):] {
		values = append(values, a.usual)
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	s.values = strings.Join(texts, " ")
	return s
}

// at returns the value of an axis, by its place.
func (s Settings) at(i int) float64 {
	fields := strings.Fields(s.values)
	if i >= len(fields) {
		return 0
	}
	v, err := strconv.ParseFloat(fields[i], 64)
	if err != nil {
		panic(fmt.Sprintf("compare: value %d of %q", i, s.values)) // with has made it
	}
	return v
}

// each calls do with the axes and their values, except for late axes with their usual value.
func (s Settings) each(do func(a axis, v float64)) {
	if s.values == "" {
		return
	}
	for i, a := range space[s.Solver].axes {
		if v := s.at(i); !a.late || v != a.usual {
			do(a, v)
		}
	}
}

// String names the settings in a way that file names can hold:
// "adam_softmax_rate0.002_decay1e-4", "bcd_hinge_lambda1x_step1x_damping0.75".
func (s Settings) String() string {
	name := s.Solver + "_" + s.Loss
	s.each(func(a axis, v float64) {
		name += "_" + a.tag + report.Number(v)
		if a.times {
			name += "x"
		}
	})
	return name
}

// words describes the settings to people.
func (s Settings) words() string {
	text := s.Loss
	s.each(func(a axis, v float64) { text += ", " + fmt.Sprintf(a.words, report.Number(v)) })
	return text
}

// MarshalJSON implements [json.Marshaler]: the values stand under the names of the options. Zeros
// are left out.
func (s Settings) MarshalJSON() ([]byte, error) {
	members := map[string]any{"solver": s.Solver, "loss": s.Loss}
	s.each(func(a axis, v float64) {
		if v != 0 {
			members[a.key()] = v
		}
	})
	return json.Marshal(members)
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *Settings) UnmarshalJSON(text []byte) error {
	var names struct{ Solver, Loss string }
	if err := json.Unmarshal(text, &names); err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}
	*s = Settings{Solver: names.Solver, Loss: names.Loss}
	axes := space[s.Solver].axes
	for key := range members {
		known := func(a axis) bool { return a.key() == key }
		if key != "solver" && key != "loss" && !slices.ContainsFunc(axes, known) {
			return fmt.Errorf("the settings of %.40q have no %.40q", s.Solver, key)
		}
	}
	values := make([]float64, len(axes))
	for i, a := range axes {
		values[i] = a.usual
		if member, ok := members[a.key()]; ok {
			if err := json.Unmarshal(member, &values[i]); err != nil {
				return fmt.Errorf("%s: %w", a.key(), err)
			}
		}
	}
	if len(axes) > 0 {
		*s = s.with(values)
	}
	return nil
}

// recipe is the recipe of the run: the defaults for the problem, except for the settings, the length, the seed and the
// λ that was chosen, if there was a choice.
func (r Run) recipe(p train.Problem, choice *LambdaChoice) (train.Recipe, error) {
	m, err := train.Lookup(r.Settings.Solver)
	if err != nil {
		return train.Recipe{}, err
	}
	defaults, given := m.Defaults(p), map[string]string{}
	set := func(name, text string) {
		if _, ok := m.Option(name); ok {
			given[name] = text
		}
	}
	r.Settings.each(func(a axis, v float64) {
		for _, name := range append([]string{a.option}, a.also...) {
			o, _ := m.Option(name)
			value := v
			if of, ok := o.Value(defaults).(float64); ok && a.times {
				value *= of
			}
			set(name, strconv.FormatFloat(value, 'g', -1, 64))
		}
	})
	if choice != nil {
		set("lambda", strconv.FormatFloat(choice.Lambda, 'g', -1, 64))
		set("lambda-out", strconv.FormatFloat(choice.LambdaOut, 'g', -1, 64))
	}
	set(m.Round+"s", strconv.Itoa(r.Epochs))
	set("seed", strconv.FormatUint(r.Seed, 10))
	return m.Configure(p, given)
}
