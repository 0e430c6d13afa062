package qp

import (
	"math"
	"slices"

	"ridge/mat"
	"ridge/qp/internal/ldl"
)

// indexedMatrix is a matrix with an index of nonzero elements for its sparse rows. Other rows are
// processed whole, by vector instructions.
type indexedMatrix struct {
	full    mat.Dense[float64]
	start   []int // row i is index[start[i]:start[i+1]], which is empty for a whole row
	whole   []bool
	index   []int32
	value   []float64
	dense   bool         // at least half of the rows are whole: products are faster over all elements
	columns *columnIndex // nil until it is needed
}

// columnIndex lists, for every column, its elements in rows that are not whole.
type columnIndex struct {
	start []int
	row   []int32
	value []float64
	whole []int // the whole rows
}

// sparseShare is the fraction of nonzero elements below which processing only those is faster. It
// is the ratio of the speeds of scalar and vector instructions, corrected for the difference in
// memory traffic.
const sparseShare = 1.0 / 6

// indexMatrix builds the index for m, whose memory it keeps.
func indexMatrix(m mat.Dense[float64]) *indexedMatrix {
	s := &indexedMatrix{full: m, start: make([]int, m.Rows+1), whole: make([]bool, m.Rows)}
	few, whole := int(sparseShare*float64(m.Cols)), 0
	for i := range m.Rows {
		row, from := m.Row(i), len(s.index)
		for j := 0; j < len(row); j++ {
			for j+8 <= len(row) && zeros((*[8]float64)(row[j:])) {
				j += 8
			}
			if j == len(row) {
				break
			}
			v := row[j]
			if v == 0 {
				continue
			}
			if len(s.index)-from > few {
				s.whole[i] = true
				break
			}
			s.index, s.value = append(s.index, int32(j)), append(s.value, v)
		}
		if s.whole[i] {
			s.index, s.value = s.index[:from], s.value[:from]
			whole++
		}
		s.start[i+1] = len(s.index)
	}
	s.dense = 2*whole >= m.Rows
	return s
}

// zeros reports whether all elements are 0.
func zeros(v *[8]float64) bool {
	bits := uint64(0)
	for _, e := range v {
		bits |= math.Float64bits(e)
	}
	return bits<<1 == 0
}

// row returns the nonzero elements of row i, which must not be a whole row.
func (s *indexedMatrix) row(i int) (index []int32, value []float64) {
	return s.index[s.start[i]:s.start[i+1]], s.value[s.start[i]:s.start[i+1]]
}

// each calls f for the nonzero elements of row i.
func (s *indexedMatrix) each(i int, f func(j int, v float64)) {
	if s.whole[i] {
		for j, v := range s.full.Row(i) {
			if v != 0 {
				f(j, v)
			}
		}
		return
	}
	index, value := s.row(i)
	for p, j := range index {
		f(int(j), value[p])
	}
}

// largestTerm returns the largest |mᵢⱼyᵢ| in column j. Where yᵢ is 0, mᵢⱼ doesn't count, even if it is infinite.
func (s *indexedMatrix) largestTerm(j int, y []float64) (most float64) {
	if s.columns == nil {
		s.columns = s.indexColumns()
	}
	c := s.columns
	for _, i := range c.whole {
		if v := y[i]; v != 0 {
			most = max(most, math.Abs(s.full.At(i, j)*v))
		}
	}
	for p := c.start[j]; p < c.start[j+1]; p++ {
		if v := y[c.row[p]]; v != 0 {
			most = max(most, math.Abs(c.value[p]*v))
		}
	}
	return most
}

func (s *indexedMatrix) indexColumns() *columnIndex {
	b := ldl.NewBuckets(s.full.Cols, nil)
	for _, j := range s.index {
		b.Count(int(j))
	}
	c := &columnIndex{start: b.Starts(), row: make([]int32, b.Begin()), value: make([]float64, len(s.value))}
	for i, whole := range s.whole {
		if whole {
			c.whole = append(c.whole, i)
			continue
		}
		index, value := s.row(i)
		for p, j := range index {
			at := b.Place(int(j))
			c.row[at], c.value[at] = int32(i), value[p]
		}
	}
	return c
}

