package mat

import (
	"fmt"
	"math"
	"math/bits"

	"ridge/asm"
)

// Dense is a row-major matrix: element (i, j) is Data[i*Stride+j]. The zero value
// is a matrix with no elements. Copies of a Dense share their elements.
//
// The fields are those of gonum's blas64.General and blas32.General, in the same order, so
// that a conversion makes one from the other without copying:
//
//	m := mat.Dense[float64](g.RawMatrix()) // of a *gonum/mat.Dense g
//	general := blas64.General(m)
//
// For gonum's other types there are [DenseOfSymmetric], [DenseOfTriangular] and
// [DenseOfVector].
type Dense[T Float] struct {
	Rows, Cols int
	Data       []T // at least (Rows-1)*Stride + Cols elements, if there are any
	Stride     int // distance between rows in Data, at least Cols
}

// NewDense returns a rows×cols matrix of zeros. It panics if a dimension is negative.
func NewDense[T Float](rows, cols int) Dense[T] {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("mat: NewDense(%d, %d): negative dimension", rows, cols))
	}
	if cols > 0 && rows > math.MaxInt/cols {
		panic(fmt.Sprintf("mat: NewDense(%d, %d): too large", rows, cols))
	}
	return Dense[T]{Rows: rows, Cols: cols, Data: make([]T, rows*cols), Stride: cols}
}

// DenseOf returns a rows×cols matrix on data, row by row and without copying. It
// panics unless len(data) is rows*cols.
func DenseOf[T Float](rows, cols int, data []T) Dense[T] {
	if rows < 0 || cols < 0 || cols > 0 && rows > math.MaxInt/cols || len(data) != rows*cols {
		panic(fmt.Sprintf("mat: DenseOf(%d, %d) on %d elements", rows, cols, len(data)))
	}
	return Dense[T]{Rows: rows, Cols: cols, Data: data, Stride: cols}
}

// At returns element (i, j).
func (m Dense[T]) At(i, j int) T {
	m.checkIndex(i, j)
	return m.Data[i*m.Stride+j]
}

// Set sets element (i, j).
func (m Dense[T]) Set(i, j int, v T) {
	m.checkIndex(i, j)
	m.Data[i*m.Stride+j] = v
}

func (m Dense[T]) checkIndex(i, j int) {
	if uint(i) >= uint(m.Rows) || uint(j) >= uint(m.Cols) {
		panic(fmt.Sprintf("mat: element (%d, %d) of a %d×%d matrix", i, j, m.Rows, m.Cols))
	}
}

// Row returns row i as a slice of Cols elements that shares the matrix's memory.
func (m Dense[T]) Row(i int) []T {
	if uint(i) >= uint(m.Rows) {
		panic(fmt.Sprintf("mat: row %d of a %d×%d matrix", i, m.Rows, m.Cols))
	}
	if m.Cols == 0 {
		return nil // Data may hold nothing, whatever the stride
	}
	data := m.Data[:len(m.Data):len(m.Data)] // what a slice has behind its length is not of the matrix
	return data[i*m.Stride : i*m.Stride+m.Cols : i*m.Stride+m.Cols]
}

// View returns the rows×cols submatrix whose first element is (i, j). It shares
// the matrix's memory. It panics if the submatrix is not inside.
func (m Dense[T]) View(i, j, rows, cols int) Dense[T] {
	// Compared by differences, which can't overflow.
	if i < 0 || j < 0 || rows < 0 || cols < 0 || rows > m.Rows-i || cols > m.Cols-j {
		panic(fmt.Sprintf("mat: view (%d, %d) %d×%d of a %d×%d matrix", i, j, rows, cols, m.Rows, m.Cols))
	}
	if rows == 0 || cols == 0 {
		return Dense[T]{Rows: rows, Cols: cols, Stride: m.Stride}
	}
	data := m.Data[:len(m.Data):len(m.Data)] // what a slice has behind its length is not of the matrix
	end := (i+rows-1)*m.Stride + j + cols
	return Dense[T]{Rows: rows, Cols: cols, Data: data[i*m.Stride+j : end : end], Stride: m.Stride}
}

// RowView returns rows i to i+n-1 as a view.
func (m Dense[T]) RowView(i, n int) Dense[T] { return m.View(i, 0, n, m.Cols) }

// ColView returns columns j to j+n-1 as a view.
func (m Dense[T]) ColView(j, n int) Dense[T] { return m.View(0, j, m.Rows, n) }

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
	for i := range m.Rows {
		row := m.Row(i)
		for j := range row {
			row[j] = v
		}
	}
}

// Copy copies src to dst, which must have the same shape. The two may be the
// same matrix; it panics if they overlap otherwise.
func Copy[T Float](dst, src Dense[T]) {
	dst.check("Copy", "dst")
	src.check("Copy", "src")
	checkSameShape("Copy", dst, src)
	if meet(dst.Data, src.Data) {
		mustBeSameOrApart("Copy", "dst", "src", &dst, &src)
	}
	for i := range src.Rows {
		copy(dst.Row(i), src.Row(i))
	}
}

// Convert copies src to dst, which must have the same shape, rounding each
// element to dst's type. If the types are the same it is [Copy].
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
	for i := range src.Rows {
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
	mustBeApart("TransposeTo", "dst", "src", &dst, &src)
	const band = 32 // rows of src whose elements fill whole cache lines of dst
	kern := asm.For[T]()
	for i := 0; i < src.Rows; i += band {
		pieces(src.Cols, func(j, end int) {
			kern.Transpose(min(band, src.Rows-i), end-j, src.Data[i*src.Stride+j:], src.Stride, dst.Data[j*dst.Stride+i:], dst.Stride)
		})
	}
}

// check panics unless m's fields agree with each other. (A pointer, so that tiny products
// spend no time on copies.)
func (m *Dense[T]) check(op, name string) {
	if !fits(m.Rows, m.Cols, m.Stride, len(m.Data)) {
		panic(fmt.Sprintf("mat: %s: %s: %d×%d with stride %d on %d elements",
			op, name, m.Rows, m.Cols, m.Stride, len(m.Data)))
	}
}

// fits tells whether a rows×cols matrix of that stride fits n elements.
func fits(rows, cols, stride, n int) bool {
	if rows < 0 || cols < 0 || stride < cols {
		return false
	}
	if rows == 0 || cols == 0 {
		return true
	}
	overflow, last := bits.Mul64(uint64(rows-1), uint64(stride)) // a division would take longer than a tiny product
	return n >= cols && overflow == 0 && last <= uint64(n-cols)
}

func checkSameShape[T Float](op string, a, b Dense[T]) {
	if a.Rows != b.Rows || a.Cols != b.Cols {
		panic(fmt.Sprintf("mat: %s: shapes %d×%d and %d×%d differ", op, a.Rows, a.Cols, b.Rows, b.Cols))
	}
}
