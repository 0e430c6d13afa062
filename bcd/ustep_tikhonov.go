package bcd

import (
	"context"

	"ridge/bcd/nn"
	"ridge/mat"
	"ridge/qp"
)

// stepJoint is tikhonov's U step. A sample's part of F is quadratic in all its hidden
// variables together: with B_n u = u_n − Σ_{m∈M_n, m≥1} W_{n,m}u_m, c_n the part of z_n
// that comes from the input and the bias, and Q = Σ_n γ_n B_nᵀB_n,
//
//	½uᵀ(Q + EᵀVᵀVE + pI)u − (Σ_n γ_n B_nᵀc_n + EᵀVᵀ(y − bias) + p·u_old)ᵀu,   u ≥ 0,
//
// where E selects u_L. The hinge adds a slack t. Only the linear term differs from
// sample to sample.
func (l *lift[T]) stepJoint(ctx context.Context, theta float64, o qp.Options) (float64, error) {
	width := l.u.Cols
	residual, err := l.solve(ctx, sampleQP[T]{
		h:    l.jointHessian(proximal(theta)),
		free: width,
		fill: func(lo, hi int, g, x mat.Dense[T]) { l.fillJoint(lo, hi, proximal(theta), g, x) },
		store: func(lo, hi int, x mat.Dense[T]) {
			for i := lo; i < hi; i++ {
				relaxRow(l.u.Row(i), x.Row(i - lo)[:width], theta)
			}
		},
	}, o)
	if err != nil {
		return 0, err
	}
	for n := 2; n <= l.layers(); n++ { // layer 1 reads nothing but the input
		l.refreshZ(n)
	}
	l.refreshO()
	return residual, nil
}

// jointHessian returns the Hessian of a sample's part of F + ½p‖u − u_old‖² in
// [u₁ … u_L, t].
func (l *lift[T]) jointHessian(prox float64) mat.Dense[T] {
	width := l.u.Cols
	h := mat.NewDense[T](width+l.slacks(), width+l.slacks())
	for n := 1; n <= l.layers(); n++ {
		l.addPenaltyHessian(h, n)
	}
	addDiagonal(h, 0, width, prox)
	l.addLossHessian(h, l.column(l.layers()), width)
	mat.Symmetrize(mat.Lower, h, 1)
	return h
}

// addPenaltyHessian adds γ_n B_nᵀB_n to the lower triangle of h: γ_n I at (n, n),
// −γ_n W_{n,m} at (n, m) and γ_n W_{n,m}ᵀW_{n,m'} at (m, m').
func (l *lift[T]) addPenaltyHessian(h mat.Dense[T], n int) {
	gamma := T(l.gamma[n-1])
	row := l.column(n)
	addDiagonal(h, row, l.net.Width(n), l.gamma[n-1])
	from := l.hiddenReads(n)
	for i, m := range from {
		w := l.net.Block(n, m)
		block := h.View(row, l.column(m), w.Rows, w.Cols)
		for r := range w.Rows {
			mat.Axpy(-gamma, w.Row(r), block.Row(r))
		}
		for _, m2 := range from[:i] {
			w2 := l.net.Block(n, m2)
			block := h.View(l.column(m), l.column(m2), w.Cols, w2.Cols)
			mat.Gemm(mat.Trans, mat.NoTrans, gamma, w, w2, 1, block, l.workers)
		}
		mat.Syrk(mat.Lower, mat.Trans, gamma, w, 1, h.View(l.column(m), l.column(m), w.Cols, w.Cols), l.workers)
	}
}

// hiddenReads returns the hidden layers that layer n reads.
func (l *lift[T]) hiddenReads(n int) []int {
	from := l.net.Layers[n-1].From
	if from[0] == 0 {
		return from[1:]
	}
	return from
}

// fillJoint writes the linear terms and starts of samples lo … hi−1 to g and x.
func (l *lift[T]) fillJoint(lo, hi int, prox float64, g, x mat.Dense[T]) {
	g.Fill(0)
	for n := 1; n <= l.layers(); n++ {
		l.fillPenalty(lo, hi, n, g)
	}
	for i := lo; i < hi; i++ {
		u := l.u.Row(i)
		mat.Axpy(T(-prox), u, g.Row(i - lo)[:len(u)])
		copy(x.Row(i-lo), u)
	}
	l.fillLoss(lo, hi, l.column(l.layers()), l.u.Cols, g, x)
}

// fillPenalty adds −γ_n B_nᵀc_n for samples lo … hi−1 to the rows of g.
func (l *lift[T]) fillPenalty(lo, hi, n int, g mat.Dense[T]) {
	layer := l.net.Layers[n-1]
	gamma := T(l.gamma[n-1])
	c := mat.NewDense[T](hi-lo, layer.W.Rows)
	nn.FillBias(c, layer.W)
	if layer.From[0] == 0 {
		mat.Gemm(mat.NoTrans, mat.Trans, 1, l.x.RowView(lo, hi-lo), l.net.Block(n, 0), 1, c, 1)
	}
	gn := g.ColView(l.column(n), c.Cols)
	for i := range c.Rows {
		mat.Axpy(-gamma, c.Row(i), gn.Row(i))
	}
	for _, m := range l.hiddenReads(n) {
		w := l.net.Block(n, m)
		mat.Gemm(mat.NoTrans, mat.NoTrans, gamma, c, w, 1, g.ColView(l.column(m), w.Cols), 1)
	}
}

// relaxRow sets u := u + θ(best − u). u and best are ≥ 0, so that u stays so.
func relaxRow[T mat.Float](u, best []T, theta float64) {
	if theta == 1 {
		copy(u, best)
		return
	}
	for j, b := range best {
		u[j] += T(theta) * (b - u[j])
	}
}
