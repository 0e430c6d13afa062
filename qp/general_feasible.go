package qp

import (
	"math"
	"slices"

	"ridge/mat"
)

// feasible returns the point of the box next to x if it satisfies all rows, up to a small part of the terms of each
// that does not dwarf its bounds, and nil otherwise. t is workspace.
func (p *program) feasible(x, t []float64) []float64 {
	n := p.n()
	inside := slices.Clone(x)
	for j := range inside {
		inside[j] = min(max(x[j], p.lower[j]), p.upper[j])
	}
	p.values(inside, nil, t)
	for _, i := range p.rows {
		out, bound := p.outside(i, t[n+i]), p.largestBound(i)
		if out > 0 && (!(out <= provenShare*p.sizeOfRow(i, inside)) || bound > 0 && out > hidingRatio*bound) {
			return nil
		}
	}
	return inside
}

// feasibleNear is feasible for x, and for x with zeros in place of its smallest elements. A path may only come near to
// zeros, with violations as large as the terms of a row.
func (p *program) feasibleNear(x, t []float64) []float64 {
	for _, none := range append([]float64{-1, zeroTolerance * mat.AbsMax(x), math.Inf(1)}, belowGaps(x)...) {
		if inside := p.feasible(significant(x, none), t); inside != nil {
			return inside
		}
	}
	return nil
}

// significant returns x with zeros in place of the elements that are not larger than none, or not a number.
func significant(x []float64, none float64) []float64 {
	kept := slices.Clone(x)
	for j, v := range kept {
		if !(math.Abs(v) > none) {
			kept[j] = 0
		}
	}
	return kept
}

// gapOfSizes is how many times larger the next element is where the sizes of elements have a gap. A small one leaves
// more points to look at: about 200 at most.
const gapOfSizes = 0x1p10

// belowGaps returns the sizes of those elements of x that are just below a gap.
func belowGaps(x []float64) []float64 {
	sizes := make([]float64, 0, len(x))
	for _, v := range x {
		if v != 0 {
			sizes = append(sizes, math.Abs(v))
		}
	}
	slices.Sort(sizes)
	var below []float64
	for i, v := range sizes[:max(1, len(sizes))-1] {
		if sizes[i+1] > gapOfSizes*v {
			below = append(below, v)
		}
	}
	return below
}
