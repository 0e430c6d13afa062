package ldl

import (
	"context"

	"ridge/mat"
)

// Upper is the part above the diagonal of a sparse symmetric matrix, by columns: the elements of column k are
// value[start[k]:start[k+1]], in the rows row[start[k]:start[k+1]], in any order.
type Upper struct {
	start []int
	row   []int32
	value []float64
}

// Load writes a matrix of n rows from its elements beside the diagonal. each passes one of each two that are equal to
// its function, always in the same order.
func (m *Upper) Load(n int, each func(f func(i, j int32, v float64))) {
	b := NewBuckets(n, m.start)
	each(func(i, j int32, _ float64) { b.Count(int(max(i, j))) })
	size := b.Begin()
	m.start, m.row, m.value = b.Starts(), sized(m.row, size), sized(m.value, size)
	each(func(i, j int32, v float64) {
		at := b.Place(int(max(i, j)))
		m.row[at], m.value[at] = min(i, j), v
	})
}

// Factor factors a sparse symmetric matrix into LDLᵀ, where L has a unit diagonal and D is diagonal. It takes the
// rows in their order, without exchanges. That is not stable for every quasi-definite matrix (Gill, Saunders and
// Shinnerl, On the stability of Cholesky factorization for symmetric quasidefinite systems, SIAM J. Matrix Anal. Appl.
// 17, 1996), but stable enough if the matrix is regularized and solutions are refined.
//
// Row k of L solves a triangular system with the rows before it (Davis, Direct Methods for Sparse Linear Systems, 2006,
// section 4.8; Algorithm 849, ACM Trans. Math. Softw. 31, 2005). Elements of a column that lie next to one another down
// to its last one are processed by vector instructions.
type Factor struct {
	upper   Upper
	pattern factorPattern
	value   []float64 // of L, by columns
	pivot   []float64 // D
	filled  []int     // how far the columns are filled
	work    []float64 // zeros
}

// Analyze finds the pattern of the factor of m, which it keeps. It returns false as soon as the factorization is found
// to take more operations than limit.
func (f *Factor) Analyze(m Upper, limit float64) bool {
	f.upper = m
	if !f.pattern.analyze(m, limit) {
		return false
	}
	n := f.pattern.n()
	f.value = sized(f.value, len(f.pattern.index))
	f.pivot, f.filled, f.work = sized(f.pivot, n), sized(f.filled, n), sized(f.work, n)
	clear(f.work)
	return true
}

// rowsUninterrupted is how many rows are factored until the context is asked again. One takes a microsecond or less
// where L is sparse, and some milliseconds where thousands of its columns are full.
const rowsUninterrupted = 16

// Compute factors the matrix with the given diagonal. It returns false if a pivot does not have the sign that it has in
// exact arithmetic, or is not finite: then rounding errors are larger than it. It also does where the context ends.
func (f *Factor) Compute(ctx context.Context, diagonal []float64, positive []bool) bool {
	copy(f.filled, f.pattern.start[:f.pattern.n()])
	for k, d := range diagonal {
		if k%rowsUninterrupted == 0 && ctx.Err() != nil {
			return false
		}
		d = f.row(k, d)
		if positive[k] && !(d > 0) || !positive[k] && !(d < 0) || d-d != 0 {
			return false
		}
		f.pivot[k] = d
	}
	return true
}

// row computes row k of L, and returns its pivot.
func (f *Factor) row(k int, d float64) float64 {
	y, p := f.work, &f.pattern
	for q := f.upper.start[k]; q < f.upper.start[k+1]; q++ {
		y[f.upper.row[q]] += f.upper.value[q]
	}
	for _, i := range p.rows[p.rowStart[k]:p.rowStart[k+1]] {
		from, to := p.start[i], f.filled[i]
		v := y[i]
		y[i] = 0
		subtractColumn(v, p.index[from:to], f.value[from:to], p.run[i]-from, y)
		l := v / f.pivot[i]
		d -= l * v
		f.value[to] = l
		f.filled[i] = to + 1
	}
	return d
}

// shortRun is the length below which a call costs more than vector instructions save.
const shortRun = 16

// subtractColumn subtracts v times a column from y. Its elements from number run on are next to one another.
func subtractColumn(v float64, index []int32, value []float64, run int, y []float64) {
	if len(index)-run >= shortRun {
		at := index[run]
		mat.Axpy(-v, value[run:], y[at:int(at)+len(index)-run])
		index = index[:run]
	}
	value = value[:len(index)]
	for q, r := range index {
		y[r] -= v * value[q]
	}
}

// Solve solves for the right-hand side x, in place.
func (f *Factor) Solve(x []float64) {
	p, value := &f.pattern, f.value
	n := p.n()
	for i, from := range p.start[:n] {
		v, to := x[i], p.start[i+1]
		if v == 0 {
			continue
		}
		subtractColumn(v, p.index[from:to], value[from:to], p.run[i]-from, x)
	}
	for i := n - 1; i >= 0; i-- {
		v, to := x[i]/f.pivot[i], p.start[i+1]
		if run := p.run[i]; to-run >= shortRun {
			at := int(p.index[run])
			v -= mat.Dot(value[run:to], x[at:at+to-run])
			to = run
		}
		for q := p.start[i]; q < to; q++ {
			v -= value[q] * x[p.index[q]]
		}
		x[i] = v
	}
}
