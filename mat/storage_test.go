package mat_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// The fields of gonum's blas64.General, Symmetric, Triangular and Vector.
type (
	general struct {
		Rows, Cols int
		Data       []float64
		Stride     int
	}
	symmetric struct {
		Uplo   byte
		N      int
		Data   []float64
		Stride int
	}
	triangular struct {
		Uplo, Diag byte
		N          int
		Data       []float64
		Stride     int
	}
	vector struct {
		N    int
		Data []float64
		Inc  int
	}
)

func TestDenseConvertsToGonumsGeneralAndBack(t *testing.T) {
	g := general{Rows: 2, Cols: 2, Data: []float64{1, 2, 3, 4, 5}, Stride: 3}
	m := mat.Dense[float64](g)
	require.Equal(t, 5.0, m.At(1, 1))
	m.Set(1, 0, -4)
	require.Equal(t, g, general(m), "both see the same elements")
}

func TestDenseOfSymmetricReadsTheStoredTriangle(t *testing.T) {
	both(t, testDenseOfSymmetric[float32], testDenseOfSymmetric[float64])
}

func testDenseOfSymmetric[T mat.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 17, 40} {
		for _, u := range uplos {
			stored := input[T](newRand(n), n, n)
			poison(u, stored.Dense)
			m := mat.DenseOfSymmetric(u, n, stored.Data, stored.Stride)
			require.Equal(t, [3]int{n, n, n}, [3]int{m.Rows, m.Cols, m.Stride})
			for i := range n {
				for j := range n {
					want := stored.At(min(i, j), max(i, j))
					if u == mat.Lower {
						want = stored.At(max(i, j), min(i, j))
					}
					require.Equal(t, want, m.At(i, j), "%v, n=%d (%d, %d)", u, n, i, j)
				}
			}
			m.Fill(7)
			requirePoisoned(t, u, stored.Dense, "memory of its own")
			if n > 0 {
				require.NotEqual(t, T(7), stored.At(n-1, n-1), "memory of its own")
			}
		}
	}
}

func TestDenseOfTriangularReadsTheStoredTriangle(t *testing.T) {
	both(t, testDenseOfTriangular[float32], testDenseOfTriangular[float64])
}

func testDenseOfTriangular[T mat.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 17} {
		for _, u := range uplos {
			for _, d := range diags {
				stored := input[T](newRand(n), n, n)
				poison(u, stored.Dense)
				want := mat.NewDense[T](n, n)
				for i := range n {
					for j := range n {
						if inTriangle(u, i, j) {
							want.Set(i, j, stored.At(i, j))
						}
					}
					if d == mat.Unit {
						want.Set(i, i, 1)
						stored.Set(i, i, nan[T]())
					}
				}
				requireSameBits(t, want, mat.DenseOfTriangular(u, d, n, stored.Data, stored.Stride),
					"%v %v n=%d", u, d, n)
			}
		}
	}
}

func TestDenseOfVectorIsAView(t *testing.T) {
	data := []float64{1, -1, 2, -1, 3}
	x := mat.DenseOfVector(3, data, 2)
	require.Equal(t, [2]int{3, 1}, [2]int{x.Rows, x.Cols})
	require.Equal(t, []float64{1, 2, 3}, x.Clone().Data)
	x.Set(2, 0, 7)
	require.Equal(t, []float64{1, -1, 2, -1, 7}, data)
	require.Empty(t, mat.DenseOfVector[float64](0, nil, 1).Data)
}

func TestStorageThatDoesNotFitPanics(t *testing.T) {
	data := make([]float64, 5)
	requirePanics(t, "mat: DenseOfSymmetric: data: 2×2 with stride 4 on 5 elements", func() {
		mat.DenseOfSymmetric(mat.Upper, 2, data, 4)
	})
	requirePanics(t, "mat: DenseOfSymmetric: data: 2×2 with stride 1 on 5 elements", func() {
		mat.DenseOfSymmetric(mat.Upper, 2, data, 1)
	})
	requirePanics(t, "mat: DenseOfTriangular: data: -1×-1 with stride 4 on 5 elements", func() {
		mat.DenseOfTriangular(mat.Upper, mat.Unit, -1, data, 4)
	})
	requirePanics(t, "mat: DenseOfVector(3, 3) on 5 elements", func() { mat.DenseOfVector(3, data, 3) })
	requirePanics(t, "mat: DenseOfVector(3, -1) on 5 elements", func() { mat.DenseOfVector(3, data, -1) })
	requirePanics(t, "mat: DenseOfVector(-1, 1) on 5 elements", func() { mat.DenseOfVector(-1, data, 1) })
}

func ExampleDenseOfSymmetric() {
	s := symmetric{N: 2, Data: []float64{4, 1, 0, 3}, Stride: 2} // as returned by gonum's RawSymmetric
	fmt.Println(mat.DenseOfSymmetric(mat.Upper, s.N, s.Data, s.Stride))
	// Output:
	// [4 1]
	// [1 3]
}

func ExampleDenseOfTriangular() {
	l := triangular{N: 2, Data: []float64{9, 9, 5, 9}, Stride: 2} // as returned by gonum's RawTriangular
	fmt.Println(mat.DenseOfTriangular(mat.Lower, mat.Unit, l.N, l.Data, l.Stride))
	// Output:
	// [1 0]
	// [5 1]
}

func ExampleDenseOfVector() {
	v := vector{N: 3, Data: []float64{1, 0, 2, 0, 3}, Inc: 2} // as returned by gonum's RawVector
	fmt.Println(mat.DenseOfVector(v.N, v.Data, v.Inc).Clone().Data)
	// Output: [1 2 3]
}
