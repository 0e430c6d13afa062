package qp

import (
	"math"
	"slices"

	"ridge/mat"
)

// fixedColumns are the columns of a triangle whose variables are fixed, but not at 0. What these add to Ax is a
// constant: it is subtracted from b in rows that have other variables, and left out in rows that have none. So nothing
// is measured by how large it is.
type fixedColumns struct {
	list  []int
	given []float64 // b, before anything was subtracted; nil if list is empty
}

// foldFixed makes b what the fixed variables leave of it.
func (s *triangle) foldFixed() {
	fixed := make([]bool, s.a.Cols)
	for j, v := range s.lower {
		if fixed[j] = v == s.upper[j] && !math.IsInf(v, 0); fixed[j] && v != 0 {
			s.list = append(s.list, j)
		}
	}
	if s.list == nil {
		return
	}
	s.given = slices.Clone(s.b)
	for i, v := range s.given {
		if row := s.a.Row(i); hasOthers(row, fixed) {
			s.b[i] = s.boundLeft(row, s.lower, v)
		}
	}
}

// hasOthers reports whether a row has elements of variables that are not fixed.
func hasOthers(row []float64, fixed []bool) bool {
	for j, v := range row {
		if v != 0 && !fixed[j] {
			return true
		}
	}
	return false
}

// others is v, with 0 for the fixed variables.
func (f *fixedColumns) others(v []float64) []float64 {
	if f.list == nil {
		return v
	}
	v = slices.Clone(v)
	for _, j := range f.list {
		v[j] = 0
	}
	return v
}

// boundLeft is what the fixed variables of x leave of a bound of a row.
func (s *triangle) boundLeft(row, x []float64, bound float64) float64 {
	if s.list == nil || math.IsInf(bound, 0) {
		return bound
	}
	sum := doubleDouble{bound, 0}
	for _, j := range s.list {
		sum.add(-row[j], x[j])
	}
	return sum.value()
}

// leftOfAll is b − Ax, fixed variables included, which may be large and cancel each other.
func (s *triangle) leftOfAll(x []float64) []float64 {
	if s.list == nil {
		return s.left(x)
	}
	left := make([]float64, len(s.given))
	for i, v := range s.given {
		sum := doubleDouble{v, 0}
		for j, a := range s.a.Row(i) {
			sum.add(-a, x[j])
		}
		left[i] = sum.value()
	}
	return left
}

// addFixed makes the slopes of q along fixed variables those of all of b − Ax, which is left.
func (s *triangle) addFixed(q point, left []float64) {
	if s.list == nil {
		return
	}
	slopes := make([]float64, len(q.grad))
	mat.Gemv(mat.Trans, -1, s.a, left, 0, slopes, s.workers)
	if q.rows != nil {
		mat.Axpy(-1, q.rows.pull, slopes)
	}
	for j, l := range s.lower {
		if l == s.upper[j] {
			q.grad[j] = slopes[j]
		}
	}
}

// rowSizes computes what the violations of rows are relative to (see Certificate.Primal), but for their bounds.
func (s *triangle) rowSizes(x, sizes []float64) {
	least := leastSize * mat.AbsMax(s.others(x))
	for i := range sizes {
		for j, v := range s.c.Row(i) {
			more := least
			if s.lower[j] == s.upper[j] {
				more = 0
			}
			if v != 0 {
				sizes[i] += math.Abs(v) * (math.Abs(x[j]) + more)
			}
		}
	}
}
