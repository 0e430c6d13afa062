package lambda

import (
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

// measured is what was tried, without what depends on what was chosen.
func measured(c *Choice) []Tried {
	list := slices.Clone(c.Tried)
	for i := range list {
		list[i].Difference, list[i].StandardError = 0, 0
	}
	return list
}

// trainedWith is what was trained, and how.
func trainedWith(tried Tried) []any {
	return []any{tried.Hidden, tried.Epochs, tried.Lambda, tried.LambdaOut}
}

// hingeNetwork tells two classes apart.
func hingeNetwork(t *testing.T, inputs int, hidden ...int) *nn.Network[float32] {
	t.Helper()
	spec := nn.Spec{Inputs: inputs, Hidden: hidden, Outputs: 2}
	net, err := nn.New(spec, nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
	require.NoError(t, err)
	return net
}

// defaultsFor is a recipe: the defaults, for some epochs.
func defaultsFor(epochs int) func(train.Problem) (train.Recipe, error) {
	return func(p train.Problem) (train.Recipe, error) {
		o := bcd.DefaultBatchOptions(p)
		o.Epochs = epochs
		return bcd.MiniBatches.With(o), nil
	}
}

// Few samples are divided three times, in different ways.
func TestFewSamplesAreDividedMoreOften(t *testing.T) {
	for samples, want := range map[int]int{
		MinSamples: 3, 300: 3, SmallTable - 1: 3, SmallTable: 1, MostUsed: 1, 2001: 1, 10000: 1,
	} {
		learn := train.Data[float32]{X: mat.NewDense[float32](samples, 1)}
		for i := range samples {
			learn.Labels = append(learn.Labels, i%2)
		}
		divisions, err := divide(learn, MostUsed, 7)
		require.NoError(t, err)
		require.Len(t, divisions, want, "%d", samples)
		for i, division := range divisions {
			require.Len(t, division, folds)
			all := slices.Concat(division...)
			slices.Sort(all)
			assert.Len(t, slices.Compact(all), min(samples, MostUsed), "each sample is held out once")
			assert.Less(t, all[len(all)-1], samples)
			for _, other := range divisions[:i] {
				assert.NotEqual(t, other, division, "%d", samples)
			}
		}
		assert.Equal(t, want*folds*len(factors), TrainingsForLambda(samples))
	}
}

// Two units cannot tell a checkerboard of four fields, and twenty can.
func TestTheCandidateOfTheSmallestLossIsChosen(t *testing.T) {
	learn := traintest.Checkerboard[float32]()
	var candidates []Candidate[float32]
	for _, hidden := range [][]int{{2}, {20, 20}} {
		net := hingeNetwork(t, 2, hidden...)
		candidates = append(candidates, Candidate[float32]{Net: net, Longer: len(hidden)})
	}
	recipe := func(p train.Problem) (train.Recipe, error) {
		return bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)), nil
	}
	done := 0
	task := Task[float32]{
		Candidates: candidates, Learn: learn, Recipe: recipe, Seed: 1, Workers: 1,
		Done: func() { done++ },
	}
	choice, err := Choose(t.Context(), task)
	require.NoError(t, err)
	assert.Equal(t, 1, choice.Candidate)
	assert.Equal(t, task.Trainings(), done)
	assert.Equal(t, 3, choice.Divisions)
	require.Len(t, choice.Tried, len(factors)+1)
	for _, tried := range choice.Tried[:len(factors)] {
		assert.Equal(t, []int{2}, tried.Hidden)
	}
	second := choice.Tried[len(factors)]
	assert.Equal(t, []int{20, 20}, second.Hidden)
	assert.Equal(t, 2*choice.Tried[0].Epochs, second.Epochs, "it is tried for longer")
	assert.Equal(t, len(factors), choice.Chosen)
	first := slices.IndexFunc(choice.Tried, func(l Tried) bool { return l.Lambda == second.Lambda })
	assert.Less(t, first, len(factors), "with the λ of the first one")
	assert.Equal(t, first != slices.Index(factors, 1), choice.OtherPenalties)
	assert.False(t, choice.OtherInputStep)
	assert.False(t, choice.InputStepAlone)

	task.Candidates = candidates[:1]
	alone, err := Choose(t.Context(), task)
	require.NoError(t, err)
	assert.Equal(t, measured(choice)[:len(factors)], measured(alone), "no network affects the losses of another")
	assert.Equal(t, first, alone.Chosen)
	assert.Equal(t, 0, alone.Candidate)
}

