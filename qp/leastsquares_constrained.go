package qp

import (
	"context"
	"errors"
	"math"
	"slices"

	"ridge/mat"
)

// solveRows solves a problem with general constraints. If the certificate does not hold, it solves the problem once
// more without the elements of d that are rounding errors of b: they count as bounds, beside which others look far out.
func (s *triangle) solveRows(ctx context.Context, o Options) (iterate, GeneralInfo, error) {
	v, info, err := s.solveConstrained(ctx, o)
	o.MaxIterations -= info.Iterations
	if err != nil || o.MaxIterations <= 0 {
		return v, info, err
	}
	c, _ := s.certify(v)
	if c.within(o.Tolerance) || !s.clearRounded() {
		return v, info, nil
	}
	w, again, err := s.solveConstrained(ctx, o)
	info.Iterations += again.Iterations
	info.Factorizations += again.Factorizations
	if err != nil {
		info.Status = again.Status
		return v, info, err
	}
	if d, _ := s.certify(w); d.better(c) {
		info.Status = again.Status
		return w, info, nil
	}
	return v, info, nil
}

// clearRounded sets elements of d that are rounding errors of b to 0, and reports whether there were any.
func (s *triangle) clearRounded() (found bool) {
	none := 0x1p-50 * mat.Nrm2(s.b)
	for i, v := range s.d {
		if v != 0 && math.Abs(v) <= none {
			s.d[i], found = 0, true
		}
	}
	return found
}

// solveConstrained solves the problem in x and r, where Rx − r = d.
func (s *triangle) solveConstrained(ctx context.Context, o Options) (iterate, GeneralInfo, error) {
	k, n, m := s.r.Rows, s.r.Cols, s.c.Rows
	asked := o.Tolerance
	o.Tolerance = min(asked, 1e-9)
	res, err := s.solveWithResiduals(ctx, o)
	var infeasible *InfeasibleError
	if used := res.Iterations; errors.As(err, &infeasible) && asked > o.Tolerance && used < o.MaxIterations {
		o.Tolerance, o.MaxIterations = asked, o.MaxIterations-used // by no more than rounding to float32, perhaps
		res, err = s.solveWithResiduals(ctx, o)
		res.Iterations += used
	}
	if errors.As(err, &infeasible) {
		if infeasible.Farkas != nil {
			infeasible.belowRows(k, s.unit, s.rowUnit)
		} else { // a bound is out of range in the units of x̂, and only there
			err, res.Status = nil, OutOfRange
		}
	}
	var status *StatusError
	if errors.As(err, &status) {
		err = nil // the certificate is measured on A and b
	}
	if res.X == nil {
		return iterate{make([]float64, n), make([]float64, m)}, res.GeneralInfo, err
	}
	return iterate{res.X[:n], res.RowMultipliers[k:]}, res.GeneralInfo, err
}

// solveWithResiduals is solveConstrained without what it makes of the result. The H of x and r is diagonal.
func (s *triangle) solveWithResiduals(ctx context.Context, o Options) (GeneralResult[float64], error) {
	k, n, m := s.r.Rows, s.r.Cols, s.c.Rows
	below, above := wideBounds[float64](nil, nil, k)
	p := GeneralProblem[float64]{
		G:        make([]float64, n+k),
		Lower:    slices.Concat(s.lower, below),
		Upper:    slices.Concat(s.upper, above),
		RowLower: slices.Concat(s.d, s.rowLower),
		RowUpper: slices.Concat(s.d, s.rowUpper),
	}
	curvature, a := make([]float64, n+k), mat.NewDense[float64](k+m, n+k)
	mat.Copy(a.View(0, 0, k, n), s.r)
	for i := range k {
		for _, j := range s.list {
			a.Set(i, j, 0)
		}
	}
	mat.Copy(a.View(k, 0, m, n), s.c)
	for i := range k {
		curvature[n+i] = 1
		a.Set(i, n+i, -1)
	}
	h := diagonalMatrix(curvature)
	if k == 0 {
		h = indexMatrix(mat.Dense[float64]{})
	}
	solver, err := generalSolverOf[float64](ctx, h, a, o, s.precision)
	if err != nil {
		return GeneralResult[float64]{GeneralInfo: unmeasuredGeneral(statusOf(err))}, err
	}
	return solver.solveOnce(ctx, p)
}
