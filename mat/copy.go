package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/spans"
)

// Clone returns a copy with memory of its own and Stride = Cols.
func (m Dense[T]) Clone() Dense[T] {
	c := NewDense[T](m.Rows, m.Cols)
	Copy(c, m)
	return c
}

// Transposed returns the transpose as a matrix with memory of its own.
func (m Dense[T]) Transposed() Dense[T] {
	t := NewDense[T](m.Cols, m.Rows)
	TransposeTo(t, m)
	return t
}

// Fill sets every element to v.
func (m Dense[T]) Fill(v T) {
	m.check("Fill", "m")
	for i := range m.rowsToVisit() {
		row := m.Row(i)
		for j := range row {
			row[j] = v
		}
	}
}

// Copy copies src to dst, which must have the same shape. The two may be the same matrix; it panics
// if they overlap in any other way.
func Copy[T Float](dst, src Dense[T]) {
	dst.check("Copy", "dst")
	src.check("Copy", "src")
	checkSameShape("Copy", dst, src)
	if spans.Overlap(dst.Data, src.Data) {
		mustBeSameOrDisjoint("Copy", "dst", "src", &dst, &src)
	}
	for i := range src.rowsToVisit() {
		copy(dst.Row(i), src.Row(i))
	}
}

// Convert copies src to dst, which must have the same shape, and rounds each element to dst's type.
// If the types are the same it is [Copy].
func Convert[D, S Float](dst Dense[D], src Dense[S]) {
	dst.check("Convert", "dst")
	src.check("Convert", "src")
	if dst.Rows != src.Rows || dst.Cols != src.Cols {
		panic(fmt.Sprintf("mat: Convert: %d×%d from %d×%d", dst.Rows, dst.Cols, src.Rows, src.Cols))
	}
	if dst, ok := any(dst).(Dense[S]); ok {
		Copy(dst, src)
		return
	}
	for i := range src.rowsToVisit() {
		d := dst.Row(i)
		for j, v := range src.Row(i) {
			d[j] = D(v)
		}
	}
}

// TransposeTo writes the transpose of src to dst, a src.Cols×src.Rows matrix. It panics if
// the two share an element.
func TransposeTo[T Float](dst, src Dense[T]) {
	dst.check("TransposeTo", "dst")
	src.check("TransposeTo", "src")
	if dst.Rows != src.Cols || dst.Cols != src.Rows {
		panic(fmt.Sprintf("mat: TransposeTo: %d×%d from %d×%d", dst.Rows, dst.Cols, src.Rows, src.Cols))
	}
	mustNotOverlap("TransposeTo", "dst", "src", &dst, &src)
	if src.Cols == 0 {
		return
	}
	const band = 32 // rows of src whose elements fill whole cache lines of dst
	kern := asm.For[T]()
	for i := 0; i < src.Rows; i += band {
		rows := min(band, src.Rows-i)
		transpose(kern, rows, src.Cols, src.Data[i*src.Stride:], src.Stride, dst.Data[i:], dst.Stride)
	}
}

// transposeCall is the most elements that one kernel call transposes, unless both sides are long: it can't be
// preempted, and takes longer than one that reads and writes whole rows.
const transposeCall = 2 * callLength

// transpose writes the transpose of m×n elements of src to dst, as the kernel does, in several calls if they are many.
func transpose[T Float](kern *asm.Kernels[T], m, n int, src []T, lds int, dst []T, ldd int) {
	const unit = 32 // rows or columns: whole cache lines
	if m*n <= transposeCall {
		kern.Transpose(m, n, src, lds, dst, ldd)
		return
	}
	length := max(unit, transposeCall/min(m, n)/unit*unit)
	if m < n {
		for j := 0; j < n; j += length {
			kern.Transpose(m, min(length, n-j), src[j:], lds, dst[j*ldd:], ldd)
		}
		return
	}
	for i := 0; i < m; i += length {
		kern.Transpose(min(length, m-i), n, src[i*lds:], lds, dst[i:], ldd)
	}
}
