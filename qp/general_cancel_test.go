package qp

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func endedContext() context.Context {
	ctx, cancel := context.WithCancel(background)
	cancel()
	return ctx
}

func TestACanceledGeneralSolveFactorsNothing(t *testing.T) {
	p := randomGeneral(shape{n: 20, m: 10, rank: 20}, newRand(407))
	for name, warm := range map[string]bool{"cold": false, "warm": true} {
		t.Run(name, func(t *testing.T) {
			s, err := NewGeneralSolver(p.H, p.A, Options{})
			require.NoError(t, err)
			x, y := make([]float64, 20), make([]float64, 10)
			if warm {
				x, y = constant(20, 0.5), constant(10, 0.5)
			}
			info, err := s.Solve(endedContext(), p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
			require.ErrorIs(t, err, context.Canceled)
			assert.Equal(t, Canceled, info.Status)
			assert.Zero(t, info.Factorizations)
			assert.Zero(t, info.Iterations)
			assert.NotEqual(t, unmeasured(), info.Certificate)

			info, err = s.Solve(background, p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
			require.NoError(t, err, "the next solve is not canceled")
			assert.Equal(t, Optimal, info.Status)
		})
	}
}

// That H is indefinite shows only in a factorization.
func TestACanceledGeneralSolveDoesNotFactorHToCheckIt(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{2, -1.5, -1.5, -1.5, 2, -1.5, -1.5, -1.5, 2})
	p := GeneralProblem[float64]{H: h, G: constant(3, 1), Lower: constant(3, -1), Upper: constant(3, 1)}
	_, err := SolveGeneral(background, p, Options{})
	var indefinite *IndefiniteError
	require.ErrorAs(t, err, &indefinite)
	res, err := SolveGeneral(endedContext(), p, Options{})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, Canceled, res.Status)
	assert.Equal(t, make([]float64, 3), res.X)
}

func TestAnEliminationEndsWhereASolveIsCanceled(t *testing.T) {
	const n, m = 4, 3
	r := newRand(440)
	h, a := indexMatrix(hessian(n, 10, r)), indexMatrix(randomMatrix(m, n, r))
	for name, core := range map[string]func(k *kkt) kktCore{
		"primal": func(k *kkt) kktCore { return &k.cores.primal }, "dual": (*kkt).dual,
	} {
		k := newKKT(h, a, 1)
		k.choose(upTo(n), upTo(m))
		for _, ctx := range []context.Context{background, endedContext()} {
			assert.Equal(t, ctx == background, core(k).factor(ctx, k), name)
		}
		factored := k.factored
		require.False(t, k.factor(endedContext()), name)
		assert.Equal(t, factored, k.factored, name)
	}
}

func TestSumsOfWholeRowsEndWhereASolveIsCanceled(t *testing.T) {
	const rows = 3 * blockRows64
	a := mat.NewDense[float64](rows, 2)
	a.Fill(1)
	for _, ctx := range []context.Context{background, endedContext()} {
		sum := mat.NewDense[float64](2, 2)
		whole := (&normal{}).add(ctx, sum, indexMatrix(a), upTo(rows), constant(rows, 1), []int32{0, 1}, 1)
		assert.Equal(t, ctx == background, whole)
		want := map[bool]float64{true: rows, false: blockRows64}[whole]
		assert.Equal(t, want, sum.At(1, 0))
	}
}

func TestARunInANewWorkspaceIsCanceledToo(t *testing.T) {
	s, err := NewGeneralSolver(identity(2), mat.DenseOf(1, 2, []float64{1, 1}), Options{})
	require.NoError(t, err)
	s.load(func(int) float64 { return 1 }, boundsOf(2, []float64{0, 0}, nil, []float64{1}, nil))
	a := s.rerun(endedContext(), attempt{})
	require.ErrorIs(t, a.err, context.Canceled)
	assert.Equal(t, Canceled, a.info.Status)
	assert.Zero(t, s.kkt.factored)
}
