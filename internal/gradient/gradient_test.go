package gradient

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

var testLosses = []string{"squared", "hinge", "softmax"}

// naiveLoss is the mean loss from its definition, by way of [nn.Network.Forward].
func naiveLoss(t *testing.T, net *nn.Network[float64], d train.Data[float64], loss string) float64 {
	t.Helper()
	o, err := net.Scores(d.X, 1)
	require.NoError(t, err)
	var sum float64
	for i, label := range d.Labels {
		var exps float64
		for k, v := range o.Row(i) {
			exps += math.Exp(v)
			switch {
			case loss == "softmax":
			case loss == "squared" && k == label:
				sum += (1 - v) * (1 - v) / 2
			case loss == "squared":
				sum += v * v / 2
			case k == label:
				sum += math.Pow(math.Max(0, 1-v), 2) / 2
			default:
				sum += math.Pow(math.Max(0, 1+v), 2) / 2
			}
		}
		if loss == "softmax" {
			sum -= math.Log(math.Exp(o.At(i, label)) / exps)
		}
	}
	return sum / float64(len(d.Labels))
}

func TestGradientIsThatOfCentralDifferences(t *testing.T) {
	for name, spec := range testSpecs {
		for _, loss := range testLosses {
			t.Run(name+"/"+loss, func(t *testing.T) {
				net := testNetwork[float64](t, spec, loss, 3)
				d := testData[float64](9, spec.Inputs, spec.Outputs, 4)
				tr := newTrainer(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, sgd, sgd.defaults)
				net = tr.net
				sum, _ := tr.gradient([]int{5, 0, 7, 2, 1, 8, 6, 4, 3}) // leaves what the next one must not see
				assert.InDelta(t, naiveLoss(t, net, d, loss), sum/9, 1e-12)

				batch := []int{4, 1, 6, 8}
				part := train.Data[float64]{X: mat.NewDense[float64](len(batch), spec.Inputs)}
				for i, k := range batch {
					copy(part.X.Row(i), d.X.Row(k))
					part.Labels = append(part.Labels, d.Labels[k])
				}
				sum, _ = tr.gradient(batch)
				assert.InDelta(t, naiveLoss(t, net, part, loss), sum/4, 1e-12)
				for n, w := range weightsOf(net) {
					for i := range w.Data {
						const h = 1e-5
						old := w.Data[i]
						w.Data[i] = old + h
						above := naiveLoss(t, net, part, loss)
						w.Data[i] = old - h
						below := naiveLoss(t, net, part, loss)
						w.Data[i] = old
						assert.InDelta(t, (above-below)/(2*h), tr.grad[n].Data[i], 1e-8, "layer %d, weight %d", n+1, i)
					}
				}
			})
		}
	}
}
