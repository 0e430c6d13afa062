package mat

import "ridge/asm"

// reflectors are k elementary reflectors of order m, H₁·H₂·…, whose vectors are zero before the
// element on the diagonal, in blocks of nb. The product of a block is
//
//	H₁·H₂·…·H_b = I − V·T·Vᵀ,   T⁻¹ = striu(VᵀV) + diag(1/τ).
//
// This is the compact WY form (Schreiber and Van Loan, A Storage-Efficient WY Representation for
// Products of Householder Transformations, SIAM J. Sci. Stat. Comput. 10(1), 1989), but the inverse
// of T is stored instead of T (Joffrain, Low, Quintana-Ortí, van de Geijn and Van Zee, Accumulating
// Householder Transformations, Revisited, ACM TOMS 32(2), 2006). One product computes it, T is
// applied by substitution, and a τ of zero is no special case.
type reflectors[T Float] struct {
	kern     *asm.Kernels[T]
	m, k, nb int
	keep     bool // each block has memory of its own; otherwise i+2 overwrites block i, and the last is not packed
	mem      []T
	done     <-chan struct{} // once it is closed, apply leaves out what it has not begun
}

// reflectorsSize is the number of elements that reflectors take.
func reflectorsSize[T Float](kern *asm.Kernels[T], m, k, nb int, keep bool) int {
	before, unpacked := CeilDiv(k, nb)-1, nb*(nb+2)
	if !keep {
		return min(2, before)*blockOffset(kern, m, nb, 1) + unpacked
	}
	rows, cols := m-before*nb, k-before*nb
	return blockOffset(kern, m, nb, before) + packedSize(kern, rows, cols) + unpacked
}

// blockOffset is where block i begins. Block j has m − j·nb rows.
func blockOffset[T Float](kern *asm.Kernels[T], m, nb, i int) int {
	return packedSize(kern, i*m-nb*(i*(i-1)/2)+(i-1)*kern.MR, nb) + i*nb*(nb+2)
}

// packedSize is the number of elements of V and Vᵀ, packed, for an m×k matrix V.
func packedSize[T Float](kern *asm.Kernels[T], m, k int) int {
	return (k + roundUp(k, kern.MR)) * (m + kern.MR)
}

// packedUnit is the number of float32 elements of a cache line.
const packedUnit = 16

// blocks is the number of blocks.
func (r *reflectors[T]) blocks() int { return CeilDiv(r.k, r.nb) }

// packs reports whether V of block i is needed.
func (r *reflectors[T]) packs(i int) bool { return r.keep || i < r.blocks()-1 }

// block returns block i.
func (r *reflectors[T]) block(i int) wyBlock[T] {
	first := i * r.nb
	b := wyBlock[T]{kern: r.kern, first: first, m: r.m - first, k: min(r.nb, r.k-first), lds: r.nb}
	offset := i % 2 * blockOffset(r.kern, r.m, r.nb, 1)
	if r.keep {
		offset = blockOffset(r.kern, r.m, r.nb, i)
	}
	free := arena[T](r.mem[offset:])
	if r.packs(i) {
		b.vt, b.v = free.take(roundUp(b.k, r.kern.MR)*(b.m+r.kern.MR)), free.take(b.k*(b.m+r.kern.MR))
	}
	b.s, b.tau, b.reversed = free.take(r.nb*r.nb), free.take(r.nb), free.take(r.nb)
	return b
}

// wyBlock is one block of reflectors.
type wyBlock[T Float] struct {
	kern     *asm.Kernels[T]
	first    int // the row in which the first reflector begins
	m, k     int
	vt       []T // Vᵀ, packed as A of a product, in slabs of rows of V
	v        []T // V, packed as A
	s        []T // VᵀV, above the diagonal
	lds      int
	tau      []T
	reversed []T // tau in reverse order
}

// slab is how many rows of V are multiplied at a time.
func (b *wyBlock[T]) slab() int { return slabLength(b.m, b.kern.KC) }

