package gradient

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
)

// weight is one weight under Caffe's updates, in its own words: diff starts as the
// gradient and ends as what is subtracted.
type weight struct{ data, history, history2 float64 }

func (w *weight) update(s *solver, o *Options, iteration int, rate, gradient, decay float64) {
	if decay != 0 {
		w.data -= rate * o.Decay * w.data
	}
	diff := gradient + decay*w.data
	switch s {
	case sgd:
		w.history = rate*diff + o.Momentum*w.history
		diff = w.history
	case nesterov:
		before := w.history
		w.history = rate*diff + o.Momentum*w.history
		diff = (1+o.Momentum)*w.history - o.Momentum*before
	case adaGrad:
		w.history += math.Pow(diff, 2)
		diff = rate * diff / (math.Sqrt(w.history) + o.Delta)
	case rmsProp:
		w.history = (1-o.RMSDecay)*math.Pow(diff, 2) + o.RMSDecay*w.history
		diff = rate * diff / (math.Sqrt(w.history) + o.Delta)
	case adaDelta:
		w.history = o.Momentum*w.history + (1-o.Momentum)*math.Pow(diff, 2)
		diff *= math.Sqrt((o.Delta + w.history2) / (o.Delta + w.history))
		w.history2 = o.Momentum*w.history2 + (1-o.Momentum)*math.Pow(diff, 2)
		diff *= rate
	case adam:
		t := float64(iteration + 1)
		correction := math.Sqrt(1-math.Pow(o.Momentum2, t)) / (1 - math.Pow(o.Momentum, t))
		w.history = o.Momentum*w.history + (1-o.Momentum)*diff
		w.history2 = o.Momentum2*w.history2 + (1-o.Momentum2)*math.Pow(diff, 2)
		diff = rate * correction * w.history / (math.Sqrt(w.history2) + o.Delta)
	case adamW: // as in the paper, with both means corrected
		t := float64(iteration + 1)
		w.history = o.Momentum*w.history + (1-o.Momentum)*diff
		w.history2 = o.Momentum2*w.history2 + (1-o.Momentum2)*math.Pow(diff, 2)
		diff = rate * w.history / (1 - math.Pow(o.Momentum, t)) / (math.Sqrt(w.history2/(1-math.Pow(o.Momentum2, t))) +
			o.Delta)
	}
	w.data -= diff
}

// The numbers are such that every one of them matters.
func testOptions(s *solver) Options {
	o := s.defaults
	o.Rate, o.Policy, o.RateGamma, o.RatePower = 0.05, Inv, 0.1, 0.75
	o.WeightDecay, o.Delta, o.Decay = 0.1, 1e-3, 0.3
	return o
}

func TestUpdatesAreThoseOfTheFormulas(t *testing.T) {
	for _, s := range elementwiseSolvers {
		for _, inputStep := range []float64{1, 1.5} {
			t.Run(fmt.Sprint(s, inputStep), func(t *testing.T) { testUpdates(t, s, inputStep) })
		}
	}
}

