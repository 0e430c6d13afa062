package qp

import (
	"math"

	"ridge/mat"
)

// view is one problem in the form that the methods use, in float64, whatever T is. It does not
// change during a solve.
type view struct {
	h            mat.Dense[float64]
	g            []float64
	lower, upper []float64
	atZero       []float64 // the slopes where all but the fixed variables are 0, in withFixed; nil if they are g
	withFixed    []float64 // memory for atZero
	units        natural
	precision    float64 // roundoff of the type of the data
	workers      mat.Workers
}

// narrow reports whether the data were rounded to float32, as x will be.
func (v *view) narrow() bool { return v.precision > roundoff[float64]() }

// residual is the KKT residual at x.
func (v *view) residual(x, grad []float64) float64 {
	return residual(x, grad, v.lower, v.upper, v.units)
}

// fixed reports whether the bounds of variable i are equal.
func (v *view) fixed(i int) bool { return v.lower[i] == v.upper[i] }

// room is the distance of x from the bounds of variable i, in natural units. It indicates which
// variables are likely to stay free.
func (v *view) room(i int, x float64) float64 {
	return min(x-v.lower[i], v.upper[i]-x) * v.units.e[i]
}

// gradient computes dst := H·x + g.
func (v *view) gradient(x, dst []float64) {
	v.multiply(x, dst)
	for i, e := range v.g {
		dst[i] += e
	}
}

// multiply computes dst := H·x. If many elements of x are zero, it skips the rows of H that they
// would multiply.
func (v *view) multiply(x, dst []float64) {
	zeros := 0
	for _, e := range x {
		if e == 0 {
			zeros++
		}
	}
	if zeros*4 < len(x) {
		mat.Gemv(mat.NoTrans, 1, v.h, x, 0, dst, 1)
		return
	}
	clear(dst)
	var rows, at = [4]int{}, 0 // of nonzero elements, in groups of four
	for i, e := range x {
		if e == 0 {
			continue
		}
		rows[at] = i
		if at++; at < 4 {
			continue
		}
		at = 0
		a, b, c, d := rows[0], rows[1], rows[2], i
		mat.Axpyf([4]float64{x[a], x[b], x[c], e}, v.h.Row(a), v.h.Row(b), v.h.Row(c), v.h.Row(d), dst)
	}
	for _, i := range rows[:at] {
		mat.Axpy(x[i], v.h.Row(i), dst)
	}
}

// roundingError bounds the error of the residual at x when its gradient is evaluated in float64: (n
// + 1)ε(|H||x| + |g|), in natural units.
func (v *view) roundingError(x []float64) float64 {
	worst := 0.0
	for i, gi := range v.g {
		if v.fixed(i) {
			continue
		}
		s := math.Abs(gi)
		for j, h := range v.h.Row(i) {
			s += math.Abs(h) * math.Abs(x[j])
		}
		worst = max(worst, s*v.units.inverse[i])
	}
	return float64(len(v.g)+1) * roundoff[float64]() * worst
}

// maxRounding is an upper bound of roundingError that does not read H: no element of a
// semidefinite matrix with a unit diagonal exceeds 1.
func (v *view) maxRounding(x []float64) float64 {
	slope, sum := 0.0, 0.0
	for i, e := range v.units.e {
		slope = max(slope, math.Abs(v.g[i])*v.units.inverse[i])
		if v.h.At(i, i) > 0 {
			sum += math.Abs(x[i]) * e
		}
	}
	return float64(len(v.g)+1) * roundoff[float64]() * (slope + sum) * (1 + 1e-6)
}

// curvatureError bounds the error of dᵀHd if the elements of H have the given relative error:
// n·precision·(Σ|dᵢ|√hᵢᵢ)².
func (v *view) curvatureError(d []float64, precision float64) float64 {
	s := 0.0
	for i, e := range d {
		s += math.Abs(e) * v.units.e[i]
	}
	return singularPivot * float64(len(d)) * precision * s * s
}

// singularPivot, times the order of the minor and the rounding error, is the smallest pivot,
// relative to the diagonal, that is distinguishable from zero.
const singularPivot = 4

// longest is the largest element of d, in natural units of a distance.
func (v *view) longest(d []float64) float64 {
	longest := 0.0
	for i, e := range d {
		longest = max(longest, math.Abs(e)*v.units.e[i])
	}
	return longest
}

// pointNextToZero writes the point of the box next to 0 to x, and reports whether it is 0.
func (v *view) pointNextToZero(x []float64) (zero bool) {
	zero = true
	for i := range x {
		x[i] = min(max(0, v.lower[i]), v.upper[i])
		zero = zero && x[i] == 0
	}
	return zero
}

// vectors returns a function that returns one of count vectors of n elements in each call.
func vectors(count, n int) func() []float64 {
	buf := make([]float64, count*n)
	return func() []float64 {
		v := buf[:n:n]
		buf = buf[n:]
		return v
	}
}
