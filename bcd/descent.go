package bcd

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// passLimit is the largest number of passes for a weight problem. The next iteration
// continues where they end.
const passLimit = 100

// minimize solves the problem in passes, each with the same factor of M, and relaxes
// the block: W ← W_old + θ(W − W_old). The plain pass minimizes the majorization of
// curvature M,
//
//	W ← W − ∇·M⁻¹,
//
// which is the ridge regression (c·AᵀA + ρD + pI)Wᵀ = c·Aᵀ(Z − D) + p·W_oldᵀ, written so that each pass corrects the
// rounding of the one before. If f is the square, one pass is the solution. If it is not, the plain pass is slow where
// few samples are active, and the passes are those of nonlinear conjugate gradients with M as the preconditioner (Polak
// and Ribière's, restarted where β would be negative), a problem, a direction and a step length for each row.
//
// There is at least one. They go on until no element of the gradient is larger than
// tolerance times c‖T_j‖‖A_k‖, of the largest columns of T and A: a bound on the
// gradient at W = 0. Where T is 0, they go on to tolerance times the gradient at the start. A pass that does not lower
// the objective is undone, and a plain one tried; if that does not lower it either, only rounding is left.
//
// minimize leaves Z current and returns the relative gradient before relaxation. With an
// ℓ1 term it is minimizeL1.
func (p *weightProblem[T]) minimize(ctx context.Context, g *grams[T], theta, tolerance float64) (float64, error) {
	if p.l1 > 0 {
		return p.minimizeL1(ctx, g, theta, tolerance)
	}
	gram := g.of(p.parts, p.readsX, p.workers, p.add)
	scale := p.scale(gram)
	d, err := p.newDescent(gram, proximal(theta))
	if err != nil {
		return 0, err
	}
	var residual float64
	for pass := 0; ; pass++ {
		d.computeGradient()
		residual = absMax(d.grad)
		if scale == 0 {
			scale = residual
		}
		if residual > 0 {
			residual /= scale
		}
		if pass > 0 && residual <= tolerance || pass == passLimit || d.stopped(ctx) || !d.pass() {
			break
		}
	}
	relaxMatrix(p.w, d.old, theta)
	p.refresh() // the passes have accumulated rounding errors in Z
	return residual, ctx.Err()
}

// stopped reports whether to give up.
func (p *weightProblem[T]) stopped(ctx context.Context) bool {
	return ctx.Err() != nil || p.add.Err() != nil
}

// scale is c·max_j‖T_j‖·max_k‖A_k‖ over the columns of T and A, where gram is AᵀA. Where T is 0, it is λ₁: everything
// else falls with W then, and has no scale of its own.
func (p *weightProblem[T]) scale(gram mat.Dense[T]) float64 {
	var t, a float64
	for _, s := range p.add.Numbers(rows.ColumnSquares(p.t, p.workers)...) {
		t = max(t, s)
	}
	for k := range gram.Rows {
		a = max(a, float64(gram.At(k, k)))
	}
	return cmp.Or(p.c*math.Sqrt(t)*math.Sqrt(a), p.l1)
}

// descent is a weight problem being solved.
type descent[T mat.Float] struct {
	*weightProblem[T]
	prox      float64
	chol      *mat.Cholesky[T] // of M
	old       mat.Dense[T]     // W_old
	current   float64          // the objective, with the proximal term
	grad      mat.Dense[T]     // ∇ with the proximal term
	lastGrad  mat.Dense[T]     // ∇ of the pass before
	step      mat.Dense[T]     // ∇·M⁻¹
	norms     []float64        // ∇·M⁻¹·∇ of each row in the pass before; nil: there was none
	direction mat.Dense[T]
	change    mat.Dense[T] // A·directionᵀ: how Z changes along the direction
}

// newDescent overwrites gram, the lower triangle of AᵀA.
func (p *weightProblem[T]) newDescent(gram mat.Dense[T], prox float64) (*descent[T], error) {
	chol, err := p.factor(gram, prox)
	if err != nil {
		return nil, err
	}
	d := &descent[T]{
		weightProblem: p, prox: prox, chol: chol, old: p.w.Clone(), current: p.value(),
		change: mat.NewDense[T](p.z.Rows, p.z.Cols),
	}
	for _, m := range []*mat.Dense[T]{&d.grad, &d.lastGrad, &d.step, &d.direction} {
		*m = mat.NewDense[T](p.w.Rows, p.w.Cols)
	}
	return d, nil
}

