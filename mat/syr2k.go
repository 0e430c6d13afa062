package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Syr2k computes the triangle uplo of C := alpha·(A·Bᵀ + B·Aᵀ) + beta·C (NoTrans, A and B n×k) or C
// := alpha·(Aᵀ·B + Bᵀ·A) + beta·C (Trans, A and B k×n). C is n×n; its other triangle is neither
// read nor written. It panics if A or B shares elements with C, even in C's other triangle. It
// takes 2n(n+1)k operations, half as many as two calls of [Gemm].
//
// With beta = 0, C is not read. With alpha = 0 or k = 0, A and B are not read.
func Syr2k[T Float](uplo Uplo, t Transpose, alpha T, a, b Dense[T], beta T, c Dense[T], w Workers) {
	uplo.check("Syr2k")
	t.check("Syr2k")
	a.check("Syr2k", "a")
	b.check("Syr2k", "b")
	c.check("Syr2k", "c")
	n, k := shape(t, a)
	if a.Rows != b.Rows || a.Cols != b.Cols || c.Rows != n || c.Cols != n {
		panic(fmt.Sprintf("mat: Syr2k: op(a) is %d×%d, b %d×%d, c %d×%d", n, k, b.Rows, b.Cols, c.Rows, c.Cols))
	}
	mustNotOverlap("Syr2k", "c", "a", &c, &a)
	mustNotOverlap("Syr2k", "c", "b", &c, &b)
	if n == 0 {
		return
	}
	// [A B]·[B A]ᵀ is one product of twice the depth.
	p := product[T]{m: n, n: n, k: 2 * k, tA: t, tB: t.opposite(), alpha: alpha, beta: beta, a: a, b: b, c: c,
		part: partOf(uplo), form: concatenated}
	if k == 0 || alpha == 0 {
		p.scaleC()
		return
	}
	kern := asm.For[T]()
	h := min(n, syr2kDiagonal(kern))
	buf := scratch.Get[T](n * h)
	defer scratch.Put(buf)
	p.sums = Dense[T]{Rows: n, Cols: h, Data: buf.Data, Stride: h}
	if p.fitsInPlace(kern) {
		p.runSyr2kInPlace(kern, w)
	} else {
		p.run(w)
	}
	addDiagonal(uplo, &p, w)
}

// syr2kDiagonal is the order of the diagonal blocks of a product [A B]·[B A]ᵀ, in whole panels of A and of B. The first
// half of the terms gives the sums S = A·Bᵀ of such a block, the second half would give Sᵀ. So a block takes half of
// the terms for a whole square, and the diagonal cuts no tile.
func syr2kDiagonal[T Float](kern *asm.Kernels[T]) int {
	h := kern.NR
	for h%kern.MR != 0 {
		h += kern.NR
	}
	return h
}

// splitAtDiagonal divides the rows wanted of column j into those outside and those inside the diagonal block. It also
// returns where that block begins.
func (p *product[T]) splitAtDiagonal(rows span, j int) (outside, inside span, block int) {
	h := p.sums.Cols
	block = j / h * h
	inside = span{clampInt(block, rows.from, rows.to), clampInt(block+h, rows.from, rows.to)}
	if p.part == lower {
		return span{inside.to, rows.to}, inside, block
	}
	return span{rows.from, inside.from}, inside, block
}

// sumsBeta is the beta of the sums when the terms from the given one on are added.
func (p *product[T]) sumsBeta(term int) T {
	if term == 0 {
		return 0
	}
	return 1
}

// syr2kPanel computes rows i … i+m of columns j … j+n, n ≤ NR, of kc terms, of which term is the first.
func (p *product[T]) syr2kPanel(kern *asm.Kernels[T], packedA, packedB []T, i, m, j, n, term, kc int, beta T) {
	outside, inside, block := p.splitAtDiagonal(span{i, i + m}, j)
	if outside.from < outside.to {
		c := p.c.Data[outside.from*p.c.Stride+j:]
		multiplyPacked(kern, outside.to-outside.from, n, kc, p.alpha, packedA[(outside.from-i)*kc:], packedB, beta, c,
			p.c.Stride)
	}
	terms := min(kc, p.k/2-term)
	if terms <= 0 {
		return
	}
	for r := inside.from; r < inside.to; r += kern.MR { // the panels go on with the second half
		sums := p.sums.Data[r*p.sums.Stride+j-block:]
		multiplyPacked(kern, min(kern.MR, inside.to-r), n, terms, p.alpha, packedA[(r-i)*kc:], packedB,
			p.sumsBeta(term), sums, p.sums.Stride)
	}
}

// fitsInPlace reports whether A, and B, are read in place: if they are read along their rows, and each takes at most
// three quarters of L2 (MC·KC elements are half of it). Packing such matrices in both forms would take as much memory
// again, and cost more than the product gains. The bits are the same either way, because the slabs are. Those of
// transposed ones are not, so what counts there is the shape alone.
func (p *product[T]) fitsInPlace(kern *asm.Kernels[T]) bool {
	most := kern.MC * kern.KC * 3 / 2
	if p.tA == Trans {
		most = syr2kTransposed / scratch.CacheLine * scratch.PerLine[T]()
	}
	return p.m <= most/(p.k/2)
}

// syr2kTransposed is how many bytes a transposed matrix takes at most that is read in place. The kernel jumps from row
// to row of it. With twice as many, packing takes no longer.
const syr2kTransposed = 1 << 18

// runSyr2kInPlace computes a product [A B]·[B A]ᵀ in halves, whose left operands stay in place.
func (p *product[T]) runSyr2kInPlace(kern *asm.Kernels[T], w Workers) {
	w = workersWorth(p.multiplications(), w)
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	half := *p
	half.form, half.k = ordinary, p.k/2
	plan := productPlan{packB: half.tB == Trans, kc: slabLength(half.k, kern.KC), mc: kern.MC}
	half.runInPlace(kern, plan, w)
	half.a, half.b, half.beta, half.sums.Data = p.b, p.a, 1, nil
	half.runInPlace(kern, plan, w)
}

// addDiagonal adds the sums and their transposes to the blocks on the diagonal.
func addDiagonal[T Float](uplo Uplo, p *product[T], w Workers) {
	w = workersWorth(8*float64(p.sums.Rows)*float64(p.sums.Cols), w)
	b := getBody[addingDiagonal[T]]()
	defer putBody(b)
	*b = addingDiagonal[T]{kern: asm.For[T](), uplo: uplo, beta: p.beta, c: p.c, sums: p.sums}
	parallel(w, CeilDiv(p.sums.Rows, p.sums.Cols), b)
}

// addingDiagonal is the task of the workers: one block each.
type addingDiagonal[T Float] struct {
	kern    *asm.Kernels[T]
	uplo    Uplo
	beta    T
	c, sums Dense[T]
}

func (b *addingDiagonal[T]) do(q int) {
	h := b.sums.Cols
	block := q * h
	n := min(h, b.c.Rows-block)
	buf := scratch.Get[T](n * n)
	defer scratch.Put(buf)
	sums := b.sums.Data[block*h:]
	b.kern.Transpose(n, n, sums, h, buf.Data, n)
	for i := range n {
		from, to := triangleRow(b.uplo, i, n)
		c, s := b.c.Data[(block+i)*b.c.Stride+block:][from:to], sums[i*h:][from:to]
		if b.beta == 0 {
			copy(c, s)
		} else {
			scale(b.kern, b.beta, c)
			b.kern.Axpy(1, s, c)
		}
		b.kern.Axpy(1, buf.Data[i*n:][from:to], c)
	}
}
