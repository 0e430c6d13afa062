package qp

import (
	"math"
	"slices"
)

// reachPasses is how often the bounds of variables are drawn from those of others.
const reachPasses = 4

// reaches bounds |xⱼ| for each variable in all feasible points, by its own bounds and those that rows imply where their
// other variables have bounds; infinite where nothing is implied (Savelsbergh, Preprocessing and probing techniques for
// mixed integer programming problems, ORSA J. Comput. 6, 1994). In infeasible problems it means nothing.
func (p *program) reaches() []float64 {
	n := p.n()
	lower, upper := slices.Clone(p.lower[:n]), slices.Clone(p.upper[:n])
	for range reachPasses {
		changed := false
		for i := range p.m() {
			if l := p.lower[n+i]; !math.IsInf(l, 0) {
				changed = p.imply(i, -1, -l, lower, upper) || changed
			}
			if u := p.upper[n+i]; !math.IsInf(u, 0) {
				changed = p.imply(i, 1, u, lower, upper) || changed
			}
		}
		if !changed {
			break
		}
	}
	reach := make([]float64, n)
	for j := range reach {
		reach[j] = max(math.Abs(lower[j]), math.Abs(upper[j]))
	}
	return reach
}

// imply draws from sign·aᵀx ≤ bound, a being row i, bounds for variables without one on that side, and reports whether
// there were any.
func (p *program) imply(i int, sign, bound float64, lower, upper []float64) (changed bool) {
	least, infinite := 0.0, 0 // of sign·aᵀx, and how many of its terms have no least value
	leastOf := func(j int, a float64) float64 {
		if a > 0 {
			return a * lower[j]
		}
		return a * upper[j]
	}
	p.a.each(i, func(j int, v float64) {
		if term := leastOf(j, sign*v); math.IsInf(term, 0) {
			infinite++
		} else {
			least += term
		}
	})
	if infinite > 1 {
		return false
	}
	p.a.each(i, func(j int, v float64) {
		a := sign * v
		side := &upper[j]
		if a < 0 {
			side = &lower[j]
		}
		term := leastOf(j, a)
		if alone := math.IsInf(term, 0); !math.IsInf(*side, 0) || infinite == 1 && !alone {
			return
		} else if alone {
			term = 0
		}
		if implied := (bound - (least - term)) / a; implied-implied == 0 {
			*side, changed = implied, true
		}
	})
	return changed
}
