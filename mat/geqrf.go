package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Geqrf factors the m×n matrix A = Q·R by Householder reflections. Q is m×m and orthogonal, R is
// m×n and upper triangular (trapezoidal, if m < n). R overwrites the triangle of A on and above the
// diagonal. Q is the product H₁·H₂·…·H_k of k = min(m, n) reflectors Hᵢ = I − τᵢ·vᵢ·vᵢᵀ. vᵢ is zero
// above element i, which is one and not stored; the elements after it overwrite column i of A below
// the diagonal. τᵢ goes to tau, which has k elements. This is LAPACK's storage. [Ormqr] multiplies
// by Q, and [Orgqr] computes it. It takes 2n²(m − n/3) operations, for m ≥ n.
//
// The signs are LAPACK's, too: a diagonal element of R has the opposite sign of the element that it
// replaces. If all elements below are already zero, τ = 0 and H = I.
//
// Q and R are the exact factors of a matrix within a small multiple of m·n·u·‖A‖ of A, column
// by column, where u is the unit roundoff (Higham, Accuracy and Stability of Numerical
// Algorithms, 2nd edition, 2002, section 19.3). This holds if the norm of every column is a few
// hundred times below overflow, and above underflow by a factor of 1/u. A NaN or an infinity
// in column j leaves that column useless. If it is on or below the diagonal, or an earlier
// reflector brings it there, it turns all columns to the right of it into NaN, at least from row j
// on.
func Geqrf[T Float](a Dense[T], tau []T, w Workers) {
	a.check("Geqrf", "a")
	k := min(a.Rows, a.Cols)
	if len(tau) != k {
		panic(fmt.Sprintf("mat: Geqrf of a %d×%d matrix: tau has %s", a.Rows, a.Cols, elements(len(tau))))
	}
	if k > 0 {
		geqrfUntil(a, tau, w, nil)
	}
}

// updateBetween is how many operations of a factorization that can end early are begun at a time, which take some
// hundredths of a second.
const updateBetween = 1 << 30

// geqrfUntil is Geqrf, but ends early once done is closed, and returns false. It then leaves neither factor.
func geqrfUntil[T Float](a Dense[T], tau []T, w Workers, done <-chan struct{}) bool {
	if closed(done) {
		return false
	}
	k := min(a.Rows, a.Cols)
	if w.Count() > 1 {
		defer holdFor(float64(a.Rows)*float64(a.Cols)*float64(k)*2/3, w)()
	}
	kern := asm.For[T]()
	nb := reflectorBlock(kern, k)
	wide := min(reflectorGroup(a.Rows, k, nb), k)
	buf := scratch.Get[T](geqrfSize(kern, a.ColView(0, wide), nb, wide < a.Cols))
	defer scratch.Put(buf)
	f := getBody[geqrf[T]]()
	defer putBody(f)
	for j := 0; j < k; j += wide {
		cols := min(wide, k-j)
		*f = newGeqrf(kern, a.View(j, j, a.Rows-j, cols), nb, j+cols < a.Cols, buf.Data)
		f.done = done
		f.factor(tau[j:j+cols], w)
		if !f.update(a.View(j, j+cols, a.Rows-j, a.Cols-j-cols), w) {
			return false
		}
	}
	return true
}

// update applies the reflectors to the later columns, unless done is closed first.
func (f *geqrf[T]) update(later Dense[T], w Workers) bool {
	for later.Cols > 0 {
		n := later.Cols
		if f.done != nil {
			if closed(f.done) {
				return false
			}
			n = min(n, roundUp(CeilDiv(updateBetween, 4*f.r.m*f.r.k), f.kern.NR))
		}
		f.r.apply(Left, Trans, later.ColView(0, n), whole, w)
		later = later.ColView(n, later.Cols-n)
	}
	return !closed(f.done)
}

// reflectorBlock is how many of k reflectors form a block: a multiple of NR. The columns of a block are factored with
// small products, and all others are updated with large ones. The fewer columns the matrix has, the larger the share of
// the small products, and the smaller the block. The larger the register tile, the more terms a large product needs to
// be fast: 16 instead of 32 columns make 96 to 512 columns 3 to 13 % faster with AVX2. Fewer columns take the same time
// either way.
func reflectorBlock[T Float](kern *asm.Kernels[T], k int) int {
	const largeTile, few = 128, 96 // elements, and columns
	switch {
	case k >= few && k <= 512 && kern.MR*kern.NR < largeTile:
		return roundUp(min(k, 16), kern.NR)
	case k <= 512:
		return roundUp(min(k, 32), kern.NR)
	default:
		return roundUp(64, kern.NR)
	}
}

