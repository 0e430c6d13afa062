package bcd

import (
	"math"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// The gradients of F. Both objectives have ∂φ/∂u = u − z; what the layers below see is
// d = ∂φ/∂z, which is z − u for tikhonov and max(0, z) − u for fenchel. With D_n with
// rows d, and R = ∂ℓ/∂o,
//
//	∇_{U_n}F = γ_n(U_n − Z_n) + Σ_{k reads n} γ_k D_k W_{k,n} + [n = L]·R·V
//	∇_{W_n}F = γ_n D_nᵀA_n + Nλ W_n                (the bias without λ)
//	∇_V F    = RᵀA_out + Nλ_out V
//
// without the λ₁ term.

// gradientU writes rows lo … hi−1 of ∇_{U_n}F to g, (hi−lo)×d_n.
func (l *lift[T]) gradientU(n, lo, hi int, g mat.Dense[T]) {
	u, z := l.hidden(n), l.preactivation(n)
	gamma := T(l.gamma[n-1])
	for i := lo; i < hi; i++ {
		ui, zi, gi := u.Row(i), z.Row(i), g.Row(i-lo)
		for j := range gi {
			gi[j] = gamma * (ui[j] - zi[j])
		}
	}
	phi := hiddenFit[T](l.objective)
	for _, k := range l.net.Readers(n) {
		d := slopes(phi, l.preactivation(k), l.hidden(k), lo, hi)
		mat.Gemm(mat.NoTrans, mat.NoTrans, T(l.gamma[k-1]), d, l.net.Block(k, n), 1, g, 1)
	}
	if n == l.layers() {
		r := slopes(outputFit(l.net.Loss), l.o, l.y, lo, hi)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, r, l.net.OutputBlock(), 1, g, 1)
	}
}

// slopes returns the slopes of f in rows lo … hi−1.
func slopes[T mat.Float](f fit[T], z, t mat.Dense[T], lo, hi int) mat.Dense[T] {
	d := mat.NewDense[T](hi-lo, z.Cols)
	for i := lo; i < hi; i++ {
		f.slope(d.Row(i-lo), z.Row(i), t.Row(i))
	}
	return d
}

// stationarity is ‖x − P(x − ∇F)‖/N over U, V and W together, P being the projection on
// U ≥ 0. A component of U at 0 whose derivative is positive is where it should be, and
// does not count; one that is on its way to 0, which relaxed steps never reach, counts
// with its distance from 0. With λ₁ the gradient with respect to the weights is the
// subgradient of least norm.
func (l *lift[T]) stationarity() float64 {
	var sum float64
	for n := 1; n <= l.layers(); n++ {
		u := l.hidden(n)
		sum += l.add.Number(rows.Sum(l.workers, l.samples(), func(lo, hi int) float64 {
			g := mat.NewDense[T](hi-lo, u.Cols)
			l.gradientU(n, lo, hi, g)
			return stepSquares(u, lo, hi, g)
		}))
		sum += gradientSquares(l.weightProblem(n))
	}
	sum += gradientSquares(l.outputProblem())
	return math.Sqrt(sum) / l.all
}

// gradientSquares is the squared norm of the subgradient of least norm with respect to the weights of a problem.
func gradientSquares[T mat.Float](p weightProblem[T]) float64 {
	g := mat.NewDense[T](p.w.Rows, p.w.Cols)
	p.gradient(g)
	leastSubgradient(g, p.w, p.l1)
	return sumSquares(g)
}

// stepSquares is Σ (u − max(0, u − g))² = Σ min(u, g)² over the rows lo … hi−1 of u, of
// which g is the gradient.
func stepSquares[T mat.Float](u mat.Dense[T], lo, hi int, g mat.Dense[T]) float64 {
	var sum float64
	for i := lo; i < hi; i++ {
		ui := u.Row(i)
		for j, v := range g.Row(i - lo) {
			step := float64(min(ui[j], v))
			sum += step * step
		}
	}
	return sum
}
