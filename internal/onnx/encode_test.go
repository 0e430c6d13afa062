package onnx

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/mat"
)

func network[T mat.Float](t *testing.T, spec nn.Spec) *nn.Network[T] {
	t.Helper()
	net, err := nn.New(spec, nn.Hinge[T]{}, nn.Init{}, 3)
	require.NoError(t, err)
	for n := 1; n <= len(net.Layers)+1; n++ { // biases that are not 0
		w := net.Weights(n)
		for i := range w.Rows {
			w.Set(i, w.Cols-1, T(i)/8-0.25)
		}
	}
	return net
}

func encoded[T mat.Float](t *testing.T, net *nn.Network[T]) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := Encode(&b, net)
	require.NoError(t, err)
	return b.Bytes()
}

func TestScoresAreThoseOfTheNetwork(t *testing.T) {
	t.Run("float32", func(t *testing.T) { scores[float32](t, 1e-5) })
	t.Run("float64", func(t *testing.T) { scores[float64](t, 1e-12) })
}

// scores tries networks without a description, with skips, a mean, zeros, classes and a temperature.
func scores[T mat.Float](t *testing.T, tolerance float64) {
	rng := rand.New(rand.NewPCG(1, 1))
	x := mat.NewDense[T](9, 5)
	for i := range x.Data {
		x.Data[i] = T(float32(rng.NormFloat64()))
	}
	for name, change := range map[string]func(*nn.Network[T]){
		"plain": func(*nn.Network[T]) {},
		"mean":  func(n *nn.Network[T]) { n.Mean = []T{1, -2, 0.5, 0, 3} },
		"zeros": func(n *nn.Network[T]) { n.Layers[1].W.Fill(0) },
		"named": func(n *nn.Network[T]) { n.Classes, n.Temperature = []string{"a", "b", "ü"}, 0.5 },
	} {
		for _, skips := range [][]nn.Skip{nil, {{From: 0, To: 2}, {From: 1, To: 3}, {From: 0, To: 3}}} {
			t.Run(name, func(t *testing.T) {
				net := network[T](t, nn.Spec{Inputs: 5, Hidden: []int{6, 4, 7}, Outputs: 3, Skips: skips})
				change(net)
				want, err := net.Scores(x, 1)
				require.NoError(t, err)
				out := run(t, encoded(t, net),
					map[string]table{"x": fill(1, 9, 5, func(i, j int) float64 { return float64(x.At(i, j)) })})
				assert.InDeltaSlice(t, numbersOf(want).v, out["scores"].v, tolerance)
				for i := range want.Rows {
					class := nn.Argmax(want.Row(i))
					assert.EqualValues(t, class, out["index"].v[i])
					if net.Classes == nil {
						continue
					}
					assert.Equal(t, net.Classes[class], out["class"].s[i])
					p := out["probabilities"]
					assert.InDelta(t, 1, p.at(i, 0)+p.at(i, 1)+p.at(i, 2), 1e-6)
					assert.InDelta(t, 2*float64(want.At(i, 0)-want.At(i, 1)), math.Log(p.at(i, 0)/p.at(i, 1)), 1e-4)
				}
			})
		}
	}
}

// describe describes two columns of numbers, one that is dropped and, with texts, one of those.
func describe(texts bool) *columns.Description {
	d := &columns.Description{
		Inputs: columns.Inputs{Scale: columns.Standard, Columns: []columns.Column{
			{Name: "age", Kind: columns.Number, Fill: 41.5, Mean: 40, Divisor: 7,
				Missing: &columns.Affine{Mean: 0.1, Divisor: 0.3}},
			{Name: "id", Kind: columns.Dropped, Why: "an identifier"},
			{Name: "scores", Kind: columns.Number, Fill: -1, Mean: 0.1, Divisor: 3},
		}},
		Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{Name: "buys"}}, At: []int{1},
			Classes: []string{"no", "yes"}},
	}
	if texts {
		town := columns.Column{
			Kind: columns.Levels, Divisor: 0.7, Levels: []string{"Aachen", "Köln"}, Means: []float64{0.25, 0.5},
			Missing: &columns.Affine{Mean: 0.2, Divisor: 1},
		}
		d.Inputs.Columns = append([]columns.Column{town}, d.Inputs.Columns...)
	}
	return d
}

