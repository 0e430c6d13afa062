package lambda

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

func TestSamplesOfAChoiceAreThoseThatWerePicked(t *testing.T) {
	x, y := mat.DenseOf(3, 2, []float32{1, 2, 3, 4, 5, 6}), mat.DenseOf(3, 1, []float32{10, 20, 30})
	numbers := pickRows(train.Data[float32]{X: x, Targets: y}, []int{2, 0})
	assert.Equal(t, []float32{5, 6, 1, 2}, numbers.X.Data)
	assert.Equal(t, []float32{30, 10}, numbers.Targets.Data)
	classes := pickRows(train.Data[float32]{X: x, Labels: []int{7, 8, 9}}, []int{1, 2})
	assert.Equal(t, []int{8, 9}, classes.Labels)
}

// Where an int has 32 bits, it does not hold 8,000 times as many samples.
func TestAChoiceOfManySamplesUsesAsManyAsOfFewer(t *testing.T) {
	learn := train.Data[float32]{X: mat.Dense[float32]{Rows: 1_000_000}}
	assert.Equal(t, mostAfterLambda, Task[float32]{Learn: learn, InputSteps: true}.SamplesUsed())
}

// What docs/experiments.md says of the choice.
func TestTheChoiceIsAsDocumented(t *testing.T) {
	net := hingeNetwork(t, 2, 2)
	var usual bcd.BatchOptions
	task := Task[float32]{
		Candidates: []Candidate[float32]{{Net: net, Longer: 1}}, Learn: traintest.Checkerboard[float32](), Seed: 1,
		Workers: 1,
		Recipe: func(p train.Problem) (train.Recipe, error) {
			o := bcd.DefaultBatchOptions(p)
			if p.Whole == 0 { // it is for all samples
				usual = o
			}
			return bcd.MiniBatches.With(o), nil
		},
	}
	choice, err := Choose(t.Context(), task)
	require.NoError(t, err)
	for i, factor := range []float64{1. / 16, 1. / 4, 1, 4} {
		assert.InEpsilon(t, factor*usual.Lambda, choice.Tried[i].Lambda, 0.06, "rounded to two digits")
		assert.InEpsilon(t, factor*usual.LambdaOut, choice.Tried[i].LambdaOut, 0.06)
		assert.Greater(t, choice.Tried[i].Error, 0.1, "of a network that can't tell the classes")
		assert.InDelta(t, choice.Tried[i].Loss-choice.Tried[choice.Chosen].Loss, choice.Tried[i].Difference, 1e-12)
		assert.Equal(t, i != choice.Chosen, choice.Tried[i].StandardError > 0)
	}
	assert.Equal(t, 3, choice.Folds)
	for samples, divisions := range map[int]int{999: 3, 1000: 1} {
		assert.Equal(t, divisions, Divisions(samples))
	}
	learn := train.Data[float32]{X: mat.NewDense[float32](2300, 1), Targets: mat.NewDense[float32](2300, 1)}
	divided, err := divide(learn, MostUsed, 1)
	require.NoError(t, err)
	used := 0
	for _, fold := range divided[0] {
		used += len(fold)
	}
	assert.Equal(t, 2000, used)
}

// A network that diverges is not taken, and ends nothing.
func TestACandidateThatDivergesIsNotChosen(t *testing.T) {
	sound, overflows := hingeNetwork(t, 2, 2), hingeNetwork(t, 2, 2)
	mat.Scal(1e30, overflows.Layers[0].W.Data)
	overflows.V.Fill(1e30)
	recipe := func(p train.Problem) (train.Recipe, error) {
		return bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)), nil
	}
	for finite, nets := range [][]*nn.Network[float32]{{sound, overflows}, {overflows, sound}} {
		task := Task[float32]{
			Candidates: []Candidate[float32]{{Net: nets[0], Longer: 1}, {Net: nets[1], Longer: 1}},
			Learn:      traintest.Checkerboard[float32](), Recipe: recipe, Seed: 1, Workers: 1,
		}
		choice, err := Choose(t.Context(), task)
		require.NoError(t, err)
		assert.Equal(t, finite, choice.Candidate)
		other := len(factors)
		if finite == 1 {
			other = 0
		}
		assert.Equal(t, math.Inf(1), choice.Tried[other].Loss)
		assert.Equal(t, math.Inf(1), choice.Tried[other].Error)
	}
}