// pack packs V from p, whose row j is column j of V, including its zeros and the one, and reverses
// tau.
func (b *wyBlock[T]) pack(p Dense[T]) {
	rows, cols := product[T]{a: p}, product[T]{a: p, tA: Trans}
	slab, high := b.slab(), roundUp(b.k, b.kern.MR)
	for i := 0; i < b.m; i += slab {
		rows.packA(b.kern, b.vt[i*high:], 0, b.k, i, min(slab, b.m-i))
	}
	cols.packA(b.kern, b.v, 0, b.m, 0, b.k)
	for i := range b.k {
		b.reversed[b.k-1-i] = b.tau[i]
	}
}

// apply overwrites panels from … to−1 of X with Hᵀ·X (Trans) or H·X, in the rows from the block's
// first row on. w is scratch with k·NR elements for each panel.
func (b *wyBlock[T]) apply(t Transpose, x *panels[T], from, to int, w []T) {
	kern, nr := b.kern, b.kern.NR
	size, high, slab := b.k*nr, roundUp(b.k, b.kern.MR), b.slab()
	var beta T
	for i := 0; i < b.m; i += slab {
		rows := min(slab, b.m-i)
		for q := from; q < to; q++ {
			c := w[(q-from)*size:]
			multiplyPacked(kern, b.k, panelColumns(kern, x.width(q)), rows, 1, b.vt[i*high:],
				x.panel(q)[(b.first+i)*nr:], beta, c, nr)
		}
		beta = 1
	}
	for q := from; q < to; q++ {
		b.multiplyT(t, panelColumns(kern, x.width(q)), w[(q-from)*size:], nr)
	}
	slab = max(1, kern.KC/kern.MR) * kern.MR
	for i := 0; i < b.m; i += slab {
		rows := min(slab, b.m-i)
		for q := from; q < to; q++ {
			cols, c := panelColumns(kern, x.width(q)), x.panel(q)[(b.first+i)*nr:]
			multiplyPacked(kern, rows, cols, b.k, -1, b.v[i*b.k:], w[(q-from)*size:], 1, c, nr)
		}
	}
}

// multiplyT overwrites n columns of W with Tᵀ·W (Trans) or T·W, by substitution.
func (b *wyBlock[T]) multiplyT(t Transpose, n int, w []T, ldw int) {
	if t == Trans {
		b.kern.Trsm(b.k, n, 0, b.s, 0, 1, b.lds, b.tau, w, 0, ldw)
		return
	}
	last := b.k - 1
	b.kern.Trsm(b.k, n, 0, b.s, last*(b.lds+1), -b.lds, -1, b.reversed, w, last*ldw, -ldw)
}

// panelColumns is how many columns of a panel are computed if the first used ones are wanted: half of them or all. Both
// are whole vectors.
func panelColumns[T Float](kern *asm.Kernels[T], used int) int {
	if used <= kern.NR/2 {
		return kern.NR / 2
	}
	return kern.NR
}

// multiplyPacked computes C := alpha·A·B + beta·C, where A is packed and m×k, B is a panel, and C
// is m×n, n ≤ NR. The last tile, if it has few rows, takes time in proportion to its rows, and a
// panel of few columns half as long as others; the micro-kernel for packed operands would compute
// whole tiles.
func multiplyPacked[T Float](kern *asm.Kernels[T], m, n, k int, alpha T, a, b []T, beta T, c []T, ldc int) {
	whole := m / kern.MR * kern.MR
	if whole > 0 && n <= kern.NR/2 { // the direct kernel skips the other half
		for r := 0; r < whole; r += kern.MR {
			kern.GemmDirect(kern.MR, n, k, alpha, a[r*k:], 1, kern.MR, b, kern.NR, beta, c[r*ldc:], ldc)
		}
	} else if whole > 0 {
		kern.Gemm(whole, n, k, alpha, a, b, beta, c, ldc)
	}
	if whole < m {
		kern.GemmDirect(m-whole, n, k, alpha, a[whole*k:], 1, kern.MR, b, kern.NR, beta, c[whole*ldc:], ldc)
	}
}
