package bcd

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
	"ridge/qp"
)

// lasso is the ℓ1 block: for each row w of a matrix of weights, the bias last, the
// change d that minimizes
//
//	g·d + ½dMdᵀ + Σ_j λ_j|w_j + d_j|,
//
// where the bias has no λ. All rows share M, and so they are a batch of bounded quadratic
// programs: with w = w⁺ − w⁻ and d = d⁺ − d⁻, d⁺ ≥ −w⁺ and d⁻ ≥ −w⁻. M = S + ρI has the
// ridge ρ, except for the bias. Put on ‖w⁺‖² + ‖w⁻‖², it is the same at the optimum,
// where w⁺ or w⁻ is 0, and the Hessian in (d⁺, d⁻, bias),
//
//	⎡ S+ρI  −S     s ⎤
//	⎢ −S    S+ρI  −s ⎥
//	⎣ sᵀ    −sᵀ    σ ⎦
//
// is positive definite if M is. Everything is divided by the mean of the diagonal of M,
// so that the units of the KKT residual are about those of the weights.
type lasso[T mat.Float] struct {
	h       mat.Dense[T]
	ridge   T
	scale   T // the factor of g and λ
	workers mat.Workers
}

// newLasso takes the lower triangle of M, which it scales.
func newLasso[T mat.Float](m mat.Dense[T], ridge float64, w mat.Workers) *lasso[T] {
	in := m.Rows - 1
	scale := T(float64(in) / trace(m, in))
	mat.Scale(m, scale, m)
	ridge *= float64(scale)
	h := mat.NewDense[T](2*in+1, 2*in+1)
	for i := range in {
		for j, v := range m.Row(i)[:i+1] {
			h.Set(i, j, v)
			h.Set(in+i, in+j, v)
			h.Set(in+i, j, -v)
			h.Set(in+j, i, -v)
		}
		h.Set(in+i, i, T(ridge)-m.At(i, i))
	}
	for j, v := range m.Row(in)[:in] {
		h.Set(2*in, j, v)
		h.Set(2*in, in+j, -v)
	}
	h.Set(2*in, 2*in, m.At(in, in))
	mat.Symmetrize(mat.Lower, h, 1)
	return &lasso[T]{h, T(ridge), scale, w}
}

// step adds its d to each row of w, up to about tolerance in each weight. lambda returns
// λ_j for w_j, and g has the linear terms; a g without rows stands for zeros. A weight
// that becomes zero is exactly zero. The objective is never above that of d = 0.
func (l *lasso[T]) step(ctx context.Context, w, g mat.Dense[T], lambda func(w T) T, tolerance float64) error {
	rows, in := w.Rows, w.Cols-1
	b := qp.Batch[T]{
		G: mat.NewDense[T](rows, 2*in+1), X: mat.NewDense[T](rows, 2*in+1), Lower: mat.NewDense[T](rows, 2*in+1),
	}
	for i := range rows {
		linear, lower := b.G.Row(i), b.Lower.Row(i)
		for j, v := range w.Row(i)[:in] {
			plus, minus, weight := max(0, v), max(0, -v), l.scale*lambda(v)
			lower[j], lower[in+j] = -plus, -minus
			// The part of ρ‖w⁺‖² + ρ‖w⁻‖² that is not in M.
			linear[j], linear[in+j] = weight+l.ridge*minus, weight+l.ridge*plus
		}
		lower[2*in] = T(math.Inf(-1))
		if g.Rows > 0 {
			gi := g.Row(i)
			mat.Axpy(l.scale, gi[:in], linear[:in])
			mat.Axpy(-l.scale, gi[:in], linear[in:2*in])
			linear[2*in] = l.scale * gi[in]
		}
	}
	if err := l.solve(ctx, b, tolerance); err != nil {
		return err
	}
	for i := range rows {
		wi, d, lower := w.Row(i), b.X.Row(i), b.Lower.Row(i)
		for j := range in {
			wi[j] = (d[j] - lower[j]) - (d[in+j] - lower[in+j])
		}
		wi[in] += d[2*in]
	}
	return nil
}

// solve solves the QPs until no variable, alone, would move by more than tolerance.
func (l *lasso[T]) solve(ctx context.Context, b qp.Batch[T], tolerance float64) error {
	// The solver's residuals are in units in which H has a unit diagonal, and relative to the
	// slope at d = 0.
	units := make([]float64, l.h.Rows)
	for j := range units {
		units[j] = math.Sqrt(float64(l.h.At(j, j)))
	}
	relative := tolerance * slices.Min(units) / steepestAtZero(b, units)
	if !finite(relative) {
		relative = 1 // everything is and stays zero, or it overflows, which qp reports
	}
	solver, err := qp.NewSolver(l.h, qp.Options{Tolerance: relative, Workers: l.workers})
	if err != nil {
		return err
	}
	_, err = solver.SolveBatch(ctx, b)
	return beyondTolerance(err)
}

// steepestAtZero is the largest slope of the QPs at d = 0, without those that a bound balances.
func steepestAtZero[T mat.Float](b qp.Batch[T], units []float64) float64 {
	var worst float64
	for i := range b.G.Rows {
		lower := b.Lower.Row(i)
		for j, g := range b.G.Row(i) {
			if g < 0 || lower[j] < 0 {
				worst = max(worst, math.Abs(float64(g))/units[j])
			}
		}
	}
	return worst
}

// projectOnPattern moves each row of w to the nearest one, in the norm of the
// solver's Hessian, that is zero where that of pattern is; the last element is free.
func projectOnPattern[T mat.Float](ctx context.Context, s *qp.Solver[T], w, pattern mat.Dense[T]) error {
	inf := T(math.Inf(1))
	bounds := func(sign T) mat.Dense[T] {
		m := mat.NewDense[T](w.Rows, w.Cols)
		for i := range m.Rows {
			row, p := m.Row(i), pattern.Row(i)
			for j, v := range w.Row(i) {
				row[j] = sign * inf
				if p[j] == 0 && j < w.Cols-1 {
					row[j] = -v
				}
			}
		}
		return m
	}
	d := mat.NewDense[T](w.Rows, w.Cols)
	g := mat.NewDense[T](w.Rows, w.Cols)
	_, err := s.SolveBatch(ctx, qp.Batch[T]{G: g, Lower: bounds(-1), Upper: bounds(1), X: d})
	if err := beyondTolerance(err); err != nil {
		return err
	}
	mat.Add(w, w, d)
	return nil
}

// leastSubgradient turns the gradient g of the smooth part of an objective, at w, into the
// subgradient of least norm of the whole objective, which has l1·|w| for each weight
// except the bias, the last of its row. It is zero at the optimum: g = −l1·sign(w) where w
// ≠ 0, and |g| ≤ l1 elsewhere.
func leastSubgradient[T mat.Float](g, w mat.Dense[T], l1 float64) {
	if l1 == 0 {
		return
	}
	c := T(l1)
	for i := range g.Rows {
		gi := g.Row(i)
		for j, v := range w.Row(i)[:w.Cols-1] {
			switch {
			case v > 0:
				gi[j] += c
			case v < 0:
				gi[j] -= c
			default:
				gi[j] -= max(-c, min(gi[j], c))
			}
		}
	}
}
