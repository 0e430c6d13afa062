package qpfile

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/qp"
)

// The 51 problems of the Maros–Mészáros set with at most 1,000 variables: all of them are solved.
func TestMarosMeszarosProblemsAreSolved(t *testing.T) {
	folder := os.Getenv("RIDGE_MAROS")
	if folder == "" {
		t.Skip("RIDGE_MAROS does not name the folder of the Maros-Meszaros problems")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.qp.gz"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		p, err := Read(file)
		require.NoError(t, err)
		t.Run(p.Name, func(t *testing.T) {
			res, err := qp.SolveGeneral(context.Background(),
				qp.GeneralProblem[float64]{H: p.P, G: p.Q, A: p.A, RowLower: p.Lower, RowUpper: p.Upper}, qp.Options{})
			t.Logf("%d steps, %d factorizations, f = %.10g, %+v",
				res.Iterations, res.Factorizations, res.Objective+p.R, res.Certificate)
			require.NoError(t, err)
			require.Equal(t, qp.Optimal, res.Status)
		})
	}
}
