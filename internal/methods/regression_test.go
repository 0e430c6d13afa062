package methods_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/gradient"
	"ridge/mat"
)

// waves are samples of two functions of two variables, of variance 1 or so.
func waves(n int, seed uint64) train.Data[float64] {
	r := rand.New(rand.NewPCG(seed, 1))
	d := train.Data[float64]{X: mat.NewDense[float64](n, 2), Targets: mat.NewDense[float64](n, 2)}
	for i := range n {
		a, b := r.NormFloat64(), r.NormFloat64()
		copy(d.X.Row(i), []float64{a, b})
		copy(d.Targets.Row(i), []float64{1.5 * math.Sin(1.5*a), a * b})
	}
	return d
}

// TestEveryMethodLearnsARegression: all of them end far below the variance that is left to the mean.
func TestEveryMethodLearnsARegression(t *testing.T) {
	s := train.Samples[float64]{Train: waves(500, 1), Validation: waves(50, 2), Test: waves(400, 3)}
	for _, m := range train.Methods() {
		if !m.Trains("squared") || m.Name == "bias" { // which is a toy
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			net, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{60}, Outputs: 2}, nn.Squared[float64]{}, nn.Init{}, 1)
			require.NoError(t, err)
			recipe, err := m.Configure(train.ProblemOf(net, s.Train), nil)
			require.NoError(t, err)
			trace, err := train.Run(t.Context(), net, s, recipe, train.Control{KeepBest: true})
			require.NoError(t, err)
			last := trace[trace.Best()-1]
			bound := 0.6
			if m == bcd.FullBatches.Method {
				bound = 0.9 // it has twenty iterations
			}
			assert.Less(t, last.TestError, bound)
			assert.Less(t, last.TrainError, bound)

			o, err := net.Scores(s.Test.X, 1)
			require.NoError(t, err)
			squares := 0.
			for i, v := range o.Data {
				r := v - s.Test.Targets.Data[i]
				squares += r * r
			}
			assert.InEpsilon(t, squares/float64(len(o.Data)), last.TestError, 1e-9, "the mean squared error")
		})
	}
}

// TestStochasticGradientsOfARegressionStayFinite: their default rate falls with the width.
func TestStochasticGradientsOfARegressionStayFinite(t *testing.T) {
	s := train.Samples[float64]{Train: waves(500, 1), Test: waves(400, 3)}
	for _, method := range []train.MethodOf[gradient.Options]{gradient.SGD, gradient.Nesterov} {
		for _, hidden := range [][]int{{3}, {30}, {1000}, {1000, 60}, {60, 60, 60}} {
			net, err := nn.New(nn.Spec{Inputs: 2, Hidden: hidden, Outputs: 2}, nn.Squared[float64]{}, nn.Init{}, 1)
			require.NoError(t, err)
			p := train.ProblemOf(net, s.Train)
			assert.Equal(t, hidden[len(hidden)-1], p.Width)
			o := method.Defaults(p)
			o.Epochs = 5
			trace, err := train.Run(t.Context(), net, s, method.With(o), train.Control{})
			require.NoError(t, err, "%s %v", method.Name, hidden)
			assert.Less(t, trace[len(trace)-1].TestError, 1.2,
				"%s %v: at most the variance, and what there is to learn", method.Name, hidden)
			p.Regression = false
			assert.Equal(t, 0.2, method.Defaults(p).Rate)
		}
	}
}

func TestARegressionThatIsNone(t *testing.T) {
	d := waves(20, 1)
	net := func(loss nn.Loss[float64], outputs int) *nn.Network[float64] {
		n, err := nn.New(nn.Spec{Inputs: 2, Hidden: []int{3}, Outputs: outputs}, loss, nn.Init{}, 1)
		require.NoError(t, err)
		return n
	}
	run := func(n *nn.Network[float64], d train.Data[float64]) error {
		_, err := train.Run(t.Context(), n, train.Samples[float64]{Train: d},
			bcd.MiniBatches.With(bcd.MiniBatches.Defaults(train.ProblemOf(n, d))), train.Control{})
		return err
	}
	assert.EqualError(t, run(net(nn.Hinge[float64]{}, 2), d), "loss: a regression has the loss squared, not hinge")
	assert.EqualError(t, run(net(nn.Squared[float64]{}, 3), d), "train data: 20×2 targets for 20 samples and 3 outputs")
	both := d
	both.Labels = make([]int, 20)
	assert.ErrorContains(t, run(net(nn.Squared[float64]{}, 2), both), "labels and targets")
	d.Targets.Set(3, 1, math.NaN())
	assert.EqualError(t, run(net(nn.Squared[float64]{}, 2), d), "train data: target 1 of sample 3 is NaN")
}
