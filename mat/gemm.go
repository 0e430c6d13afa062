package mat

import (
	"fmt"

	"ridge/asm"
)

// Gemm computes C := alpha·op(A)·op(B) + beta·C, where op(X) is X or Xᵀ; op(A) is
// m×k, op(B) is k×n and C is m×n. It panics if C shares elements with A or B; A and B
// may be the same matrix. It takes 2mnk operations.
//
// With beta = 0, C is not read. With alpha = 0 or k = 0, A and B are not read.
func Gemm[T Float](tA, tB Transpose, alpha T, a, b Dense[T], beta T, c Dense[T], w Workers) {
	if tA|tB > Trans {
		tA.check("Gemm")
		tB.check("Gemm")
	}
	a.check("Gemm", "a")
	b.check("Gemm", "b")
	c.check("Gemm", "c")
	m, k := shape(tA, a)
	kb, n := shape(tB, b)
	if k != kb || c.Rows != m || c.Cols != n {
		panic(fmt.Sprintf("mat: Gemm: op(a) is %d×%d, op(b) %d×%d, c %d×%d", m, k, kb, n, c.Rows, c.Cols))
	}
	if meet(c.Data, a.Data) || meet(c.Data, b.Data) {
		mustBeApart("Gemm", "c", "a", &c, &a)
		mustBeApart("Gemm", "c", "b", &c, &b)
	}
	if small(m, n, k) && alpha != 0 {
		if tB == Trans {
			buf := getBuffer[T](k * n)
			defer putBuffer(buf)
			asm.For[T]().Transpose(n, k, b.Data, b.Stride, buf.data, n)
			b = Dense[T]{Rows: k, Cols: n, Data: buf.data, Stride: n}
		}
		gemmSmall(m, n, k, tA, alpha, &a, &b, beta, &c)
		return
	}
	p := product[T]{m: m, n: n, k: k, tA: tA, tB: tB, alpha: alpha, beta: beta, a: a, b: b, c: c, part: full}
	p.run(w)
}

// small tells whether there is something to multiply, but so little that packing costs more
// than it gains.
func small(m, n, k int) bool {
	const most = 1 << 6
	return uint(m-1) < most && uint(n-1) < most && uint(k-1) < most
}

// gemmSmall is Gemm where both operands stay in place and one goroutine does all: a product
// of this size takes as long as a few calls.
func gemmSmall[T Float](m, n, k int, tA Transpose, alpha T, a, b *Dense[T], beta T, c *Dense[T]) {
	kern := asm.For[T]()
	rsa, csa := a.Stride, 1
	if tA == Trans {
		rsa, csa = 1, a.Stride
	}
	for j := 0; j < n; j += kern.NR {
		kern.GemmDirect(m, min(kern.NR, n-j), k, alpha, a.Data, rsa, csa, b.Data[j:], b.Stride, beta, c.Data[j:], c.Stride)
	}
}

// part is the part of C that a product computes.
type part uint8

const (
	full part = iota
	lower
	upper
)

// product is one C := alpha·op(A)·op(B) + beta·C under way. Its loops are those
// of BLIS: columns of C in blocks of NC, the sum in blocks of KC, rows in blocks
// of MC, then the panels of NR columns; the micro-kernel does the rest.
type product[T Float] struct {
	m, n, k     int
	tA, tB      Transpose
	alpha, beta T
	a, b, c     Dense[T]
	part        part
}

// run splits the product over w workers. Every element of C is summed in the
// same order wherever its tile begins, so the split can be anything.
func (p *product[T]) run(w Workers) {
	if p.m == 0 || p.n == 0 {
		return
	}
	if p.k == 0 || p.alpha == 0 {
		p.scaleC()
		return
	}
	kern := asm.For[T]()
	if p.multiplications() < serialWork {
		w = 1
	}
	if p.narrow(kern) {
		p.runTransposed(w)
		return
	}
	workers := w.Count()
	if workers > 1 {
		defer HoldWorkers()()
	}
	plan := p.plan(kern)

	var packed []T // the block of B
	if plan.packB {
		buf := getBuffer[T](min(plan.kc, p.k) * roundUp(min(kern.NC, p.n), kern.NR))
		defer putBuffer(buf)
		packed = buf.data
	}
	for j0 := 0; j0 < p.n; j0 += kern.NC {
		nc := min(kern.NC, p.n-j0)
		grid := split(p.m, nc, workers, kern.MR, kern.NR, plan.mc)
		for p0 := 0; p0 < p.k; p0 += plan.kc {
			s := slab[T]{p0: p0, kc: min(plan.kc, p.k-p0), j0: j0, beta: p.beta, packA: plan.packA, packedB: packed, byRows: plan.byRows}
			if p0 > 0 {
				s.beta = 1
			}
			if workers > 1 {
				p.slabParallel(kern, s, grid, nc, w)
				continue
			}
			for q := range s.packs(kern, nc) {
				p.packB(kern, s, q, nc)
			}
			for t := range grid.tiles() {
				p.block(kern, s, grid.tile(t, p.m, nc))
			}
		}
	}
}

