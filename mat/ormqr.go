package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Ormqr overwrites C with op(Q)·C (Left) or C·op(Q) (Right). Q is the product of the k = len(tau) reflectors that
// [Geqrf] or [Geqp3] left in tau and below the diagonal of a's first k columns. Its order is the number of rows of a,
// which must be the number of C's rows (Left) or columns (Right). It panics if C shares elements with those columns. It
// takes 4mkn − 2k²n operations, C being m×n (Left) or n×m (Right).
func Ormqr[T Float](side Side, t Transpose, a Dense[T], tau []T, c Dense[T], w Workers) {
	side.check("Ormqr")
	t.check("Ormqr")
	a.check("Ormqr", "a")
	c.check("Ormqr", "c")
	order, n := c.Rows, c.Cols
	if side == Right {
		order, n = n, order
	}
	k := len(tau)
	if k > min(a.Rows, a.Cols) || order != a.Rows {
		panic(fmt.Sprintf("mat: Ormqr: %d reflectors in a %d×%d matrix, c is %d×%d", k, a.Rows, a.Cols, c.Rows, c.Cols))
	}
	columns := a.ColView(0, k)
	mustNotOverlap("Ormqr", "c", "a", &c, &columns)
	if k == 0 || n == 0 {
		return
	}
	forward := (side == Left) == (t == Trans)
	if n <= fewVectors {
		reflectFew(side, forward, a, tau, c)
		return
	}
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	kern := asm.For[T]()
	nb := reflectorBlock(kern, k)
	width := min(reflectorGroup(order, k, nb), k)
	buf := scratch.Get[T](reflectorsSize(kern, order, width, nb, true))
	defer scratch.Put(buf)
	groups := CeilDiv(k, width)
	for g := range groups {
		if !forward {
			g = groups - 1 - g
		}
		j := g * width
		cols := min(width, k-j)
		r := reflectors[T]{kern: kern, m: order - j, k: cols, nb: nb, keep: true, mem: buf.Data}
		r.load(a.View(j, j, order-j, cols), tau[j:j+cols], w)
		var part Dense[T]
		if side == Left {
			part = c.RowView(j, order-j)
		} else {
			part = c.ColView(j, order-j)
		}
		r.apply(side, t, part, whole, w)
	}
}

// load builds the reflectors from what Geqrf left in a and tau.
func (r *reflectors[T]) load(a Dense[T], tau []T, w Workers) {
	b := getBody[loadBody[T]]()
	defer putBody(b)
	*b = loadBody[T]{r: *r, a: a, tau: tau}
	parallel(w, r.blocks(), b)
}

// loadBody builds one block of reflectors for each index.
type loadBody[T Float] struct {
	r   reflectors[T]
	a   Dense[T]
	tau []T
}

func (l *loadBody[T]) do(i int) {
	b := l.r.block(i)
	kern, a := b.kern, l.a.View(b.first, b.first, b.m, b.k)
	copy(b.tau, l.tau[b.first:b.first+b.k])
	ld := rowStride(b.m)
	buf := scratch.Get[T](b.k*ld + b.k*b.k)
	defer scratch.Put(buf)
	p, top := buf.Data, Dense[T]{Rows: b.k, Cols: b.k, Stride: b.k, Data: buf.Data[b.k*ld:]}
	transpose(kern, b.m, b.k, a.Data, a.Stride, p, ld)
	for r := range b.k {
		unitVector(p[r*ld:], r)
		row := top.Row(r)
		copy(row[:r], a.Row(r))
		row[r] = 1
		clear(row[r+1:])
	}
	for c := 0; c < b.k; c += kern.NR { // VᵀV, above the diagonal
		n := min(kern.NR, b.k-c)
		multiplyDirect(kern, c+n, n, b.k, 1, p, ld, 1, top.Data[c:], top.Stride, 0, b.s[c:], b.lds)
		if b.m > b.k {
			multiplyDirect(kern, c+n, n, b.m-b.k, 1, p[b.k:], ld, 1, a.Data[b.k*a.Stride+c:], a.Stride, 1, b.s[c:],
				b.lds)
		}
	}
	b.pack(Dense[T]{Rows: b.k, Cols: b.m, Stride: ld, Data: p})
}

// unitVector writes the elements of a reflector that are not stored: zeros, and a one as element r.
func unitVector[T Float](v []T, r int) {
	clear(v[:r])
	v[r] = 1
}

// fewVectors is the largest number of columns of C (rows, if Q is on the right) to which the
// reflectors are applied one by one. For so few, building blocks of reflectors would take longer.
const fewVectors = 8

// reflectFew is Ormqr for a few vectors: the columns of C (Left), or its rows (Right).
func reflectFew[T Float](side Side, forward bool, a Dense[T], tau []T, c Dense[T]) {
	kern := asm.For[T]()
	m, k, ld := a.Rows, len(tau), rowStride(a.Rows)
	n := c.Rows
	if side == Left {
		n = c.Cols
	}
	width := min(k, 2*packedUnit)
	buf := scratch.Get[T]((n + width) * ld)
	defer scratch.Put(buf)
	x, p := buf.Data[:n*ld], buf.Data[n*ld:]
	vectors := Dense[T]{Rows: n, Cols: m, Stride: ld, Data: x}
	if side == Left {
		TransposeTo(vectors, c)
	} else {
		Copy(vectors, c)
	}
	blocks := CeilDiv(k, width)
	for i := range blocks {
		if !forward {
			i = blocks - 1 - i
		}
		j := i * width
		cols := min(width, k-j)
		transpose(kern, m-j, cols, a.Data[j*a.Stride+j:], a.Stride, p, ld)
		for q := range cols {
			if !forward {
				q = cols - 1 - q
			}
			p[q*ld+q] = 1
			reflectRows(kern, tau[j+q], p[q*ld+q:q*ld+m-j], x[j+q:], ld, n)
		}
	}
	if side == Left {
		TransposeTo(c, vectors)
	} else {
		Copy(c, vectors)
	}
}