// factor factors M; gram holds AᵀA. If ρ and p are 0 or lost in rounding, M can be singular; then its diagonal
// is raised until it is not. It still majorizes, and the passes have the same limit.
func (p *weightProblem[T]) factor(gram mat.Dense[T], prox float64) (*mat.Cholesky[T], error) {
	largest := p.majorize(gram, prox)
	var chol mat.Cholesky[T]
	err := chol.Factor(gram, p.workers)
	const raises = 6 // each ten times the last one
	raise := float64(largest * epsilon[T]())
	for k := 0; err != nil && k < raises; k++ {
		addDiagonal(gram, 0, gram.Rows, raise)
		raise *= 10
		err = chol.Factor(gram, p.workers)
	}
	if err != nil {
		return nil, fmt.Errorf("inputs' Gram matrix: %w", err)
	}
	return &chol, nil
}

// majorize turns AᵀA into M and returns the largest element of c·AᵀA.
func (p *weightProblem[T]) majorize(gram mat.Dense[T], prox float64) T {
	bias := gram.Rows - 1
	var largest T
	for i := range gram.Rows {
		mat.Scal(T(p.c), gram.Row(i)[:i+1])
		largest = max(largest, gram.At(i, i))
	}
	addDiagonal(gram, 0, bias, p.rho)
	addDiagonal(gram, 0, bias+1, prox)
	return largest
}

// computeGradient computes ∇ with the proximal term.
func (d *descent[T]) computeGradient() {
	d.grad, d.lastGrad = d.lastGrad, d.grad
	d.gradient(d.grad)
	if d.prox == 0 {
		return
	}
	for i := range d.grad.Rows {
		mat.Axpy(T(d.prox), d.w.Row(i), d.grad.Row(i))
		mat.Axpy(T(-d.prox), d.old.Row(i), d.grad.Row(i))
	}
}

// pass lowers the objective and reports whether it could.
func (d *descent[T]) pass() bool {
	mat.Copy(d.step, d.grad)
	d.chol.SolveRight(d.step, d.workers)
	d.conjugate()
	nn.Affine(d.change, d.direction, d.parts, d.workers)
	if d.advance(d.search()) {
		return true
	}
	lengths := make([]float64, d.w.Rows)
	for i := range lengths {
		d.setPlain(i)
		lengths[i] = 1
	}
	nn.Affine(d.change, d.direction, d.parts, d.workers)
	return d.advance(lengths)
}

// setPlain makes row i's direction that of the plain pass.
func (d *descent[T]) setPlain(i int) {
	dir := d.direction.Row(i)
	for j, s := range d.step.Row(i) {
		dir[j] = -s
	}
}

// conjugate chooses the directions: −∇M⁻¹ + β·(the last one), with
// β = ∇M⁻¹(∇ − ∇_last)ᵀ / ∇_last M⁻¹∇_lastᵀ.
func (d *descent[T]) conjugate() {
	first := d.norms == nil
	if first {
		d.norms = make([]float64, d.w.Rows)
	}
	for i := range d.norms {
		grad, step, dir := d.grad.Row(i), d.step.Row(i), d.direction.Row(i)
		norm := dot(grad, step)
		beta := 0.0
		if !first && d.norms[i] > 0 {
			beta = max(0, (norm-dot(d.lastGrad.Row(i), step))/d.norms[i])
		}
		d.norms[i] = norm
		for j, s := range step {
			dir[j] = T(beta)*dir[j] - s
		}
		if !(dot(grad, dir) < 0) {
			d.setPlain(i)
		}
	}
}

