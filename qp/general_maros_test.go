package qp

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ridge/internal/qpfile"
)

func TestMarosMeszaros(t *testing.T) {
	dir := os.Getenv("RIDGE_MAROS")
	if dir == "" {
		t.Skip("RIDGE_MAROS is not set")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.qp.gz"))
	require.NoError(t, err)
	if one := os.Getenv("ONE"); one != "" {
		files = []string{filepath.Join(dir, one+".qp.gz")}
		debugGeneral = true
	}
	total := time.Duration(0)
	for _, f := range files {
		p, err := qpfile.Read(f)
		require.NoError(t, err)
		start := time.Now()
		res, err := SolveGeneral(context.Background(), GeneralProblem[float64]{H: p.P, G: p.Q, A: p.A, RowLower: p.Lower, RowUpper: p.Upper}, Options{Workers: 1})
		d := time.Since(start)
		total += d
		fmt.Printf("%-9s %8.2f ms %3d %3d %v p %.1e d %.1e c %.1e g %.1e  %v\n", p.Name, d.Seconds()*1e3, res.Iterations, res.Factorizations, res.Status, res.Primal, res.Dual, res.Complementarity, res.Gap, err)
	}
	fmt.Println(total)
}
