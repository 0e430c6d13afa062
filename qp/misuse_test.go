package qp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/misuse"
	"ridge/mat"
	"ridge/qp"
)

// TestMisusePanicsInWords calls every exported function and method with zero values and with
// nonsense.
func TestMisusePanicsInWords(t *testing.T) {
	t.Run("float32", testMisusePanicsInWords[float32])
	t.Run("float64", testMisusePanicsInWords[float64])
}

func testMisusePanicsInWords[T mat.Float](t *testing.T) {
	solver, err := qp.NewSolver(mat.DenseOf(1, 1, []T{2}), qp.Options{})
	require.NoError(t, err)
	general, err := qp.NewGeneralSolver(mat.DenseOf(1, 1, []T{2}), mat.DenseOf(1, 1, []T{1}), qp.Options{})
	require.NoError(t, err)
	values := []any{
		new(qp.Solver[T]), new(qp.GeneralSolver[T]), qp.Certificate{}, qp.Method(9), qp.Status(9),
		new(qp.IndefiniteError), new(qp.InfeasibleError), new(qp.InputError), new(qp.StatusError),
		new(qp.UnboundedError),
	}
	functions := map[string]any{
		"NewSolver": qp.NewSolver[T], "NewGeneralSolver": qp.NewGeneralSolver[T],
		"Solve": qp.Solve[T], "SolveGeneral": qp.SolveGeneral[T],
		"LeastSquares": qp.LeastSquares[T], "BoundedLeastSquares": qp.BoundedLeastSquares[T], "NNLS": qp.NNLS[T],
		"Solver.Solve": solver.Solve, "Solver.SolveBatch": solver.SolveBatch, "Solver.Multipliers": solver.Multipliers,
		"GeneralSolver.Solve": general.Solve, "GeneralSolver.BoundMultipliers": general.BoundMultipliers,
	}
	misuse.Methods(t, values...)
	misuse.Functions(t, functions)
	misuse.Complete(t, functions, values)
}
