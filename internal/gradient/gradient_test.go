package gradient

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
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

// TestWeightDecayJoinsTheGradients of the methods with matrices: their rules know nothing of it.
func TestWeightDecayJoinsTheGradients(t *testing.T) {
	const lambda = 0.3
	batch, d := []int{4, 1, 6, 8}, traintest.Clusters[float64](9, 4, 2, 4)
	for _, s := range matrixSolvers {
		gradients := func(decay float64) *trainer[float64] {
			o := s.defaults
			o.WeightDecay = decay
			net := testNetwork[float64](t, testSpecs["skips"], "softmax", 3)
			tr := newTrainer(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, s, o)
			tr.gradient(batch)
			return tr
		}
		plain, decayed := gradients(0), gradients(lambda)
		for n, w := range weightsOf(plain.net) {
			for i := range w.Rows {
				for j, v := range w.Row(i) {
					want := plain.grad[n].At(i, j)
					if j < w.Cols-1 {
						want += lambda * v
					}
					assert.InDelta(t, want, decayed.grad[n].At(i, j), 1e-14, "%v, layer %d", s, n+1)
				}
			}
		}
	}
}

// TestMethodsWithMatricesDecayOnce: with λ the whole update is that of gradients that have it.
func TestMethodsWithMatricesDecayOnce(t *testing.T) {
	d := traintest.Clusters[float64](9, 4, 2, 4)
	for _, s := range matrixSolvers {
		o := s.defaults
		o.WeightDecay = 0.3
		net := testNetwork[float64](t, testSpecs["skips"], "softmax", 3)
		a := newTrainer(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, s, o)
		o.WeightDecay = 0
		b := newTrainer(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, s, o)
		for k := range 3 {
			a.gradient([]int{4, 1, 6, 8})
			b.gradient([]int{4, 1, 6, 8})
			for n, g := range a.grad {
				mat.Copy(b.grad[n], g)
			}
			for _, tr := range []*trainer[float64]{a, b} {
				tr.rule.observe(k)
				tr.rule.apply(k, 0.01)
			}
			for n, w := range weightsOf(a.net) {
				assert.Equal(t, w.Data, weightsOf(b.net)[n].Data, "%v, layer %d", s, n+1)
			}
		}
	}
}

func TestGradientIsThatOfCentralDifferences(t *testing.T) {
	for name, spec := range testSpecs {
		for _, loss := range testLosses {
			t.Run(name+"/"+loss, func(t *testing.T) {
				net := testNetwork[float64](t, spec, loss, 3)
				d := traintest.Clusters[float64](9, spec.Inputs, spec.Outputs, 4)
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
