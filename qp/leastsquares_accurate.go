package qp

import (
	"slices"

	"ridge/mat"
)

// accurateEnough is the error of x, relative to its largest element, up to which an answer is not polished.
const accurateEnough = 0x1p-30

// accurate reports whether v, an answer to a problem with general constraints, needs no polish: its certificate holds,
// and b − Ax consists of rounding errors, or the errors of x are small. In the first case v solves a problem whose A
// and b differ from the given ones by rounding errors, which is as much as can be known.
func (s *triangle) accurate(v iterate, tolerance float64) bool {
	c, q := s.certify(v)
	if !c.within(tolerance) {
		return false
	}
	const rounding = 4 * 0x1p-53
	if mat.Nrm2(s.left(v.x)) <= rounding*(mat.Nrm2(s.b)+mat.Asum(s.others(v.x))) {
		return true
	}
	return s.rcond > 0 && c.Primal+c.Complementarity <= accurateEnough*s.rcond &&
		s.errorOf(q) <= accurateEnough*mat.AbsMax(s.others(v.x))
}

// errorOf bounds the error of x by the slopes ρ that nothing balances. Whatever constraints are active, the minimum
// among points where these are is at most ‖R⁻¹‖·‖R⁻ᵀρ‖ away: in the norm ‖RΔx‖ the step there is longest if none is
// active. R is square and regular, and ‖R⁻¹‖ is estimated.
func (s *triangle) errorOf(q point) float64 {
	slopes := slices.Clone(q.grad)
	for j := range slopes {
		if _, presses := q.presses(j); presses {
			slopes[j] = 0
		}
	}
	mat.Trsv(mat.Upper, mat.Trans, mat.NonUnit, s.r, slopes)
	return mat.Nrm2(slopes) / (s.rcond * mat.Norm1(s.r))
}