func TestErrorsAreWrongClassesOrSquaredDistances(t *testing.T) {
	three := func(loss nn.Loss[float32], outputs int, d train.Data[float32]) outcome {
		net, err := nn.New(nn.Spec{Inputs: 1, Hidden: []int{1}, Outputs: outputs}, loss, nn.Init{}, 1)
		require.NoError(t, err)
		copy(net.Weights(1).Data, []float32{1, 0})
		net.V.Fill(0)
		net.V.Set(0, 0, 1) // the first output is max(0, x)
		d.X = mat.DenseOf(3, 1, []float32{1, 2, 0.5})
		got, err := outcomeOf(net, d, 1)
		require.NoError(t, err)
		return got
	}
	classes := three(nn.Hinge[float32]{}, 2, train.Data[float32]{Labels: []int{0, 1, 0}})
	assert.Equal(t, []float64{0, 1, 0}, classes.errors)
	assert.Greater(t, classes.losses[2], 0., "right, but not by the margin")
	numbers := three(nn.Squared[float32]{}, 1, train.Data[float32]{Targets: mat.DenseOf(3, 1, []float32{1, 4, 1})})
	assert.Equal(t, numbers.losses, numbers.errors)
	assert.Zero(t, numbers.errors[0])
	assert.Equal(t, 16*numbers.errors[2], numbers.errors[1])
}

func TestLossesOfOutputsThatOverflowAreInfinite(t *testing.T) {
	net := hingeNetwork(t, 2, 2)
	copy(net.Weights(1).Data, []float32{1e30, 0, 0, 0, 1e30, 0})
	net.V.Fill(1e30)
	net.V.Set(0, 1, 0) // 0·∞
	got, err := outcomeOf(net, train.Data[float32]{X: mat.DenseOf(1, 2, []float32{1e30, 1e30}), Labels: []int{0}}, 1)
	require.NoError(t, err)
	assert.Equal(t, []float64{math.Inf(1)}, got.losses)
	assert.Equal(t, []float64{1}, got.errors)
}

// The folds of a choice train by the metric of the training that it is for, also where they have too few samples to
// have it themselves.
func TestFoldsHaveTheMetricOfTheWhole(t *testing.T) {
	for samples, want := range map[int]bcd.Metric{1199: bcd.SpectralMetric, 1200: bcd.SpectralAllMetric} {
		net := hingeNetwork(t, 2, slices.Repeat([]int{2}, 10)...)
		learn := train.Data[float32]{X: mat.NewDense[float32](samples, 2)}
		for i := range samples {
			learn.X.Set(i, i%2, 1)
			learn.Labels = append(learn.Labels, i%2)
		}
		metrics := map[int][]bcd.Metric{}
		recipe := func(p train.Problem) (train.Recipe, error) {
			o := bcd.DefaultBatchOptions(p)
			o.Epochs = 1
			metrics[p.Samples] = append(metrics[p.Samples], o.Metric)
			return bcd.MiniBatches.With(o), nil
		}
		choice, err := Choose(t.Context(), Task[float32]{
			Candidates: []Candidate[float32]{{Net: net, Longer: 1}}, Learn: learn, Recipe: recipe, Seed: 1, Workers: 1,
		})
		require.NoError(t, err)
		assert.Len(t, choice.Tried, len(factors))
		assert.Greater(t, len(metrics), 1, "folds, and all samples")
		for n, of := range metrics {
			for _, m := range of {
				assert.Equal(t, want, m, "%d of %d samples", n, samples)
			}
		}
	}
}

// A second candidate that is the usual network shows it.
func TestACandidateIsTriedWithTheChosenLambdaForItsOwnEpochs(t *testing.T) {
	net := hingeNetwork(t, 2, 20)
	choose := func(longer, more int) *Choice {
		task := Task[float32]{
			Candidates: []Candidate[float32]{{Net: net, Longer: 1}, {Net: net, Longer: longer}},
			Learn:      traintest.Checkerboard[float32](), Seed: 1, Workers: 1,
			Recipe: func(p train.Problem) (train.Recipe, error) {
				o := bcd.DefaultBatchOptions(p)
				o.Epochs += more
				return bcd.MiniBatches.With(o), nil
			},
		}
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		return choice
	}
	same := choose(1, 0)
	assert.Equal(t, 0, same.Candidate, "of equal ones, the usual one")
	chosen, twin := same.Tried[same.Chosen], same.Tried[len(factors)]
	assert.NotEqual(t, slices.Index(factors, 1), same.Chosen)
	assert.Equal(t, chosen, twin)

	longer := choose(3, 0)
	assert.Equal(t, measured(same)[:len(factors)], measured(longer)[:len(factors)])
	assert.NotEqual(t, twin.Loss, longer.Tried[len(factors)].Loss)
	assert.Equal(t, 3*twin.Epochs, longer.Tried[len(factors)].Epochs)

	more := choose(1, 9)
	for i, tried := range more.Tried {
		assert.Equal(t, same.Tried[i].Loss, tried.Loss, "folds don't train for longer than usual")
		assert.Equal(t, same.Tried[i].Epochs+9, tried.Epochs)
	}
}