// groupSize is roughly the number of elements of the reflectors that are applied together while a
// matrix is in panels.
const groupSize = 1 << 20

// reflectorGroup is how many of k reflectors of order m are applied together: a multiple of nb.
func reflectorGroup(m, k, nb int) int {
	return min(roundUp(k, nb), max(1, groupSize/(m*nb))*nb)
}

// geqrf is a QR factorization with no more columns than one group of reflectors has. It works in
// panels: nb columns are factored, and their block reflector is applied to all later columns. It is
// applied first to the next nb columns, which one worker then factors while the others continue.
type geqrf[T Float] struct {
	kern *asm.Kernels[T]
	a    Dense[T]
	x    panels[T] // of A, unless it is factored in place
	r    reflectors[T]
	p    Dense[T] // the vectors of the current block, one in each row
	w    []T      // VᵀX
	tri  []T      // the elements on and above the diagonal of the current columns
	tau  []T
	next int             // the block whose columns are to be factored
	done <-chan struct{} // once it is closed, the factorization ends early
}

// subPanel is how many columns are factored at a time: a divisor of NR.
func subPanel[T Float](kern *asm.Kernels[T]) int { return min(kern.NR, max(8, kern.NR/2)) }

// rowStride is the stride of rows of m elements that begin at cache lines, and are spread over
// different sets of a cache.
func rowStride(m int) int { return (CeilDiv(m, packedUnit) | 1) * packedUnit }

// inPlace reports whether A, whose reflectors form a single block that nobody else needs, takes less memory than panels
// would. Then there is little to gain from these.
func inPlace[T Float](kern *asm.Kernels[T], a Dense[T], nb int, keep bool) bool {
	return !keep && a.Cols <= nb && a.Stride <= roundUp(a.Cols, kern.NR)
}

func geqrfSize[T Float](kern *asm.Kernels[T], a Dense[T], nb int, keep bool) int {
	m, n, ib := a.Rows, a.Cols, subPanel(kern)
	size := reflectorsSize(kern, m, n, nb, keep) + min(nb, n)*rowStride(m) + nb*ib + ib*ib
	if inPlace(kern, a, nb, keep) {
		return size
	}
	return size + panelsSize(kern, m, n)
}

// newGeqrf begins a factorization in mem. keep says that its reflectors are needed afterwards.
func newGeqrf[T Float](kern *asm.Kernels[T], a Dense[T], nb int, keep bool, mem []T) geqrf[T] {
	free := arena[T](mem)
	m, n, ib := a.Rows, a.Cols, subPanel(kern)
	f := geqrf[T]{
		kern: kern,
		a:    a,
		r: reflectors[T]{kern: kern, m: m, k: n, nb: nb, keep: keep,
			mem: free.take(reflectorsSize(kern, m, n, nb, keep))},
		p:   Dense[T]{Rows: min(nb, n), Cols: m, Stride: rowStride(m), Data: free.take(min(nb, n) * rowStride(m))},
		w:   free.take(nb * ib),
		tri: free.take(ib * ib),
	}
	if !inPlace(kern, a, nb, keep) {
		f.x = panels[T]{kern: kern, data: free.take(panelsSize(kern, m, n)), rows: m, cols: n}
	}
	return f
}

// factor factors the columns. Once done is closed, it gives up, and leaves neither factor.
func (f *geqrf[T]) factor(tau []T, w Workers) {
	f.tau = tau
	if f.x.rows == 0 {
		f.factorNext()
		return
	}
	f.x.copyIn(f.a, w)
	for f.next = range f.r.blocks() {
		if closed(f.done) {
			return
		}
		if f.next == 0 {
			f.factorNext()
			continue
		}
		before := f.r.block(f.next - 1)
		if w.Count() > 1 {
			before.applyToPanels(f.x, f.end(f.next), f, w)
			continue
		}
		// One worker applies the block to all columns at once, so that the block is fetched once.
		before.applyToPanels(f.x, f.end(f.next-1), nil, w)
		f.factorNext()
	}
	f.x.copyOut(f.a, w)
}

