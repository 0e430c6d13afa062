package plain

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

func TestMatricesComputeWhatTheirNamesSay(t *testing.T) {
	a := Of(mat.DenseOf(2, 3, []float64{1, 2, 3, 4, 5, 6}))
	assert.Equal(t, Matrix{{1, 2, 3}, {4, 5, 6}}, a)
	assert.Equal(t, Matrix{{1, 4}, {2, 5}, {3, 6}}, a.Transposed())
	assert.Equal(t, Matrix{{14, 32}, {32, 77}}, a.Times(a.Transposed()))
	assert.Equal(t, Matrix{{3, 5, 7}, {9, 11, 13}}, a.Plus(2, Matrix{{1, 1, 1}, {1, 1, 1}}, 1))
	assert.Equal(t, Matrix{{2, 3}, {5, 6}}, a.Columns(1, 3))
	assert.Equal(t, 5.0, Matrix{{3}, {4}}.Norm())
	b := Zeros(2, 3)
	b.Put(1, Matrix{{1, 2}, {3, 4}})
	assert.Equal(t, Matrix{{0, 1, 2}, {0, 3, 4}}, b)
	assert.Equal(t, Matrix{{0.75, -0.5}, {-0.5, 0.5}}, Matrix{{4, 4}, {4, 6}}.Inverse())
	assert.Equal(t, Identity(2), Matrix{{2, 0}, {0, 2}}.Times(Matrix{{0.5, 0}, {0, 0.5}}))
}