// The columns in pieces are tried with the candidate and the λ that were chosen, and decide by the same rule.
func TestPiecesAreTriedWithTheChosenCandidate(t *testing.T) {
	clear := train.Data[float32]{X: mat.NewDense[float32](60, 1)}
	blurred := train.Data[float32]{X: mat.NewDense[float32](60, 1)}
	for i := range 60 {
		clear.X.Set(i, 0, float32(i/10)-2.5) // the class changes five times, which two units cannot follow
		blurred.X.Set(i, 0, float32(i%7)-3)  // says nothing of the class
		clear.Labels = append(clear.Labels, i/10%2)
	}
	blurred.Labels = clear.Labels
	network := func(hidden ...int) *nn.Network[float32] { return hingeNetwork(t, 1, hidden...) }
	both := []Candidate[float32]{{network(2), 1, network(2)}, {network(20, 20), 2, network(20, 20)}}
	plain := []Candidate[float32]{{network(2), 1, network(2)}, {network(20, 20), 2, nil}}
	recipe := defaultsFor(20)
	for name, c := range map[string]struct {
		learn, pieces train.Data[float32]
		candidate     int
		better        bool
	}{
		"better":   {blurred, clear, 0, true},
		"worse":    {clear, blurred, 1, false},
		"the same": {clear, clear, 1, false},
	} {
		var done atomic.Int64
		task := Task[float32]{
			Candidates: both, Learn: c.learn, LearnPieces: c.pieces, Recipe: recipe, Seed: 1,
			Workers: 3, // for the race detector
			Done:    func() { done.Add(1) },
		}
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		require.Len(t, choice.Tried, len(factors)+2)
		assert.EqualValues(t, task.Trainings(), done.Load())
		assert.EqualValues(t, (len(factors)+2)*folds*fewDivisions, done.Load())
		last := choice.Tried[len(factors)+1]
		assert.True(t, last.Pieces)
		assert.Equal(t, c.better, choice.Chosen == len(factors)+1, name)
		task.Candidates = plain // one of them can't be tried
		without, err := Choose(t.Context(), task)
		require.NoError(t, err)
		assert.Equal(t, measured(choice)[:len(factors)+1], measured(without), "pieces change nothing before")
		before := without.Tried[without.Chosen]
		assert.Equal(t, c.candidate, choice.Candidate, name)
		assert.Equal(t, c.candidate, without.Candidate, name)
		assert.Equal(t, trainedWith(before), trainedWith(last))
	}
}

// Of more samples than the choice of λ uses, the usual network is measured once more, and the others with it.
func TestNetworksAreJudgedByMoreSamples(t *testing.T) {
	const samples = MostUsed + 30
	learn := train.Data[float32]{X: mat.NewDense[float32](samples, 1)}
	for i := range samples {
		learn.X.Set(i, 0, float32(i%7))
		learn.Labels = append(learn.Labels, i%7%2) // a layer of two units can't tell the seven apart
	}
	for name, c := range map[string]struct{ usual, other, want int }{
		"a wider one": {2, 20, 1}, "a narrower one": {20, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			done := 0
			task := Task[float32]{
				Candidates: []Candidate[float32]{
					{Net: hingeNetwork(t, 1, c.usual), Longer: 1}, {Net: hingeNetwork(t, 1, c.other), Longer: 1},
				},
				Learn: learn, Recipe: defaultsFor(4), Workers: 1, Done: func() { done++ },
			}
			assert.Equal(t, samples, task.SamplesUsed())
			choice, err := Choose(t.Context(), task)
			require.NoError(t, err)
			require.Len(t, choice.Tried, len(factors)+2)
			assert.Equal(t, task.Trainings(), done)
			for i, tried := range choice.Tried {
				want := MostUsed
				if i >= len(factors) {
					want = samples
				}
				assert.Equal(t, want, tried.Samples)
			}
			usual, other := choice.Tried[len(factors)], choice.Tried[len(factors)+1]
			assert.Equal(t, []int{c.usual}, usual.Hidden)
			assert.Equal(t, []int{c.other}, other.Hidden)
			assert.Equal(t, usual.Lambda, other.Lambda)
			assert.Equal(t, c.want, choice.Candidate)
			assert.Equal(t, len(factors)+c.want, choice.Chosen)
		})
	}
}
