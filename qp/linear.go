package qp

import "math"

// linear holds the variables of a problem without curvature. If hᵢᵢ is 0, so is row i of H, and xᵢ
// is independent of the other variables. It goes to the bound that its slope gᵢ points to, or stays
// if gᵢ is 0. For the methods it is fixed there. For the certificate it is not: its terms belong to f.
type linear struct {
	variables []int
	bounds    [][2]float64 // their original bounds while they are fixed; after exchange, where they were fixed
	fixed     bool
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

// settle moves the variables in x, and fixes them. It returns a variable without a bound to go to,
// or −1.
func (l *linear) settle(v *view, x []float64) (unbounded int) {
	unbounded, l.fixed = -1, true
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

// release restores the bounds of the variables, for good.
func (l *linear) release(v *view) {
	if l.fixed {
		l.exchange(v)
	}
	l.fixed = false
}

// exchange restores the bounds of the variables or, in the next call, fixes them again.
func (l *linear) exchange(v *view) {
	for k, i := range l.variables {
		was := [2]float64{v.lower[i], v.upper[i]}
		v.lower[i], v.upper[i] = l.bounds[k][0], l.bounds[k][1]
		l.bounds[k] = was
	}
}

// leastUnit is the smallest unit of a variable without curvature.
const leastUnit = 0x1p-500

// setUnits sets the variables' units so that their slopes are equal to scale, or to 1 if scale is
// 0. They are already at their optimum, so the units do not matter, unless there is no minimum. They
// are finite, so that no product with a distance of 0 is NaN.
func (l *linear) setUnits(v *view, scale float64) {
	if !(scale > 0) {
		scale = 1
	}
	for _, i := range l.variables {
		if v.g[i] == 0 {
			v.units.set(i, 1)
		} else {
			v.units.set(i, min(max(math.Abs(v.g[i])/scale, leastUnit), 1/leastUnit))
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
