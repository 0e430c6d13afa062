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

// The standard error of a mean of n differences is their deviation over √n.
func TestByHowManyStandardErrorsAMeanIsLower(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []float64
		want float64
	}{
		"equal":          {[]float64{1, 2}, []float64{1, 2}, 0},
		"equal means":    {[]float64{1, 2}, []float64{2, 1}, 0},
		"lower":          {[]float64{4, 2, 4, 2}, []float64{1, 1, 1, 1}, 4},
		"higher":         {[]float64{1, 1, 1, 1}, []float64{4, 2, 4, 2}, -4},
		"by the same":    {[]float64{2, 3}, []float64{1, 2}, math.Inf(1)},
		"one of sixteen": {append(make([]float64, 15), 16), make([]float64, 16), 4 / math.Sqrt(15)},
	} {
		assert.InDelta(t, c.want, lower(c.a, c.b), 1e-12, name)
	}
}

// The differences are m+1 and m−1 in turn, whose mean m has a standard error of ½.
func TestAnotherLambdaMustBeBetterByOneAndAHalfStandardErrors(t *testing.T) {
	usual := []float64{2, 2, 2, 2}
	for m, want := range map[float64]int{0.74: 2, 0.76: 0} {
		better := []float64{1 - m, 3 - m, 1 - m, 3 - m}
		assert.Equal(t, want, betterLambda(lossesOf(better, usual, usual, usual)), "%g", m)
	}
	assert.Equal(t, 1, betterLambda(lossesOf(usual, []float64{1, 1, 1, 1}, usual, []float64{1, 1, 1, 1})),
		"the smaller one of two that are as good")
}

// The same, of errors: the loss is larger.
func TestPiecesWithMoreLossMustHaveFewerErrorsByOneAndAHalfStandardErrors(t *testing.T) {
	plain := outcome{[]float64{1, 1, 1, 1}, []float64{2, 2, 2, 2}}
	for m, want := range map[float64]int{0.74: 0, 0.76: 1} {
		pieces := outcome{[]float64{3, 3, 3, 3}, []float64{1 - m, 3 - m, 1 - m, 3 - m}}
		assert.Equal(t, want, betterPieces(1, []outcome{plain, pieces}, 0), "%g", m)
	}
}

func TestSamplesOfAChoiceAreThoseThatWerePicked(t *testing.T) {
	x, y := mat.DenseOf(3, 2, []float32{1, 2, 3, 4, 5, 6}), mat.DenseOf(3, 1, []float32{10, 20, 30})
	numbers := pickRows(train.Data[float32]{X: x, Targets: y}, []int{2, 0})
	assert.Equal(t, []float32{5, 6, 1, 2}, numbers.X.Data)
	assert.Equal(t, []float32{30, 10}, numbers.Targets.Data)
	classes := pickRows(train.Data[float32]{X: x, Labels: []int{7, 8, 9}}, []int{1, 2})
	assert.Equal(t, []int{8, 9}, classes.Labels)
}

// What docs/experiments.md says of the choice.
func TestTheChoiceIsAsDocumented(t *testing.T) {
	net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{2}, Outputs: 2}, nn.Loss[float32](nn.Hinge[float32]{}),
		nn.Init{}, 1)
	require.NoError(t, err)
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
	divided, err := divide(learn, 1)
	require.NoError(t, err)
	used := 0
	for _, fold := range divided[0] {
		used += len(fold)
	}
	assert.Equal(t, 2000, used)
}

// A network that diverges is not taken, and ends nothing.
func TestACandidateThatDivergesIsNotChosen(t *testing.T) {
	network := func() *nn.Network[float32] {
		net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{2}, Outputs: 2}, nn.Loss[float32](nn.Hinge[float32]{}),
			nn.Init{}, 1)
		require.NoError(t, err)
		return net
	}
	overflows := network()
	mat.Scal(1e30, overflows.Layers[0].W.Data)
	overflows.V.Fill(1e30)
	recipe := func(p train.Problem) (train.Recipe, error) {
		return bcd.MiniBatches.With(bcd.DefaultBatchOptions(p)), nil
	}
	for finite, nets := range [][]*nn.Network[float32]{{network(), overflows}, {overflows, network()}} {
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
