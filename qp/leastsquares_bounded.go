package qp

import (
	"context"
	"math"
	"slices"
	"sync"

	"ridge/mat"
)

// boundedTriangle solves minimize ‖Rx − d‖ over lower ≤ x ≤ upper by an active-set method.
type boundedTriangle struct {
	*triangle
	x, z    []float64
	slope   []float64 // Rᵀ(Rz − d)
	noise   []float64 // the rounding error of a slope that is zero
	side    []side
	free    []int
	held    []int  // variables at a bound
	tabu    []bool // variables that were freed without effect since x last moved
	qr      mat.QR[float64]
	columns mat.Dense[float64]
	right   []float64
	limit   int // of info.Iterations
	info    GeneralInfo
}

func newBoundedTriangle(s *triangle) *boundedTriangle {
	n, k := s.r.Cols, s.r.Rows
	b := &boundedTriangle{triangle: s, side: make([]side, n), tabu: make([]bool, n), right: make([]float64, k),
		limit: math.MaxInt, info: GeneralInfo{Status: Optimal}}
	next := vectors(4, n)
	b.x, b.z, b.slope, b.noise = next(), next(), next(), next()
	return b
}

// exhausted reports whether the limit of iterations has been reached, and sets the status then.
func (b *boundedTriangle) exhausted() bool {
	if b.info.Iterations < b.limit {
		return false
	}
	b.info.Status = IterationLimit
	return true
}

// spareRounds is how many exchanges of all violations may not reduce their number.
const spareRounds = 3

// methods are ways to solve the problem, the cheapest first.
func (b *boundedTriangle) methods() []func(context.Context, Options) error {
	gram := sync.OnceValue(b.gram)
	fromGuess := func(ctx context.Context, o Options) error {
		b.guess(ctx, gram(), o)
		return b.exchangeAll(ctx)
	}
	fromBounds := func(ctx context.Context, _ Options) error {
		b.startAtBounds()
		return b.onebyone(ctx)
	}
	if b.fewColumnsCanBeFree(gram) {
		return []func(context.Context, Options) error{fromBounds, fromGuess}
	}
	return []func(context.Context, Options) error{fromGuess}
}

// exchangeAll exchanges all variables that violate the optimality conditions at once, until none
// does, or until their number does not fall; then it exchanges them one by one.
func (b *boundedTriangle) exchangeAll(ctx context.Context) error {
	fewest, spare := len(b.x)+1, spareRounds
	for spare > 0 {
		if err := ctx.Err(); err != nil || b.exhausted() {
			return err
		}
		b.info.Iterations++
		if err := b.minimize(ctx); err != nil {
			return err
		}
		copy(b.x, b.z)
		b.measureSlope()
		violations := b.exchange()
		if violations == 0 {
			return nil
		}
		if violations < fewest {
			fewest, spare = violations, spareRounds
		} else {
			spare--
		}
	}
	return b.onebyone(ctx)
}

// gram computes RᵀR.
func (b *boundedTriangle) gram() mat.Dense[float64] {
	n := len(b.x)
	h := mat.NewDense[float64](n, n)
	mat.Syrk(mat.Lower, mat.Trans, 1, b.r, 0, h, b.workers)
	mat.Symmetrize(mat.Lower, h, 1)
	return h
}

// guess chooses the initial free variables: those that are free at the solution for h = RᵀR.
func (b *boundedTriangle) guess(ctx context.Context, h mat.Dense[float64], o Options) {
	g := make([]float64, len(b.x))
	mat.Gemv(mat.Trans, -1, b.r, b.d, 0, g, b.workers)
	o.Tolerance, o.Method = 0, Auto
	res, _ := Solve(ctx, Problem[float64]{H: h, G: g, Lower: b.others(b.lower), Upper: b.others(b.upper)}, nil, o)
	if len(res.X) == len(b.x) && notFinite(res.X) < 0 {
		copy(b.x, res.X)
	}
	b.info.Factorizations += res.Factorizations
	for j := range b.x {
		x := min(max(b.x[j], b.lower[j]), b.upper[j])
		b.x[j], b.side[j] = x, isFree
		if x == b.lower[j] {
			b.side[j] = atLower
		} else if x == b.upper[j] {
			b.side[j] = atUpper
		}
	}
}

// minimize computes z, the minimum over the free variables, with the others at their values in x.
// Free variables whose columns depend on other free columns also keep their values. The error is the context's.
func (b *boundedTriangle) minimize(ctx context.Context) error {
	copy(b.z, b.x)
	b.free = b.free[:0]
	for j, s := range b.side {
		if s == isFree {
			b.free = append(b.free, j)
		} else {
			b.z[j] = s.of(b.lower[j], b.upper[j])
		}
	}
	b.load()
	if len(b.free) == 0 || b.r.Rows == 0 {
		return nil
	}
	b.info.Factorizations++
	dependent := len(b.free) > b.r.Rows
	if !dependent {
		if err := b.qr.FactorContext(ctx, b.columns, b.workers); err != nil {
			return err
		}
		dependent = b.qr.Rcond() < 8*0x1p-53*float64(len(b.free))
	}
	if dependent {
		b.qr.FactorPivoted(b.columns, 0, b.workers)
		independent := make([]int, 0, len(b.free))
		for _, q := range b.qr.Perm()[:b.qr.Rank()] {
			independent = append(independent, b.free[q])
		}
		b.free = independent
		b.load()
		if err := b.qr.FactorContext(ctx, b.columns, b.workers); err != nil {
			return err
		}
	}
	solution := mat.NewDense[float64](len(b.free), 1)
	if b.qr.Solve(solution, mat.DenseOf(len(b.right), 1, b.right), b.workers) != nil {
		return nil
	}
	for q, j := range b.free {
		b.z[j] = solution.Data[q]
	}
	return nil
}