// slabParallel does one slab on several workers.
func (p *product[T]) slabParallel(kern *asm.Kernels[T], s slab[T], g grid, nc int, w Workers) {
	b := getBody[slabBody[T]]()
	defer putBody(b)
	*b = slabBody[T]{product: *p, kern: kern, slab: s, grid: g, nc: nc, packing: true}
	parallel(w, s.packs(kern, nc), b)
	b.packing = false
	parallel(w, g.tiles(), b)
}

// slabBody is what the workers do for a slab: pack B, and then multiply, tile by tile.
type slabBody[T Float] struct {
	product product[T]
	kern    *asm.Kernels[T]
	slab    slab[T]
	grid    grid
	nc      int
	packing bool
}

func (b *slabBody[T]) do(i int) {
	if b.packing {
		b.product.packB(b.kern, b.slab, i, b.nc)
		return
	}
	// The rows with the most to do come first: nobody waits for them at the end.
	if b.product.part == lower {
		i = b.grid.tiles() - 1 - i
	}
	b.product.block(b.kern, b.slab, b.grid.tile(i, b.product.m, b.nc))
}

// multiplications is mnk, which need not fit an int.
func (p *product[T]) multiplications() float64 { return float64(p.m) * float64(p.n) * float64(p.k) }

// serialWork is the number of multiplications under which a product stays on the
// caller's goroutine: waking another one costs a few microseconds.
const serialWork = 64 * 64 * 64

// slab is one step of the outer loops: columns from j0, terms p0 … p0+kc of the sum.
type slab[T Float] struct {
	p0, kc, j0 int
	beta       T
	packA      bool
	packedB    []T  // nil: B is read in place
	byRows     bool // how it is packed
}

// packs is the number of calls of packB that pack the slab.
func (s slab[T]) packs(kern *asm.Kernels[T], nc int) int {
	switch {
	case s.packedB == nil:
		return 0
	case s.byRows:
		return ceilDiv(s.kc, packedRows)
	default:
		return ceilDiv(nc, kern.NR)
	}
}

// block multiplies one block of rows of A into the columns of the slab that t names.
func (p *product[T]) block(kern *asm.Kernels[T], s slab[T], t tile) {
	if p.part == lower && t.i+t.rows <= s.j0+t.j || p.part == upper && s.j0+t.j+t.cols <= t.i {
		return
	}
	if !s.packA {
		p.blockInPlace(kern, s, t)
		return
	}
	packedA := getBuffer[T](s.kc * roundUp(t.rows, kern.MR))
	defer putBuffer(packedA)
	p.packA(kern, packedA.data, t.i, t.rows, s.p0, s.kc)
	for j := t.j; j < t.j+t.cols; j += kern.NR {
		n := min(kern.NR, t.j+t.cols-j)
		p.panel(kern, packedA.data, s.packedB[j*s.kc:(j+kern.NR)*s.kc], t.i, t.rows, s.j0+j, n, s.kc, s.beta)
	}
}

// blockInPlace is block without a copy of A.
func (p *product[T]) blockInPlace(kern *asm.Kernels[T], s slab[T], t tile) {
	first, rsa, csa := t.i*p.a.Stride+s.p0, p.a.Stride, 1
	if p.tA == Trans {
		first, rsa, csa = s.p0*p.a.Stride+t.i, 1, p.a.Stride
	}
	a := p.a.Data[first:]
	for j := t.j; j < t.j+t.cols; j += kern.NR {
		n := min(kern.NR, t.j+t.cols-j)
		c := p.c.Data[t.i*p.c.Stride+s.j0+j:]
		if s.packedB != nil {
			kern.GemmDirect(t.rows, n, s.kc, p.alpha, a, rsa, csa, s.packedB[j*s.kc:], kern.NR, s.beta, c, p.c.Stride)
		} else {
			kern.GemmDirect(t.rows, n, s.kc, p.alpha, a, rsa, csa, p.b.Data[s.p0*p.b.Stride+s.j0+j:], p.b.Stride, s.beta, c, p.c.Stride)
		}
	}
}

