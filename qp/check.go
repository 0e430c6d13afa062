package qp

import (
	"math"
	"math/rand/v2"

	"ridge/mat"
)

// checkHessian refuses an H with which no solve can be trusted. It does not prove that H is positive semidefinite,
// which would take a factorization. wide is h in float64, and u are its curvatureUnits. spread is that of the probing.
func checkHessian[T mat.Float](h mat.Dense[T], wide mat.Dense[float64], u natural) (spread float64, err error) {
	seen := probe(wide, u, roundoff[T]())
	if !seen.symmetric {
		for i := range h.Rows {
			if j := notFinite(h.Row(i)); j >= 0 {
				return 0, refusedElement("H", i, j, float64(h.At(i, j)), notFiniteReason)
			}
		}
	}
	for i := range h.Rows {
		// If a diagonal element of a semidefinite matrix is zero, so is its row.
		if d := h.At(i, i); d < 0 || d == 0 && mat.AbsMax(h.Row(i)) > 0 {
			return 0, &IndefiniteError{Problem: onlyProblem, Variable: i}
		}
	}
	if !seen.symmetric {
		if err := checkSymmetry(h); err != nil {
			return 0, err
		}
	}
	if i := indefiniteRow(wide, u, seen.largest, roundoff[T]()); i >= 0 {
		return 0, &IndefiniteError{Problem: onlyProblem, Variable: i}
	}
	if seen.curvature < 0 {
		return 0, &IndefiniteError{Problem: onlyProblem, Variable: -1}
	}
	return seen.spread, nil
}

// indefiniteRow returns a row i of H with an element hᵢⱼ that exceeds √(hᵢᵢhⱼⱼ) by more than rounding, or −1. A
// semidefinite matrix has no such row; an indefinite one may have none either. Such an element exceeds the smaller of
// hᵢᵢ and hⱼⱼ. So for most rows the largest element is enough to tell, if the variables have similar units; otherwise
// more rows are looked at in full. The first row with such an element gives it, and the result is the larger of its
// two indices.
func indefiniteRow(h mat.Dense[float64], u natural, largest []float64, roundoff float64) int {
	slack := 1 + math.Sqrt(roundoff)
	for i, e := range u.e {
		if !(largest[i] > h.At(i, i) && largestProduct(h.Row(i), u.inverse) > e*slack) {
			continue
		}
		for j, v := range h.Row(i) {
			if math.Abs(v*u.inverse[j]) > e*slack {
				return max(i, j) // which has no valid pivot after the other
			}
		}
	}
	return -1
}

// largestProduct is the largest |aⱼbⱼ|, computed without a branch. If one is NaN, so is the result.
func largestProduct(a, b []float64) float64 {
	b = b[:len(a)]
	largest := uint64(0)
	for j, v := range a {
		largest = max(largest, math.Float64bits(v*b[j])&^(1<<63))
	}
	return math.Float64frombits(largest)
}

// probing is what one pass over H shows.
type probing struct {
	symmetric bool      // up to rounding; if not, checkSymmetry decides, and curvature and spread are 0
	largest   []float64 // largest magnitude in each row
	curvature float64   // vᵀHv for a random v; 0 if it is a rounding error
	// spread is ‖Kv‖²/vᵀKv for K = H scaled to a unit diagonal, which is the Rayleigh quotient of K at K^½v. That is
	// roughly the mean of its eigenvalues, weighted by themselves: 1 for the identity, and n for a matrix of rank 1.
	spread float64
}

// probe multiplies H by a random vector v, scaled by the diagonal, in one pass over H, because reading H from memory
// takes most of the time. It tells whether H is symmetric by comparing Hv with Hᵀv (after Freivalds, Probabilistic
// machines can use less running time, IFIP 1977): an element that differs from the one across the diagonal by more than
// rounding makes the products differ, unless the differences in its row cancel; so does an element that is not finite.
func probe(h mat.Dense[float64], u natural, roundoff float64) (s probing) {
	n := h.Rows
	next := vectors(4, n)
	v, across, down := next(), next(), next()
	s.largest = next()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	for i := range v {
		v[i] = 0.5 + r.Float64()
		if r.Uint64()&1 == 0 {
			v[i] = -v[i]
		}
		if e := u.e[i]; e > 0 {
			v[i] /= e
		}
	}
	for i, vi := range v {
		row := h.Row(i)
		across[i] = mat.Dot(row, v)
		mat.Axpy(vi, row, down)
		s.largest[i] = mat.AbsMax(row)
	}
	spread, most := 0.0, math.Sqrt(roundoff)/2
	for i, e := range u.e {
		spread += ratio(across[i]*across[i], e*e)
		if !(math.Abs(across[i]-down[i]) <= most*e) {
			return s
		}
	}
	s.symmetric = true
	curvature := mat.Dot(v, across)
	if math.Abs(curvature) > singularPivot*float64(n*n)*float64(n)*roundoff { // elements of v are of the size of 1/√hᵢᵢ
		s.curvature, s.spread = curvature, spread/curvature
	}
	return s
}

// asymmetry is the largest difference of hᵢⱼ and hⱼᵢ that is accepted. A product AᵀA may have errors of |A|ᵀ|A|·ε ≤
// √(hᵢᵢhⱼⱼ)·ε, however small hᵢⱼ itself is.
func asymmetry[T mat.Float](hii, hjj T) float64 {
	return math.Sqrt(roundoff[T]()) * math.Sqrt(float64(hii)) * math.Sqrt(float64(hjj))
}

// checkSymmetry refuses a matrix of which only one triangle was filled, but not one whose triangles differ by rounding.
func checkSymmetry[T mat.Float](h mat.Dense[T]) error {
	const tile = 16 // the rows of both tiles stay in L1 while they are compared
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
						return refusedElement("H", i, j, float64(a),
							"differs from the element across the diagonal (both triangles must be stored)")
					}
				}
			}
		}
	}
	return nil
}

// checkProblem refuses a problem whose numbers can't be used. A nil bound is infinite.
func checkProblem[T mat.Float](problem int, g, lower, upper, x []T) error {
	if j := notFinite(g); j >= 0 {
		return refusedEntry(problem, "g", j, float64(g[j]), notFiniteReason)
	}
	if j := notFinite(x); j >= 0 {
		return refusedEntry(problem, "x", j, float64(x[j]), notFiniteReason)
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
			return refusedEntry(problem, "lower", j, l, "is not a number")
		case math.IsNaN(u):
			return refusedEntry(problem, "upper", j, u, "is not a number")
		case l > u || math.IsInf(l, 1) || math.IsInf(u, -1):
			return &InfeasibleError{Problem: problem, Index: j, Row: -1, Lower: l, Upper: u}
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
