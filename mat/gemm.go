package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
	"ridge/internal/spans"
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
	if spans.Overlap(c.Data, a.Data) || spans.Overlap(c.Data, b.Data) {
		mustNotOverlap("Gemm", "c", "a", &c, &a)
		mustNotOverlap("Gemm", "c", "b", &c, &b)
	}
	if small(m, n, k) && alpha != 0 {
		if tB == Trans {
			buf := scratch.Get[T](k * n)
			defer scratch.Put(buf)
			asm.For[T]().Transpose(n, k, b.Data, b.Stride, buf.Data, n)
			b = Dense[T]{Rows: k, Cols: n, Data: buf.Data, Stride: n}
		}
		gemmSmall(m, n, k, tA, alpha, &a, &b, beta, &c)
		return
	}
	p := product[T]{m: m, n: n, k: k, tA: tA, tB: tB, alpha: alpha, beta: beta, a: a, b: b, c: c, part: full}
	p.run(w)
}

// small reports whether gemmSmall should compute a product: if no dimension is 0, or more than inPlaceOrder. Any plan
// leaves A in place for so few multiplications, and gives them to one goroutine, in one step of each loop over blocks.
// To make a plan would only take time. Dimensions of 0, which need no sum, are large here: 0−1 is, as an unsigned
// number.
func small(m, n, k int) bool {
	const most = inPlaceOrder
	return uint(m-1) < most && uint(n-1) < most && uint(k-1) < most
}

// gemmSmall is Gemm with both operands in place, on one goroutine: a product of this size takes no
// longer than a few function calls.
func gemmSmall[T Float](m, n, k int, tA Transpose, alpha T, a, b *Dense[T], beta T, c *Dense[T]) {
	kern := asm.For[T]()
	rsa, csa := a.Stride, 1
	if tA == Trans {
		rsa, csa = 1, a.Stride
	}
	for j := 0; j < n; j += kern.NR {
		kern.GemmDirect(m, min(kern.NR, n-j), k, alpha, a.Data, rsa, csa, b.Data[j:], b.Stride, beta, c.Data[j:],
			c.Stride)
	}
}

// run splits the product over w workers. Every element of C is summed in the same order wherever
// its tile begins, so the bits do not depend on the split.
func (p *product[T]) run(w Workers) {
	if p.m == 0 || p.n == 0 {
		return
	}
	if p.k == 0 || p.alpha == 0 {
		p.scaleC()
		return
	}
	kern := asm.For[T]()
	w = workersWorth(p.multiplications(), w)
	if p.narrow(kern) {
		p.runTransposed(w)
		return
	}
	p.runBy(kern, p.plan(kern), w)
}

// runBy is run by a plan.
func (p *product[T]) runBy(kern *asm.Kernels[T], plan productPlan, w Workers) {
	if plan.packA && p.multiplications() < packedSerialWork {
		w = 1
	}
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	if plan.packA {
		if w.Count() == 1 || !p.runApart(kern, plan.kc, w) {
			p.runPacked(kern, plan.kc, nil, w)
		}
		return
	}
	p.runInPlace(kern, plan, w)
}

// runInPlace computes a product whose A is not packed.
func (p *product[T]) runInPlace(kern *asm.Kernels[T], plan productPlan, w Workers) {
	b := getBody[slab[T]]()
	defer putBody(b)
	var packed []T // the block of B
	if plan.packB {
		buf := scratch.Get[T](min(plan.kc, p.k) * roundUp(min(kern.NC, p.n), kern.NR))
		defer scratch.Put(buf)
		packed = buf.Data
	}
	for j0 := 0; j0 < p.n; j0 += kern.NC {
		nc := min(kern.NC, p.n-j0)
		grid := p.grid(kern, plan, nc, w)
		for p0 := 0; p0 < p.k; p0 += plan.kc {
			*b = slab[T]{product: *p, kern: kern, p0: p0, kc: min(plan.kc, p.k-p0), j0: j0, nc: nc, beta: p.beta,
				packedB: packed, byRows: plan.byRows, grid: grid}
			if p0 > 0 {
				b.beta = 1
			}
			if plan.packB {
				b.chooseShares(w.Count())
				parallel(w, b.packs(), (*slabPackBody[T])(b))
			}
			parallel(w, grid.tiles(), (*slabMultiplyBody[T])(b))
		}
	}
}

// grid cuts nc columns of C into tiles, for a product whose A is not packed.
func (p *product[T]) grid(kern *asm.Kernels[T], plan productPlan, nc int, w Workers) grid {
	if w.Count() == 1 {
		return grid{mc: plan.mc, nc: roundUp(nc, kern.NR), down: CeilDiv(p.m, plan.mc), across: 1}
	}
	return cut(kern, p.m, nc, min(plan.kc, p.k), plan.mc/kern.MR, full, w.Count())
}

// runTransposed computes C transposed in a buffer, and adds it to beta·C.
func (p *product[T]) runTransposed(w Workers) {
	buf := scratch.Get[T](p.m * p.n)
	defer scratch.Put(buf)
	q := product[T]{m: p.n, n: p.m, k: p.k, tA: p.tB.opposite(), tB: NoTrans, alpha: p.alpha, a: p.b, b: p.a,
		c: DenseOf(p.n, p.m, buf.Data)}
	q.run(w)
	if p.beta == 0 {
		TransposeTo(p.c, q.c)
		return
	}
	for i := range p.m {
		row := p.c.Row(i)
		for j, v := range row {
			row[j] = p.beta*v + buf.Data[j*p.m+i]
		}
	}
}

// runSome is run on one worker, for some of the columns of a product whose A is not transposed. The plan is one for
// these, except that the sums are divided into slabs as with all columns: so the bits are the same.
func (p *product[T]) runSome(all int) {
	kern, whole := asm.For[T](), *p
	whole.n = all
	plan := p.plan(kern)
	plan.kc = whole.plan(kern).kc
	p.runBy(kern, plan, 1)
}
