package qp

import (
	"errors"
	"slices"

	"ridge/mat"
)

// face holds the Cholesky factor of the block of H that belongs to a set of free
// variables.
type face struct {
	free           []int // increasing; those of l
	l              mat.Dense[float64]
	whole          []float64 // memory of l
	right          []float64 // a right-hand side, then the solution
	valid          bool
	factorizations int
}

// factor makes l the factor of the free variables' block of h, unless it is already.
func (f *face) factor(h mat.Dense[float64], free []int, w mat.Workers) error {
	if f.valid && slices.Equal(f.free, free) {
		return nil
	}
	if n := h.Rows; f.whole == nil {
		f.whole, f.free, f.right = make([]float64, n*n), make([]int, 0, n), make([]float64, n)
	}
	f.free = append(f.free[:0], free...)
	k := len(free)
	f.l = mat.DenseOf(k, k, f.whole[:k*k])
	for a, i := range free {
		row, block := h.Row(i), f.l.Row(a)
		for b, j := range free[:a+1] {
			block[b] = row[j]
		}
	}
	f.factorizations++
	if err := mat.Potrf(mat.Lower, f.l, w); err != nil {
		f.valid = false
		return f.notPositiveDefinite(err)
	}
	f.valid = true
	return nil
}

// notPositiveDefinite says which variable the factorization stopped at.
func (f *face) notPositiveDefinite(err error) error {
	e := &NotPositiveDefiniteError{Problem: single, Variable: -1, Err: err}
	var minor *mat.NotPositiveDefiniteError
	if errors.As(err, &minor) {
		e.Variable = f.free[minor.Minor-1]
	}
	return e
}

// solve sets the free variables' elements of x to −(LLᵀ)⁻¹b, b being their elements
// of grad.
func (f *face) solve(grad, x []float64) {
	b := f.right[:len(f.free)]
	for a, i := range f.free {
		b[a] = -grad[i]
	}
	mat.PotrsRight(mat.Lower, f.l, mat.DenseOf(1, len(b), b), 1)
	for a, i := range f.free {
		x[i] = b[a]
	}
}

// forget makes the next factor call factor.
func (f *face) forget() { f.valid = false }