// end is the first panel after block i.
func (f *geqrf[T]) end(i int) int { return CeilDiv(min((i+1)*f.r.nb, f.r.k), f.kern.NR) }

// do applies the previous block to the columns of the next one, and factors them.
func (f *geqrf[T]) do(int) {
	before, from, to := f.r.block(f.next-1), f.end(f.next-1), f.end(f.next)
	buf := scratch.Get[T]((to - from) * before.k * f.kern.NR)
	defer scratch.Put(buf)
	before.apply(Trans, &f.x, from, to, buf.Data)
	f.factorNext()
}

// factorNext factors the columns of the next block.
func (f *geqrf[T]) factorNext() {
	b := f.r.block(f.next)
	for c := 0; c < b.k; c += subPanel(f.kern) {
		if closed(f.done) {
			return
		}
		f.columns(&b, c, min(subPanel(f.kern), b.k-c))
	}
	copy(f.tau[b.first:], b.tau[:b.k])
	if f.r.packs(f.next) {
		b.pack(Dense[T]{Rows: b.k, Cols: b.m, Stride: f.p.Stride, Data: f.p.Data})
	}
}

// columns factors columns c … c+n−1 of a block, which lie in one panel. It applies the reflectors
// of the block's earlier columns first.
func (f *geqrf[T]) columns(b *wyBlock[T], c, n int) {
	kern, ld, p := f.kern, f.p.Stride, f.p.Data
	x, ldx := f.at(b.first, b.first+c)
	if c > 0 {
		multiplyDirect(kern, c, n, b.m, 1, p, ld, 1, x, ldx, 0, f.w, n)
		b.substitute(c, n, f.w)
		multiplyDirect(kern, b.m, n, c, -1, p, 1, ld, f.w, n, 1, x, ldx)
	}
	x = x[c*ldx:]
	v, m := p[c*ld+c:], b.m-c
	transpose(kern, m, n, x, ldx, v, ld)
	factorRows(kern, v, ld, m, n, b.tau[c:], f.tri)
	for r := range n {
		clear(p[(c+r)*ld:][:c])
	}
	transpose(kern, n, m, v, ld, x, ldx)
	multiplyDirect(kern, c+n, n, m, 1, p[c:], ld, 1, x, ldx, 0, b.s[c:], b.lds)
	for r := range n {
		copy(x[r*ldx+r:r*ldx+n], f.tri[r*n+r:])
	}
}

// at returns the elements of A from one on, and the distance between its rows there.
func (f *geqrf[T]) at(row, col int) (x []T, ldx int) {
	if f.x.rows == 0 {
		return f.a.Data[row*f.a.Stride+col:], f.a.Stride
	}
	nr := f.kern.NR
	return f.x.panel(col / nr)[row*nr+col%nr:], nr
}

// substitute overwrites n columns of W with Tᵀ·W, where T belongs to the first c reflectors.
func (b *wyBlock[T]) substitute(c, n int, w []T) {
	b.kern.Trsm(c, n, 0, b.s, 0, 1, b.lds, b.tau, w, 0, n)
}

// factorRows factors an m×n matrix whose columns are the rows of p, reflector by reflector. It
// leaves the vectors of the reflectors there, including their zeros and ones, and R in tri.
func factorRows[T Float](kern *asm.Kernels[T], p []T, ld, m, n int, tau, tri []T) {
	for c := range n {
		v := p[c*ld : c*ld+m] // zero before element c: earlier steps have cleared those elements in all rows below
		tri[c*n+c], tau[c] = householder(kern, v, c)
		if c == n-1 {
			return
		}
		reflectRows(kern, tau[c], v, p[(c+1)*ld:], ld, n-1-c)
		for q := c + 1; q < n; q++ {
			tri[c*n+q], p[q*ld+c] = p[q*ld+c], 0
		}
	}
}

// multiplyDirect is GemmDirect for any number of rows and terms.
func multiplyDirect[T Float](kern *asm.Kernels[T], m, n, k int, alpha T, a []T, rsa, csa int, b []T, ldb int, beta T,
	c []T, ldc int) {
	const most = 1 << 10
	for i := 0; i < m; i += most {
		beta := beta
		for p := 0; p < k; p += most {
			kern.GemmDirect(min(most, m-i), n, min(most, k-p), alpha, a[i*rsa+p*csa:], rsa, csa, b[p*ldb:], ldb, beta,
				c[i*ldc:], ldc)
			beta = 1
		}
	}
}