// sparseDot returns row i, which must not be a whole row, times x.
func (s *indexedMatrix) sparseDot(i int, x []float64) (sum float64) {
	for p := s.start[i]; p < s.start[i+1]; p++ {
		sum += s.value[p] * x[s.index[p]]
	}
	return sum
}

// times computes y := Mx.
func (s *indexedMatrix) times(x, y []float64, w mat.Workers) {
	if s.dense && len(y) > 0 {
		mat.Gemv(mat.NoTrans, 1, s.full, x, 0, y, w)
		return
	}
	for i := range y {
		if s.whole[i] {
			y[i] = mat.Dot(s.full.Row(i), x)
		} else {
			y[i] = s.sparseDot(i, x)
		}
	}
}

// rowsTimes computes the given elements of y := Mx; others are undefined.
func (s *indexedMatrix) rowsTimes(rows []int, x, y []float64, w mat.Workers) {
	if s.dense && 2*len(rows) >= len(y) {
		s.times(x, y, w)
		return
	}
	for _, i := range rows {
		if s.whole[i] {
			y[i] = mat.Dot(s.full.Row(i), x)
		} else {
			y[i] = s.sparseDot(i, x)
		}
	}
}

// addTransposed computes y += alpha·Mᵀv.
func (s *indexedMatrix) addTransposed(alpha float64, v, y []float64, w mat.Workers) {
	if s.dense && len(v) > 0 && len(y) > 0 {
		mat.Gemv(mat.Trans, alpha, s.full, v, 1, y, w)
		return
	}
	for i, vi := range v {
		if vi == 0 {
			continue
		}
		if s.whole[i] {
			mat.Axpy(alpha*vi, s.full.Row(i), y)
			continue
		}
		index, value := s.row(i)
		for p, j := range index {
			y[j] += alpha * vi * value[p]
		}
	}
}

// scale multiplies element (i, j) by 2^(row[i] + column[j]). None becomes 0, so that the index remains one of the
// elements that are not.
func (s *indexedMatrix) scale(row, column []int, w mat.Workers) {
	mat.Parallel(w, s.full.Rows, func(i int) {
		var to []float64
		if !s.onlyDiagonal() {
			to = s.full.Row(i)
		}
		if s.whole[i] {
			for j, v := range to {
				to[j] = timesPower(v, row[i]+column[j])
			}
			return
		}
		index, value := s.row(i)
		for p, j := range index {
			value[p] = timesPower(value[p], row[i]+column[j])
			if to != nil {
				to[j] = value[p]
			}
		}
	})
}

// largest returns the largest exponent in row i, multiplied by 2^(row + column[j]), or noExponent if the row is
// zero. It raises columns, unless that is nil, to the exponents.
func (s *indexedMatrix) largest(i, row int, column, columns []int) (most int) {
	most = noExponent
	s.each(i, func(j int, v float64) {
		k := exponent(v) + row + column[j]
		most = max(most, k)
		if columns != nil {
			columns[j] = max(columns[j], k)
		}
	})
	return most
}

// transposed returns the index for Mᵀ.
func (s *indexedMatrix) transposed() *indexedMatrix { return indexMatrix(s.full.Transposed()) }

// couples reports whether row j has an element beside the diagonal in a column that counts. It stops at the first one,
// so that a full row costs little.
func (s *indexedMatrix) couples(j int, counts func(i int) bool) bool {
	if s.whole[j] {
		for i, v := range s.full.Row(j) {
			if v != 0 && i != j && counts(i) {
				return true
			}
		}
		return false
	}
	index, _ := s.row(j)
	return slices.ContainsFunc(index, func(i int32) bool { return int(i) != j && counts(int(i)) })
}

// cost is roughly the number of vector operations for adding up the products of the rows.
func (s *indexedMatrix) cost(rows []int, n float64) float64 {
	sum := 0.0
	for _, i := range rows {
		if s.whole[i] {
			sum += n * n
		} else {
			d := float64(s.start[i+1] - s.start[i])
			sum += d * d / sparseShare
		}
	}
	return sum
}

// density is the fraction of nonzero elements, where whole rows count as dense.
func (s *indexedMatrix) density() float64 {
	if len(s.whole) == 0 || s.full.Cols == 0 {
		return 0
	}
	sum := float64(len(s.index))
	for _, w := range s.whole {
		if w {
			sum += float64(s.full.Cols)
		}
	}
	return sum / float64(len(s.whole)*s.full.Cols)
}
