package compare

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
)

// With --scale none the inputs stay as they are. Results of the one are not those of the other.
func TestTheMeanStaysIfNothingIsToBeCentred(t *testing.T) {
	set := digits(t)
	r := Run{stageFinal, trialsOf(BCD, 1)[0], Network{Hidden: []int{2}}, 1, 1, false}
	var found []DataFacts
	for _, uncentred := range []bool{true, false} {
		p := testPlan()
		p.Uncentred = uncentred
		s, err := NewStudy(p, set, t.TempDir())
		require.NoError(t, err)
		on := newSamples(s.data, set.Train, set.Test, set.Test.Head(0))
		net, err := on.network(r, 1)
		require.NoError(t, err)
		assert.Equal(t, uncentred, net.Mean == nil)
		assert.Equal(t, uncentred, s.data.of(stageTune).Uncentred)
		found = append(found, on.data)
	}
	assert.NotEqual(t, found[0], found[1])
}

// Each training takes memory.
func TestTheChoiceOfLambdaHasNoMoreTrainingsAtATimeThanItMay(t *testing.T) {
	set := digits(t)
	s, err := NewStudy(testPlan(), set, t.TempDir())
	require.NoError(t, err)
	s.Choices = 3
	on := s.samples(set.Train, set.Test, set.Test.Head(0))
	r := Run{stageFinal, trialsOf(BCD, 1)[0], Network{Hidden: []int{2}}, 1, 1, true}
	net, err := on.network(r, 1)
	require.NoError(t, err)
	assert.Equal(t, 3, on.lambdaTask(net, r, 8).AtATime)
}

// TestTuningHasTheMetricOfTheEnd: settings are tuned on five sixths of the samples, which may be too few for the metric
// that all of them get.
func TestTuningHasTheMetricOfTheEnd(t *testing.T) {
	set, err := dataset.Open(t.Context(), "digits")
	require.NoError(t, err)
	all := set.Train.Head(1200)
	fit, held, err := split(all)
	require.NoError(t, err)
	require.Equal(t, 1000, fit.Len())
	deep := Network{Hidden: slices.Repeat([]int{2}, 10)}
	for whole, want := range map[int]bcd.Metric{
		1200: bcd.SpectralAllMetric, 1199: bcd.SpectralMetric, 0: bcd.SpectralMetric,
	} {
		on := newSamples(DataFacts{Name: "digits", Train: whole, Classes: 10}, fit, held, all.Head(0))
		loss := nn.Loss[float32](nn.Hinge[float32]{})
		net, err := nn.New(deep.spec(all.Dim, 10), loss, nn.Init{}, 1)
		require.NoError(t, err)
		r := Run{stageTune, trialsOf(BCD, 1)[0], deep, 1, 1, false}
		p := train.ProblemOf(net, on.train)
		recipe, err := on.recipe(r, p, nil)
		require.NoError(t, err)
		assert.Equal(t, want, recipe.Options().(*bcd.BatchOptions).Metric, "%d", whole)
		p.Samples, p.Whole = 667, 1000 // a fold of the choice of λ
		recipe, err = on.lambdaTask(net, r, 1).Recipe(p)
		require.NoError(t, err)
		assert.Equal(t, want, recipe.Options().(*bcd.BatchOptions).Metric, "λ of %d", whole)
		assert.Equal(t, 1000, on.data.Train)
	}
}
