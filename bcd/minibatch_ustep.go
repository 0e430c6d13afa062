package bcd

import (
	"math"

	"ridge/bcd/vec"
	"ridge/mat"
)

// correct computes R_n of the hidden layers for the first rows of the batch, last layer
// first: the U step, and the rescaling. Each layer sees the rescaled corrections of those
// above: unscaled, they would be lost in the rounding of the activations after some eight
// layers.
func (m *minibatch[T]) correct(rows int) {
	if rows == 0 {
		return
	}
	var last float64
	for n := m.layers(); n >= 1; n-- {
		m.stepHidden(n, rows)
		relative := m.subtractForward(n, rows)
		switch {
		case n == m.layers():
			last = relative
		case relative > 0:
			mat.Scal(T(last/relative), m.r[n].RowView(0, rows).Data)
		}
	}
}

// subtractForward turns U_n into R_n = U_n − max(0, Z_n), and returns
// ‖R_n‖/‖max(0, Z_n)‖ of the batch, 0 if that is not a number. Beyond the first rows R_n
// is 0.
func (m *minibatch[T]) subtractForward(n, rows int) float64 {
	r, f := m.r[n].RowView(0, rows), m.activations(n, len(m.samples))
	mat.Sub(r, r, f.RowView(0, rows))
	var size float64
	for i := range f.Rows {
		size += float64(mat.Dot(f.Row(i), f.Row(i)))
	}
	if size == 0 {
		return 0
	}
	return math.Sqrt(float64(mat.Dot(r.Data, r.Data)) / size)
}

// stepHidden is the U step of layer n: Inner accelerated projected gradient steps on
//
//	γ_n(½‖u‖² − u·z_n) + Σ_k γ_k(½‖max(0, z_k)‖² − u_k·z_k) + [n = L]·ℓ(y, o),   u ≥ 0,
//
// for every sample, with the sum over the layers k that read n and z_k, o as they
// depend on u = u_n alone, from max(0, z_n) on. Its Hessian is between γ_n and
// γ_n + Σ_k γ_k‖W_{k,n}‖² + [n = L]·‖V‖² (Nesterov's constant scheme for strongly
// convex functions).
func (m *minibatch[T]) stepHidden(n, rows int) {
	gamma := m.gamma[n-1]
	lipschitz := gamma
	for _, e := range m.out[n] {
		lipschitz += m.tie(e.to) * e.norm2
	}
	q := math.Sqrt(gamma / lipschitz)
	t, beta := T(1/lipschitz), T((1-q)/(1+q))

	width := m.widths[n]
	f, z, u := m.activations(n, rows), m.z[n].RowView(0, rows), m.r[n].RowView(0, rows)
	point := mat.DenseOf(rows, width, m.room.point[:rows*width])
	gradient := mat.DenseOf(rows, width, m.room.gradient[:rows*width])
	mat.Copy(point, f)
	mat.Copy(u, f)
	inner := m.options.Inner
	if n == m.layers() {
		inner = m.options.InnerLast
	}
	for k := range inner {
		vec.ScaledDifference(gradient.Data, T(gamma), point.Data, z.Data)
		for _, e := range m.out[n] {
			m.addReader(gradient, point, e, k > 0)
		}
		vec.Accelerate(u.Data, point.Data, gradient.Data, t, beta)
	}
}

// tie is γ_k, and 1 for the output.
func (m *minibatch[T]) tie(k int) float64 {
	if k > m.layers() {
		return 1
	}
	return m.gamma[k-1]
}

// addReader adds to the gradient at point of the U step of layer e.from what layer
// e.to brings, which reads it. If moved is false, point is the forward activations.
func (m *minibatch[T]) addReader(gradient, point mat.Dense[T], e *edge[T], moved bool) {
	rows, width := point.Rows, m.widths[e.to]
	r := m.r[e.to].RowView(0, rows)
	if !moved { // the slope is −R there
		mat.Gemm(mat.NoTrans, mat.NoTrans, T(-m.tie(e.to)), r, e.w, 1, gradient, m.w)
		return
	}
	// z + W(point − max(0, z_from)): what else the layer reads stays.
	shift := mat.DenseOf(rows, point.Cols, m.room.shift[:rows*point.Cols])
	mat.Sub(shift, point, m.activations(e.from, rows))
	slope := mat.DenseOf(rows, width, m.room.slope[:rows*width])
	mat.Copy(slope, m.z[e.to].RowView(0, rows))
	mat.Gemm(mat.NoTrans, mat.Trans, 1, shift, e.w, 1, slope, m.w)
	if e.to > m.layers() {
		for i := range rows {
			o := slope.Row(i)
			m.net.Loss.Slope(o, o, m.y.Row(i), 1)
		}
	} else {
		vec.LiftSlope(slope.Data, slope.Data, m.z[e.to].RowView(0, rows).Data, r.Data)
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, T(m.tie(e.to)), slope, e.w, 1, gradient, m.w)
}
