package mat

import (
	"fmt"
	"math"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Getrf factors the m×n matrix A = P·L·U by Gaussian elimination with partial pivoting. P is a
// permutation. L is m×k, k = min(m, n), with ones on the diagonal and no larger element below it. U
// is k×n and upper triangular. L below the diagonal and U overwrite A. ipiv has k elements: row i
// was exchanged with row ipiv[i] ≥ i, for i = 0, 1, … (This is LAPACK's storage, except that
// indices begin at 0.) It takes 2n³/3 operations, for m = n.
//
// If a pivot is zero, and all elements below it are zero or NaN, U is singular: it returns a
// *[SingularError] with the position of the first such pivot. The factorization is complete nevertheless; only solving
// with it would divide by zero. If several elements of a column have the largest magnitude, the
// first of them is the pivot. NaN is chosen as a pivot only if it comes first; it spreads to the
// results that depend on it.
//
// P·L·U differs from A by at most a small multiple of n·u·P·|L||U|, element by element, where u is
// the unit roundoff (Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002,
// theorem 9.3). |U| can be larger than |A|: by a factor of 2ⁿ⁻¹ for matrices constructed for that,
// but almost never by more than a small factor.
func Getrf[T Float](a Dense[T], ipiv []int, w Workers) error {
	a.check("Getrf", "a")
	k := min(a.Rows, a.Cols)
	if len(ipiv) != k {
		panic(fmt.Sprintf("mat: Getrf of a %d×%d matrix: ipiv has %s", a.Rows, a.Cols, elements(len(ipiv))))
	}
	if k == 0 {
		return nil
	}
	if w.Count() > 1 {
		defer holdFor(float64(a.Rows)*float64(a.Cols)*float64(k)/3, w)()
	}
	zero := getrf(a, k, ipiv, w)
	if zero > 0 {
		return &SingularError{zero}
	}
	return nil
}

const (
	getrfPanel         = 64      // the most columns that are factored mostly with level 1 operations and small products
	getrfBlocksColumns = 512     // the smallest number of columns that are eliminated in blocks rather than by halves,
	getrfBlocksBytes   = 8 << 20 // and the most bytes of such a matrix, which is read once for each block
)

// getrf eliminates the first k columns of A, k ≤ min(m, n). It does so by halves, so that nearly
// all of the work is Gemm on blocks as large as possible (Toledo, Locality of Reference in LU
// Decomposition with Partial Pivoting, SIAM J. Matrix Anal. Appl. 18(4), 1997). It returns the
// position of the first pivot that is zero, counted from 1, or 0.
//
// To be read in this order: getrfSmall below, getrf_blocks.go for what is eliminated in blocks, getrf_stages.go for
// what is done there in which order, getrf_parts.go for how, and getrf_rows.go for the exchanges of rows.
func getrf[T Float](a Dense[T], k int, ipiv []int, w Workers) (zero int) {
	m, n := a.Rows, a.Cols
	if k <= getrfPanel {
		zero = getrfSmall(a.ColView(0, k), ipiv)
		getrfRest(a, k, ipiv, w)
		return zero
	}
	if inBlocks[T](m, n, k) {
		return getrfBlocks(a, k, ipiv, w)
	}
	k1 := roundUp(k/2, getrfPanel)
	zero = getrf(a.ColView(0, k1), k1, ipiv[:k1], w)
	getrfRest(a, k1, ipiv[:k1], w)
	second := getrf(a.View(k1, k1, m-k1, n-k1), k-k1, ipiv[k1:], w)
	if zero == 0 && second > 0 {
		zero = k1 + second
	}
	exchangeRows(a.View(k1, 0, m-k1, k1), ipiv[k1:], w)
	for i := k1; i < k; i++ {
		ipiv[i] += k1
	}
	return zero
}

// inBlocks reports whether k columns of an m×n matrix are eliminated one block at a time.
func inBlocks[T Float](m, n, k int) bool {
	return k >= getrfBlocksColumns && m*n <= getrfBlocksBytes/scratch.CacheLine*scratch.PerLine[T]()
}

// getrfRest applies the elimination of the first k columns to the columns from k on.
func getrfRest[T Float](a Dense[T], k int, ipiv []int, w Workers) {
	m, n := a.Rows, a.Cols
	if n == k {
		return
	}
	exchangeRows(a.ColView(k, n-k), ipiv, w)
	l, u := a.View(0, 0, k, k), a.View(0, k, k, n-k)
	trsm(Left, Lower, NoTrans, Unit, l, u, w)
	if m > k {
		Gemm(NoTrans, NoTrans, -1, a.View(k, 0, m-k, k), u, 1, a.View(k, k, m-k, n-k), w)
	}
}

// exchangeRows exchanges row i with row ipiv[i], for i = 0, 1, …
func exchangeRows[T Float](a Dense[T], ipiv []int, w Workers) {
	const fewest, most = 128, 512 // columns at a time on one worker
	if a.Cols*len(ipiv) < serialWork {
		w = 1
	}
	if w.Count() == 1 || a.Cols <= most {
		exchange(a, ipiv)
		return
	}
	b := getBody[exchangeBody[T]]()
	defer putBody(b)
	*b = exchangeBody[T]{a, ipiv, clampInt(roundUp(CeilDiv(a.Cols, w.Count()), getrfPanel), fewest, most)}
	parallel(w, CeilDiv(a.Cols, b.width), b)
}

// exchangeBody exchanges the rows of width columns for each index.
type exchangeBody[T Float] struct {
	a     Dense[T]
	ipiv  []int
	width int
}

func (b *exchangeBody[T]) do(i int) {
	from := i * b.width
	exchange(b.a.ColView(from, min(b.width, b.a.Cols-from)), b.ipiv)
}

func exchange[T Float](a Dense[T], ipiv []int) {
	for i, p := range ipiv {
		if i != p {
			swapVectors(a.Row(i), a.Row(p))
		}
	}
}

// exchangeBack undoes exchange.
func exchangeBack[T Float](a Dense[T], ipiv []int) {
	for i := len(ipiv) - 1; i >= 0; i-- {
		if p := ipiv[i]; i != p {
			swapVectors(a.Row(i), a.Row(p))
		}
	}
}

// swapVectors exchanges the elements of x and y, which have equal lengths.
func swapVectors[T Float](x, y []T) {
	var t [128]T
	for len(x) > 0 {
		n := copy(t[:], x)
		copy(x[:n], y)
		copy(y[:n], t[:n])
		x, y = x[n:], y[n:]
	}
}

// getrfSmall factors an m×n matrix of few columns, m ≥ n, in a copy with a small stride.
func getrfSmall[T Float](a Dense[T], ipiv []int) (zero int) {
	kern := asm.For[T]()
	buf := scratch.Get[T](getrfColumnsSize(kern, a.Rows, a.Cols))
	defer scratch.Put(buf)
	f := newGetrfColumns(kern, a.Rows, a.Cols, buf.Data)
	f.begin(a.Rows, a.Cols, ipiv)
	Copy(f.x, a)
	f.factor(0, a.Cols)
	Copy(a, f.x)
	return f.zero
}

// getrfColumns is the factorization of a few columns. Row exchanges apply to all of them at once.
type getrfColumns[T Float] struct {
	kern *asm.Kernels[T]
	ib   int // columns that are factored at a time, in p
	x    Dense[T]
	p    Dense[T] // ib columns of x, each stored as a row
	ones []T
	ipiv []int
	zero int // position of the first pivot that is zero, counted from 1, or 0
}

// getrfColumnsSize is the number of elements that getrfColumns needs for m×n.
func getrfColumnsSize[T Float](kern *asm.Kernels[T], m, n int) int {
	return m*columnsStride(n) + min(subPanel(kern), n)*rowStride(m) + n
}

// columnsStride is the stride of a copy of n columns: [rowStride], but where a row is shorter than a cache line, rows
// without gaps take less memory.
func columnsStride(n int) int {
	if n < packedUnit {
		return n
	}
	return rowStride(n)
}

// newGetrfColumns lays out a getrfColumns for up to m×n in mem.
func newGetrfColumns[T Float](kern *asm.Kernels[T], m, n int, mem []T) getrfColumns[T] {
	ld, ib := columnsStride(n), min(subPanel(kern), n)
	f := getrfColumns[T]{kern: kern, ib: ib, ones: mem[:n]}
	f.x = Dense[T]{Data: mem[n : n+m*ld], Stride: ld}
	f.p = Dense[T]{Data: mem[n+m*ld:], Stride: rowStride(m)}
	for i := range f.ones {
		f.ones[i] = 1
	}
	return f
}

// begin sets the numbers of rows and columns, and where the pivots go.
func (f *getrfColumns[T]) begin(m, n int, ipiv []int) {
	f.x.Rows, f.x.Cols, f.p.Rows, f.p.Cols = m, n, f.ib, m
	f.ipiv, f.zero = ipiv, 0
}

// factor factors the n columns from c on, from which the columns before c have been eliminated.
func (f *getrfColumns[T]) factor(c, n int) {
	if n <= f.ib {
		f.eliminate(c, n)
		return
	}
	n1 := roundUp(n/2, f.ib)
	n2, rest := n-n1, f.x.Rows-c-n1
	f.factor(c, n1)
	kern, x, ld := f.kern, f.x.Data, f.x.Stride
	first := c*ld + c // of the block
	for j := n1; j < n; j += kern.NR {
		cols := min(kern.NR, n-j)
		kern.Trsm(n1, cols, 0, x, first, ld, 1, f.ones, x, first+j, ld)
		if rest > 0 {
			multiplyDirect(kern, rest, cols, n1, -1, x[first+n1*ld:], ld, 1, x[first+j:], ld, 1, x[first+n1*ld+j:], ld)
		}
	}
	f.factor(c+n1, n2)
}

// eliminate factors the n ≤ ib columns from c on.
func (f *getrfColumns[T]) eliminate(c, n int) {
	kern, ld, p := f.kern, f.p.Stride, f.p.Data
	m := f.x.Rows - c
	block := f.x.Data[c*f.x.Stride+c:]
	transpose(kern, m, n, block, f.x.Stride, p, ld)
	for j := range n {
		column := p[j*ld : j*ld+m]
		eliminateBefore(kern, p, ld, j, column)
		pivot := j + firstLargest(kern, column[j:])
		f.ipiv[c+j] = c + pivot
		if pivot != j {
			for q := range n {
				p[q*ld+j], p[q*ld+pivot] = p[q*ld+pivot], p[q*ld+j]
			}
			swapVectors(f.x.Row(c+j), f.x.Row(c+pivot))
		}
		if column[j] == 0 {
			if f.zero == 0 {
				f.zero = c + j + 1
			}
			continue
		}
		divide(column[j+1:], column[j])
	}
	transpose(kern, n, m, p, ld, block, f.x.Stride)
}

// eliminateBefore eliminates the j columns before it, which are rows of p, from a column. The first
// j elements of the column become elements of U, and the pivot is then chosen among the others.
func eliminateBefore[T Float](kern *asm.Kernels[T], p []T, ld, j int, column []T) {
	for q := 1; q < j; q++ {
		for r := range q {
			column[q] -= p[r*ld+q] * column[r]
		}
	}
	m := len(column)
	for from := j; from < m; from += callLength {
		rest := column[from:min(from+callLength, m)]
		row := func(r int) []T { return p[r*ld+from:] }
		r := 0
		for ; r+4 <= j; r += 4 {
			kern.Axpyf(-column[r], -column[r+1], -column[r+2], -column[r+3], row(r)[:len(rest)], row(r+1), row(r+2),
				row(r+3), rest)
		}
		for ; r < j; r++ {
			kern.Axpy(-column[r], row(r)[:len(rest)], rest)
		}
	}
}

// divide computes x := x/pivot, as a product with the reciprocal if pivot and reciprocal are normal
// numbers.
func divide[T Float](x []T, pivot T) {
	if p := math.Abs(float64(pivot)); p >= float64(SmallestNormal[T]()) && p <= 1/float64(SmallestNormal[T]()) {
		Scal(1/pivot, x)
		return
	}
	for i := range x {
		x[i] /= pivot
	}
}
