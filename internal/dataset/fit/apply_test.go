package fit

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// randomTable has every kind of column. The last one has heavy tails.
func randomTable(r *rand.Rand, rows int) *table.Table {
	levels := []string{"q", "p", "x", "ä", "rare"}
	tab := &table.Table{Source: "r", Rows: rows,
		Inputs: []table.Column{{Name: "a"}, {Kind: table.Text, Levels: levels}, {Name: "c"}, {},
			{Kind: table.Text, Levels: levels[:2]}, {Name: "f"}}}
	for range rows {
		cell := func(x float32) float32 {
			if r.IntN(7) == 0 {
				return nan
			}
			return x
		}
		tab.Cells = append(tab.Cells, cell(float32(r.NormFloat64()*1e6)), cell(float32(r.IntN(4))), float32(r.IntN(3)),
			7, float32(r.IntN(2)), cell(float32(math.Exp(2*r.NormFloat64()))))
	}
	return tab
}

func TestEveryWayGivesTheSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, scale := range []columns.Scale{columns.Auto, columns.Standard, columns.Center, columns.None} {
		tab := randomTable(r, 1500)
		in := fit(t, tab, scale)
		require.Equal(t, scale == columns.Auto || scale == columns.Standard, in.Columns[5].Curve != nil)
		x, err := Matrix(in, tab, nil, 5)
		require.NoError(t, err)

		// A row at a time, from its text, with a description that was stored.
		text, err := json.Marshal(columns.Description{Inputs: *in,
			Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{}}, Classes: []string{"a"}}})
		require.NoError(t, err)
		stored, err := columns.Decode(text)
		require.NoError(t, err)
		require.Equal(t, *in, stored.Inputs)
		cells, dst, fields := make([]float32, 6), make([]float32, in.Width()), make([]string, 6)
		for i := range tab.Rows {
			for j, v := range tab.Cells[6*i : 6*i+6] {
				switch c := tab.Inputs[j]; {
				case v != v:
					fields[j] = "?"
				case c.Kind == table.Text:
					fields[j] = c.Levels[int(v)]
				default:
					fields[j] = " " + columns.FormatNumber(float64(v))
				}
			}
			require.NoError(t, stored.Inputs.ParseRow(cells, fields))
			stored.Inputs.Apply(dst, cells)
			require.Equal(t, x[i*in.Width():(i+1)*in.Width()], dst)
		}
		taken, err := Take(in, tab, 3)
		require.NoError(t, err)
		require.Equal(t, x, taken)
	}
}

func TestColumnsThatAreLeftOutLeaveNoGaps(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	tab := &table.Table{Source: "r", Rows: 1500, Inputs: table.Numbers(5)}
	for range tab.Rows {
		tab.Cells = append(tab.Cells, 7, float32(r.NormFloat64()), 7, float32(r.NormFloat64()),
			float32(r.NormFloat64()))
	}
	in := fit(t, tab, columns.Standard)
	want, err := Matrix(in, tab, nil, 1)
	require.NoError(t, err)
	require.Len(t, want, 3*tab.Rows)
	got, err := Take(in, tab, 4)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestUnitsDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	tab := randomTable(r, 300)
	x, err := Matrix(fit(t, tab, columns.Standard), tab, nil, 1)
	require.NoError(t, err)
	scaled := *tab
	scaled.Cells = slices.Clone(tab.Cells)
	for i := range scaled.Rows {
		scaled.Cells[6*i] *= 1 << 20
		scaled.Cells[6*i+2] /= 1 << 20
		scaled.Cells[6*i+5] *= 1 << 20
	}
	y, err := Matrix(fit(t, &scaled, columns.Standard), &scaled, nil, 1)
	require.NoError(t, err)
	assert.Equal(t, x, y)
}

func TestApplyDoesNotAllocate(t *testing.T) {
	tab := randomTable(rand.New(rand.NewPCG(1, 1)), 100)
	in := fit(t, tab, columns.Auto)
	cells, dst, fields := make([]float32, 6), make([]float32, in.Width()), []string{"1.5", "p", "?", "7", "q", "1000"}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_ = in.ParseRow(cells, fields)
		in.Apply(dst, cells)
	}))
}

func TestOtherColumnsAreRefused(t *testing.T) {
	in := fit(t, withText(tableOf([]float32{0, 1}, []float32{0, 2}, []float32{1, 3}, []float32{1, 3}), 0, "a", "b"),
		columns.Auto)
	_, err := Matrix(in, tableOf([]float32{1}), nil, 1)
	assert.EqualError(t, err, "t: it has 1 columns of inputs, want 2")
	_, err = Take(in, tableOf([]float32{1, 2}), 1)
	assert.EqualError(t, err, "t: column 1: it has numbers, and levels in the training data")
	require.ErrorContains(t, in.ParseRow(make([]float32, 2), []string{"a"}), "1 field, want 2")
	require.ErrorContains(t, in.ParseRow(make([]float32, 2), []string{"a", "x"}), `column 2: "x" is not a number`)
}

func TestNamesAreForPeople(t *testing.T) {
	tab := withText(tableOf([]float32{0, nan, 3}, []float32{1, 2, 4}, []float32{1, 3, 4}, []float32{0, 3, 4}),
		0, "f", "m")
	tab.Inputs[0].Name = "sex"
	d := columns.Description{Inputs: *fit(t, tab, columns.Auto), Outputs: columns.Outputs{At: []int{1}}}
	assert.Equal(t, []string{"sex=f", "sex=m", "3", "3 is missing", "4"}, d.Names())
	assert.Len(t, d.Names(), d.Inputs.Width())
}
