package nn

import (
	"bytes"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/mat"
)

// oneColumn describes a column of numbers.
func oneColumn(classes ...string) *columns.Description {
	return &columns.Description{
		Inputs:  columns.Inputs{Scale: columns.None, Columns: []columns.Column{{Kind: columns.Number, Divisor: 2}}},
		Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{}}, Classes: classes},
	}
}

// tableNetwork takes a number, a text and an identifier, and knows two classes.
func tableNetwork[T mat.Float](t testing.TB) *Network[T] {
	net, err := New(Spec{Inputs: 4, Hidden: []int{5}, Outputs: 2}, Hinge[T]{}, Init{}, 3)
	require.NoError(t, err)
	net.Classes = []string{"no", "yes"}
	net.Temperature = 0.75
	net.Columns = &columns.Description{
		Inputs: columns.Inputs{Scale: columns.Standard, Columns: []columns.Column{
			{Name: "age", Kind: columns.Number, Fill: 41.5, Mean: 40, Divisor: 7,
				Missing: &columns.Affine{Mean: 0.1, Divisor: 1}},
			{Name: "id", Kind: columns.Dropped, Why: "an identifier"},
			{Name: "town", Kind: columns.Levels, Divisor: 1, Levels: []string{"Aachen", "Köln"},
				Means: []float64{0.25, 0.5}},
		}},
		Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{Name: "buys"}}, At: []int{1},
			Classes: net.Classes},
	}
	return net
}

func testRawRows[T mat.Float](t *testing.T) {
	file := encode(t, tableNetwork[T](t))
	net, err := Decode[T](bytes.NewReader(file), "x")
	require.NoError(t, err)
	require.Equal(t, tableNetwork[T](t), net)
	p, err := NewRowPredictor(net)
	require.NoError(t, err)
	for _, c := range []struct {
		row    []string
		inputs []T
	}{
		{[]string{"54", "x7", "Köln"}, []T{2, T(float32(-0.1)), -0.25, 0.5}},
		{[]string{" 33.0", "", "'Aachen' "}, []T{-1, T(float32(-0.1)), 0.75, -0.5}},
		{[]string{"?", "", "Bonn"}, []T{T(float32(1.5 / 7)), T(float32(0.9)), -0.25, -0.5}},
	} {
		want, err := net.Scores(mat.DenseOf(1, 4, c.inputs), 1)
		require.NoError(t, err)
		have, err := p.Scores(c.row)
		require.NoError(t, err)
		assert.InDeltaSlice(t, want.Data, have, 1e-6)
		class, err := p.Predict(c.row)
		require.NoError(t, err)
		assert.Equal(t, Argmax(want.Data), class)
	}
}

func TestRawRowsGoThroughALoadedNetwork(t *testing.T) {
	t.Run("float32", testRawRows[float32])
	t.Run("float64", testRawRows[float64])
}

func TestARegressionAnswersInTheUnitsOfItsTargets(t *testing.T) {
	net := tableNetwork[float64](t)
	net.Classes = nil
	net.Columns.Outputs = columns.Outputs{Task: columns.Regression,
		Targets: []columns.Target{{Mean: 100, Divisor: 10}, {Mean: -1, Divisor: 0.5}}}
	p, err := NewRowPredictor(net)
	require.NoError(t, err)
	scores, err := p.Scores([]string{"54", "", "Köln"})
	require.NoError(t, err)
	want := []float64{100 + 10*scores[0], -1 + 0.5*scores[1]}
	have, err := p.Numbers([]string{"54", "", "Köln"})
	require.NoError(t, err)
	assert.Equal(t, want, have)
	_, err = p.Predict([]string{"54", "", "Köln"})
	assert.EqualError(t, err, "network: it is a regression, which has no classes: call Numbers")
}

func TestClassesAreNoNumbers(t *testing.T) {
	p, err := NewRowPredictor(tableNetwork[float32](t))
	require.NoError(t, err)
	_, err = p.Numbers([]string{"54", "", "Köln"})
	var spec *SpecError
	require.ErrorAs(t, err, &spec)
}

func TestRawRowsThatAreNone(t *testing.T) {
	p, err := NewRowPredictor(tableNetwork[float32](t))
	require.NoError(t, err)
	for want, row := range map[string][]string{
		"2 fields, want 3":                    {"1", "2"},
		`column 1 "age": "x" is not a number`: {"x", "", "Köln"},
	} {
		_, err := p.Predict(row)
		var e *columns.RowError
		require.ErrorAs(t, err, &e)
		assert.EqualError(t, err, want)
	}
	var spec *SpecError
	_, err = NewRowPredictor(modelNetwork[float32](t))
	require.ErrorAs(t, err, &spec)
}

// Other texts would come back from a file changed, and two of them as the same.
func TestNamesThatAreNotUTF8AreNotSaved(t *testing.T) {
	for want, change := range map[string]func(*Network[float32]){
		`class "m\xe4n" is not UTF-8`: func(n *Network[float32]) {
			n.Columns, n.Classes = nil, []string{"m\xe4n", "m\xf6n"}
		},
		`level "\xe4" is not UTF-8`: func(n *Network[float32]) {
			n.Columns.Inputs.Columns[2].Levels = []string{"\xe4", "\xf6"}
		},
	} {
		net := tableNetwork[float32](t)
		change(net)
		path := filepath.Join(t.TempDir(), "net")
		err := net.Save(path)
		require.ErrorAs(t, err, new(*SpecError), want)
		assert.ErrorContains(t, err, want)
		assert.NoFileExists(t, path)
	}
}

func TestColumnsMustFitTheNetwork(t *testing.T) {
	for want, change := range map[string]func(*Network[float32]){
		"columns that give 1 inputs, for 4": func(n *Network[float32]) { n.Columns = oneColumn("no", "yes") },
		"columns: other classes than those of the network": func(n *Network[float32]) {
			n.Classes = []string{"no", "maybe"}
		},
		"column 1: mean 40, divisor 0": func(n *Network[float32]) {
			n.Columns.Inputs.Columns[0].Divisor = 0
		},
		"temperature -1":  func(n *Network[float32]) { n.Temperature = -1 },
		"temperature NaN": func(n *Network[float32]) { n.Temperature = math.NaN() },
		"1 targets for 2 outputs": func(n *Network[float32]) {
			n.Classes, n.Columns.Outputs = nil, columns.Outputs{Task: columns.Regression,
				Targets: []columns.Target{{Divisor: 1}}}
		},
	} {
		net := tableNetwork[float32](t)
		change(net)
		var spec *SpecError
		err := net.Validate()
		require.ErrorAs(t, err, &spec, want)
		assert.ErrorContains(t, err, want)
	}
	good := encode(t, tableNetwork[float32](t))
	for want, change := range map[string]func(map[string]any){
		"metadata: description of the columns": setMetadata("columns", "{"),
		"inputs, for 4": setMetadata("columns",
			`{"inputs": {"scale": "none", "columns": [{"kind": "number", "divisor": 2}]},
			"outputs": {"task": "classes", "targets": [{}], "classes": ["no", "yes"]}}`),
		`temperature "0"`:  setMetadata("temperature", "0"),
		"temperature +Inf": setMetadata("temperature", "Inf"),
	} {
		_, err := Decode[float32](bytes.NewReader(rewrite(t, good, change)), "x")
		var format *FormatError
		require.ErrorAs(t, err, &format, want)
		assert.ErrorContains(t, err, want)
	}
}
