package fit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// countsAnd are two columns of counts below 1,000, and one more.
func countsAnd(more func(r *rand.Rand) float32) (rows [][]float32) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 1000 {
		rows = append(rows, []float32{float32(r.IntN(1000)), float32(r.IntN(1000)), more(r)})
		if i == 0 {
			rows[0][0], rows[0][1], rows[0][2] = 0, 0, 0
		}
	}
	return rows
}

// TestAColumnOfAnotherUnitIsNoMargin: what a column tells does not vanish beside larger numbers, whatever its unit.
func TestAColumnOfAnotherUnitIsNoMargin(t *testing.T) {
	for name, do := range map[string]func(r *rand.Rand) float64{
		"half":         func(r *rand.Rand) float64 { return float64(r.IntN(2)) },
		"three tenths": func(r *rand.Rand) float64 { return float64(r.IntN(10) / 7) },
		"a tenth":      func(r *rand.Rand) float64 { return float64(r.IntN(10) / 9) },
		"rare":         func(r *rand.Rand) float64 { return float64(r.IntN(20) / 19) },
		"rarer":        func(r *rand.Rand) float64 { return float64(r.IntN(100) / 99) },
		"a fraction":   func(r *rand.Rand) float64 { return r.Float64() },
		"waiting":      func(r *rand.Rand) float64 { return r.ExpFloat64() },
	} {
		for _, unit := range []float64{1e-3, 1, 10, 1000} {
			if strings.HasPrefix(name, "rare") {
				unit = min(unit, 1) // else it is as the margins of an image are
			}
			rows := countsAnd(func(r *rand.Rand) float32 { return float32(unit * do(r)) })
			in := fit(t, tableOf(rows...), columns.Auto)
			assert.Equal(t, columns.Standard, in.Scale, fmt.Sprint(name, unit))
		}
	}
}

// TestMarginsStaySmall: columns that hardly ever vary are not amplified.
func TestMarginsStaySmall(t *testing.T) {
	rows := countsAnd(func(r *rand.Rand) float32 { return float32(r.IntN(50) / 49 * r.IntN(300)) })
	assert.Equal(t, columns.Common, fit(t, tableOf(rows...), columns.Auto).Scale)
}

// TestAColumnThatIsLeftOutHasNoSayInTheScale: images in a table share a unit, whatever stands beside them.
func TestAColumnThatIsLeftOutHasNoSayInTheScale(t *testing.T) {
	cells := func(cell func(i int) float32) *table.Table {
		r := rand.New(rand.NewPCG(1, 2))
		var rows [][]float32
		for i := range 1000 {
			rows = append(rows, []float32{cell(i), float32(r.IntN(256)), float32(r.IntN(256)), float32(i / 999 * 9)})
		}
		rows[0][1], rows[0][2], rows[1][1], rows[1][2] = 0, 0, 255, 255
		return tableOf(rows...)
	}
	row := func(i int) float32 { return float32(i) }
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprint("image", i)
	}
	for name, tab := range map[string]*table.Table{
		"the number of the row": cells(row),
		"nothing":               cells(func(int) float32 { return nan }),
		"one text":              withText(cells(func(int) float32 { return 0 }), 0, "train"),
		"names":                 withText(cells(row), 0, names...),
		"too many texts":        withText(cells(func(int) float32 { return nan }), 0),
		"rare texts":            withText(cells(func(i int) float32 { return float32(i / 3) }), 0, names[:334]...),
	} {
		tab.Inputs[0].Counts, tab.Inputs[0].Overflow = name == "the number of the row", name == "too many texts"
		in := fit(t, tab, columns.Auto)
		assert.Equal(t, columns.Dropped, in.Columns[0].Kind, name)
		assert.Equal(t, columns.Common, in.Scale, name)
	}
}
