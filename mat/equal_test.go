package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestEqualComparesShapesAndElements(t *testing.T) {
	a := counted[float64](5, 7)
	v := a.View(1, 2, 3, 4)
	require.True(t, mat.Equal(v, v.Clone()), "strides don't count")
	require.True(t, mat.Equal(mat.NewDense[float64](0, 3), a.View(0, 0, 0, 3)))
	require.False(t, mat.Equal(mat.NewDense[float64](0, 3), mat.NewDense[float64](3, 0)))
	require.False(t, mat.Equal(v, a.View(1, 2, 3, 3)))

	other := v.Clone()
	other.Set(2, 3, math.Nextafter(other.At(2, 3), 0))
	require.False(t, mat.Equal(v, other), "the last element")
}

func TestEqualityOfElements(t *testing.T) {
	both(t, testEquality[float32], testEquality[float64])
}

func testEquality[T mat.Float](t *testing.T) {
	largest := T(math.MaxFloat32)
	if unit[T]() < 1e-10 {
		x := math.MaxFloat64
		largest = T(x)
	}
	for _, c := range []struct {
		name         string
		x, y         T
		tol          float64
		equal, close bool
	}{
		{"the same", 3, 3, 0, true, true},
		{"zeros of both signs", 0, T(math.Copysign(0, -1)), 0, true, true},
		{"small ones, absolutely", 0, 0x1p-10, 0x1p-10, false, true},
		{"small ones, farther apart", 0, 0x1p-9, 0x1p-10, false, false},
		{"large ones, relatively", 1024, 1025, 0x1p-10, false, true},
		{"large ones, farther apart", 1024, 1026, 0x1p-10, false, false},
		{"opposite signs", 5, -5, 0.5, false, false},
		{"NaN", nan[T](), nan[T](), 1, false, false},
		{"NaN and a number", nan[T](), 1, 1, false, false},
		{"infinities", inf[T](), inf[T](), 0, true, true},
		{"opposite infinities", inf[T](), -inf[T](), 1, false, false},
		{"infinity and a number", inf[T](), largest, 1, false, false},
		{"a difference that overflows", largest, -largest, 1, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := mat.DenseOf(1, 2, []T{1, c.x}), mat.DenseOf(1, 2, []T{1, c.y})
			require.Equal(t, c.equal, mat.Equal(a, b))
			require.Equal(t, c.equal, mat.Equal(b, a))
			require.Equal(t, c.close, mat.EqualApprox(a, b, c.tol))
			require.Equal(t, c.close, mat.EqualApprox(b, a, c.tol))
		})
	}
}
