package bcd

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	_ "ridge/internal/oneworker"
	_ "ridge/internal/testgc"
	"ridge/mat"
)

const (
	hinge   = "hinge"
	squared = "squared"
)

var testSpecs = traintest.Shapes

type testCase struct {
	name      string
	spec      nn.Spec
	objective Objective
	loss      string
}

// eachCase runs body for every shape, objective and loss.
func eachCase(t *testing.T, body func(t *testing.T, c testCase)) {
	for name, spec := range testSpecs {
		for _, objective := range []Objective{Tikhonov, Fenchel} {
			for _, loss := range []string{squared, hinge} {
				c := testCase{name + "/" + objective.String() + "/" + loss, spec, objective, loss}
				t.Run(c.name, func(t *testing.T) { body(t, c) })
			}
		}
	}
}

func testNetwork[T mat.Float](t *testing.T, s nn.Spec, loss string, seed uint64) *nn.Network[T] {
	t.Helper()
	l, err := nn.ParseLoss[T](loss)
	require.NoError(t, err)
	net, err := nn.New(s, l, nn.Init{}, seed)
	require.NoError(t, err)
	return net
}

// testLift returns a network unfolded over n samples at a point in general position:
// random weights and biases, hidden variables away from the forward activations, a
// third of them 0, and another γ for each layer.
func testLift(t *testing.T, c testCase, n int) *lift[float64] {
	t.Helper()
	net := testNetwork[float64](t, c.spec, c.loss, 3)
	rng := rand.New(rand.NewPCG(4, 5))
	traintest.Perturb(net, rng)
	p := penalties{objective: c.objective, lambda: 0.01, lambdaOut: 0.03}
	for i := range net.Layers {
		p.gamma = append(p.gamma, 0.4+0.3*float64(i))
	}
	d := traintest.Clusters[float64](n, c.spec.Inputs, c.spec.Outputs, 6)
	l := newLift(net, p, d.X, d.AllTargets(net.Loss, net.V.Rows), 1, train.NewAdder(t.Context(), nil))
	for i := range l.u.Data {
		l.u.Data[i] = max(0, l.u.Data[i]+rng.NormFloat64())
		if rng.IntN(3) == 0 {
			l.u.Data[i] = 0
		}
	}
	l.refresh()
	return l
}

// total is F itself.
func (l *lift[T]) total() float64 { return l.value() * float64(l.samples()) }

// blocks returns the matrices of the variables under their names.
func (l *lift[T]) blocks() map[string]mat.Dense[T] {
	b := map[string]mat.Dense[T]{"U": l.u, "V": l.net.V}
	for n := 1; n <= l.layers(); n++ {
		b[layerName(n)] = l.net.Layers[n-1].W
	}
	return b
}

// gradients returns ∇F under the names of blocks.
func (l *lift[T]) gradients() map[string]mat.Dense[T] {
	g := map[string]mat.Dense[T]{"U": mat.NewDense[T](l.u.Rows, l.u.Cols),
		"V": mat.NewDense[T](l.net.V.Rows, l.net.V.Cols)}
	v := l.outputProblem()
	v.gradient(g["V"])
	for n := 1; n <= l.layers(); n++ {
		l.gradientU(n, 0, l.samples(), g["U"].ColView(l.column(n), l.net.Width(n)))
		w := l.weightProblem(n)
		g[layerName(n)] = mat.NewDense[T](w.w.Rows, w.w.Cols)
		w.gradient(g[layerName(n)])
	}
	return g
}

func layerName(n int) string { return fmt.Sprintf("W%d", n) }

// fitFull and fitBatches train, by one method each, without validation and test samples.
func fitFull[T mat.Float](ctx context.Context, net *nn.Network[T], d train.Data[T], o FullOptions,
	c ...train.Control) (train.Trace, error) {
	return train.Run(ctx, net, train.Samples[T]{Train: d}, FullBatches.With(o), append(c, train.Control{})[0])
}

func fitBatches[T mat.Float](ctx context.Context, net *nn.Network[T], d train.Data[T], o BatchOptions,
	c ...train.Control) (train.Trace, error) {
	return train.Run(ctx, net, train.Samples[T]{Train: d}, MiniBatches.With(o), append(c, train.Control{})[0])
}

// testFullOptions are the defaults of 32 bits: good enough to train with.
func testFullOptions() FullOptions { return DefaultFullOptions(train.Problem{Bits: 32}) }
