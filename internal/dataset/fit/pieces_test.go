package fit

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// inPieces fits the columns of a table in pieces.
func inPieces(t *testing.T, tab *table.Table, scale columns.Scale) *columns.Inputs {
	t.Helper()
	in, _, err := Columns(tab, nil, Options{Scale: scale, Pieces: true, Workers: 2})
	require.NoError(t, err)
	return in
}

func TestColumnsAreDividedAtTheirOctiles(t *testing.T) {
	var rows [][]float32
	for i := range 801 {
		rows = append(rows, []float32{float32(i * 7 % 801)})
	}
	in := inPieces(t, tableOf(rows...), columns.Auto)
	p := in.Columns[0].Pieces
	require.NotNil(t, p)
	assert.Equal(t, []float64{0, 100, 200, 300, 400, 500, 600, 700, 800}, p.At)
	for k, mean := range p.Means {
		assert.InDelta(t, (700.5-100*float64(k)+50)/801, mean, 1e-12, "the %d-th", k)
	}
	assert.Equal(t, 9, in.Width())
	x, err := Matrix(in, tableOf(rows...), nil, 1)
	require.NoError(t, err)
	for k := range in.Width() {
		sum := 0.
		for i := k; i < len(x); i += in.Width() {
			sum += float64(x[i])
		}
		assert.InDelta(t, 0, sum/801, 1e-6, "each input has mean 0")
	}
	plain := fit(t, tableOf(rows...), columns.Auto)
	assert.Nil(t, plain.Columns[0].Pieces, "only if they are asked for")
	assert.Equal(t, plain.Columns[0].Mean, in.Columns[0].Mean)
}

// Far outliers are in the last piece, which they press together, so the rank stays beside the pieces.
func TestColumnsWithOutliersHavePiecesAndTheRank(t *testing.T) {
	rows := normal(1000, func(_ int, v float64) float64 { return math.Exp(2 * v) })
	want := fit(t, tableOf(rows...), columns.Auto).Columns[0]
	require.NotNil(t, want.Curve)
	got := inPieces(t, tableOf(rows...), columns.Auto).Columns[0]
	assert.Equal(t, want.Curve, got.Curve)
	assert.Len(t, got.Pieces.Means, 8)

	for i := range rows { // ties leave nothing to divide
		if i%10 != 0 {
			rows[i][0] = 0
		}
	}
	tied := inPieces(t, tableOf(rows...), columns.Auto).Columns[0]
	assert.Nil(t, tied.Pieces)
	assert.Equal(t, fit(t, tableOf(rows...), columns.Auto).Columns[0].Curve, tied.Curve)
	assert.NotNil(t, tied.Curve)
}

func TestOnlyStandardizedColumnsHavePieces(t *testing.T) {
	rows := normal(100, func(_ int, v float64) float64 { return v })
	for scale, want := range map[columns.Scale]bool{
		columns.Auto: true, columns.Standard: true, columns.Center: false, columns.None: false,
	} {
		assert.Equal(t, want, inPieces(t, tableOf(rows...), scale).Columns[0].Pieces != nil, scale)
	}
	pixels := tableOf(rows...)
	pixels.Shape = []int{1, len(pixels.Inputs)}
	assert.Nil(t, inPieces(t, pixels, columns.Standard).Columns[0].Pieces)
}

func TestColumnsOfFewDifferentNumbersHaveNoPieces(t *testing.T) {
	assert.Nil(t, piecesOf(nil))
	assert.Nil(t, piecesOf([]float32{1, 1, 1}))
	assert.Nil(t, piecesOf([]float32{0, 1, 0, 1}))
	three := piecesOf([]float32{2, 0, 1, 1})
	require.NotNil(t, three)
	assert.Equal(t, &columns.Pieces{At: []float64{0, 1, 2}, Means: []float64{0.75, 0.25}, Divisor: 0.5}, three)
	for n := range 40 {
		values := make([]float32, n)
		for i := range values {
			values[i] = float32(i * i)
		}
		if p := piecesOf(values); p != nil {
			d := columns.Description{
				Inputs:  columns.Inputs{Columns: []columns.Column{{Kind: columns.Number, Divisor: 1, Pieces: p}}},
				Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{}}, Classes: []string{"a"}},
			}
			assert.NoError(t, d.Validate(), n)
		}
	}
}

func TestPiecesDoNotDependOnUnits(t *testing.T) {
	rows := normal(500, func(_ int, v float64) float64 { return v })
	want, err := Matrix(inPieces(t, tableOf(rows...), columns.Auto), tableOf(rows...), nil, 1)
	require.NoError(t, err)
	for _, unit := range []float32{0x1p20, 0x1p-20} {
		scaled := normal(500, func(_ int, v float64) float64 { return float64(unit * float32(v)) })
		got, err := Matrix(inPieces(t, tableOf(scaled...), columns.Auto), tableOf(scaled...), nil, 1)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}