// TestRawCellsAreTaken: what is done to columns is in the graph, missing cells and unknown texts
// included, to the same numbers.
func TestRawCellsAreTaken(t *testing.T) {
	nan := math.NaN()
	ages, others := []float64{54, nan, 33.3, 40}, []float64{0.1, 7, nan, -2}
	towns := []string{"Köln", "Aachen", "", "Bonn"}
	for _, texts := range []bool{false, true} {
		d := describe(texts)
		net := network[float32](t, nn.Spec{Inputs: d.Inputs.Width(), Hidden: []int{5}, Outputs: 2})
		net.Columns, net.Classes = d, d.Outputs.Classes
		inputs := map[string]table{"x": fill(1, 4, 2, func(i, j int) float64 {
			return [][]float64{ages, others}[j][i]
		})}
		want := `["age","scores"]` // columns of x may be called as outputs are
		if texts {
			want = `["1","age","_scores"]`
			inputs = map[string]table{
				"1":       {kind: 8, rows: 4, cols: 1, s: towns},
				"age":     fill(1, 4, 1, func(i, _ int) float64 { return ages[i] }),
				"_scores": fill(1, 4, 1, func(i, _ int) float64 { return others[i] }),
			}
		}
		model := encoded(t, net)
		out := run(t, model, inputs)
		p, err := nn.NewRowPredictor(net)
		require.NoError(t, err)
		for i := range 4 {
			cells := []float32{float32(ages[i]), 9, float32(others[i])}
			if texts {
				level := float32(d.Inputs.Columns[0].Level(towns[i]))
				if towns[i] == "" {
					level = float32(nan)
				}
				cells = append([]float32{level}, cells...)
			}
			scores, err := p.ScoresOfCells(cells)
			require.NoError(t, err)
			assert.InDeltaSlice(t, scores, out["scores"].v[2*i:2*i+2], 1e-5)
		}
		metadata := decode(t, model).all(t, 14)
		assert.Equal(t, want, metadata[1].text(2))
		opset := decode(t, model).all(t, 8)[0].number(2)
		assert.Equal(t, map[bool]int64{false: 17, true: 19}[texts], opset)
	}
}

// TestCurvesAreInTheGraph: of several columns, with and without a gap, with different numbers of knots, and beside
// pieces.
func TestCurvesAreInTheGraph(t *testing.T) {
	d := describe(false)
	d.Inputs.Columns[0].Curve = &columns.Curve{At: []float64{0, 35, 60}, To: []float64{0.1, 0.7, 1}, Mean: 0.5,
		Divisor: 0.3}
	d.Inputs.Columns[2].Curve = &columns.Curve{At: []float64{-1e3, -1, 0.125, 1, 50}, To: []float64{0, 0, 0.5, 1, 1},
		Mean: 0.4, Divisor: 0.2}
	d.Inputs.Columns[2].Pieces = &columns.Pieces{At: []float64{-3, 0, 0.125, 40}, Means: []float64{0.9, 0.5, 0.25},
		Divisor: 0.5}
	d.Inputs.Columns = append(d.Inputs.Columns,
		columns.Column{Kind: columns.Number, Divisor: 2,
			Pieces: &columns.Pieces{At: []float64{0, 1, 5}, Means: []float64{0.75, 0.25}, Divisor: 0.5}})
	net := network[float64](t, nn.Spec{Inputs: d.Inputs.Width(), Hidden: []int{5}, Outputs: 2})
	net.Columns, net.Classes = d, d.Outputs.Classes
	nan := float32(math.NaN())
	rows := [][]float32{{54, 0.1, 0}, {nan, nan, 1}, {-5, -2e6, 2}, {99, 3e9, 3}, {35, 0.125, 4}, {60, 50, 5}}
	out := run(t, encoded(t, net),
		map[string]table{"x": fill(1, len(rows), 3, func(i, j int) float64 { return float64(rows[i][j]) })})
	p, err := nn.NewRowPredictor(net)
	require.NoError(t, err)
	for i, row := range rows {
		scores, err := p.ScoresOfCells([]float32{row[0], 7, row[1], row[2]})
		require.NoError(t, err)
		assert.InDeltaSlice(t, scores, out["scores"].v[2*i:2*i+2], 1e-6)
	}
}

// TestRegressionsAnswerInTheirUnits.
func TestRegressionsAnswerInTheirUnits(t *testing.T) {
	net := network[float64](t, nn.Spec{Inputs: 3, Hidden: []int{5}, Outputs: 2})
	net.Loss = nn.Squared[float64]{}
	net.Columns = describe(false)
	net.Columns.Outputs = columns.Outputs{Task: columns.Regression,
		Targets: []columns.Target{{Mean: 10, Divisor: 3}, {Mean: -1, Divisor: 0.5}}}
	out := run(t, encoded(t, net),
		map[string]table{"x": fill(1, 1, 2, func(_, j int) float64 { return float64(40 + j) })})
	p, err := nn.NewRowPredictor(net)
	require.NoError(t, err)
	scores, err := p.ScoresOfCells([]float32{40, 0, 41})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{10 + 3*scores[0], -1 + scores[1]/2}, out["values"].v, 1e-12)
	assert.NotContains(t, out, "class")
}

func TestModelsThatCannotBeWritten(t *testing.T) {
	net := network[float32](t, nn.Spec{Inputs: 3, Hidden: []int{5}, Outputs: 2})
	full := errors.New("no space left")
	_, err := Encode(failing{full}, net)
	require.ErrorIs(t, err, full)
	net.V.Set(0, 0, float32(math.Inf(1)))
	var spec *nn.SpecError
	_, err = Encode(&bytes.Buffer{}, net)
	require.ErrorAs(t, err, &spec)
}

// What does not fit is refused with its size, which is above the limit; what fits is not refused.
func TestModelsOfUpTo2GigabytesFit(t *testing.T) {
	for bytes, fits := range map[int64]bool{0: true, 2.1e9: true, math.MaxInt32: true, math.MaxInt32 + 1: false} {
		if bytes > math.MaxInt {
			continue // on machines of 32 bits
		}
		err := checkSize(int(bytes))
		if fits {
			assert.NoError(t, err, bytes)
			continue
		}
		assert.EqualError(t, err, "the model has 2147483648 bytes: ONNX files have 2147483647 at most")
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
