package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// A ray or a Farkas vector that is only nearly one proves nothing: rows that nearly repeat each other may differ by
// less than its errors. It is therefore moved by the shortest way to where all constraints on it hold up to the
// rounding errors of the sums in them, and counts if it is still a proof there.

// exactRay returns the ray next to d along which f falls forever, or the steepest one, or nil if there is none or the
// context has ended. d may be nil.
func (p *program) exactRay(ctx context.Context, d []float64) []float64 {
	n, m := p.n(), p.m()
	rows := []mat.Dense[float64]{p.a.full}
	if !p.h.onlyDiagonal() {
		rows = append(rows, p.h.full)
	}
	c := newCone(n, p.workers, rows...)
	for k := range n + m {
		c.floor[k], c.ceil[k] = !math.IsInf(p.lower[k], 0), !math.IsInf(p.upper[k], 0)
	}
	for j := 0; p.h.onlyDiagonal() && j < n; j++ {
		if p.curvature(j) != 0 {
			c.floor[j], c.ceil[j] = true, true
		}
	}
	for k := n + m; k < len(c.floor); k++ {
		c.floor[k], c.ceil[k] = true, true
	}
	if d != nil {
		if ray := c.projectUntil(ctx, direction(d), p.fallsExactly); ray != nil {
			return ray
		}
	}
	down := make([]float64, n)
	mat.Axpy(-1, p.g, down)
	if ctx.Err() != nil || c.isFlat(down) {
		return nil
	}
	return c.projectUntil(ctx, direction(down), p.fallsExactly)
}

// fallsExactly reports whether f falls forever along the exact ray d. There the smallest elements of d are no rounding
// errors, but what keeps rows from blocking it, and they must not make up for the descent of the others.
func (p *program) fallsExactly(d []float64) bool {
	var slope doubleDouble
	size := 0.0
	for j, v := range d {
		slope.add(p.g[j], v)
		size += math.Abs(p.g[j] * v)
	}
	return slope.value() < -provenShare*size && p.unbounded(d)
}

// cone is the set of the vectors v whose elements, and whose products with the rows of matrices, are not negative where
// floor is set, and not positive where ceil is. It numbers the elements first.
type cone struct {
	n           int
	weights     [][]float64 // the rows; nil for an element
	length      []float64   // of the rows
	floor, ceil []bool
	held        []bool    // what is held at 0
	pull        []float64 // multipliers of what is held, with the right signs
	next        []float64 // the same for the last projection, which may have wrong signs
	always      []int     // independent rows among those that are always held
	workers     mat.Workers
}

func newCone(n int, w mat.Workers, rows ...mat.Dense[float64]) *cone {
	c := &cone{n: n, weights: make([][]float64, n), length: make([]float64, n), workers: w}
	for _, m := range rows {
		for i := range m.Rows {
			c.weights, c.length = append(c.weights, m.Row(i)), append(c.length, mat.Nrm2(m.Row(i)))
		}
	}
	all := len(c.weights)
	c.floor, c.ceil, c.held = make([]bool, all), make([]bool, all), make([]bool, all)
	next := vectors(2, all)
	c.pull, c.next = next(), next()
	return c
}

const (
	// maxExact is the largest number of projections.
	maxExact = 100
	// maxHeld is how often the same constraint may begin to be held. Without rounding errors once would be nearly
	// always enough.
	maxHeld = 3
	// leastLeft is the fraction of a vector that must be left.
	leastLeft = 0x1p-20
)

// projectUntil returns the first vector that counts on the way from start to the nearest one in the cone, or nil if
// there is none, or the context ends before a projection. The multipliers solve a non-negative least-squares problem
// (Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23), which begins with everything that start
// violates.
func (c *cone) projectUntil(ctx context.Context, start []float64, counts func(v []float64) bool) []float64 {
	if v := c.approach(ctx, start, true, counts); v != nil {
		return v
	}
	return c.approach(ctx, start, false, counts)
}

// isFlat reports whether what is always held at 0 leaves nothing of v, which spares the search: all that it tries is
// shorter than what is left of v here.
func (c *cone) isFlat(v []float64) bool {
	for k := range c.held {
		c.held[k] = c.floor[k] && c.ceil[k]
	}
	left := slices.Clone(v)
	c.project(left)
	return mat.Nrm2(left) <= leastLeft*mat.AbsMax(v)
}

// approach begins to hold all that is violated in each round, which is faster, or only the worst, which fails less
// often.
func (c *cone) approach(ctx context.Context, start []float64, all bool, counts func(v []float64) bool) []float64 {
	clear(c.pull)
	for k := range c.held {
		c.held[k] = c.floor[k] && c.ceil[k]
	}
	v := slices.Clone(start)
	for k, by := range c.outside(v) {
		c.held[k] = c.held[k] || by > 0
	}
	begins := make([]int, len(c.held))
	for round := range maxExact {
		if ctx.Err() != nil {
			return nil
		}
		if round > 0 {
			copy(v, start)
			c.project(v)
		}
		worst, most := -1, 0.0
		by := c.outside(v)
		for k, by := range by {
			if by > most {
				worst, most = k, by
			}
		}
		if worst < 0 && mat.AbsMax(v) > leastLeft*mat.AbsMax(start) && counts(v) {
			return v
		}
		if round == 0 || c.release() {
			continue
		}
		if worst < 0 || begins[worst] == maxHeld {
			return nil
		}
		copy(c.pull, c.next)
		begins[worst]++
		for k, by := range by {
			if by > 0 && (all || k == worst) {
				c.held[k] = true
			}
		}
	}
	return nil
}

