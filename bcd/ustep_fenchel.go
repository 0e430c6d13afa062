package bcd

import (
	"context"

	"ridge/mat"
	"ridge/qp"
)

// stepLayer is fenchel's U step for layer n. A sample's part of F that has u = u_n in
// it is
//
//	½γ_n‖u‖² − γ_n u·z_n + Σ_k γ_k(½‖max(0, z_k)‖² − u_k·z_k) + [n = L]·ℓ(y, o) + ½p‖u − u_old‖²
//
// with the sum over the layers k that read n and z_k = W_{k,n}u + q_k, where q_k does
// not depend on u. As ½max(0, z)² = min_{s≥0} ½(z + s)², it is a bounded QP in u and a
// slack s_k for each k:
//
//	½γ_n‖u‖² − γ_n u·z_n + Σ_k γ_k(½‖W_{k,n}u + q_k + s_k‖² − u_k·W_{k,n}u) + …
//
// Its Hessian is positive definite: the Schur complement of the slacks is at least γ_n·I.
func (l *lift[T]) stepLayer(ctx context.Context, n int, theta float64, o qp.Options) (float64, error) {
	p := l.layerProblem(n, proximal(theta))
	un := l.hidden(n)
	residual, err := l.solve(ctx, sampleQP[T]{
		h:    p.hessian(),
		free: p.lossSlack,
		fill: p.fill,
		store: func(lo, hi int, x mat.Dense[T]) {
			for i := lo; i < hi; i++ {
				relaxRow(un.Row(i), x.Row(i - lo)[:un.Cols], theta)
			}
		},
	}, o)
	if err != nil {
		return 0, err
	}
	for _, k := range p.readers {
		l.refreshZ(k)
	}
	if n == l.layers() {
		l.refreshO()
	}
	return residual, nil
}

// layerProblem is the QP of one layer's hidden variables. Its variables are u_n, the
// slacks s_k of the readers in turn, and the slack t of the loss, if layer n has it.
type layerProblem[T mat.Float] struct {
	*lift[T]
	n         int
	prox      float64
	readers   []int
	slack     []int // where s_k begins, for each reader
	lossSlack int   // where t begins
	size      int
}

func (l *lift[T]) layerProblem(n int, prox float64) layerProblem[T] {
	p := layerProblem[T]{lift: l, n: n, prox: prox, readers: l.net.Readers(n)}
	col := l.net.Width(n)
	for _, k := range p.readers {
		p.slack = append(p.slack, col)
		col += l.net.Width(k)
	}
	p.lossSlack, p.size = col, col
	if n == l.layers() {
		p.size += l.slacks()
	}
	return p
}

// hessian returns the Hessian of the QP: γ_k[W I]ᵀ[W I] in (u, s_k) for each reader,
// and the terms in u alone and of the loss.
func (p layerProblem[T]) hessian() mat.Dense[T] {
	h := mat.NewDense[T](p.size, p.size)
	width := p.net.Width(p.n)
	addDiagonal(h, 0, width, p.gamma[p.n-1]+p.prox)
	for i, k := range p.readers {
		w := p.net.Block(k, p.n)
		gamma := p.gamma[k-1]
		mat.Syrk(mat.Lower, mat.Trans, T(gamma), w, 1, h.View(0, 0, width, width), p.workers)
		addDiagonal(h, p.slack[i], w.Rows, gamma)
		for r := range w.Rows {
			mat.Axpy(T(gamma), w.Row(r), h.Row(p.slack[i] + r)[:width])
		}
	}
	if p.n == p.layers() {
		p.addLossHessian(h, 0, p.lossSlack)
	}
	mat.Symmetrize(mat.Lower, h, 1)
	return h
}

// fill writes the linear terms of samples lo … hi−1 to g, and to x the current hidden variables with the slacks at
// their optimum.
func (p layerProblem[T]) fill(lo, hi int, g, x mat.Dense[T]) {
	g.Fill(0)
	u, z := p.hidden(p.n), p.preactivation(p.n)
	gamma := T(p.gamma[p.n-1])
	for i := lo; i < hi; i++ {
		gi := g.Row(i - lo)[:u.Cols]
		mat.Axpy(-gamma, z.Row(i), gi)
		mat.Axpy(T(-p.prox), u.Row(i), gi)
		copy(x.Row(i-lo), u.Row(i))
	}
	for i, k := range p.readers {
		p.fillReader(lo, hi, k, p.slack[i], g, x)
	}
	if p.n == p.layers() {
		p.fillLoss(lo, hi, 0, p.lossSlack, g, x)
	}
}

// fillReader adds the terms of reader k, whose slacks begin at column s: γ_k W_{k,n}ᵀ(q_k −
// u_k) for u, and γ_k q_k for s, which starts at max(0, −z_k).
func (p layerProblem[T]) fillReader(lo, hi, k, s int, g, x mat.Dense[T]) {
	w := p.net.Block(k, p.n)
	gamma := T(p.gamma[k-1])
	u, z := p.hidden(k), p.preactivation(k)
	q := z.RowView(lo, hi-lo).Clone() // q_k = z_k − W_{k,n}u_n
	mat.Gemm(mat.NoTrans, mat.Trans, -1, p.hidden(p.n).RowView(lo, hi-lo), w, 1, q, 1)
	for i := lo; i < hi; i++ {
		qi := q.Row(i - lo)
		mat.Axpy(gamma, qi, g.Row(i - lo)[s:s+w.Rows])
		xi := x.Row(i - lo)[s : s+w.Rows]
		for j, v := range z.Row(i) {
			xi[j] = max(0, -v)
		}
		mat.Axpy(-1, u.Row(i), qi)
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, gamma, q, w, 1, g.ColView(0, w.Cols), 1)
}
