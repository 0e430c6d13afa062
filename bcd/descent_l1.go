package bcd

import (
	"context"
	"fmt"

	"ridge/mat"
)

// passLimitL1 is the largest number of passes for a weight problem with an ℓ1 term.
// Each pass is a batch of bounded QPs.
const passLimitL1 = 10

// minimizeL1 is minimize for a problem with an ℓ1 term. A pass minimizes the
// majorization of curvature M,
//
//	W ← W + argmin_D ⟨∇, D⟩ + ½⟨D·M, D⟩ + λ₁‖W + D‖₁
//
// (see lasso): proximal Newton steps, which need no search, as M is an upper bound of
// the Hessian. The relative gradient is that of the subgradient of least norm.
func (p *weightProblem[T]) minimizeL1(ctx context.Context, g *grams[T], theta, tolerance float64) (float64, error) {
	gram := g.of(p.parts, p.readsX, p.workers, p.add)
	scale := p.scale(gram)
	prox := proximal(theta)
	d := &descent[T]{weightProblem: p, prox: prox, old: p.w.Clone(), current: p.value()}
	d.grad, d.lastGrad = mat.NewDense[T](p.w.Rows, p.w.Cols), mat.NewDense[T](p.w.Rows, p.w.Cols)
	block := d.newLasso(gram)
	var residual float64
	for pass := 0; ; pass++ {
		d.computeGradient()
		subgradient := d.lastGrad // not in use here
		mat.Copy(subgradient, d.grad)
		leastSubgradient(subgradient, p.w, p.l1)
		residual = absMax(subgradient) / scale
		if pass > 0 && residual <= tolerance || pass == passLimitL1 || d.stopped(ctx) {
			break
		}
		lower, err := d.passL1(ctx, block, tolerance*scale)
		if err != nil {
			return 0, fmt.Errorf("inputs' Gram matrix: %w", err)
		}
		if !lower {
			break
		}
	}
	relaxMatrix(p.w, d.old, theta)
	p.refresh()
	return residual, ctx.Err()
}

// newLasso makes the problem of the passes from the Gram matrix, which it overwrites.
func (d *descent[T]) newLasso(gram mat.Dense[T]) *lasso[T] {
	largest := d.majorize(gram, d.prox)
	// M may be singular, or lose its ridge in rounding. With a slightly larger ridge it still majorizes.
	raise := float64(gram.Rows) * float64(largest*epsilon[T]())
	addDiagonal(gram, 0, gram.Rows, raise)
	return newLasso(gram, d.rho+d.prox+raise, d.workers)
}

// passL1 lowers the objective and reports whether it could. The majorization is solved until its gradient is a fraction
// of gradient.
func (d *descent[T]) passL1(ctx context.Context, block *lasso[T], gradient float64) (bool, error) {
	const part = 0.3
	tolerance := part * gradient * float64(block.scale)
	if mean := meanOfNonzero(d.w); mean > 0 {
		const small = 0.01 // weights that should be zero
		tolerance = min(tolerance, small*mean)
	}
	before := d.w.Clone()
	l1 := T(d.l1)
	if err := block.step(ctx, d.w, d.grad, func(T) T { return l1 }, tolerance); err != nil {
		return false, err
	}
	d.refresh()
	return d.accept(before), nil
}
