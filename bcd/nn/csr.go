package nn

import "ridge/mat"

// csr is a matrix in compressed sparse rows: those of row i are values[k] in column
// columns[k], ascending, for k from starts[i] up to starts[i+1].
type csr[T mat.Float] struct {
	cols    int
	starts  []int32
	columns []int32
	values  []T
}

// newCSR takes the elements of m that are not zero.
func newCSR[T mat.Float](m mat.Dense[T]) *csr[T] {
	s := &csr[T]{cols: m.Cols, starts: make([]int32, 1, m.Rows+1), columns: []int32{}}
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if v != 0 {
				s.columns = append(s.columns, int32(j))
				s.values = append(s.values, v)
			}
		}
		s.starts = append(s.starts, int32(len(s.values)))
	}
	return s
}

// rows is the number of rows.
func (s *csr[T]) rows() int { return len(s.starts) - 1 }

// times computes y := S·x + y.
func (s *csr[T]) times(y, x mat.Dense[T]) {
	for i := range s.rows() {
		k, end := s.starts[i], s.starts[i+1]
		for ; k+4 <= end; k += 4 {
			c, v := s.columns[k:k+4], s.values[k:k+4]
			mat.Axpyf([4]T(v), x.Row(int(c[0])), x.Row(int(c[1])), x.Row(int(c[2])), x.Row(int(c[3])), y.Row(i))
		}
		for ; k < end; k++ {
			mat.Axpy(s.values[k], x.Row(int(s.columns[k])), y.Row(i))
		}
	}
}
