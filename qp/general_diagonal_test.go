package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestADiagonalMatrixIsTheSameWithoutItsZeros(t *testing.T) {
	elements, n := []float64{1, 0, 4, 0.25}, 4
	full := mat.NewDense[float64](n, n)
	for j, v := range elements {
		full.Set(j, j, v)
	}
	want, got := indexMatrix(full), diagonalMatrix(elements)
	by := []int{-1, 1, 3, 0}
	compare := func() {
		for j := range n {
			assert.Equal(t, want.diagonal(j), got.diagonal(j))
			assert.Equal(t, want.largest(j, 3, by, nil), got.largest(j, 3, by, nil))
			assert.Equal(t, want.largestTerm(j, elements), got.largestTerm(j, elements))
		}
		x, y, z := []float64{1, 2, 3, 5}, make([]float64, n), make([]float64, n)
		want.times(x, y, 1)
		got.times(x, z, 1)
		assert.Equal(t, y, z)
	}
	compare()
	want.scale(by, by, 1)
	got.scale(by, by, 1)
	compare()
	assert.Equal(t, want.index, got.index)
	assert.False(t, want.onlyDiagonal())
	assert.Zero(t, indexMatrix(mat.Dense[float64]{}).diagonal(0))
}

// f falls along x₁, which has no curvature, unless a bound or a row ends that.
func TestRaysOfADiagonalHAreThoseOfTheWholeMatrix(t *testing.T) {
	full := mat.NewDense[float64](3, 3)
	full.Set(0, 0, 2)
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		row   []float64
		upper float64
		found bool
	}{
		"free": {[]float64{1, 0, 1}, inf, true}, "a bound": {[]float64{1, 0, 1}, 9, false},
		"a row": {[]float64{0, 1, 0}, inf, false}, "along a row": {[]float64{1, 1, -1}, inf, true},
	} {
		t.Run(name, func(t *testing.T) {
			var rays [][]float64
			for _, h := range []*indexedMatrix{indexMatrix(full), diagonalMatrix([]float64{2, 0, 0})} {
				p := &program{h: h, a: indexMatrix(mat.DenseOf(1, 3, c.row)), g: []float64{-1, -3, 0},
					lower: []float64{-inf, -inf, -inf, 0}, upper: []float64{inf, c.upper, inf, 0}, free: upTo(3),
					rows: upTo(1), workers: 1}
				ray, err := p.steepest(background, newKKT(p.h, p.a, 1))
				require.NoError(t, err)
				rays = append(rays, ray, p.exactRay(background, nil))
			}
			for _, ray := range rays {
				require.Equal(t, c.found, ray != nil)
				if c.found {
					require.InDelta(t, 0, ray[0], 1e-15)
					require.Positive(t, ray[1])
				}
			}
		})
	}
}
