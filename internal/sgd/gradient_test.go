package sgd

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/mat"
)

// testLoss is a loss as the network and the options name it.
type testLoss struct {
	name    string
	loss    bcd.Loss
	softmax bool
}

var testLosses = []testLoss{{"squared", bcd.Squared, false}, {"hinge", bcd.Hinge, false}, {"softmax", bcd.Squared, true}}

// naiveLoss is the mean loss from its definition, by way of [bcd.Network.Forward].
func naiveLoss(t *testing.T, net *bcd.Network[float64], d bcd.Data[float64], c testLoss) float64 {
	t.Helper()
	o, err := net.Forward(d.X, 1)
	require.NoError(t, err)
	var sum float64
	for i, label := range d.Labels {
		var exps float64
		for k, v := range o.Row(i) {
			exps += math.Exp(v)
			switch {
			case c.softmax:
			case c.loss == bcd.Squared && k == label:
				sum += (1 - v) * (1 - v) / 2
			case c.loss == bcd.Squared:
				sum += v * v / 2
			case k == label:
				sum += math.Pow(math.Max(0, 1-v), 2) / 2
			default:
				sum += math.Pow(math.Max(0, 1+v), 2) / 2
			}
		}
		if c.softmax {
			sum -= math.Log(math.Exp(o.At(i, label)) / exps)
		}
	}
	return sum / float64(len(d.Labels))
}

func TestGradientIsThatOfCentralDifferences(t *testing.T) {
	for name, spec := range testSpecs {
		for _, c := range testLosses {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				net := testNetwork[float64](t, spec, c.loss, 3)
				d := testData[float64](9, spec.Inputs, spec.Outputs, 4)
				o := DefaultOptions[float64](SGD)
				o.Softmax = c.softmax
				tr := newTrainer(net, d, o)
				sum, _ := tr.gradient([]int{5, 0, 7, 2, 1, 8, 6, 4, 3}) // leaves what the next one must not see
				assert.InDelta(t, naiveLoss(t, net, d, c), sum/9, 1e-12)

				batch := []int{4, 1, 6, 8}
				part := bcd.Data[float64]{X: mat.NewDense[float64](len(batch), spec.Inputs)}
				for i, k := range batch {
					copy(part.X.Row(i), d.X.Row(k))
					part.Labels = append(part.Labels, d.Labels[k])
				}
				sum, _ = tr.gradient(batch)
				assert.InDelta(t, naiveLoss(t, net, part, c), sum/4, 1e-12)
				for n, w := range weightsOf(net) {
					for i := range w.Data {
						const h = 1e-5
						old := w.Data[i]
						w.Data[i] = old + h
						above := naiveLoss(t, net, part, c)
						w.Data[i] = old - h
						below := naiveLoss(t, net, part, c)
						w.Data[i] = old
						assert.InDelta(t, (above-below)/(2*h), tr.grad[n].Data[i], 1e-8, "layer %d, weight %d", n+1, i)
					}
				}
			})
		}
	}
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
		assert.InDelta(t, c.loss, crossEntropy(c.o, c.label, 1), 1e-6)
		assert.Equal(t, c.grad, c.o)
	}
}

func TestLossOfNaNIsNaN(t *testing.T) {
	for _, c := range testLosses {
		for label := range 3 {
			for k := range 3 {
				o := []float64{0, 0, 0}
				o[k] = math.NaN()
				assert.True(t, math.IsNaN(lossOf[float64](c.loss, c.softmax)(o, label, 1)), "%s, label %d, output %d", c.name, label, k)
			}
		}
	}
}

func ExampleSolver_String() {
	for _, s := range Solvers() {
		fmt.Print(s, " ")
	}
	// Output: sgd nesterov adagrad rmsprop adadelta adam
}
