package lambda

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// Two units cannot tell a checkerboard of four fields, and twenty can, whatever their loss.
func TestAnotherLossIsChosenIfItExplainsTheHeldOutSamplesBetter(t *testing.T) {
	for name, c := range map[string]struct {
		usual, other, place int
	}{
		"the other one": {2, 20, 1},
		"the usual one": {20, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			done := 0
			task := Task[float32]{
				Candidates: []Candidate[float32]{{newNet(t, nn.Hinge[float32]{}, c.usual), 1}, {newNet(t, nn.DoubleSoftmax[float32]{}, c.other), 1}},
				Learn:      checkerboard(), Recipe: usualRecipe, Seed: 1, Workers: 1, Done: func() { done++ },
			}
			choice, place, err := Choose(t.Context(), task)
			require.NoError(t, err)
			assert.Equal(t, c.place, place)
			assert.Equal(t, task.Trainings(), done)
			require.Len(t, choice.Tried, len(factors)+len(rivalFactors))
			rivals, looked := choice.Tried[len(factors):], 0
			for i, tried := range rivals {
				assert.Equal(t, "softmax2", tried.Kind)
				assert.InEpsilon(t, rivalFactors[i]*rivals[2].Lambda, tried.Lambda, 0.05, "rounded")
				if tried.LogLoss != 0 {
					looked++
				}
			}
			assert.Equal(t, 1, looked, "one λ of each network")
			assert.Equal(t, "hinge", choice.Tried[0].Kind)
			chosen := choice.Tried[choice.Chosen]
			assert.Equal(t, task.Candidates[place].Net.Loss.Name(), chosen.Kind)
			assert.Less(t, chosen.LogLoss, 0.5)

			task.Candidates, task.Workers = task.Candidates[:1], 3
			alone, _, err := Choose(t.Context(), task)
			require.NoError(t, err)
			for i, tried := range alone.Tried {
				tried.LogLoss = choice.Tried[i].LogLoss
				assert.Equal(t, choice.Tried[i], tried, "no network has a part in what becomes of another one")
			}
		})
	}
}

func TestTheLogLossIsThatOfTheBestTemperature(t *testing.T) {
	at := func(scale float32, folds ...[]float32) *choosing[float32] {
		c := &choosing[float32]{Task: Task[float32]{Learn: train.Data[float32]{Labels: []int{0, 1, 0, 0}}}, parts: [][]int{{1, 3}, {0, 2}}}
		var scores []mat.Dense[float32]
		for _, of := range folds {
			s := mat.DenseOf(len(of)/2, 2, of)
			for i := range s.Data {
				s.Data[i] *= scale
			}
			scores = append(scores, s)
		}
		c.scores = [][]mat.Dense[float32]{scores}
		return c
	}
	inf := float32(math.Inf(1))
	// Three of four are right by the same margin: the probability that fits best is close to that share.
	three := func() [][]float32 { return [][]float32{{0, 1, 1, 0}, {1, 0, 0, 1}} }
	one := at(1, three()...).logLoss(0)
	assert.InDelta(t, -0.75*math.Log(0.75)-0.25*math.Log(0.25), one, 0.02)
	assert.InEpsilon(t, one, at(1024, three()...).logLoss(0), 1e-9, "the scale does not matter")
	assert.InDelta(t, math.Ln2, at(1, []float32{1, 1, 1, 1}, []float32{1, 1, 1, 1}).logLoss(0), 1e-12, "outputs that say nothing")
	assert.InDelta(t, 0, at(1, []float32{0, 1, 1, 0}, []float32{1, 0, 1, 0}).logLoss(0), 0.2, "all are right")
	assert.True(t, math.IsInf(at(1, []float32{0, inf, 1, 0}, []float32{1, 0, 1, 0}).logLoss(0), 1))
	assert.True(t, math.IsInf(at(1, nil, []float32{1, 0, 1, 0}).logLoss(0), 1), "a fold whose training diverged")
}

func TestALogLossThatIsHardlyLowerIsNotLower(t *testing.T) {
	inf := math.Inf(1)
	assert.True(t, isLower(0.97, 1))
	assert.False(t, isLower(0.985, 1))
	assert.False(t, isLower(1, 1))
	assert.True(t, isLower(1, inf), "the usual one diverged")
	assert.False(t, isLower(inf, inf))
}

func TestAnotherLossComesAfterTheLayers(t *testing.T) {
	task := Task[float32]{
		Candidates: []Candidate[float32]{{newNet(t, nn.Hinge[float32]{}, 2), 1}, {newNet(t, nn.Hinge[float32]{}, 3), 1}, {newNet(t, nn.DoubleSoftmax[float32]{}, 20), 1}},
		Learn:      checkerboard(), Recipe: usualRecipe, Seed: 1, Workers: 1,
	}
	choice, place, err := Choose(t.Context(), task)
	require.NoError(t, err)
	assert.Equal(t, 2, place)
	require.Len(t, choice.Tried, len(factors)+1+len(rivalFactors))
	for i, tried := range choice.Tried {
		switch {
		case i < len(factors):
			assert.Equal(t, []int{2}, tried.Hidden)
		case i == len(factors):
			assert.Equal(t, []int{3}, tried.Hidden)
		default:
			assert.Equal(t, []int{20}, tried.Hidden)
		}
		assert.Equal(t, map[bool]string{true: "softmax2", false: "hinge"}[i > len(factors)], tried.Kind)
	}
}
