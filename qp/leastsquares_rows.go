package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// constrainedTriangle minimizes ‖Rx − d‖ with general constraints by an active-set method, from a point near the
// solution. The directions that the active constraints leave are an orthonormal basis, and R times that basis is
// factored, so that the condition of R is not squared (Golub and Van Loan, Matrix Computations, 4th edition, 2013,
// section 6.2; Lawson and Hanson, Solving Least Squares Problems, 1974, chapters 20 and 23). The point that
// SolveGeneral finds has slopes within its tolerance. Where columns are nearly dependent, its errors may be as large as
// the tolerance times the square of the condition.
type constrainedTriangle struct {
	*triangle
	iterate
	side, row []side    // of variables and rows
	scale     []float64 // powers of two that make the elements of rows about 1, so that pivots don't depend on units

	free, held []int
	active     []int  // the rows in the order of their multipliers in rates
	spanned    []bool // rows that are constant along all steps
	step, pull []float64
	rates      mat.Dense[float64] // R times the directions that move one active row each, for their multipliers
	null       mat.QR[float64]
	left       []float64 // what the step leaves of d − Rx, times the orthogonal factor of null

	factorizations int
}

// nearRow is the largest distance of a row from its bound, relative to its terms, with which it begins as active. A row
// that is violated by more begins so, too.
const nearRow = 1e-9

// polishSteps is the largest number of steps. Each takes two QR factorizations: of the active rows, and of R times the
// directions that these leave.
const polishSteps = 20

// polish improves v, an answer to a problem with general constraints, and counts its factorizations in info. What it
// finds counts if its certificate holds, and the residual is no longer than at v if the certificate of v holds, too. v
// is then kept in s.unpolished. The error is the context's.
func (s *triangle) polish(ctx context.Context, v iterate, info *GeneralInfo, tolerance float64) error {
	c := newConstrainedTriangle(s, v)
	found, err := c.solve(ctx)
	info.Factorizations += c.factorizations
	if !found {
		return err
	}
	if after, _ := s.certify(c.iterate); !after.within(tolerance) {
		return nil
	}
	const same = 1 + 0x1p-40
	before, _ := s.certify(v)
	if before.within(tolerance) && !(mat.Nrm2(s.left(c.x)) <= same*mat.Nrm2(s.left(v.x))) {
		return nil
	}
	s.unpolished = &iterate{slices.Clone(v.x), slices.Clone(v.y)}
	v.copyFrom(c.iterate)
	return nil
}

func newConstrainedTriangle(s *triangle, v iterate) *constrainedTriangle {
	n, m := s.r.Cols, s.c.Rows
	c := &constrainedTriangle{triangle: s, side: make([]side, n), row: make([]side, m), spanned: make([]bool, m),
		scale:   make([]float64, m),
		iterate: iterate{slices.Clone(v.x), slices.Clone(v.y)},
		step:    make([]float64, n), pull: make([]float64, n)}
	q, _ := s.point(v)
	for j, x := range c.x {
		bound, presses := q.presses(j)
		if presses {
			x = bound
		}
		switch c.x[j] = x; x {
		case c.lower[j]:
			c.side[j] = atLower
		case c.upper[j]:
			c.side[j] = atUpper
		}
	}
	for i, value := range q.rows.value {
		c.scale[i] = math.Ldexp(1, -exponent(mat.AbsMax(s.c.Row(i))))
		near := nearRow * q.rows.size[i]
		switch l, u := s.rowLower[i], s.rowUpper[i]; {
		case l == u, value-l < -near, value-l <= near && v.y[i] >= 0:
			c.row[i] = atLower
		case u-value < -near, u-value <= near && v.y[i] <= 0:
			c.row[i] = atUpper
		}
	}
	return c
}

// solve takes steps until the multipliers of all active constraints have the right sign, and reports whether that was
// the end. The error is the context's.
func (c *constrainedTriangle) solve(ctx context.Context) (found bool, err error) {
	for range polishSteps {
		if err := c.findStep(ctx); err != nil {
			return false, err
		}
		if notFinite(c.step) >= 0 {
			return false, nil
		}
		if c.move() {
			continue // it ended at a constraint, which is now active
		}
		if !c.drop() {
			return true, nil
		}
	}
	return false, nil
}

