package columns

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBadDescriptionsAreRefused(t *testing.T) {
	const outputs = `,"outputs":{"task":"classes","targets":[{}],"classes":["a","b"]}}`
	const good = `{"inputs":{"scale":"none","columns":[{"kind":"number","divisor":2}]}` + outputs
	_, err := Decode([]byte(good))
	require.NoError(t, err)
	for _, c := range []struct{ old, new, want string }{
		{good, `{`, "description of the columns: unexpected EOF"},
		{good, good + `{}`, "description of the columns: there is more behind it"},
		{`"inputs"`, `"later":1,"inputs"`, `description of the columns: json: unknown field "later"`},
		{`"scale"`, `"later":1,"scale"`, `unknown field "later"`},
		{`"divisor"`, `"later":{},"divisor"`, `unknown field "later"`},
		{`"targets":[{}]`, `"targets":[{"later":"."}]`, `unknown field "later"`},
		{`"number"`, `"number","missing":{"mean":0,"divisor":1,"later":1}`, `unknown field "later"`},
		{`"divisor":2`, `"divisor":0`, "column 1: mean 0, divisor 0"},
		{`"divisor":2`, `"divisor":1e999`, "description of the columns"},
		{`"number"`, `"what"`, `kind "what" is not known`},
		{`"number"`, `"levels","levels":["b","a"],"means":[0,0]`, `levels "b" and "a" are not in order`},
		{`"number"`, `"levels","levels":["a","a"],"means":[0,0]`, `levels "a" and "a" are not in order`},
		{`"number"`, `"levels","levels":["a"]`, "0 means of 1 levels"},
		{`"number"`, `"number","levels":["a"]`, "kind number"},
		{`"number"`, `"number","thousands":"'"`, `"'" between thousands`},
		{`"number"`, `"levels","thousands":"."`, "a mark for thousands"},
		{`"targets":[{}]`, `"targets":[{"thousands":"x"}]`, `target 1: "x" between thousands`},
		{`"number"`, `"dropped","missing":{"mean":0,"divisor":1}`, "a dropped column has inputs"},
		{`"number"`, `"number","missing":{"mean":0,"divisor":0}`, "divisor 0"},
		{`"scale":"none"`, `"shape":[2,1]`, "shape [2 1] of 1 columns"},
		{`"scale":"none"`, `"shape":[0]`, "shape [0] of 1 columns"},
		{`["a","b"]`, `["a","a"]`, "a class occurs twice"},
		{`"task":"classes"`, `"task":"regression"`, "target 1: mean 0, divisor 0"},
		{`"targets":[{}]`, `"targets":[{},{}]`, "with 2 targets"},
		{`"targets":[{}]`, `"targets":[{}],"at":[1,2]`, "2 positions of 1 targets"},
		{`"targets":[{}]`, `"targets":[{}],"arrays":{"samples":"X","labels":"../y"}`, `"X" and "../y" are no names`},
		{`"targets":[{}]`, `"targets":[{}],"at":[-1]`, "targets at [-1]"},
		{`"targets":[{}]`, `"targets":[{}],"at":[2]`, "targets at [2] among 2 columns"},
		{outputs[1:], `"outputs":{"task":"regression","targets":[{"divisor":1},{"divisor":1},{"divisor":1}],` +
			`"at":[2,0,2]}}`, "targets at [2 0 2]"},
	} {
		require.Contains(t, good, c.old)
		text := strings.Replace(good, c.old, c.new, 1)
		_, err := Decode([]byte(text))
		assert.ErrorContains(t, err, c.want, text)
	}
}

