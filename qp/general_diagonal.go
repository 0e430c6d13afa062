package qp

import "ridge/mat"

// diagonalMatrix is the index for the diagonal matrix with the given elements. Its full has the shape but no elements,
// which would take memory for the square of the order.
func diagonalMatrix(elements []float64) *indexedMatrix {
	n := len(elements)
	s := &indexedMatrix{full: mat.Dense[float64]{Rows: n, Cols: n, Stride: n}, start: make([]int, n+1),
		whole: make([]bool, n)}
	for j, v := range elements {
		if v != 0 {
			s.index, s.value = append(s.index, int32(j)), append(s.value, v)
		}
		s.start[j+1] = len(s.index)
	}
	return s
}

// onlyDiagonal reports whether s comes from diagonalMatrix.
func (s *indexedMatrix) onlyDiagonal() bool { return s.full.Rows > 0 && s.full.Data == nil }

// diagonal is element j of the diagonal, 0 where the matrix has no rows.
func (s *indexedMatrix) diagonal(j int) float64 {
	switch {
	case s.full.Rows == 0:
		return 0
	case !s.onlyDiagonal():
		return s.full.At(j, j)
	case s.start[j] == s.start[j+1]:
		return 0
	}
	return s.value[s.start[j]]
}