// findStep computes the step to the minimum at which the active constraints hold.
func (c *constrainedTriangle) findStep(ctx context.Context) error {
	c.free, c.held = c.free[:0], c.held[:0]
	for j, s := range c.side {
		if s == isFree {
			c.free = append(c.free, j)
		} else {
			c.held = append(c.held, j)
		}
	}
	rows, triangle, missing, err := c.factorRows(ctx)
	if err != nil {
		return err
	}
	f, rank, k := len(c.free), len(c.active), c.r.Rows
	turned := c.columns(c.free)
	rows.MulQ(mat.Right, mat.NoTrans, turned, c.workers)
	c.rates = mat.NewDense[float64](k, rank)
	mat.Copy(c.rates, turned.View(0, 0, k, rank))
	right := slices.Clone(c.d)
	mat.Gemv(mat.NoTrans, -1, c.r, c.others(c.x), 1, right, c.workers)
	move := mat.NewDense[float64](f, 1)
	if rank > 0 {
		mat.Trsv(mat.Upper, mat.Trans, mat.NonUnit, triangle, missing)
		copy(move.Data, missing)
		mat.Gemv(mat.NoTrans, -1, c.rates, missing, 1, right, c.workers)
		mat.Trsm(mat.Right, mat.Upper, mat.Trans, mat.NonUnit, 1, triangle, c.rates, c.workers)
	}
	if err := c.factor(ctx, &c.null, turned.View(0, rank, k, f-rank)); err != nil {
		return err
	}
	c.null.Solve(move.View(rank, 0, f-rank, 1), mat.DenseOf(k, 1, right), c.workers)
	rows.MulQ(mat.Left, mat.NoTrans, move, c.workers)
	clear(c.step)
	for q, j := range c.free {
		c.step[j] = move.Data[q]
	}
	c.null.MulQ(mat.Left, mat.Trans, mat.DenseOf(k, 1, right), c.workers)
	c.left = right[c.null.Rank():]
	return nil
}

// factor factors a, with pivoting where the columns may be dependent.
func (c *constrainedTriangle) factor(ctx context.Context, qr *mat.QR[float64], a mat.Dense[float64]) error {
	c.factorizations++
	if a.Cols <= a.Rows {
		if err := qr.FactorContext(ctx, a, c.workers); err != nil {
			return err
		}
		if qr.Rcond() >= 8*0x1p-53*float64(a.Cols) {
			return nil
		}
		c.factorizations++
	}
	qr.FactorPivoted(a, 0, c.workers)
	return ctx.Err()
}

// factorRows factors the active rows in the free variables, transposed, and chooses c.active, as many of them as are
// independent. It returns their triangle, and by how much they miss their bounds.
func (c *constrainedTriangle) factorRows(ctx context.Context) (rows *mat.QR[float64], triangle mat.Dense[float64],
	missing []float64, err error) {
	c.active = c.active[:0]
	for i, s := range c.row {
		if c.spanned[i] = s != isFree; c.spanned[i] {
			c.active = append(c.active, i)
		}
	}
	f, all := len(c.free), len(c.active)
	transposed := mat.NewDense[float64](f, all)
	for p, i := range c.active {
		row := c.c.Row(i)
		for q, j := range c.free {
			transposed.Set(q, p, row[j]*c.scale[i])
		}
	}
	rows = new(mat.QR[float64])
	if err := c.factor(ctx, rows, transposed); err != nil {
		return nil, mat.Dense[float64]{}, nil, err
	}
	if perm := rows.Perm(); perm != nil {
		independent := make([]int, rows.Rank())
		for q := range independent {
			independent[q] = c.active[perm[q]]
		}
		c.active = independent
	}
	for _, i := range c.active {
		bound := c.row[i].of(c.rowLower[i], c.rowUpper[i])
		missing = append(missing, (bound-mat.Dot(c.c.Row(i), c.x))*c.scale[i])
	}
	r := mat.NewDense[float64](min(f, all), all)
	rows.R(r)
	return rows, r.View(0, 0, len(c.active), len(c.active)), missing, nil
}

// columns copies columns of R.
func (c *constrainedTriangle) columns(list []int) mat.Dense[float64] {
	to := mat.NewDense[float64](c.r.Rows, len(list))
	copyColumns(to, c.r, list)
	return to
}

