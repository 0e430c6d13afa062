package gradient

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	_ "ridge/internal/oneworker"
	"ridge/mat"
)

var testSpecs = traintest.Shapes

// testNetwork returns a network with random biases and a mean.
func testNetwork[T mat.Float](t *testing.T, s nn.Spec, loss string, seed uint64) *nn.Network[T] {
	t.Helper()
	l, err := nn.ParseLoss[T](loss)
	require.NoError(t, err)
	net, err := nn.New(s, l, nn.Init{}, seed)
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(seed, 2))
	traintest.Perturb(net, rng)
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
