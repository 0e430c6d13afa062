package nn

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/words"
)

func TestNamesOfLosses(t *testing.T) {
	assert.Subset(t, LossNames(), []string{"hinge", "squared", "softmax", "softmax2"})
	for _, name := range LossNames() {
		single, err := ParseLoss[float32](name)
		require.NoError(t, err)
		assert.Equal(t, name, single.Name())
		double, err := ParseLoss[float64](name)
		require.NoError(t, err)
		assert.Equal(t, name, double.Name())
		assert.Equal(t, single.Title(), double.Title())
	}
	_, err := ParseLoss[float32]("nonsense")
	assert.EqualError(t, err, `loss: unknown "nonsense": want `+words.Or(LossNames()))
	assert.Panics(t, func() { RegisterLoss(Hinge[float32]{}, Hinge[float64]{}) }, "there is one of the name")
}

func TestTargetsOfTheLosses(t *testing.T) {
	labels := []int{1, 0, 2}
	assert.Equal(t, []float64{-1, 1, -1, 1, -1, -1, -1, -1, 1}, Targets(Hinge[float64]{}, labels, 3).Data)
	assert.Equal(t, []float64{0, 1, 0, 1, 0, 0, 0, 0, 1}, Targets(Squared[float64]{}, labels, 3).Data)
	assert.Equal(t, []float64{0, 1, 0, 1, 0, 0, 0, 0, 1}, Targets(Softmax[float64]{}, labels, 3).Data)
	assert.Equal(t, []float64{0, 1, 0, 1, 0, 0, 0, 0, 1}, Targets(DoubleSoftmax[float64]{}, labels, 3).Data)
}

func TestLossOfZeros(t *testing.T) {
	assert.Equal(t, 2., LossOfZeros(Hinge[float32]{}, 4))
	assert.Equal(t, 0.5, LossOfZeros(Squared[float32]{}, 4))
	assert.InDelta(t, math.Log(4), LossOfZeros(Softmax[float32]{}, 4), 1e-12)
	assert.InDelta(t, 2*math.Log(4), LossOfZeros(DoubleSoftmax[float32]{}, 4), 1e-12)
}

// eachLoss runs body for every loss and some outputs of samples of every class, none of them at a whole number from a
// target, where losses have their kinks.
func eachLoss(t *testing.T, body func(t *testing.T, loss Loss[float64], o, y []float64)) {
	for _, name := range LossNames() {
		t.Run(name, func(t *testing.T) {
			loss, err := ParseLoss[float64](name)
			require.NoError(t, err)
			for _, o := range [][]float64{{0.01, 0.01, -0.02}, {0.5, -2.1, 3.2}, {-1.5, 0.25, -0.1}, {4.1, 4.1, -4.1}} {
				for label := range o {
					y := make([]float64, len(o))
					loss.Targets(y, label)
					body(t, loss, o, y)
				}
			}
		})
	}
}

func TestSlopeOfALossIsItsDerivative(t *testing.T) {
	eachLoss(t, func(t *testing.T, loss Loss[float64], o, y []float64) {
		d := make([]float64, len(o))
		loss.Slope(d, o, y, 3)
		for k := range o {
			const h = 1e-5
			above, below := append([]float64(nil), o...), append([]float64(nil), o...)
			above[k] += h
			below[k] -= h
			assert.InDelta(t, 3*(loss.Value(above, y)-loss.Value(below, y))/(2*h), d[k], 1e-8)
		}
		inPlace := append([]float64(nil), o...)
		loss.Slope(inPlace, inPlace, y, 3)
		assert.Equal(t, d, inPlace)
	})
}

// The slope has the same bits as one that is computed in float32, from which the trainers started.
func TestSlopeIsRoundedOnce(t *testing.T) {
	for _, v := range []float32{0, 1, -1, 0.1, 1e-8, -1e-8, 0x1p-25, -0x1p-24, 3e7, -3e7, 1e30} {
		d := []float32{0}
		for _, y := range []float32{1, -1} {
			Hinge[float32]{}.Slope(d, []float32{v}, []float32{y}, 1)
			assert.Equal(t, -y*max(0, 1-y*v), d[0])
		}
		for _, y := range []float32{1, 0} {
			Squared[float32]{}.Slope(d, []float32{v}, []float32{y}, 1)
			assert.Equal(t, v-y, d[0])
		}
	}
}