// refine corrects x by its slopes for A and b themselves, if these are too large. If the rows of A
// differ greatly in size, d has an error of the size of u‖b‖, which may be large relative to small
// solutions. The correction solves RᵀRΔx = −slope, and is rejected unless the slopes fall. It is left out
// where the context ends.
func (b *boundedTriangle) refine(ctx context.Context, tolerance float64) {
	const enough = 1.0 / 64 // fraction of the tolerance
	p := len(b.free)
	if p == 0 || p > b.r.Rows {
		return
	}
	before, q := b.certify(iterate{x: b.x})
	if before.Dual <= enough*tolerance {
		return
	}
	failed := b.minimize(ctx) // to factor the free columns
	if p = len(b.free); p == 0 || failed != nil {
		return
	}
	r, d := mat.NewDense[float64](p, p), make([]float64, p)
	b.qr.R(r)
	for i, j := range b.free {
		d[i] = -q.grad[j]
	}
	mat.Trsv(mat.Upper, mat.Trans, mat.NonUnit, r, d)
	mat.Trsv(mat.Upper, mat.NoTrans, mat.NonUnit, r, d)
	copy(b.z, b.x)
	for i, j := range b.free {
		b.z[j] = min(max(b.x[j]+d[i], b.lower[j]), b.upper[j])
	}
	if after, _ := b.certify(iterate{x: b.z}); after.better(before) {
		copy(b.x, b.z)
	}
}

// load gathers the free columns, and subtracts the other columns' part from d.
func (b *boundedTriangle) load() {
	b.gather(b.free)
	rest := slices.Clone(b.z)
	for _, list := range [][]int{b.free, b.list} {
		for _, j := range list {
			rest[j] = 0
		}
	}
	copy(b.right, b.d)
	mat.Gemv(mat.NoTrans, -1, b.r, rest, 1, b.right, b.workers)
}

// gather copies columns of R.
func (b *boundedTriangle) gather(columns []int) {
	b.columns = resized(b.columns, b.r.Rows, len(columns))
	copyColumns(b.columns, b.r, columns)
}

// copyColumns copies the listed columns of a.
func copyColumns(to, a mat.Dense[float64], list []int) {
	for i := range a.Rows {
		row, into := a.Row(i), to.Row(i)
		for q, j := range list {
			into[q] = row[j]
		}
	}
}

// measureSlope computes the slopes at z of the variables at a bound; the others have none. After
// multiplication by Qᵀ, Q being the factor of the free columns, the residual is zero in as many
// elements as there are free columns. Rᵀ(Rz − d) itself would have errors of the size of u‖d‖, and
// be useless for columns that are nearly dependent.
func (b *boundedTriangle) measureSlope() {
	k, p := b.r.Rows, len(b.free)
	b.held = b.held[:0]
	for j, s := range b.side {
		if s != isFree {
			b.held = append(b.held, j)
		}
	}
	clear(b.slope)
	b.gather(b.held)
	if p > 0 && k > 0 {
		b.qr.MulQ(mat.Left, mat.Trans, b.columns, b.workers)
		b.qr.MulQ(mat.Left, mat.Trans, mat.DenseOf(k, 1, b.right), b.workers)
	}
	rest, all := b.right[min(p, k):], mat.Nrm2(b.d)+mat.Asum(b.others(b.z))
	size := mat.Nrm2(rest)
	for q, j := range b.held {
		sum, square := 0.0, 0.0
		for i, v := range rest {
			c := b.columns.At(min(p, k)+i, q)
			sum += c * v
			square += c * c
		}
		b.slope[j], b.noise[j] = -sum, 8*0x1p-53*(math.Sqrt(square)*all+size)
	}
}

// wants reports whether a variable with a slope should move.
func (b *boundedTriangle) wants(j int) bool {
	if b.lower[j] == b.upper[j] {
		return false
	}
	return b.side[j] != atUpper && b.slope[j] < -b.noise[j] || b.side[j] != atLower && b.slope[j] > b.noise[j]
}

// exchange frees all variables that should leave their bounds, and puts variables beyond a bound on
// it. It returns their number.
func (b *boundedTriangle) exchange() int {
	violations := 0
	for j := range b.side {
		switch {
		case b.side[j] == isFree && b.x[j] < b.lower[j]:
			b.side[j], b.x[j] = atLower, b.lower[j]
		case b.side[j] == isFree && b.x[j] > b.upper[j]:
			b.side[j], b.x[j] = atUpper, b.upper[j]
		case b.wants(j):
			b.side[j] = isFree
		default:
			continue
		}
		violations++
	}
	return violations
}