// outside returns how far v is outside each constraint, relative to the lengths, without rounding errors.
func (c *cone) outside(v []float64) []float64 {
	by, long, unit := make([]float64, len(c.weights)), mat.Nrm2(v), c.rounding()
	for k, w := range c.weights {
		sum, zero := 0.0, 0.0
		if k < c.n {
			sum = v[k]
		} else if c.length[k] > 0 {
			sum, zero = mat.Dot(w, v)/c.length[k], unit*long
		}
		if c.floor[k] && sum < -zero || c.ceil[k] && sum > zero {
			by[k] = math.Abs(sum)
		}
	}
	return by
}

// release moves the multipliers towards those of the last projection as far as their signs stay right, and ends to hold
// what loses its multiplier. It reports whether there is any.
func (c *cone) release() (any bool) {
	step := 1.0
	wrong := func(k int) bool {
		return c.held[k] && (!c.ceil[k] && c.next[k] > 0 || !c.floor[k] && c.next[k] < 0)
	}
	for k, y := range c.pull {
		if wrong(k) {
			step = min(step, y/(y-c.next[k]))
			any = true
		}
	}
	if !any {
		return false
	}
	for k, y := range c.pull {
		at := y / (y - c.next[k])
		c.pull[k] += step * (c.next[k] - y)
		if wrong(k) && at <= step {
			c.held[k], c.pull[k], c.next[k] = false, 0, 0
		}
	}
	return true
}

// rounding is the rounding error of a sum, relative to the lengths of its factors.
func (c *cone) rounding() float64 { return 0x1p-52 * (8 + float64(c.n)) }

// project projects v on what is orthogonal to all that is held, and sets the multipliers with which the lengths of
// that, scaled to 1, make up the difference. Elements that are held are left out of the factorization, and their
// multipliers are what the rows leave of v. What is always held needs no multipliers.
func (c *cone) project(v []float64) {
	free, rows := c.unheld(), c.heldRows()
	q, order, tau, rank := c.factor(rows, free)
	left := make([]float64, len(free))
	for p, j := range free {
		left[p] = v[j]
	}
	reflectors, column := q.View(0, 0, len(free), rank), mat.DenseOf(len(free), 1, left)
	mat.Ormqr(mat.Left, mat.Trans, reflectors, tau[:rank], column, c.workers)
	y := slices.Clone(left[:rank])
	clear(left[:rank])
	mat.Ormqr(mat.Left, mat.NoTrans, reflectors, tau[:rank], column, c.workers)
	mat.Trsv(mat.Upper, mat.NoTrans, mat.NonUnit, q.View(0, 0, rank, rank), y)
	clear(c.next)
	for p, s := range y {
		k := rows[order[p]]
		c.next[k] = s
		mat.Axpy(-s/c.length[k], c.weights[k], v)
	}
	for k := range c.n {
		if c.held[k] {
			c.next[k], v[k] = v[k], 0
		}
	}
	for p, j := range free {
		v[j] = left[p]
	}
}

// factor factors the given rows, scaled to the length 1 and without the elements that are held, with pivoting. The
// others depend on the first rank of them.
func (c *cone) factor(rows, free []int) (q mat.Dense[float64], order []int, tau []float64, rank int) {
	q = mat.NewDense[float64](len(free), len(rows))
	for p, k := range rows {
		for i, j := range free {
			q.Set(i, p, c.weights[k][j]/c.length[k])
		}
	}
	order, tau, rank = rankQR(q, c.rounding(), c.workers)
	return q, order, tau, rank
}

// rankQR makes q its QR factors, with pivoting: column k of the factors is column order[k] of q. All columns depend on
// the first rank of these, up to rounding.
func rankQR(q mat.Dense[float64], rounding float64, w mat.Workers) (order []int, tau []float64, rank int) {
	order, tau = make([]int, q.Cols), make([]float64, min(q.Rows, q.Cols))
	for k := range order {
		order[k] = -1
	}
	mat.Geqp3(q, order, tau, w)
	for rank < len(tau) && math.Abs(q.At(rank, rank)) > rounding {
		rank++
	}
	return order, tau, rank
}

// unheld lists the elements that are not held.
func (c *cone) unheld() (free []int) {
	for j := range c.n {
		if !c.held[j] {
			free = append(free, j)
		}
	}
	return free
}

// heldRows lists the rows that are held, of those that always are only independent ones: H may have a low rank.
func (c *cone) heldRows() []int {
	if c.always == nil {
		var rows []int
		for k := c.n; k < len(c.held); k++ {
			if c.floor[k] && c.ceil[k] && c.length[k] > 0 {
				rows = append(rows, k)
			}
		}
		_, order, _, rank := c.factor(rows, upTo(c.n))
		c.always = make([]int, rank)
		for p := range c.always {
			c.always[p] = rows[order[p]]
		}
	}
	rows := slices.Clone(c.always)
	for k := c.n; k < len(c.held); k++ {
		if c.held[k] && !(c.floor[k] && c.ceil[k]) && c.length[k] > 0 {
			rows = append(rows, k)
		}
	}
	return rows
}
