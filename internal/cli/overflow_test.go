package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/report"
	"ridge/mat"
)

// TestASampleWhoseOutputsOverflowIsNamed, as it has no answer.
func TestASampleWhoseOutputsOverflowIsNamed(t *testing.T) {
	dir := t.TempDir()
	model, data := filepath.Join(dir, "m"), filepath.Join(dir, "t.csv")
	net := &nn.Network[float32]{
		Inputs: 1, Loss: nn.Hinge[float32]{},
		Layers:  []nn.Layer[float32]{{From: []int{0}, W: mat.DenseOf(2, 2, []float32{2, 0, 2, 0})}},
		V:       mat.DenseOf(2, 3, []float32{1, -1, 0, 1, 1, 0}),
		Classes: []string{"no", "yes"},
		Columns: &columns.Description{
			Inputs: columns.Inputs{Columns: []columns.Column{{Name: "x", Kind: columns.Number, Divisor: 1}}},
			Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{Name: "y"}}, At: []int{1},
				Classes: []string{"no", "yes"}},
		},
	}
	require.NoError(t, net.Save(model))
	const before = 5000 // more than go through the network at once
	text := "x,y\n" + strings.Repeat("1,no\n2,yes\n", before/2) + "3e38,no\n1,yes\n"
	require.NoError(t, os.WriteFile(data, []byte(text), 0o666))
	for _, command := range []string{"predict", "eval"} {
		o := execute(t.Context(), command, "--model", model, "--data", data)
		assert.Equal(t, exitFailed, o.code, command)
		assert.Contains(t, o.stderr, "output 0 of sample 5000 is NaN", command)
	}
}

// TestOverflowsOfATrainingNameTheirPart, and no accuracy is given of some of its samples.
func TestOverflowsOfATrainingNameTheirPart(t *testing.T) {
	net := &nn.Network[float32]{
		Inputs: 1, Loss: nn.Squared[float32]{},
		Layers: []nn.Layer[float32]{{From: []int{0}, W: mat.DenseOf(1, 2, []float32{2, 0})}},
		V:      mat.DenseOf(1, 2, []float32{2, 0}),
		Columns: &columns.Description{Outputs: columns.Outputs{Task: columns.Regression,
			Targets: []columns.Target{{Name: "y", Divisor: 1}}}},
	}
	const many = 10_000 // more than go through the network at once
	samples := func(last float32) dataset.Samples {
		x := make([]float32, many)
		x[many-1] = last
		return dataset.Samples{X: x, Dim: 1, Targets: make([]float64, many), Outputs: 1}
	}
	r := trainRun[float32]{training: trainingOf(t), net: net, report: new(report.Run)}
	r.samples = parts{validation: samples(1), test: samples(3e38)}
	assert.ErrorContains(t, r.measure(), "test samples: output 0 of sample 9999 is +Inf")
	assert.Len(t, r.report.ValidationFit, 1)
	assert.Nil(t, r.report.TestFit)
}