func testUpdates(t *testing.T, s *solver, inputStep float64) {
	net := testNetwork[float64](t, testSpecs["skips"], "softmax", 2)
	o := testOptions(s)
	o.InputStep = inputStep
	tr := newTrainer(t.Context(), train.Task[float64]{Net: net, Train: traintest.Clusters[float64](3, 4, 2, 1)}, s, o)
	want := make([][]weight, len(tr.grad))
	for n, w := range weightsOf(net) {
		for _, v := range w.Data {
			want[n] = append(want[n], weight{data: v})
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for iteration := range 7 {
		rate := o.rate(iteration, 100)
		for n, grad := range tr.grad {
			for i := range grad.Data {
				grad.Data[i] = rng.NormFloat64()
				column, decay, reach := i%grad.Cols, o.WeightDecay, 1.
				if column == grad.Cols-1 {
					decay = 0 // a bias
				}
				// All hidden layers read the 4 inputs first, and the first one reads nothing else.
				if n == 0 || n < len(net.Layers) && column < net.Inputs {
					reach = inputStep
				}
				want[n][i].update(s, &o, iteration, reach*rate, grad.Data[i], decay)
			}
		}
		tr.rule.apply(iteration, rate)
		for n, w := range weightsOf(tr.net) {
			for i, v := range w.Data {
				require.InDelta(t, want[n][i].data, v, 1e-13, "iteration %d, layer %d, weight %d", iteration, n+1, i)
			}
		}
	}
}

func TestUpdatesInSinglePrecisionFollowThoseInDouble(t *testing.T) {
	for f := range adamWFormula + 1 {
		o := testOptions(adam)
		o.RMSDecay = 0.9
		const n = 19
		var w32, g32, h32, k32 [n]float32
		var w64, g64, h64, k64 [n]float64
		rng := rand.New(rand.NewPCG(3, 4))
		for iteration := range 5 {
			for i := range n {
				g32[i] = float32(rng.NormFloat64())
				g64[i] = float64(g32[i])
			}
			step32, step64 := stepAt[float32](f, &o, iteration, 0.1), stepAt[float64](f, &o, iteration, 0.1)
			step32.apply(w32[:], g32[:], h32[:], k32[:], 0.1)
			step64.apply(w64[:], g64[:], h64[:], k64[:], 0.1)
		}
		for i := range n {
			assert.InDelta(t, w64[i], float64(w32[i]), 1e-5, "%v", f)
		}
	}
}

func TestAdaptiveSolversKeepWeightsWithoutGradient(t *testing.T) {
	for f := range adamWFormula + 1 {
		o := testOptions(adam)
		w, g, h, k := []float32{2}, []float32{0}, []float32{0}, []float32{0}
		step := stepAt[float32](f, &o, 0, 0.1)
		step.apply(w, g, h, k, 0)
		assert.Equal(t, float32(2), w[0], "%v", f)
	}
}

func TestLearningRatesOfThePolicies(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Schedule
		want    map[int]float64 // of 100 iterations
	}{
		{"fixed", Schedule{Policy: Fixed, RateGamma: 0.5, RatePower: 2}, map[int]float64{0: 0.2, 99: 0.2}},
		{"step", Schedule{Policy: Step, RateGamma: 0.5, RateStep: 10},
			map[int]float64{0: 0.2, 9: 0.2, 10: 0.1, 25: 0.05}},
		{"inv", Schedule{Policy: Inv, RateGamma: 0.1, RatePower: 2}, map[int]float64{0: 0.2, 10: 0.05}},
		{"poly", Schedule{Policy: Poly, RatePower: 1}, map[int]float64{0: 0.2, 50: 0.1, 99: 0.002}},
		{"poly", Schedule{Policy: Poly, RatePower: 2}, map[int]float64{0: 0.2, 50: 0.05}},
		{"cosine", Schedule{Policy: Cosine}, map[int]float64{0: 0.2, 50: 0.1, 75: 0.1 - 0.1*math.Sqrt2/2}},
		{"fixed", Schedule{Policy: Fixed, Warmup: 0.1}, map[int]float64{0: 0.02, 4: 0.1, 9: 0.2, 10: 0.2}},
		{"poly", Schedule{Policy: Poly, RatePower: 1, Warmup: 0.2}, map[int]float64{9: 0.5 * 0.91 * 0.2, 50: 0.1}},
	} {
		assert.Equal(t, c.name, c.options.Policy.String())
		c.options.Rate = 0.2
		for iteration, want := range c.want {
			assert.InDelta(t, want, c.options.rate(iteration, 100), 1e-15, "%s at %d", c.name, iteration)
		}
	}
}

func TestNamesAreParsed(t *testing.T) {
	for i, m := range methods {
		assert.Equal(t, solvers[i].String(), m.Name)
	}
	for _, p := range []Policy{Fixed, Step, Inv, Poly, Cosine} {
		have, err := ParsePolicy(p.String())
		require.NoError(t, err)
		assert.Equal(t, p, have)
	}
	_, err := ParsePolicy("")
	var option *nn.OptionError
	require.ErrorAs(t, err, &option)
	assert.EqualError(t, err, `rate-policy: unknown "": want fixed, step, inv, poly or cosine`)
}

// A policy that is chosen by its name brings Caffe's numbers along, whatever the order of the texts.
func TestPolicyBringsItsNumbers(t *testing.T) {
	for policy, want := range map[string][2]float64{"step": {0.1, 0}, "inv": {1e-4, 0.75}, "poly": {0, 1}} {
		r, err := Adam.Configure(train.Problem{}, map[string]string{"rate-policy": policy})
		require.NoError(t, err)
		o := r.Options().(*Options)
		assert.Equal(t, want, [2]float64{o.RateGamma, o.RatePower}, policy)
	}
	r, err := Adam.Configure(train.Problem{}, map[string]string{"rate-gamma": "0.5", "rate-policy": "inv"})
	require.NoError(t, err)
	o := r.Options().(*Options)
	assert.Equal(t, [2]float64{0.5, 0.75}, [2]float64{o.RateGamma, o.RatePower})
}