// search returns a step length for each row: nearly where ψ'(α) = 0, ψ being the
// row's objective along its direction, which is convex and piecewise quadratic. The
// first trial is where a ψ with the curvature of the majorization would have its
// minimum, and so not beyond it; the second is where the secant through 0 and the
// first says, the minimum if there is no kink between. If the second trial lies beyond the minimum, the secant through
// both trials decides.
func (d *descent[T]) search() []float64 {
	const farthest = 100 // times the first trial: ψ may be almost straight up to it
	change := d.add.Numbers(rows.ColumnSquares(d.change, d.workers)...)
	first := make([]float64, d.w.Rows)
	slope0 := make([]float64, d.w.Rows)
	for i := range first {
		dir := d.direction.Row(i)
		weights := dir[:len(dir)-1]
		slope0[i] = dot(d.grad.Row(i), dir)
		curvature := d.c*change[i] + d.rho*dot(weights, weights) + d.prox*dot(dir, dir)
		if curvature > 0 {
			first[i] = -slope0[i] / curvature
		}
	}
	slope1 := d.slopes(first)
	second := make([]float64, d.w.Rows)
	for i, a := range first {
		second[i] = secant(0, slope0[i], a, slope1[i], farthest*a)
	}
	slope2 := d.slopes(second)
	for i, a := range second {
		if slope2[i] > 0 {
			second[i] = secant(first[i], slope1[i], a, slope2[i], farthest*first[i])
		}
	}
	return second
}

// secant returns where the line through (a, fa) and (b, fb) is 0, at most limit, or
// limit if the line does not rise.
func secant(a, fa, b, fb, limit float64) float64 {
	if !(fb > fa) {
		return limit
	}
	return min(b-fb*(b-a)/(fb-fa), limit)
}

// slopes returns ψ'(α) of each row.
func (d *descent[T]) slopes(lengths []float64) []float64 {
	sums := rows.SumColumns(d.workers, d.z.Rows, d.z.Cols, func(lo, hi int, sums []float64) {
		z := make([]T, d.z.Cols)
		for i := lo; i < hi; i++ {
			change := d.change.Row(i)
			for j, v := range d.z.Row(i) {
				z[j] = v + T(lengths[j])*change[j]
			}
			d.f.slope(z, z, d.t.Row(i))
			for j, v := range z {
				sums[j] += float64(v) * float64(change[j])
			}
		}
	})
	train.AddUp(d.add, sums)
	for i := range sums {
		w, old, dir := d.w.Row(i), d.old.Row(i), d.direction.Row(i)
		sums[i] *= d.c
		bias := len(dir) - 1
		for j, v := range dir {
			at := float64(w[j]) + lengths[i]*float64(v)
			if j != bias {
				sums[i] += d.rho * at * float64(v)
			}
			sums[i] += d.prox * (at - float64(old[j])) * float64(v)
		}
	}
	return sums
}

// advance moves each row the given length along its direction. If that does not lower the objective it undoes the move
// and returns false.
func (d *descent[T]) advance(lengths []float64) bool {
	before := d.w.Clone()
	for i, a := range lengths {
		mat.Axpy(T(a), d.direction.Row(i), d.w.Row(i))
	}
	rows.For(d.workers, 0, d.z.Rows, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			z := d.z.Row(i)
			for j, v := range d.change.Row(i) {
				z[j] += T(lengths[j]) * v
			}
		}
	})
	return d.accept(before)
}

// accept reports whether the weights have a lower objective than those before. If not, they become these again.
func (d *descent[T]) accept(before mat.Dense[T]) bool {
	value := d.value() + d.prox/2*squaredDistance(d.w, d.old)
	if value < d.current {
		d.current = value
		return true
	}
	mat.Copy(d.w, before)
	d.refresh()
	return false
}

// addDiagonal adds v to n diagonal elements of m from the i-th on.
func addDiagonal[T mat.Float](m mat.Dense[T], i, n int, v float64) {
	for j := i; j < i+n; j++ {
		m.Set(j, j, m.At(j, j)+T(v))
	}
}

// relaxMatrix sets w := old + θ(w − old).
func relaxMatrix[T mat.Float](w, old mat.Dense[T], theta float64) {
	if theta == 1 {
		return
	}
	for i := range w.Rows {
		row := w.Row(i)
		for j, o := range old.Row(i) {
			row[j] = o + T(theta)*(row[j]-o)
		}
	}
}
