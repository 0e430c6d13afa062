package qpfile

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/qp"
)

// published has the least values in the tables of Maros and Mészáros, to the nine digits there. Those of HS51, HS268,
// S268 and TAME are 0, which the tables miss by up to 6e-7.
var published = map[string]float64{
	"CVXQP1_M": 1.08751157e6, "CVXQP1_S": 1.15907181e4, "CVXQP2_M": 8.20155431e5,
	"CVXQP3_M": 1.36282874e6, "CVXQP3_S": 1.19434322e4, "DPKLO1": 3.70096217e-1,
	"DUAL1": 3.50129662e-2, "DUAL2": 3.37336761e-2, "DUAL4": 7.46090842e-1, "DUALC1": 6.15525083e3,
	"DUALC2": 3.55130769e3, "DUALC5": 4.27232327e2, "GOULDQP2": 1.84275341e-4,
	"GOULDQP3": 2.06278397, "HS21": -9.99599999e1, "HS268": 0, "HS35": 1.11111111e-1,
	"HS35MOD": 2.50000001e-1, "HS51": 0, "HS52": 5.32664756, "HS53": 4.09302326,
	"HS76": -4.68181818, "KSIP": 5.757979412e-1, "MOSARQP2": -1.59748211e3,
	"PRIMAL1": -3.50129646e-2, "PRIMAL2": -3.37336761e-2, "PRIMALC1": -6.15525082e3,
	"PRIMALC2": -3.55130769e3, "PRIMALC8": -1.83094298e4, "QAFIRO": -1.59078179,
	"QBANDM": 1.63523420e4, "QBRANDY": 2.83751149e4, "QCAPRI": 6.67932934e7,
	"QETAMACR": 8.67603699e4, "QFFFFF80": 8.73147466e5, "QGROW15": -1.01693640e8,
	"QGROW22": -1.49628953e8, "QPCBLEND": -7.84254092e-3, "QPCBOEI1": 1.15039140e7,
	"QPCSTAIR": 6.20438748e6, "QPTEST": 4.371875, "QRECIPE": -2.66616e2, "QSC205": -5.81395184e-3,
	"QSCAGR7": 2.68659486e7, "QSCFXM2": 2.77761617e7, "QSCORPIO": 1.88050955e3,
	"QSCSD1": 8.66666668, "QSHARE2B": 1.17036917e4, "S268": 0, "TAME": 0, "ZECEVIC2": -4.125,
}

// The 51 problems of the Maros–Mészáros set with at most 1,000 variables: all of them are solved, to the least value
// that was published. Its last digit is worth up to 1e-8 of it, and it was computed to an absolute 1e-8.
func TestMarosMeszarosProblemsAreSolved(t *testing.T) {
	folder := os.Getenv("RIDGE_MAROS")
	if folder == "" {
		t.Skip("RIDGE_MAROS does not name the folder of the Maros-Meszaros problems")
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.qp.gz"))
	require.NoError(t, err)
	require.Len(t, files, len(published))
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
			want, known := published[p.Name]
			require.True(t, known, "no published value")
			require.InDelta(t, want, res.Objective+p.R, 1e-8*max(1, math.Abs(want)))
		})
	}
}
