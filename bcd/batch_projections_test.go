package bcd

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

func TestProjectionsAreKeptInAHalfWhereTheyAreMany(t *testing.T) {
	const width = 800
	p := newProjections[float32](muchMemory/width+1, width)
	assert.Empty(t, p.full.Data)
	rng := rand.New(rand.NewPCG(1, 2))
	a := mat.NewDense[float32](3, width) // the last row is 0
	for j := range width {
		a.Set(0, j, float32(rng.NormFloat64()))
		a.Set(1, j, float32(1e-6*rng.NormFloat64()))
	}
	p.set(5, a, 2)
	row := make([]float32, width)
	for i := range 3 {
		p.get(row, 5+i)
		largest := mat.NormMax(a.RowView(i, 1))
		for j, v := range a.Row(i) {
			assert.InDelta(t, v, row[j], 1.01*float64(largest)/65534)
		}
	}
	p.get(row, 4)
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
