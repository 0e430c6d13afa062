package fit

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// threeColumns returns rows of three columns with the means 10, 0 and -3 and the deviations 1, 2 and 5.
func threeColumns(rows int, seed uint64) [][]float32 {
	rng := rand.New(rand.NewPCG(seed, 2))
	all := make([][]float32, rows)
	for i := range all {
		n := func() float32 { return float32(rng.NormFloat64()) }
		all[i] = []float32{10 + n(), 2 * n(), -3 + 5*n()}
	}
	return all
}

// changed applies f to each number of some rows.
func changed(rows [][]float32, f func(j int, x float32) float32) *table.Table {
	for _, row := range rows {
		for j, x := range row {
			row[j] = f(j, x)
		}
	}
	return tableOf(rows...)
}

func TestNumbersInALargerUnitThanThoseOfTheTrainingAreNoted(t *testing.T) {
	in := fit(t, tableOf(threeColumns(300, 1)...), columns.Standard)
	same := func(_ int, x float32) float32 { return x }
	for name, c := range map[string]struct {
		rows int
		to   func(j int, x float32) float32
		want string // how the only note begins; none if it is ""
	}{
		"the same unit": {50, same, ""},
		"one column in a larger unit": {50, func(j int, x float32) float32 {
			if j == 0 {
				x /= 1000
			}
			return x
		}, "column 1: all 50 numbers, from 0.0"},
		"all in a larger unit": {50, func(_ int, x float32) float32 { return x / 1000 },
			"in each of the 3 columns of numbers all are within a fifth"},
		"too few": {19, func(_ int, x float32) float32 { return x / 1000 }, ""},
		"one column is constant": {50, func(j int, x float32) float32 {
			if j == 1 {
				x = 0
			}
			return x
		}, ""},
		"all the same": {50, func(j int, _ float32) float32 { return float32(j) / 10 }, "column 1: all 50 numbers"},
		"gaps": {50, func(j int, x float32) float32 {
			if j == 0 {
				return nan
			}
			return x
		}, "column 1: 50 of 50 values are missing"},
	} {
		t.Run(name, func(t *testing.T) {
			notes := UnlikeTraining(in, changed(threeColumns(c.rows, 3), c.to))
			if c.want == "" {
				assert.Empty(t, notes)
				return
			}
			if assert.Len(t, notes, 1) {
				assert.Contains(t, notes[0], c.want)
			}
		})
	}
}

func TestImagesInALargerUnitThanThoseOfTheTrainingAreNoted(t *testing.T) {
	images := func(rows int, unit float32) *table.Table {
		rng := rand.New(rand.NewPCG(4, 5))
		var all [][]float32
		for range rows {
			all = append(all, []float32{unit * float32(rng.IntN(3)), unit * float32(rng.IntN(256)),
				unit * float32(rng.IntN(256))})
		}
		tab := tableOf(all...)
		tab.Shape = []int{1, 3}
		return tab
	}
	for _, unit := range []float32{1, 1. / 255} {
		in := fit(t, images(100, unit), columns.Standard)
		for _, scale := range []columns.Scale{columns.Standard, columns.Common, columns.Center, columns.None} {
			in.Scale = scale
			assert.Empty(t, UnlikeTraining(in, images(30, unit)), scale)
			assert.Empty(t, UnlikeTraining(in, images(30, unit/30)), scale)
			assert.Empty(t, UnlikeTraining(in, images(5, unit/255)), "too few")
			assert.Empty(t, UnlikeTraining(in, images(30, 0)), "black ones")
			notes := UnlikeTraining(in, images(30, unit/255))
			if assert.Len(t, notes, 1, scale) {
				assert.Contains(t, notes[0], "are they in the same unit?")
			}
		}
	}
}
