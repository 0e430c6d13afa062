package fit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn/columns"
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
