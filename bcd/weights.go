package bcd

import (
	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// weightProblem is the block problem of one matrix of weights, with all else fixed:
//
//	min_W  c Σᵢⱼ f(Zᵢⱼ, Tᵢⱼ) + ½ρ‖W‖² + λ₁‖W‖₁ + ½p‖W − W_old‖²,   Z = A·Wᵀ, A = [parts, 1],
//
// where ‖W‖ and ‖W‖₁ leave the biases out. The rows of W are separate problems. As f has
// curvature at most 1, none of their Hessians exceeds M = c·AᵀA + ρD + pI (D = I without the
// bias entry); they equal M if f is the square.
type weightProblem[T mat.Float] struct {
	parts   []mat.Dense[T]
	readsX  bool         // parts[0] is X
	w, z, t mat.Dense[T] // z is kept current
	f       fit[T]
	c, rho  float64
	l1      float64 // N times that of the objective
	scratch []T     // of the size of z
	workers mat.Workers
	add     *train.Adder
}

// weightProblem is the W step's problem for layer n.
func (l *lift[T]) weightProblem(n int) weightProblem[T] {
	layer := l.net.Layers[n-1]
	return weightProblem[T]{
		parts: l.inputs(n), readsX: layer.From[0] == 0,
		w: layer.W, z: l.preactivation(n), t: l.hidden(n),
		f: hiddenFit[T](l.objective), c: l.gamma[n-1], rho: l.all * l.lambda,
		l1:      l.all * l.l1,
		scratch: l.scratch(layer.W.Rows), workers: l.workers, add: l.add,
	}
}

// outputProblem is the V step's problem.
func (l *lift[T]) outputProblem() weightProblem[T] {
	return weightProblem[T]{
		parts: []mat.Dense[T]{l.hidden(l.layers())},
		w:     l.net.V, z: l.o, t: l.y,
		f: outputFit(l.net.Loss), c: 1, rho: l.all * l.lambdaOut,
		l1:      l.all * l.l1,
		scratch: l.scratch(l.net.V.Rows), workers: l.workers, add: l.add,
	}
}

// gradient writes c·DᵀA + ρW to g, without the ℓ1 and the proximal term; D are the
// slopes of f.
func (p *weightProblem[T]) gradient(g mat.Dense[T]) {
	d := mat.DenseOf(p.z.Rows, p.z.Cols, p.scratch)
	rows.For(p.workers, 0, d.Rows, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			p.f.slope(d.Row(i), p.z.Row(i), p.t.Row(i))
		}
	})
	col := 0
	for _, a := range p.parts {
		mat.Gemm(mat.Trans, mat.NoTrans, T(p.c), d, a, 0, g.ColView(col, a.Cols), p.workers)
		col += a.Cols
	}
	for i, sum := range rows.ColumnSums(d, p.workers) {
		g.Set(i, col, T(p.c*sum))
	}
	train.AddUpMatrix(p.add, g)
	for i := range g.Rows {
		mat.Axpy(T(p.rho), p.w.Row(i)[:col], g.Row(i)[:col])
	}
}

// value is the problem's objective without the proximal term.
func (p *weightProblem[T]) value() float64 {
	value := p.add.Number(p.c*fitSum(p.f, p.z, p.t, p.workers)) + p.rho/2*squaredNorm(p.w)
	if p.l1 > 0 {
		value += p.l1 * absoluteSum(p.w)
	}
	return value
}

// fitSum is Σᵢⱼ f(Zᵢⱼ, Tᵢⱼ).
func fitSum[T mat.Float](f fit[T], z, t mat.Dense[T], w mat.Workers) float64 {
	return rows.Sum(w, z.Rows, func(lo, hi int) float64 {
		var sum float64
		for i := lo; i < hi; i++ {
			sum += f.value(z.Row(i), t.Row(i))
		}
		return sum
	})
}

// refresh sets Z := A·Wᵀ.
func (p *weightProblem[T]) refresh() { nn.Affine(p.z, p.w, p.parts, p.workers) }
