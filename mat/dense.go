package mat

import (
	"fmt"
	"math"
	"math/bits"
	"unsafe"
)

// Dense is a row-major matrix: element (i, j) is Data[i*Stride+j]. The zero value
// is a matrix with no elements. Copies of a Dense share their elements.
//
// The fields are those of gonum's blas64.General and blas32.General, in the same order. A Go
// conversion turns one into the other without copying:
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
	if cols > 0 && rows > maxBytes/int(unsafe.Sizeof(*new(T)))/cols {
		panic(fmt.Sprintf("mat: NewDense(%d, %d): too large", rows, cols))
	}
	return Dense[T]{Rows: rows, Cols: cols, Data: make([]T, rows*cols), Stride: cols}
}

// maxBytes is more than any matrix can take: the addresses of a process have 47 bits, or 31.
const maxBytes = min(math.MaxInt, 1<<(31+16*(^uint(0)>>63))-1)

// DenseOf returns a rows×cols matrix that holds data row by row, without copying it. It panics
// unless len(data) is rows*cols.
func DenseOf[T Float](rows, cols int, data []T) Dense[T] {
	if rows < 0 || cols < 0 || cols > 0 && rows > math.MaxInt/cols || len(data) != rows*cols {
		panic(fmt.Sprintf("mat: DenseOf(%d, %d) on %s", rows, cols, elements(len(data))))
	}
	return Dense[T]{Rows: rows, Cols: cols, Data: data, Stride: cols}
}

// At returns element (i, j).
func (m Dense[T]) At(i, j int) T {
	return m.Data[m.index(i, j)]
}

// Set sets element (i, j).
func (m Dense[T]) Set(i, j int, v T) {
	m.Data[m.index(i, j)] = v
}

// index is the index of element (i, j) in Data.
func (m Dense[T]) index(i, j int) int {
	if uint(i) >= uint(m.Rows) || uint(j) >= uint(m.Cols) {
		panic(fmt.Sprintf("mat: element (%d, %d) of a %d×%d matrix", i, j, m.Rows, m.Cols))
	}
	k := i*m.Stride + j
	if uint(k) >= uint(len(m.Data)) {
		m.panicMalformed()
	}
	return k
}

// panicMalformed panics because the fields contradict each other.
func (m Dense[T]) panicMalformed() {
	panic(fmt.Sprintf("mat: a %d×%d matrix with stride %d on %s", m.Rows, m.Cols, m.Stride, elements(len(m.Data))))
}

// Row returns row i as a slice of Cols elements that shares the matrix's memory.
func (m Dense[T]) Row(i int) []T {
	if uint(i) >= uint(m.Rows) {
		panic(fmt.Sprintf("mat: row %d of a %d×%d matrix", i, m.Rows, m.Cols))
	}
	if m.Cols == 0 {
		return nil // Data may be empty, whatever the stride
	}
	// The capacity ends with the row, so that append can't overwrite elements behind it.
	begin, end := i*m.Stride, i*m.Stride+m.Cols
	if uint(begin) > uint(end) || uint(end) > uint(len(m.Data)) {
		m.panicMalformed()
	}
	return m.Data[begin:end:end]
}

// View returns the rows×cols submatrix whose first element is (i, j). It shares the matrix's
// memory. It panics if the submatrix extends beyond the matrix.
func (m Dense[T]) View(i, j, rows, cols int) Dense[T] {
	// Differences can't overflow, where sums could.
	if i < 0 || j < 0 || rows < 0 || cols < 0 || rows > m.Rows-i || cols > m.Cols-j {
		panic(fmt.Sprintf("mat: view (%d, %d) %d×%d of a %d×%d matrix", i, j, rows, cols, m.Rows, m.Cols))
	}
	if rows == 0 || cols == 0 {
		return Dense[T]{Rows: rows, Cols: cols, Stride: m.Stride}
	}
	if !fits(i+rows, j+cols, m.Stride, len(m.Data)) {
		m.panicMalformed()
	}
	end := (i+rows-1)*m.Stride + j + cols
	return Dense[T]{Rows: rows, Cols: cols, Data: m.Data[i*m.Stride+j : end : end], Stride: m.Stride}
}

// rowsToVisit is Rows, or 0 if the rows have no elements: they may be more than a loop can visit.
func (m *Dense[T]) rowsToVisit() int {
	if m.Cols == 0 {
		return 0
	}
	return m.Rows
}

// RowView returns rows i to i+n-1 as a view.
func (m Dense[T]) RowView(i, n int) Dense[T] { return m.View(i, 0, n, m.Cols) }

// ColView returns columns j to j+n-1 as a view.
func (m Dense[T]) ColView(j, n int) Dense[T] { return m.View(0, j, m.Rows, n) }

// check panics if m's fields contradict each other. It takes a pointer, because copies would take a
// noticeable part of the time of tiny products.
func (m *Dense[T]) check(op, name string) {
	if !fits(m.Rows, m.Cols, m.Stride, len(m.Data)) {
		panic(fmt.Sprintf("mat: %s: %s: %d×%d with stride %d on %s",
			op, name, m.Rows, m.Cols, m.Stride, elements(len(m.Data))))
	}
}

// fits reports whether n elements are enough for a rows×cols matrix with the given stride.
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

// shape returns the rows and columns of op(A).
func shape[T Float](t Transpose, a Dense[T]) (rows, cols int) {
	if t == Trans {
		return a.Cols, a.Rows
	}
	return a.Rows, a.Cols
}

// elements is a number of elements in words.
func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return fmt.Sprintf("%d elements", n)
}

// reuse returns a rows×cols matrix, in the memory of m if that is large enough. Its contents are
// undefined.
func reuse[T Float](m Dense[T], rows, cols int) Dense[T] {
	if cap(m.Data) < rows*cols {
		m.Data = make([]T, rows*cols)
	}
	return Dense[T]{Rows: rows, Cols: cols, Stride: cols, Data: m.Data[:rows*cols]}
}

// setIdentity overwrites a with columns of the identity, beginning with column first.
func setIdentity[T Float](a Dense[T], first int) {
	a.Fill(0)
	for j := range a.Cols {
		a.Data[(first+j)*a.Stride+j] = 1
	}
}
