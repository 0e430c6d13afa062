package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/mat"
)

// overflowing is a network of one input. From 2e38 on its outputs are Inf − Inf and Inf, below 0 they are 0 and 0.
func overflowing() *Network[float32] {
	return &Network[float32]{
		Inputs: 1, Loss: Hinge[float32]{},
		Layers:  []Layer[float32]{{From: []int{0}, W: mat.DenseOf(2, 2, []float32{2, 0, 2, 0})}},
		V:       mat.DenseOf(2, 3, []float32{1, -1, 0, 1, 1, 0}),
		Classes: []string{"no", "yes"},
		Columns: &columns.Description{
			Inputs: columns.Inputs{Columns: []columns.Column{{Kind: columns.Number, Divisor: 1}}},
			Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{}},
				Classes: []string{"no", "yes"}},
		},
	}
}

func TestOutputsThatOverflowAreNoPrediction(t *testing.T) {
	net := overflowing()
	x := mat.DenseOf(3, 1, []float32{-1, -2, 3e38})
	says := func(err error, sample int) {
		t.Helper()
		var overflow *OverflowError
		require.ErrorAs(t, err, &overflow)
		assert.Equal(t, sample, overflow.Sample)
		assert.Equal(t, 0, overflow.Output)
		assert.ErrorContains(t, err, "is NaN")
	}
	scores, err := net.Scores(x, 1)
	says(err, 2)
	require.Equal(t, 3, scores.Rows, "the outputs are returned all the same")
	assert.True(t, math.IsInf(float64(scores.At(2, 1)), 1))

	p, err := NewPredictor(net, 3)
	require.NoError(t, err)
	says(p.Scores(mat.NewDense[float32](3, 2), x), 2)
	classes := []int{7, 7, 7}
	says(p.Predict(classes, x), 2)
	assert.Equal(t, []int{7, 7, 7}, classes, "nothing is predicted")
	require.NoError(t, p.Predict(classes[:2], x.RowView(0, 2)))

	r, err := NewRowPredictor(net)
	require.NoError(t, err)
	_, err = r.Predict([]string{"3e38"})
	says(err, 0)
	_, err = r.Scores([]string{"3e38"})
	says(err, 0)
	class, err := r.Predict([]string{"-1"})
	require.NoError(t, err)
	assert.Zero(t, class)
}

func TestASampleWhoseOutputsOverflowIsNeverRight(t *testing.T) {
	net := overflowing()
	x := mat.DenseOf(4, 1, []float32{-1, 3e38, 3e38, -1})
	e, err := net.Evaluate(x, []int{0, 0, 1, 1}, 1)
	require.NoError(t, err)
	assert.Equal(t, 0.75, e.ErrorRate)
	e, err = net.EvaluateWeighted(x, []int{0, 0, 1, 1}, []float64{1, 1, 0, 0}, 1)
	require.NoError(t, err)
	assert.Equal(t, 0.5, e.ErrorRate)
}