// move takes the step as far as no other constraint is reached, and reports whether one was. That becomes active.
func (c *constrainedTriangle) move() (reached bool) {
	share, variable, row, to := 1.0, -1, -1, isFree
	meet := func(value, step, lower, upper float64) bool {
		s := sideAhead(step)
		room := max(s.room(value, lower, upper), 0)
		if room >= share*math.Abs(step) {
			return false
		}
		share, to = room/math.Abs(step), s
		return true
	}
	for _, j := range c.free {
		if meet(c.x[j], c.step[j], c.lower[j], c.upper[j]) {
			variable = j
		}
	}
	for i := range c.row {
		if c.spanned[i] {
			continue
		}
		value, change, size := 0.0, 0.0, 0.0
		for j, e := range c.c.Row(i) {
			value += e * c.x[j]
			change += e * c.step[j]
			size += math.Abs(e * c.step[j])
		}
		const rounding = 0x1p-45
		if math.Abs(change) > rounding*size && meet(value, change, c.rowLower[i], c.rowUpper[i]) {
			variable, row = -1, i
		}
	}
	mat.Axpy(share, c.step, c.x)
	mat.Clamp(c.x, c.lower, c.upper)
	switch {
	case variable >= 0:
		c.side[variable] = to
		c.x[variable] = to.of(c.lower[variable], c.upper[variable])
	case row >= 0:
		c.row[row] = to
	}
	return variable >= 0 || row >= 0
}

// drop computes the multipliers, and frees the constraint whose multiplier is the wrongest, if there is one.
func (c *constrainedTriangle) drop() (dropped bool) {
	clear(c.y)
	clear(c.pull)
	noisePull, worst := make([]float64, len(c.x)), 0.0
	variable, row := -1, -1
	wrong := func(s side, multiplier, noise float64, lower, upper float64) bool {
		if by := float64(s) * multiplier / noise; lower < upper && by > max(worst, 1) {
			worst = by
			return true
		}
		return false
	}
	along, noise := c.slopes(c.rates)
	for q, i := range c.active {
		along[q] *= c.scale[i]
		noise[q] *= c.scale[i]
		if c.y[i] = along[q]; c.rowLower[i] < c.rowUpper[i] && float64(c.row[i])*along[q] > 0 {
			c.y[i] = 0 // a rounding error, unless the row is dropped
		}
		mat.Axpy(c.y[i], c.c.Row(i), c.pull)
		for j, e := range c.c.Row(i) {
			noisePull[j] += math.Abs(e) * noise[q]
		}
		if wrong(c.row[i], along[q], noise[q], c.rowLower[i], c.rowUpper[i]) {
			row = i
		}
	}
	along, noise = c.slopes(c.columns(c.held))
	for q, j := range c.held {
		if wrong(c.side[j], along[q]-c.pull[j], noise[q]+noisePull[j], c.lower[j], c.upper[j]) {
			variable, row = j, -1
		}
	}
	switch {
	case variable >= 0:
		c.side[variable] = isFree
	case row >= 0:
		c.row[row] = isFree
	}
	return variable >= 0 || row >= 0
}

// slopes are the slopes of half of ‖Rx − d‖² along directions, of which columns are R times, and their rounding errors.
// See boundedTriangle.measureSlope. columns are overwritten.
func (c *constrainedTriangle) slopes(columns mat.Dense[float64]) (along, noise []float64) {
	c.null.MulQ(mat.Left, mat.Trans, columns, c.workers)
	along, noise = make([]float64, columns.Cols), make([]float64, columns.Cols)
	tail, whole := make([]float64, columns.Cols), make([]float64, columns.Cols)
	from := columns.Rows - len(c.left)
	for i := range columns.Rows {
		for q, e := range columns.Row(i) {
			whole[q] += e * e
			if i >= from {
				along[q] -= e * c.left[i-from]
				tail[q] += e * e
			}
		}
	}
	terms, left := mat.Nrm2(c.d)+mat.Asum(c.others(c.x)), mat.Nrm2(c.left)
	for q := range noise {
		noise[q] = 8 * 0x1p-53 * (math.Sqrt(tail[q])*terms + math.Sqrt(whole[q])*left)
	}
	return along, noise
}
