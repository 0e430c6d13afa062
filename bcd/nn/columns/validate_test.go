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
	for text, want := range map[string]string{
		`{`: "description of the columns: unexpected end",
		strings.Replace(good, `"divisor":2`, `"divisor":0`,
			1): "column 1: mean 0, divisor 0",
		strings.Replace(good, `"divisor":2`, `"divisor":1e999`,
			1): "description of the columns",
		strings.Replace(good, `"number"`, `"what"`, 1): `kind "what" is not known`,
		strings.Replace(good, `"number"`, `"levels","levels":["b","a"],"means":[0,0]`,
			1): `levels "b" and "a" are not in order`,
		strings.Replace(good, `"number"`, `"levels","levels":["a","a"],"means":[0,0]`,
			1): `levels "a" and "a" are not in order`,
		strings.Replace(good, `"number"`, `"levels","levels":["a"]`, 1): "0 means of 1 levels",
		strings.Replace(good, `"number"`, `"number","levels":["a"]`, 1): "kind number",
		strings.Replace(good, `"number"`, `"dropped","missing":{"mean":0,"divisor":1}`,
			1): "a dropped column has inputs",
		strings.Replace(good, `"number"`, `"number","missing":{"mean":0,"divisor":0}`, 1): "divisor 0",
		strings.Replace(good, `"scale":"none"`, `"shape":[2,1]`, 1):                       "shape [2 1] of 1 columns",
		strings.Replace(good, `"scale":"none"`, `"shape":[0]`, 1):                         "shape [0] of 1 columns",
		strings.Replace(good, `["a","b"]`, `["a","a"]`, 1):                                "a class occurs twice",
		strings.Replace(good, `"task":"classes"`, `"task":"regression"`,
			1): "target 1: mean 0, divisor 0",
		strings.Replace(good, `"targets":[{}]`, `"targets":[{},{}]`, 1):         "with 2 targets",
		strings.Replace(good, `"targets":[{}]`, `"targets":[{}],"at":[1,2]`, 1): "2 positions of 1 targets",
		strings.Replace(good, `"targets":[{}]`, `"targets":[{}],"at":[-1]`, 1):  "targets at [-1]",
		strings.Replace(good, `"targets":[{}]`, `"targets":[{}],"at":[2]`,
			1): "targets at [2] among 2 columns",
	} {
		_, err := Decode([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
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

func FuzzDecode(f *testing.F) {
	f.Add([]byte(
		`{"inputs":{"scale":"none","columns":[{"kind":"number","divisor":2},{"kind":"levels","levels":["a"],"means":[0],"divisor":1}]},"outputs":{"task":"classes","targets":[{}],"classes":["a","b"]}}`))
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
