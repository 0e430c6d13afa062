package qp

import (
	"math"

	"ridge/mat"
)

// descentMap is a step of gradient descent on all problems that share H, made ready
// for matrix products. Variables are scaled to z = Ex, with E diagonal and
// eᵢ = √hᵢᵢ, so that the diagonal of the scaled Hessian K = E⁻¹HE⁻¹ is 1 and the units
// of the variables do not matter. A step from z is then
//
//	A(z) = z − s(Kz + E⁻¹g) = Mz − sE⁻¹g,   M = I − sK,   s = 1/‖K‖.
type descentMap[T mat.Float] struct {
	m     mat.Dense[T]
	step  float64
	scale []T // e
	inv   []T // 1/e
	gain  []T // e²/s: eᵢ∇f(x)ᵢ = (z − A(z))ᵢ·gainᵢ
}

// newDescentMap returns nil if the scaled matrix does not fit in T.
func newDescentMap[T mat.Float](h mat.Dense[T], w mat.Workers) *descentMap[T] {
	n := h.Rows
	d := &descentMap[T]{scale: make([]T, n), inv: make([]T, n), gain: make([]T, n)}
	for i := range n {
		e := math.Sqrt(float64(h.At(i, i)))
		d.scale[i], d.inv[i] = T(e), T(1/e)
	}
	d.m = mat.NewDense[T](n, n)
	for i := range n {
		row, src := d.m.Row(i), h.Row(i)
		for j, v := range src {
			row[j] = v * d.inv[i] * d.inv[j]
		}
		if notFinite(row) >= 0 {
			return nil
		}
	}
	d.step = 1 / spectralBound(d.m, w)
	for i := range n {
		row := d.m.Row(i)
		mat.Scal(T(-d.step), row)
		row[i]++
		d.gain[i] = T(float64(h.At(i, i)) / d.step)
	}
	return d
}

// load writes the scaled problem: z := Ex, offset := −sE⁻¹g.
func (d *descentMap[T]) load(x, g, z, offset []T) {
	step := T(-d.step)
	for i, v := range x {
		z[i] = v * d.scale[i]
		offset[i] = step * g[i] * d.inv[i]
	}
}

// loadBound writes the scaled bound, fill where src is nil.
func (d *descentMap[T]) loadBound(dst, src []T, fill float64) {
	loadBound(dst, src, T(fill))
	for i, e := range d.scale {
		dst[i] *= e
	}
}

// store writes x := E⁻¹z. A variable that is at its scaled bound is at its bound in x
// too, exactly; another one may round across it by a unit in the last place.
func (d *descentMap[T]) store(z, scaledLower, scaledUpper, x, lower, upper []T) {
	for i, v := range z {
		switch {
		case lower != nil && v <= scaledLower[i]:
			x[i] = lower[i]
		case upper != nil && v >= scaledUpper[i]:
			x[i] = upper[i]
		default:
			x[i] = v * d.inv[i]
		}
	}
}

// residual is that of x = E⁻¹z, from a = A(z); how near it comes to the truth depends
// on T. A NaN may go unseen. There are no branches on the data but the last, which
// the processor would mispredict half of the time.
func (d *descentMap[T]) residual(z, a, lower, upper []T) float64 {
	n := len(z)
	a, lower, upper, gain, inv := a[:n], lower[:n], upper[:n], d.gain[:n], d.inv[:n]
	worst := T(0)
	for i, v := range z {
		way := min(max(v-(v-a[i])*gain[i], lower[i]), upper[i]) - v
		if way = max(way, -way) * inv[i]; way > worst {
			worst = way
		}
	}
	return float64(worst)
}