// panel computes rows i…i+m of columns j…j+n, n ≤ NR.
func (p *product[T]) panel(kern *asm.Kernels[T], packedA, packedB []T, i, m, j, n, k int, beta T) {
	// Panels of rows, relative to i: [lo, hi) lie wholly in the wanted part;
	// those of [from, to) outside of it cross the diagonal.
	from, lo, hi, to := 0, 0, m, m
	switch p.part {
	case lower: // wanted: row ≥ column
		from = clampInt((j-i)/kern.MR*kern.MR, 0, m)
		lo = clampInt(roundUp(j+n-1-i, kern.MR), from, m)
	case upper: // wanted: row ≤ column
		hi = clampInt((j+1-i)/kern.MR*kern.MR, 0, m)
		to = clampInt(roundUp(j+n-i, kern.MR), hi, m)
	}
	p.diagonal(kern, packedA, packedB, i, from, lo, j, n, k, beta)
	if lo < hi {
		c := p.c.Data[(i+lo)*p.c.Stride+j:]
		kern.Gemm(hi-lo, n, k, p.alpha, packedA[lo*k:], packedB, beta, c, p.c.Stride)
	}
	p.diagonal(kern, packedA, packedB, i, hi, to, j, n, k, beta)
}

// diagonal computes the panels of rows from i+r0 to i+r1 that cross the diagonal:
// each into a tile of its own, of which the wanted triangle is merged into C.
func (p *product[T]) diagonal(kern *asm.Kernels[T], packedA, packedB []T, i, r0, r1, j, n, k int, beta T) {
	if r0 >= r1 {
		return
	}
	buf := getBuffer[T](kern.MR * kern.NR)
	defer putBuffer(buf)
	for r := r0; r < r1; r += kern.MR {
		rows := min(kern.MR, r1-r)
		from, to := 0, n // the columns of the panel that some row wants
		if p.part == lower {
			to = min(n, i+r+rows-j)
		} else {
			from = max(0, i+r-j)
		}
		p.halfTile(kern, rows, from, to, k, packedA[r*k:], packedB, buf.data)
		for q := range rows {
			row := i + r + q
			c0, c1 := j, min(j+n, row+1)
			if p.part == upper {
				c0, c1 = max(j, row), j+n
			}
			if c0 < c1 {
				addScaled(p.c.Data[row*p.c.Stride+c0:row*p.c.Stride+c1], buf.data[q*kern.NR+c0-j:], beta)
			}
		}
	}
}

// halfTile computes the columns from … to of a tile. If all are in one half of the panel
// it leaves the other one out.
func (p *product[T]) halfTile(kern *asm.Kernels[T], rows, from, to, k int, packedA, packedB, tile []T) {
	half := kern.NR / 2
	if from < half && to > half {
		kern.Gemm(rows, to, k, p.alpha, packedA, packedB, 0, tile, kern.NR)
		return
	}
	first := from / half * half
	kern.GemmDirect(rows, to-first, k, p.alpha, packedA, 1, kern.MR, packedB[first:], kern.NR, 0, tile[first:], kern.NR)
}

// addScaled computes c := x + beta·c, and does not read c if beta is 0.
func addScaled[T Float](c, x []T, beta T) {
	if beta == 0 {
		copy(c, x)
		return
	}
	for q, v := range x[:len(c)] {
		c[q] = v + beta*c[q]
	}
}

// scaleC computes C := beta·C on the wanted part.
func (p *product[T]) scaleC() {
	for i := range p.m {
		row := p.c.Row(i)
		switch p.part {
		case lower:
			row = row[:i+1]
		case upper:
			row = row[i:]
		}
		if p.beta == 0 {
			clear(row)
			continue
		}
		Scal(p.beta, row)
	}
}

// tile is a block of rows and columns of C, the columns relative to the packed
// block of B.
type tile struct{ i, rows, j, cols int }

// grid cuts C into blocks of mc rows and nc columns.
type grid struct{ mc, nc, across, down int }

// split cuts m×n into blocks for the workers: no more than MC rows in each, and
// as many blocks as keep all workers busy to the end.
func split(m, n, workers, mr, nr, mc int) grid {
	down := ceilDiv(m, mc)
	if workers > 1 {
		down = min(roundUp(down, workers), ceilDiv(m, mr))
	}
	across := 1
	if down < workers {
		across = min(ceilDiv(workers, down), ceilDiv(n, nr))
	}
	g := grid{mc: roundUp(ceilDiv(m, down), mr), nc: roundUp(ceilDiv(n, across), nr)}
	g.down, g.across = ceilDiv(m, g.mc), ceilDiv(n, g.nc)
	return g
}

func (g grid) tiles() int { return g.down * g.across }

func (g grid) tile(t, m, n int) tile {
	i, j := t/g.across*g.mc, t%g.across*g.nc
	return tile{i, min(g.mc, m-i), j, min(g.nc, n-j)}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// roundUp returns the smallest multiple of b that is at least a, for b > 0.
func roundUp(a, b int) int { return ceilDiv(a, b) * b }

func clampInt(v, lo, hi int) int { return max(lo, min(v, hi)) }
