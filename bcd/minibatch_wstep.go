package bcd

import "ridge/mat"

// update is the V and W step: W_n ← W_n + η·R_nᵀA_n/B·(S + δI)⁻¹, R_n being 0 beyond the
// first rows of the batch. What the penalty brings is left to decay.
func (m *minibatch[T]) update(rows int, eta float64) {
	m.pending += eta
	if rows == 0 {
		return
	}
	c := T(eta / float64(len(m.samples)))
	for n := 0; n <= m.layers(); n++ {
		readers := 0
		for _, e := range m.out[n] {
			readers += m.widths[e.to]
		}
		switch {
		case n == 0:
			m.updateFrom(n, m.projectedInputs(rows), c)
		case readers < rows:
			m.updateThrough(n, rows, c)
		default:
			ap := mat.DenseOf(rows, m.widths[n]+1, m.room.point[:rows*(m.widths[n]+1)])
			mat.Gemm(mat.NoTrans, mat.NoTrans, 1, m.a[n].RowView(0, rows), m.curves[n].inverse, 0, ap, m.w)
			m.updateFrom(n, ap, c)
		}
	}
}

// projectedInputs gathers [X, 1]·(S₀ + δI)⁻¹ of the first rows of the batch.
func (m *minibatch[T]) projectedInputs(rows int) mat.Dense[T] {
	ap := mat.DenseOf(rows, m.xp.Cols, m.room.point[:rows*m.xp.Cols])
	for row, sample := range m.samples[:rows] {
		copy(ap.Row(row), m.xp.Row(sample))
	}
	return ap
}

// updateFrom adds c·Rᵀ(A·P) to the weights by which the others read layer n, P being
// (S + δI)⁻¹, and ap A·P.
func (m *minibatch[T]) updateFrom(n int, ap mat.Dense[T], c T) {
	width := m.widths[n]
	for _, e := range m.out[n] {
		r, c := m.r[e.to].RowView(0, ap.Rows), c*T(m.share(e))
		if e.withBias.Cols > 0 {
			mat.Gemm(mat.Trans, mat.NoTrans, c, r, ap, 1, e.withBias, m.w)
			continue
		}
		mat.Gemm(mat.Trans, mat.NoTrans, c, r, ap.ColView(0, width), 1, e.w, m.w)
		mat.Gemm(mat.Trans, mat.NoTrans, c, r, ap.ColView(width, 1), 1, e.bias, m.w)
	}
}

// updateThrough adds c·(RᵀA)P: the same, in fewer operations if R has fewer columns
// than rows.
func (m *minibatch[T]) updateThrough(n, rows int, c T) {
	width, p := m.widths[n], m.curves[n].inverse
	for _, e := range m.out[n] {
		c := c * T(m.share(e))
		g := mat.DenseOf(e.w.Rows, width+1, m.room.weights[:e.w.Rows*(width+1)])
		mat.Gemm(mat.Trans, mat.NoTrans, 1, m.r[e.to].RowView(0, rows), m.a[n].RowView(0, rows), 0, g, m.w)
		if e.withBias.Cols > 0 {
			mat.Gemm(mat.NoTrans, mat.NoTrans, c, g, p, 1, e.withBias, m.w)
			continue
		}
		mat.Gemm(mat.NoTrans, mat.NoTrans, c, g, p.ColView(0, width), 1, e.w, m.w)
		mat.Gemm(mat.NoTrans, mat.NoTrans, c, g, p.ColView(width, 1), 1, e.bias, m.w)
	}
}

// decay is what the penalty has brought since the last call:
// W_n ← W_n − (Σ η)·λ'W_n(S + δI)⁻¹, times the share of each edge. One product for all
// batches since: it takes as long as several batches, and changes little.
func (m *minibatch[T]) decay() {
	for n := 0; n <= m.layers(); n++ {
		for _, e := range m.out[n] {
			m.decayEdge(e, T(-m.pending*m.share(e)*m.lambda(e.to)))
		}
	}
	m.pending = 0
}

// decayEdge adds c·W·P to the weights of e, where W has no biases, and P is
// (S + δI)⁻¹.
func (m *minibatch[T]) decayEdge(e *edge[T], c T) {
	if c == 0 {
		return
	}
	width := m.widths[e.from]
	p := m.curves[e.from].inverse.RowView(0, width)
	w := mat.DenseOf(e.w.Rows, width, m.room.weights[:e.w.Rows*width])
	mat.Copy(w, e.w)
	if e.withBias.Cols > 0 {
		mat.Gemm(mat.NoTrans, mat.NoTrans, c, w, p, 1, e.withBias, m.w)
		return
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, c, w, p.ColView(0, width), 1, e.w, m.w)
	mat.Gemm(mat.NoTrans, mat.NoTrans, c, w, p.ColView(width, 1), 1, e.bias, m.w)
}

// decayIsDue tells whether the penalty's part of the step has become so long that it
// would overshoot: (Σ η)·λ'(S + δI)⁻¹, times the share of the edge, is at most the
// share's (Σ η)·λ'/(δ + λ').
func (m *minibatch[T]) decayIsDue() bool {
	const longest = 0.5
	for n := 0; n <= m.layers(); n++ {
		for _, e := range m.out[n] {
			if m.pending*m.share(e)*m.lambda(e.to) > longest*m.curves[n].damping {
				return true
			}
		}
	}
	return false
}