// Errors show the beginning of what a file has.
func TestErrorsAreShortWhateverADescriptionHas(t *testing.T) {
	const good = `{"inputs":{"columns":[{"kind":"number","divisor":1}]},"outputs":{"task":"classes",` +
		`"targets":[{}],"classes":["a","b"]}}`
	zeros, digits := strings.Repeat("0,", 10_000)+"0", strings.Repeat("1", 10_000)
	for _, c := range []struct{ old, new, want string }{
		{`"columns"`, `"shape":[` + zeros + `],"columns"`, "shape [0 0 "},
		{`"columns"`, `"shape":[` + strings.ReplaceAll(zeros, "0", "1") + `,2],"columns"`, "shape [1 1 "},
		{`"targets"`, `"at":[` + zeros + `,10003],"targets"`, "targets at [0 0 "},
		{`"targets":[{}]`, `"targets":[{}` + strings.Repeat(",{}", 10_000) + `],"at":[` + zeros + `]`, "task"},
		{`"task":"classes","targets":[{}],"classes":["a","b"]`, `"task":"regression","targets":[{"divisor":1}` +
			strings.Repeat(`,{"divisor":1}`, 10_000) + `],"at":[` + zeros + `]`, "targets at [0 0 "},
		{`"number"`, `"number","curve":{"divisor":1,"at":[` + zeros + `],"to":[` + zeros + `]}`,
			"a curve: number 2 is 0"},
		{`"number"`, `"number","pieces":{"divisor":1,"at":[0,` + zeros + `],"means":[` + zeros + `]}`,
			"pieces: number 2"},
		{`"number"`, `"` + digits + `"`, "is not known"},
		{`"number"`, `"` + digits + `","thousands":"."`, "a mark for thousands"},
		{`"number"`, `"number","thousands":"` + digits + `"`, "between thousands"},
		{`"number"`, `"levels","levels":["` + digits + `","0` + digits + `"],"means":[0,0]`, "not in order"},
		{`"task":"classes"`, `"task":"` + digits + `"`, "task"},
		{`"divisor":1`, `"divisor":` + digits, "description of the columns: json"},
		{`"divisor":1`, `"divisor":1,"` + digits + `":1`, "description of the columns: json: unknown field"},
	} {
		require.Contains(t, good, c.old)
		_, err := Decode([]byte(strings.Replace(good, c.old, c.new, 1)))
		require.ErrorContains(t, err, c.want)
		assert.Less(t, len(err.Error()), 400, c.want)
	}
}

// A model file may have millions of positions. To compare each with each would take minutes or hours.
func TestAMillionPositionsAreValidated(t *testing.T) {
	o := Outputs{At: make([]int, 1<<20)}
	for i := range o.At {
		o.At[i] = len(o.At) - i
	}
	assert.NoError(t, o.validatePositions())
}

func TestParseScale(t *testing.T) {
	for _, name := range []string{"auto", "standard", "center", "none"} {
		s, err := ParseScale(name)
		require.NoError(t, err)
		assert.EqualValues(t, name, s)
	}
	_, err := ParseScale("common")
	assert.ErrorContains(t, err, "want auto, standard, center or none")
}

// JSON can't hold other texts: two of them might come back as the same.
func TestTextsThatAreNotUTF8AreRefused(t *testing.T) {
	good := func() *Description {
		return &Description{
			Inputs: Inputs{Columns: []Column{{Name: "m\u00e4n", Kind: Levels, Divisor: 1,
				Levels: []string{"\u00e4", "\u00f6"}, Means: []float64{0, 0}}}},
			Outputs: Outputs{Task: Classes, Targets: []Target{{Name: "\u00fc"}}, Classes: []string{"\u00e4", "\u00f6"}},
		}
	}
	require.NoError(t, good().Validate())
	for want, change := range map[string]func(*Description){
		`column 1: level "\xe4" is not UTF-8`:  func(d *Description) { d.Inputs.Columns[0].Levels[0] = "\xe4" },
		`column 1: name "m\xe4n" is not UTF-8`: func(d *Description) { d.Inputs.Columns[0].Name = "m\xe4n" },
		`target 1: name "\xfc" is not UTF-8`:   func(d *Description) { d.Outputs.Targets[0].Name = "\xfc" },
		`class "\xf6" is not UTF-8`:            func(d *Description) { d.Outputs.Classes[1] = "\xf6" },
	} {
		d := good()
		change(d)
		assert.ErrorContains(t, d.Validate(), want)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{
		"inputs": {"scale": "none", "columns": [
			{"kind": "number", "divisor": 2},
			{"kind": "levels", "levels": ["a"], "means": [0], "divisor": 1}]},
		"outputs": {"task": "classes", "targets": [{}], "classes": ["a", "b"]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Decode(text)
		if err != nil {
			return
		}
		row := make([]float32, len(d.Inputs.Columns))
		d.Inputs.Apply(make([]float32, d.Inputs.Width()), row)
		require.Len(t, d.Names(), d.Inputs.Width())
		_ = d.Inputs.ParseRow(row, make([]string, len(row)))
	})
}

func TestParseTask(t *testing.T) {
	task, err := ParseTask("regression")
	require.NoError(t, err)
	assert.Equal(t, Regression, task)
	_, err = ParseTask("guess")
	assert.ErrorContains(t, err, `no task "guess": want auto, classes or regression`)
}