// What the losses here are beyond a Loss.
var (
	_ BoxLoss[float64]    = Hinge[float64]{}
	_ BoxLoss[float64]    = Squared[float64]{}
	_ NumberLoss[float64] = Squared[float64]{}
	_ CurvedLoss[float64] = Hinge[float64]{}
	_ CurvedLoss[float64] = Squared[float64]{}
	_ CurvedLoss[float64] = Softmax[float64]{}
	_ CurvedLoss[float64] = DoubleSoftmax[float64]{}

	_ BoundedLoss[float64] = DoubleSoftmax[float64]{}
)

// The quadratic of the loss's curvature that touches it at an output lies above it at others.
func TestABoundedLossLiesBelowItsQuadratic(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	eachLoss(t, func(t *testing.T, loss Loss[float64], o, y []float64) {
		bounded, ok := loss.(BoundedLoss[float64])
		if !ok {
			return
		}
		slope, other := make([]float64, len(o)), make([]float64, len(o))
		loss.Slope(slope, o, y, 1)
		for range 100 {
			above := loss.Value(o, y)
			for k := range o {
				d := 3 * rng.NormFloat64()
				other[k] = o[k] + d
				above += slope[k]*d + bounded.MostCurvature()/2*d*d
			}
			assert.LessOrEqual(t, loss.Value(other, y), above+1e-12)
		}
	})
}

// With the best slack a box loss is half a squared distance, and no other slack is better.
func TestBoxLossIsASquaredDistanceUpToItsSlack(t *testing.T) {
	eachLoss(t, func(t *testing.T, loss Loss[float64], o, y []float64) {
		box, ok := loss.(BoxLoss[float64])
		if !ok {
			return
		}
		var sum float64
		for k := range o {
			lower, upper := box.Slack(y[k])
			require.LessOrEqual(t, lower, 0.)
			require.GreaterOrEqual(t, upper, 0.)
			r := o[k] - y[k] - min(max(o[k]-y[k], lower), upper)
			sum += r * r / 2
		}
		assert.InDelta(t, sum, loss.Value(o, y), 1e-12)
	})
}

func TestSoftmaxOfLargeOutputsIsFinite(t *testing.T) {
	for _, c := range []struct {
		o     []float32
		label int
		loss  float64
		grad  []float32
	}{
		{[]float32{3e38, 0, -3e38}, 0, 0, []float32{0, 0, 0}},
		{[]float32{1e4, 0, 0}, 1, 1e4, []float32{1, -1, 0}},
		{[]float32{-1e30, -1e30}, 0, math.Ln2, []float32{-0.5, 0.5}},
	} {
		loss, y := Softmax[float32]{}, make([]float32, len(c.o))
		loss.Targets(y, c.label)
		assert.InDelta(t, c.loss, loss.Value(c.o, y), 1e-6)
		loss.Slope(c.o, c.o, y, 1)
		assert.Equal(t, c.grad, c.o)
	}
}

func TestLossOfNaNIsNaN(t *testing.T) {
	eachLoss(t, func(t *testing.T, loss Loss[float64], o, y []float64) {
		for k := range o {
			broken := append([]float64(nil), o...)
			broken[k] = math.NaN()
			assert.True(t, math.IsNaN(loss.Value(broken, y)), "output %d", k)
		}
	})
}

// A file knows the loss of its network: the cross-entropy, whose scores are log-odds, as well.
func TestFilesNameTheCrossEntropy(t *testing.T) {
	net := testNetwork[float32](t, testSpecs["chain"], "softmax", 1)
	read, err := Decode[float32](bytes.NewReader(encode(t, net)), "a file")
	require.NoError(t, err)
	assert.Equal(t, "softmax", read.Loss.Name())
}

// standard errors.
func TestMeanOfDrawnCurvatureIsTheHessian(t *testing.T) {
	eachLoss(t, func(t *testing.T, loss Loss[float64], o, y []float64) {
		curved, ok := loss.(CurvedLoss[float64])
		if !ok { // it need not be one
			return
		}
		const draws = 20000
		rng := rand.New(rand.NewPCG(1, 2))
		n := len(o)
		mean, d := make([]float64, n*n), make([]float64, n)
		for range draws {
			curved.DrawCurvature(d, o, y, rng)
			for i := range mean {
				mean[i] += d[i/n] * d[i%n] / draws
			}
		}
		above, below := make([]float64, n), make([]float64, n)
		for j := range o {
			const h = 1e-6
			moved := slices.Clone(o)
			moved[j] += h
			loss.Slope(above, moved, y, 1)
			moved[j] -= 2 * h
			loss.Slope(below, moved, y, 1)
			for i := range o {
				assert.InDelta(t, (above[i]-below[i])/(2*h), mean[i*n+j], 5/math.Sqrt(draws),
					"%v, %v: %d, %d", o, y, i, j)
			}
		}
	})
}
