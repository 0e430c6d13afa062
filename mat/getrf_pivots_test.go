package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// textbookLU is Gaussian elimination with partial pivoting, one column after the other.
func textbookLU(a mat.Dense[float64]) (ipiv []int) {
	for k := range min(a.Rows, a.Cols) {
		p := k
		for i := k; i < a.Rows; i++ {
			if math.Abs(a.At(i, k)) > math.Abs(a.At(p, k)) {
				p = i
			}
		}
		ipiv = append(ipiv, p)
		for j := range a.Cols {
			x, y := a.At(k, j), a.At(p, j)
			a.Set(k, j, y)
			a.Set(p, j, x)
		}
		for i := k + 1; i < a.Rows; i++ {
			l := a.At(i, k) / a.At(k, k)
			a.Set(i, k, l)
			for j := k + 1; j < a.Cols; j++ {
				a.Set(i, j, a.At(i, j)-l*a.At(k, j))
			}
		}
	}
	return ipiv
}

func TestGetrfChoosesTheTextbookPivots(t *testing.T) {
	both(t, testGetrfPivots[float32], testGetrfPivots[float64])
}

func testGetrfPivots[T mat.Float](t *testing.T) {
	few := [][2]int{{9, 9}, {80, 75}}
	many := append([][2]int{{1, 1}, {75, 80}, {300, 20}, {150, 150}}, few...)
	for _, s := range pick(few, many) {
		a := random[T](newRand(s[0]), s[0], s[1])
		wide := widen(mat.NoTrans, a)
		want := textbookLU(wide)
		got := make([]int, min(s[0], s[1]))
		require.NoError(t, mat.Getrf(a.Clone(), got, 1))
		require.Equal(t, want, got, "%v", s)
		clear(got)
		require.Zero(t, mat.GetrfBlocks(a, got, 2))
		require.Equal(t, want, got, "%v", s)
	}
}

func TestGetrfChoosesTheFirstOfTiedPivots(t *testing.T) {
	both(t, testGetrfTies[float32], testGetrfTies[float64])
}

// testGetrfTies puts the same magnitude in several places of the first column, on both sides of the
// boundaries of the pieces of 512 elements that are searched at a time, and of their halves.
func testGetrfTies[T mat.Float](t *testing.T) {
	const m = 1200
	for _, at := range [][]int{
		{0, 1}, {3, 4, 5}, {127, 128}, {128, 255}, {255, 256}, // in the first piece
		{5, 300}, {511, 512}, {512, 1199}, {700, 1023, 1024}, {1111, 1112},
	} {
		a := mat.NewDense[T](m, 1)
		for i := range m {
			a.Set(i, 0, T(i%7)/8)
		}
		for q, i := range at {
			a.Set(i, 0, T(1-2*((q+1)%2))) // −1, 1, −1 …
		}
		ipiv := make([]int, 1)
		require.NoError(t, mat.Getrf(a, ipiv, 1))
		require.Equal(t, at[0], ipiv[0], "%v", at)
	}
}

func TestGetrfIgnoresNaNUnlessItComesFirst(t *testing.T) {
	both(t, testGetrfNaN[float32], testGetrfNaN[float64])
}

func testGetrfNaN[T mat.Float](t *testing.T) {
	for _, c := range []struct {
		column []T
		pivot  int
		want   []string // the column afterwards
	}{
		{[]T{1, nan[T](), 3, 2}, 2, []string{"finite", "NaN", "finite", "finite"}},
		{[]T{nan[T](), 1, 3}, 0, []string{"NaN", "NaN", "NaN"}},
		{[]T{1, inf[T](), -inf[T]()}, 1, []string{"+Inf", "finite", "NaN"}},
		{[]T{1, nan[T](), inf[T]()}, 2, []string{"+Inf", "NaN", "finite"}},
	} {
		a, ipiv := mat.DenseOf(len(c.column), 1, c.column), make([]int, 1)
		require.NoError(t, mat.Getrf(a, ipiv, 1))
		require.Equal(t, c.pivot, ipiv[0])
		for i, want := range c.want {
			require.Equal(t, want, class(a.At(i, 0)), "%v", c.column)
		}
	}
	// In a large matrix it spreads to everything that depends on it, and Getrf terminates.
	a, ipiv := random[T](newRand(1), 150, 150), make([]int, 150)
	a.Set(70, 3, nan[T]())
	require.NoError(t, mat.Getrf(a, ipiv, 2))
	require.Equal(t, "NaN", class(a.At(149, 149)))
}
