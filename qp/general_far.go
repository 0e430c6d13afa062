package qp

import "math"

// farBound is a bound that was dropped.
type farBound struct {
	k     int // of the variable, or n + that of the row
	upper bool
	value float64
}

// farOutside is how many times farther than anything else a bound must be to be dropped at first. Many
// programs write 1e20 where there is no bound.
const farOutside = 0x1p40

// dropFar makes bounds infinite that are much farther from 0 than the nearest one, or than the minimum in one
// variable: beside them all other distances would be rounding errors. The solution without them is the solution if it
// satisfies them.
func (p *program) dropFar(nearest func(*program) float64) (dropped []farBound) {
	reference, move := p.near, 0.0
	for j, g := range p.g {
		if h := p.curvature(j); h > 0 {
			move = max(move, math.Abs(g)/h)
		}
	}
	if move > 0 && (reference == 0 || move < reference) {
		reference = move
	}
	if reference == 0 {
		return nil
	}
	for k := range p.lower {
		for side, b := range []float64{p.lower[k], p.upper[k]} {
			if !(math.Abs(b) > farOutside*reference) || math.IsInf(b, 0) || p.lower[k] == p.upper[k] {
				continue
			}
			dropped = append(dropped, farBound{k, side == 1, b})
		}
	}
	for _, d := range dropped {
		if d.upper {
			p.upper[d.k] = math.Inf(1)
		} else {
			p.lower[d.k] = math.Inf(-1)
		}
	}
	if dropped != nil {
		p.near = nearest(p)
	}
	return dropped
}

// restore takes the bounds back.
func (p *program) restore(dropped []farBound) {
	for _, d := range dropped {
		if d.upper {
			p.upper[d.k] = d.value
		} else {
			p.lower[d.k] = d.value
		}
	}
}
