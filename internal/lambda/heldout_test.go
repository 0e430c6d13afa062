package lambda

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// Columns that are the same have a Gram matrix that can't be inverted, with next to nothing added to it. That setting is
// the worst one, and not the end of the choice.
func TestATrainingWhoseRidgeFailsHasInfiniteLosses(t *testing.T) {
	learn := train.Data[float32]{X: mat.NewDense[float32](30, 3)}
	for i := range learn.X.Rows {
		for j := range learn.X.Cols {
			learn.X.Set(i, j, float32(i%7))
		}
		learn.Labels = append(learn.Labels, i%2)
	}
	net, err := nn.New(nn.Spec{Inputs: 3, Hidden: []int{4}, Outputs: 2}, nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
	require.NoError(t, err)
	task := Task[float32]{
		Candidates: []Candidate[float32]{{Net: net, Longer: 1}}, Learn: learn, Seed: 1, Workers: 1,
		Recipe: func(p train.Problem) (train.Recipe, error) {
			o := bcd.DefaultBatchOptions(p)
			o.Damping, o.Lambda = 1e-30, 1e-30
			return bcd.MiniBatches.With(o), nil
		},
	}
	on, rows := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []int{10, 11}
	_, err = train.Run(t.Context(), net.Clone(), train.Samples[float32]{Train: pickRows(learn, on)}, recipeOf(t, task, net), train.Control{Workers: 1})
	var block *bcd.BlockError
	require.ErrorAs(t, err, &block, "the training by itself")
	got, err := task.heldOut(t.Context(), setting{0, 1, false}, on, rows)
	require.NoError(t, err)
	infinite := slices.Repeat([]float64{math.Inf(1)}, len(rows))
	assert.Equal(t, outcome{infinite, infinite}, got)
}

// recipeOf is the recipe of a task for all its samples.
func recipeOf(t *testing.T, task Task[float32], net *nn.Network[float32]) train.Recipe {
	t.Helper()
	r, err := task.Recipe(train.ProblemOf(net, task.Learn))
	require.NoError(t, err)
	return r
}
