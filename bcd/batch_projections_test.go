package bcd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

func TestProjectionsAreKeptInAHalfWhereTheyAreMany(t *testing.T) {
	const width = 800
	p := newProjections[float32](muchMemory/width+1, width)
	assert.Empty(t, p.full.Data)
	rng := rand.New(rand.NewPCG(1, 2))
	const lo = 2 * rows.Band
	a := mat.NewDense[float32](rows.Band+2, width) // two bands; the last row is 0
	for i := range a.Rows - 1 {
		for j := range width {
			a.Set(i, j, float32(math.Pow(10, -float64(i%7))*rng.NormFloat64()))
		}
	}
	p.set(lo, a, 2)
	row := make([]float32, width)
	for i := range a.Rows {
		p.get(row, lo+i)
		largest := mat.NormMax(a.RowView(i, 1))
		for j, v := range a.Row(i) {
			assert.InDelta(t, v, row[j], 1.01*float64(largest)/65534)
		}
	}
	assert.Equal(t, make([]float32, width), row)
}

func TestProjectionsAreExactWhereTheyAreFew(t *testing.T) {
	few, double := newProjections[float32](10, 3), newProjections[float64](muchMemory/2, 2)
	assert.Len(t, few.full.Data, 30)
	assert.Len(t, double.full.Data, muchMemory)
	few.set(4, mat.DenseOf(1, 3, []float32{1, -2, 3e-9}), 1)
	row := make([]float32, 3)
	few.get(row, 4)
	assert.Equal(t, []float32{1, -2, 3e-9}, row)
}
