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

// Columns that are the same have a Gram matrix that can't be inverted, with next to nothing added to it. That setting
// is the worst one, and not the end of the choice.
func TestATrainingWhoseRidgeFailsHasInfiniteLosses(t *testing.T) {
	learn := train.Data[float32]{X: mat.NewDense[float32](30, 3)}
	for i := range learn.X.Rows {
		for j := range learn.X.Cols {
			learn.X.Set(i, j, float32(i%7))
		}
		learn.Labels = append(learn.Labels, i%2)
	}
	net := hingeNetwork(t, 3, 4)
	task := Task[float32]{
		Candidates: []Candidate[float32]{{Net: net, Longer: 1}}, Learn: learn, Seed: 1, Workers: 1,
		Recipe: func(p train.Problem) (train.Recipe, error) {
			o := bcd.DefaultBatchOptions(p)
			o.Damping, o.Lambda = 1e-30, 1e-30
			return bcd.MiniBatches.With(o), nil
		},
	}
	on, rows := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []int{10, 11}
	_, err := train.Run(t.Context(), net.Clone(), train.Samples[float32]{Train: pickRows(learn, on)},
		recipeOf(t, task, net), train.Control{Workers: 1})
	var block *bcd.BlockError
	require.ErrorAs(t, err, &block, "the training by itself")
	got, err := task.heldOut(t.Context(), setting{0, 1, false, 1}, on, rows, 1)
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

// With copies, a fold is trained on as if each copy stood there, and losses and errors count by copies. That none of a
// sample is trained with while another is held out is because the folds are of different samples.
func TestCopiesAreTrainedWithAndHeldOutTogether(t *testing.T) {
	copies := []int{1, 3, 1, 2, 1, 4, 1, 1, 2, 1, 1, 3}
	once := train.Data[float32]{X: mat.NewDense[float32](len(copies), 2)}
	var each []int // of the sample that each copy is of
	for i, n := range copies {
		once.X.Set(i, 0, float32(i%5))
		once.X.Set(i, 1, float32(i%3))
		once.Labels = append(once.Labels, i%2)
		each = append(each, slices.Repeat([]int{i}, n)...)
	}
	net := hingeNetwork(t, 2, 4)
	var problems []train.Problem
	with := Task[float32]{
		Candidates: []Candidate[float32]{{Net: net, Longer: 1}}, Learn: once, Copies: copies,
		Recipe: func(p train.Problem) (train.Recipe, error) {
			problems = append(problems, p)
			o := bcd.DefaultBatchOptions(p)
			o.Epochs = 3
			return bcd.MiniBatches.With(o), nil
		},
	}
	without := with
	without.Learn, without.Copies = pickRows(once, each), nil
	assert.Equal(t, len(each), with.Whole())
	assert.Equal(t, len(each), with.SamplesUsed())

	held := []int{1, 4, 5}
	var on, copied, one []int
	for i, of := range each {
		if !slices.Contains(held, of) {
			copied = append(copied, i)
		}
	}
	for i := range copies {
		if slices.Contains(held, i) {
			one = append(one, slices.Index(each, i))
		} else {
			on = append(on, i)
		}
	}
	got, err := with.heldOut(t.Context(), setting{0, 1, false, 1}, on, held, 1)
	require.NoError(t, err)
	want, err := without.heldOut(t.Context(), setting{0, 1, false, 1}, copied, one, 1)
	require.NoError(t, err)
	share := float64(len(copies)) / float64(len(each))
	for k, i := range held {
		assert.InDelta(t, share*float64(copies[i])*want.losses[k], got.losses[k], 1e-12)
		assert.InDelta(t, share*float64(copies[i])*want.errors[k], got.errors[k], 1e-12)
	}
	assert.Equal(t, problems[0], problems[1])
	told, err := with.describe(setting{0, 1, false, 1})
	require.NoError(t, err)
	same, err := without.describe(setting{0, 1, false, 1})
	require.NoError(t, err)
	assert.Equal(t, same, told, "penalties are those of a training with copies")
}

// Of many classes λ is chosen by more samples, so that a fold has some of each.
func TestManyClassesHaveMoreSamplesForLambda(t *testing.T) {
	for classes, want := range map[int]int{0: 2000, 2: 2000, 200: 2000, 300: 3000, 5000: mostAfterLambda} {
		assert.Equal(t, want, MaxSamples(classes), classes)
	}
	for _, c := range []struct {
		samples, classes int
		shows            bool
	}{{100, 0, true}, {100, 50, true}, {99, 50, false}, {1e6, 4000, true}, {1e6, 4001, false}} {
		assert.Equal(t, c.shows, CanJudge(c.samples, c.classes), "%+v", c)
	}
	const classes, samples = 300, 3100
	learn := train.Data[float32]{X: mat.NewDense[float32](samples, 1)}
	for i := range samples {
		learn.X.Set(i, 0, float32(i%classes))
		learn.Labels = append(learn.Labels, i%classes)
	}
	var nets []Candidate[float32]
	for range 2 {
		net, err := nn.New(nn.Spec{Inputs: 1, Hidden: []int{2}, Outputs: classes},
			nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
		require.NoError(t, err)
		nets = append(nets, Candidate[float32]{Net: net, Longer: 1})
	}
	task := Task[float32]{Candidates: nets, Learn: learn, Recipe: defaultsFor(1), Workers: 1}
	choice, err := Choose(t.Context(), task)
	require.NoError(t, err)
	for i, want := range []int{3000, 3000, 3000, 3000, samples, samples} {
		assert.Equal(t, want, choice.Tried[i].Samples)
	}
	assert.Equal(t, len(choice.Tried)*folds, task.Trainings())
}

// Where so many classes have all samples of the later choices for λ, too, there is nothing to measure again.
func TestTheUsualNetworkIsMeasuredAgainByMoreSamplesOnly(t *testing.T) {
	for classes, again := range map[int]bool{2: true, 300: true, 799: true, 800: false, 5000: false} {
		task := Task[float32]{Candidates: make([]Candidate[float32], 2),
			Learn: train.Data[float32]{X: mat.NewDense[float32](9000, 1), Labels: []int{classes - 1}}}
		assert.Equal(t, again, task.measuresUsualAgain(), "%d classes", classes)
	}
}
