package gradient

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	_ "ridge/internal/oneworker"
	"ridge/mat"
)

// Shapes that the tests go through: a chain, one layer, and skips of every kind
// (from the input, from a hidden layer, several into one).
var testSpecs = map[string]nn.Spec{
	"one layer": {Inputs: 4, Hidden: []int{5}, Outputs: 3},
	"chain":     {Inputs: 5, Hidden: []int{4, 3}, Outputs: 3},
	"skips": {Inputs: 4, Hidden: []int{3, 4, 3}, Outputs: 2,
		Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}, {From: 0, To: 3}}},
}

// testNetwork returns a network with random biases and a mean.
func testNetwork[T mat.Float](t *testing.T, s nn.Spec, loss string, seed uint64) *nn.Network[T] {
	t.Helper()
	l, err := nn.ParseLoss[T](loss)
	require.NoError(t, err)
	net, err := nn.New(s, l, nn.Init{}, seed)
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(seed, 2))
	for _, l := range net.Layers {
		for i := range l.W.Rows {
			l.W.Set(i, l.W.Cols-1, T(0.3*rng.NormFloat64()))
		}
	}
	for i := range net.V.Data {
		net.V.Data[i] = T(0.5 * rng.NormFloat64())
	}
	for range s.Inputs {
		net.Mean = append(net.Mean, T(0.3*rng.NormFloat64()))
	}
	return net
}

// weightsOf returns W₁ … W_L and V.
func weightsOf[T mat.Float](net *nn.Network[T]) []mat.Dense[T] {
	var all []mat.Dense[T]
	for _, l := range net.Layers {
		all = append(all, l.W)
	}
	return append(all, net.V)
}

// Solvers in the order of methods: those of a formula for every weight, and the others.
var (
	elementwiseSolvers = []*solver{sgd, nesterov, adaGrad, rmsProp, adaDelta, adam, adamW}
	matrixSolvers      = []*solver{scheduleFree, muon, soap, kfac, foof}
	solvers            = append(slices.Clone(elementwiseSolvers), matrixSolvers...)
	methods            = []train.MethodOf[Options]{SGD, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam, AdamW,
		ScheduleFree, Muon, SOAP, KFAC, FOOF}
)

// methodOf returns the method of a solver.
func methodOf(s *solver) train.MethodOf[Options] { return methods[slices.Index(solvers, s)] }

// fit trains by a solver.
func fit[T mat.Float](net *nn.Network[T], d train.Data[T], s *solver, o Options, c train.Control) (train.Trace, error) {
	return train.Run(context.Background(), net, train.Samples[T]{Train: d}, methodOf(s).With(o), c)
}
