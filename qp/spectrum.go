package qp

import (
	"math"

	"ridge/mat"
)

// spectralBound returns an upper bound on the largest eigenvalue λ of the symmetric
// positive semidefinite h that is proven, not estimated, since a step of projected
// gradient that is too long need not descend: the least of max Σⱼ|hᵢⱼ| and
//
//	λ ≤ ‖Hᵖ‖^(1/p) ≤ n^(1/2p)·λ,   p = 16, Frobenius norm.
//
// With S₀ = H and Sₖ₊₁ = (Sₖ/fₖ)², fₖ = ‖Sₖ‖, the latter is Πₖ fₖ^(1/2ᵏ), and nothing
// overflows. It takes 4n³ operations.
func spectralBound[T mat.Float](h mat.Dense[T], w mat.Workers) float64 {
	n := h.Rows
	rows := 0.0
	for i := range n {
		rows = max(rows, float64(mat.Asum(h.Row(i))))
	}
	power, square := h.Clone(), mat.NewDense[T](n, n)
	bound, exponent := 1.0, 1.0
	const squarings = 4
	for k := 0; ; k++ {
		f := frobenius(power)
		bound *= math.Pow(f, exponent)
		if k == squarings {
			break
		}
		for i := range n {
			mat.Scal(T(1/f), power.Row(i))
		}
		mat.Syrk(mat.Lower, mat.NoTrans, 1, power, 0, square, w) // S² = SSᵀ
		mat.Symmetrize(mat.Lower, square)
		power, square = square, power
		exponent /= 2
	}
	// Each product is off by nε at most, in norm, and the later ones count less.
	return min(rows, bound) * (1 + 4*float64(n+1)*roundoff[T]())
}

func frobenius[T mat.Float](a mat.Dense[T]) float64 {
	s := 0.0
	for i := range a.Rows {
		norm := float64(mat.Nrm2(a.Row(i)))
		s += norm * norm
	}
	return math.Sqrt(s)
}
