package qp

import "math"

// linear are the variables of a problem without curvature. Where hᵢᵢ is 0, the row of H is, so
// that xᵢ has nothing to do with the others: it goes to the bound that its slope gᵢ points to,
// and stays where it is if gᵢ is 0. The methods see it fixed there.
type linear struct {
	variables []int
	bounds    [][2]float64 // what they are without that
}

func newLinear(curvature natural) linear {
	var l linear
	for i, e := range curvature.e {
		if e == 0 {
			l.variables = append(l.variables, i)
		}
	}
	l.bounds = make([][2]float64, len(l.variables))
	return l
}

// settle moves the variables in x, and fixes them. It returns one that has no bound to go
// to, or −1.
func (l *linear) settle(v *view, x []float64) (unbounded int) {
	unbounded = -1
	for k, i := range l.variables {
		l.bounds[k] = [2]float64{v.lower[i], v.upper[i]}
		to := x[i]
		switch {
		case v.g[i] > 0:
			to = v.lower[i]
		case v.g[i] < 0:
			to = v.upper[i]
		}
		if math.IsInf(to, 0) {
			unbounded = i
			continue
		}
		x[i], v.lower[i], v.upper[i] = to, to, to
	}
	return unbounded
}

// release gives the variables their bounds back.
func (l *linear) release(v *view) {
	for k, i := range l.variables {
		v.lower[i], v.upper[i] = l.bounds[k][0], l.bounds[k][1]
	}
}

// setUnits gives the variables units, in which their slopes are as long as scale, or 1 if that is
// 0. They are where they belong, so that it does not matter, unless there is no minimum.
func (l *linear) setUnits(v *view, scale float64) {
	if !(scale > 0) {
		scale = 1
	}
	for _, i := range l.variables {
		if v.g[i] == 0 {
			v.units.set(i, 1)
		} else {
			v.units.set(i, math.Abs(v.g[i])/scale)
		}
	}
}

// ray is the direction of variable i in which f falls.
func (v *view) ray(i int) []float64 {
	ray := make([]float64, len(v.g))
	ray[i] = 1
	if v.g[i] > 0 {
		ray[i] = -1
	}
	return ray
}
