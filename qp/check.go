package qp

import (
	"math"

	"ridge/mat"
)

// checkHessian refuses an H with which no solve can be trusted. It does not prove
// that H is positive semidefinite, which would cost a factorization.
func checkHessian[T mat.Float](h mat.Dense[T]) error {
	symmetric := looksSymmetric(h)
	if !symmetric {
		for i := range h.Rows {
			if j := notFinite(h.Row(i)); j >= 0 {
				return &InputError{"H", onlyProblem, i, j, float64(h.At(i, j)), "is not a finite number"}
			}
		}
	}
	for i := range h.Rows {
		// Where a diagonal element of a semidefinite matrix is zero, its row is.
		if d := h.At(i, i); d < 0 || d == 0 && mat.AbsMax(h.Row(i)) > 0 {
			return &NotPositiveDefiniteError{Problem: onlyProblem, Variable: i}
		}
	}
	if symmetric {
		return nil
	}
	return checkSymmetry(h)
}

// looksSymmetric is a faster and stricter checkSymmetry, at the speed of memory: it
// compares with the smallest elements of the diagonal. What passes is finite, too.
func looksSymmetric[T mat.Float](h mat.Dense[T]) bool {
	const rows, cols = 16, 256
	n := h.Rows
	across := mat.NewDense[T](rows, cols)
	smallest := smallestDiagonals(h, cols)
	for i := 0; i < n; i += rows {
		m := min(rows, n-i)
		for j := 0; j < i+m; j += cols {
			w := min(cols, i+m-j)
			difference := across.View(0, 0, m, w)
			mat.TransposeTo(difference, h.View(j, i, w, m))
			worst := T(0)
			for r := range m {
				mat.Axpy(-1, h.Row(i + r)[j:j+w], difference.Row(r))
				worst = max(worst, mat.AbsMax(difference.Row(r)))
			}
			if !(float64(worst) <= asymmetry[T](smallest[i/cols], smallest[j/cols])) {
				return false
			}
		}
	}
	return true
}

// smallestDiagonals returns the smallest element of each stretch of the diagonal.
func smallestDiagonals[T mat.Float](h mat.Dense[T], stretch int) []T {
	smallest := make([]T, ceilDiv(h.Rows, stretch))
	for i := range h.Rows {
		d := h.At(i, i)
		if i%stretch == 0 || d < smallest[i/stretch] {
			smallest[i/stretch] = d
		}
	}
	return smallest
}

// asymmetry is how far hᵢⱼ and hⱼᵢ may be apart. A product AᵀA may be off by
// |A|ᵀ|A|·ε ≤ √(hᵢᵢhⱼⱼ)·ε, whatever is left of hᵢⱼ itself.
func asymmetry[T mat.Float](hii, hjj T) float64 {
	return math.Sqrt(roundoff[T]()) * math.Sqrt(float64(hii)) * math.Sqrt(float64(hjj))
}

// checkSymmetry finds matrices of which only a triangle was filled, not those
// whose triangles differ by rounding.
func checkSymmetry[T mat.Float](h mat.Dense[T]) error {
	const tile = 16 // rows of both sides stay in L1 while a tile is compared
	for i0 := 0; i0 < h.Rows; i0 += tile {
		for j0 := 0; j0 <= i0; j0 += tile {
			for i := i0; i < min(i0+tile, h.Rows); i++ {
				row := h.Row(i)
				for j := j0; j < min(j0+tile, i); j++ {
					a, b := row[j], h.Data[j*h.Stride+i]
					if a == b {
						continue
					}
					if d := math.Abs(float64(a) - float64(b)); d > asymmetry(row[i], h.At(j, j)) {
						return &InputError{"H", onlyProblem, i, j, float64(a), "differs from the element across the diagonal (both triangles must be stored)"}
					}
				}
			}
		}
	}
	return nil
}

// checkProblem refuses one problem whose numbers can't be used. A nil bound is
// infinite.
func checkProblem[T mat.Float](problem int, g, lower, upper, x []T) error {
	if j := notFinite(g); j >= 0 {
		return &InputError{"g", problem, -1, j, float64(g[j]), "is not a finite number"}
	}
	if j := notFinite(x); j >= 0 {
		return &InputError{"x", problem, -1, j, float64(x[j]), "is not a finite number"}
	}
	return checkBounds(problem, lower, upper)
}

func checkBounds[T mat.Float](problem int, lower, upper []T) error {
	for j := range max(len(lower), len(upper)) {
		l, u := math.Inf(-1), math.Inf(1)
		if lower != nil {
			l = float64(lower[j])
		}
		if upper != nil {
			u = float64(upper[j])
		}
		switch {
		case math.IsNaN(l):
			return &InputError{"lower", problem, -1, j, l, "is not a number"}
		case math.IsNaN(u):
			return &InputError{"upper", problem, -1, j, u, "is not a number"}
		case l > u || math.IsInf(l, 1) || math.IsInf(u, -1):
			return &InfeasibleError{problem, j, l, u}
		}
	}
	return nil
}

// notFinite returns the index of the first NaN or Inf, or −1.
func notFinite[T mat.Float](v []T) int {
	if m := float64(mat.AbsMax(v)); !math.IsNaN(m) && !math.IsInf(m, 0) {
		return -1
	}
	for i, e := range v {
		if f := float64(e); math.IsNaN(f) || math.IsInf(f, 0) {
			return i
		}
	}
	return -1
}
