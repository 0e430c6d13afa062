package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// shareAnElement is the definition of Overlap.
func shareAnElement[T mat.Float](a, b mat.Dense[T]) bool {
	places := map[*T]bool{}
	for i := range a.Rows {
		for j := range a.Cols {
			places[&a.Data[i*a.Stride+j]] = true
		}
	}
	for i := range b.Rows {
		for j := range b.Cols {
			if places[&b.Data[i*b.Stride+j]] {
				return true
			}
		}
	}
	return false
}

func TestOverlapIsExact(t *testing.T) {
	both(t, testOverlap[float32], testOverlap[float64])
}

func testOverlap[T mat.Float](t *testing.T) {
	r := newRand(7)
	slab := make([]T, 60)
	matrix := func() mat.Dense[T] {
		for {
			m := mat.Dense[T]{Rows: r.IntN(5), Cols: r.IntN(5)}
			m.Stride = m.Cols + r.IntN(5)
			start := r.IntN(len(slab))
			end := start
			if m.Rows > 0 && m.Cols > 0 {
				end += (m.Rows-1)*m.Stride + m.Cols
			}
			if end += r.IntN(3); end <= len(slab) {
				m.Data = slab[start:end]
				return m
			}
		}
	}
	seen := map[bool]int{}
	for range 20000 {
		a, b := matrix(), matrix()
		if r.IntN(2) == 0 && b.Rows <= 1 {
			b.Stride = max(b.Cols, a.Stride)
		}
		want := shareAnElement(a, b)
		seen[want]++
		require.Equal(t, want, mat.Overlap(a, b), "%d×%d stride %d at %d, %d×%d stride %d at %d",
			a.Rows, a.Cols, a.Stride, 60-cap(a.Data), b.Rows, b.Cols, b.Stride, 60-cap(b.Data))
	}
	require.Greater(t, seen[true], 1000)
	require.Greater(t, seen[false], 1000)
}

// In bytes, the stride of a single row may exceed any integer.
func TestOverlapOfRowsOfAnyStride(t *testing.T) {
	const large = math.MaxInt/8*2 + 2 // times 8, it is 0
	x := make([]float64, 5)
	row := func(from int) mat.Dense[float64] {
		return mat.Dense[float64]{Rows: 1, Cols: 3, Data: x[from:], Stride: large}
	}
	require.True(t, mat.Overlap(row(0), row(2)))
	require.True(t, mat.Overlap(row(2), row(0)))
	require.False(t, mat.Overlap(row(0).ColView(0, 2), row(2)))
	require.True(t, mat.Overlap(row(0), mat.Dense[float64]{Rows: 2, Cols: 1, Data: x, Stride: 4}))
}

// Calls every function that documents which operands must not overlap, with operands that share one
// element.
func TestOverlappingOperandsPanic(t *testing.T) {
	both(t, testOverlapping[float32], testOverlapping[float64])
}

func testOverlapping[T mat.Float](t *testing.T) {
	slab := mat.NewDense[T](9, 9)
	reset := func() {
		for i := range 9 {
			slab.Row(i)[i] = 1
		}
	}
	reset()
	a, b := slab.View(0, 0, 3, 3), slab.View(2, 2, 3, 3) // they share (2, 2)
	apart := slab.View(0, 5, 3, 3)                       // interleaves with a
	x, y, far := slab.Data[0:4], slab.Data[3:7], slab.Data[30:34]
	row := slab.Data[20:23] // begins with (2, 2)
	var chol mat.Cholesky[T]
	require.NoError(t, chol.Factor(a.Clone(), 1))
	l := chol.L()
	for _, test := range []struct {
		message string
		f       func()
	}{
		{"Gemm: c and a", func() { mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, apart, 0, b, 1) }},
		{"Gemm: c and b", func() { mat.Gemm(mat.NoTrans, mat.NoTrans, 1, apart, a, 0, b, 1) }},
		{"Gemm: c and b", func() { mat.Gemm(mat.NoTrans, mat.NoTrans, 1, apart, a, 0, a, 1) }},
		{"Syrk: c and a", func() { mat.Syrk(mat.Lower, mat.NoTrans, 1, a, 0, b, 1) }},
		{"Gemv: y and a", func() { mat.Gemv(mat.NoTrans, 1, a, apart.Row(0), 0, row, 1) }},
		{"Gemv: y and x", func() { mat.Gemv(mat.NoTrans, 1, apart, slab.Data[1:4], 0, slab.Data[0:3], 1) }},
		{"Trsm: b and a", func() { mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, a, b, 1) }},
		{"Trsm: b and a", func() { mat.Potrs(mat.Lower, a, b, 1) }},
		{"Trsm: b and a", func() { chol.Solve(l, 1) }},
		{"Trsv: x and a", func() { mat.Trsv(mat.Lower, mat.NoTrans, mat.NonUnit, a, row) }},
		{"Copy: dst and src", func() { mat.Copy(b, a) }},
		{"Copy: dst and src", func() { mat.Convert(b, a) }},
		{"TransposeTo: dst and src", func() { mat.TransposeTo(b, a) }},
		{"TransposeTo: dst and src", func() { mat.TransposeTo(a, a) }},
		{"Add: dst and a", func() { mat.Add(b, a, apart) }},
		{"Add: dst and b", func() { mat.Add(b, apart, a) }},
		{"Sub: dst and b", func() { mat.Sub(b, b, a) }},
		{"Hadamard: dst and a", func() { mat.Hadamard(b, a, b) }},
		{"Scale: dst and a", func() { mat.Scale(b, 2, a) }},
		{"Axpy: x and y", func() { mat.Axpy(1, x, y) }},
		{"Axpy: x and y", func() { mat.Axpy(1, y, x) }},
		{"Axpyf: y and x2", func() { mat.Axpyf([4]T{}, far, far, x, far, y) }},
		{"Axpyf: y and x0", func() { mat.Axpyf([4]T{}, y, far, far, far, y) }},
		{"Clamp: x and l", func() { mat.Clamp(x, y, far) }},
		{"Clamp: x and u", func() { mat.Clamp(x, far, y) }},
		{"Cholesky.Inverse: dst and the factor", func() { chol.Inverse(l, 1) }},
		{"Cholesky.Update: x and the factor", func() { _ = chol.Update(l.ColView(0, 1)) }},
		{"Cholesky.Downdate: x and the factor", func() { _ = chol.Downdate(l.ColView(0, 1)) }},
		{"Cholesky.Factor: a and the factor", func() { _ = chol.Factor(l, 1) }},
	} {
		requirePanics(t, fmt.Sprintf("mat: %s overlap", test.message), test.f)
	}
}

func TestInterleavedAndEqualOperandsAreAllowed(t *testing.T) {
	slab := mat.NewDense[float64](6, 9)
	slab.Fill(1)
	a, b, c := slab.View(0, 0, 3, 3), slab.View(0, 3, 3, 3), slab.View(1, 6, 3, 3)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, b, 0, c, 1)
	require.Equal(t, 3.0, c.At(2, 2))
	mat.Syrk(mat.Lower, mat.NoTrans, 1, a, 0, b, 1)
	mat.TransposeTo(c, a)
	mat.Copy(a, a)
	mat.Add(a, a, a)
	require.Equal(t, 2.0, a.At(0, 0))
	x := a.Row(0)
	mat.Axpy(1, x, x)
	mat.Clamp(x, x, x)
	mat.Gemv(mat.NoTrans, 1, a, b.Row(0), 0, c.Row(2), 1)
	require.Equal(t, 1.0, slab.At(5, 8), "outside of the views")
}
