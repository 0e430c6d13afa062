package mat

import (
	"fmt"
	"math"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Geqp3 factors the m×n matrix A with column pivoting: A·P = Q·R. Q and R are stored as by [Geqrf],
// and the magnitude of R's diagonal does not increase. The next column of A·P is always one with
// the longest component orthogonal to the columns before it. So if A is rank-deficient, |rᵢᵢ| drops
// to the level of rounding errors after as many columns as its rank, except for matrices
// constructed to defeat this.
//
// On entry, jpvt[j] ≥ 0 moves column j in front of all columns with jpvt[j] = −1; columns in front
// are not pivoted. On return, column j of A·P is column jpvt[j] of A. jpvt has n elements, tau
// min(m, n). It takes 2n²(m − n/3) operations, for m ≥ n. It is slower than Geqrf, because half of
// its operations read the whole remaining matrix for each column.
//
// The lengths of the components are updated rather than recomputed, which makes blocks possible
// (Quintana-Ortí, Sun and Bischof, A BLAS-3 Version of the QR Factorization with Column Pivoting,
// SIAM J. Sci. Comput. 19(5), 1998). They are recomputed when cancellation has left too few digits
// (Drmač and Bujanović, On the Failure of Rank-Revealing QR Factorization Software, ACM TOMS 35(2),
// 2008).
func Geqp3[T Float](a Dense[T], jpvt []int, tau []T, w Workers) {
	a.check("Geqp3", "a")
	m, n := a.Rows, a.Cols
	k := min(m, n)
	if len(tau) != k || len(jpvt) != n {
		panic(fmt.Sprintf("mat: Geqp3 of a %d×%d matrix: jpvt has %s, tau %d", m, n, elements(len(jpvt)), len(tau)))
	}
	fixed := min(fixedFirst(a, jpvt), k)
	if fixed > 0 {
		Geqrf(a.ColView(0, fixed), tau[:fixed], w)
		Ormqr(Left, Trans, a.ColView(0, fixed), tau[:fixed], a.ColView(fixed, n-fixed), w)
	}
	if fixed == k {
		return
	}
	if w.Count() > 1 {
		defer HoldWorkers()()
	}
	ld, rows := rowStride(m), min(pivotBlock, k-fixed)
	buf, lengths := scratch.Get[T](rows*(ld+n+1)), scratch.Get[float64](2*n)
	defer scratch.Put(buf)
	defer scratch.Put(lengths)
	g := geqp3[T]{
		kern: asm.For[T](), a: a, jpvt: jpvt, tau: tau, w: w,
		length: lengths.Data[:n], computed: lengths.Data[n:],
		v: Dense[T]{Rows: rows, Cols: m, Stride: ld, Data: buf.Data},
		f: Dense[T]{Rows: rows, Cols: n, Stride: n, Data: buf.Data[rows*ld:]},
	}
	g.dots = buf.Data[rows*(ld+n):]
	g.measureAll(fixed)
	for g.first = fixed; g.first < k; {
		g.first += g.block(min(pivotBlock, k-g.first))
	}
}

// pivotBlock is the largest number of columns between two updates of the remaining matrix.
const pivotBlock = 32

// fixedFirst moves the columns that jpvt asks for to the front, sets jpvt to the order of the
// columns, and returns the number of columns moved.
func fixedFirst[T Float](a Dense[T], jpvt []int) int {
	fixed := 0
	for j, p := range jpvt {
		jpvt[j] = j
		if p < 0 {
			continue
		}
		if j != fixed {
			swapColumns(a, j, fixed)
			jpvt[j], jpvt[fixed] = jpvt[fixed], j
		}
		fixed++
	}
	return fixed
}

func swapColumns[T Float](a Dense[T], i, j int) {
	for r := range a.Rows {
		row := a.Row(r)
		row[i], row[j] = row[j], row[i]
	}
}

// geqp3 is a factorization with column pivoting. The reflectors of all earlier blocks have been
// applied to the columns from first on. The reflectors of the current block are applied to a column
// when it is chosen, to a row when it becomes one of R, and to the rest at the end of the block: A
// := A − V·F.
type geqp3[T Float] struct {
	kern     *asm.Kernels[T]
	a        Dense[T]
	jpvt     []int
	tau      []T
	w        Workers
	first    int
	length   []float64 // of the columns, from the next row on
	computed []float64 // the same lengths when they were last computed; negative if they must be recomputed
	v        Dense[T]  // a row for each column of V: elements of R, followed by those of V
	f        Dense[T]  // the rows of F
	dots     []T
}

// block factors up to nb columns and returns how many. It ends when a length must be recomputed.
func (g *geqp3[T]) block(nb int) int {
	m, n := g.a.Rows, g.a.Cols
	done, stale := 0, 0
	for done < nb && stale == 0 {
		g.choose(done)
		beta := g.reflector(done)
		g.nextRow(done)
		g.v.Row(done)[g.first+done] = beta
		stale = g.shorten(g.first + done)
		done++
	}
	transpose(g.kern, done, m, g.v.Data, g.v.Stride, g.a.Data[g.first:], g.a.Stride)
	next := g.first + done
	if next < min(m, n) {
		Gemm(Trans, NoTrans, -1, g.v.View(0, next, done, m-next), g.f.View(0, next, done, n-next), 1,
			g.a.View(next, next, m-next, n-next), g.w)
	}
	if stale > 0 {
		for j := next; j < n; j++ {
			if g.computed[j] < 0 {
				g.measure(j, next)
			}
		}
	}
	return done
}

// choose exchanges the longest of the remaining columns with column c of the block.
func (g *geqp3[T]) choose(c int) {
	col := g.first + c
	best := col
	for j := col + 1; j < len(g.length); j++ {
		if g.length[j] > g.length[best] {
			best = j
		}
	}
	if best == col {
		return
	}
	swapColumns(g.a, best, col)
	swapColumns(g.f.RowView(0, c), best, col)
	g.jpvt[best], g.jpvt[col] = g.jpvt[col], g.jpvt[best]
	g.length[best], g.computed[best] = g.length[col], g.computed[col]
}

// reflector applies the block's earlier reflectors to its column c, and computes the reflector of
// that column and row c of F,
//
//	F_c := τ·(A − V·F)ᵀ·v.
//
// It returns the diagonal element of R.
func (g *geqp3[T]) reflector(c int) (beta T) {
	col := g.first + c
	column := g.v.Row(c)
	for r := range column {
		column[r] = g.a.Data[r*g.a.Stride+col]
	}
	v := column[col:]
	for i := range c {
		g.dots[i] = -g.f.Data[i*g.f.Stride+col]
	}
	before := g.v.View(0, col, c, len(v))
	addTransProduct(g.kern, 1, before, g.dots[:c], v)
	beta, g.tau[col] = householder(g.kern, v, 0)
	n := g.a.Cols - col - 1
	if n == 0 {
		return beta
	}
	row := g.f.Row(c)[col+1:]
	Gemv(Trans, g.tau[col], g.a.View(col, col+1, len(v), n), v, 0, row, g.w)
	for i := range c {
		g.dots[i] = -g.tau[col] * dot(g.kern, before.Row(i), v)
	}
	addTransProduct(g.kern, 1, g.f.View(0, col+1, c, n), g.dots[:c], row)
	return beta
}

// nextRow computes the row of R that belongs to column c of the block.
func (g *geqp3[T]) nextRow(c int) {
	col := g.first + c
	for i := range c + 1 {
		g.dots[i] = -g.v.Data[i*g.v.Stride+col]
	}
	n := g.a.Cols - col - 1
	addTransProduct(g.kern, 1, g.f.View(0, col+1, c+1, n), g.dots[:c+1], g.a.Data[col*g.a.Stride+col+1:][:n])
}

// shorten removes row r of R from the lengths of the columns to the right of the diagonal. It
// returns how many lengths have become inaccurate by cancellation.
func (g *geqp3[T]) shorten(r int) (stale int) {
	tolerance := math.Sqrt(unitRoundoff[T]())
	row := g.a.Row(r)
	for j := r + 1; j < len(row); j++ {
		length := g.length[j]
		if length == 0 {
			continue
		}
		part := math.Abs(float64(row[j])) / length
		rest := max(0, (1+part)*(1-part))
		if ratio := length / g.computed[j]; rest*ratio*ratio <= tolerance {
			g.computed[j] = -1
			stale++
			continue
		}
		g.length[j] = length * math.Sqrt(rest)
	}
	return stale
}

// measureAll computes the lengths of all columns from row r on.
func (g *geqp3[T]) measureAll(r int) {
	clear(g.length)
	for i := r; i < g.a.Rows; i++ {
		for j, v := range g.a.Row(i) {
			g.length[j] += float64(v) * float64(v)
		}
	}
	for j, s := range g.length {
		g.length[j] = math.Sqrt(s)
		g.computed[j] = g.length[j]
		if s < smallestSafeSquare[float64]() || math.IsInf(s, 1) {
			g.measure(j, r)
		}
	}
}

// measure computes the length of column j from row r on.
func (g *geqp3[T]) measure(j, r int) {
	buf := scratch.Get[T](g.a.Rows - r)
	defer scratch.Put(buf)
	for i := range buf.Data {
		buf.Data[i] = g.a.Data[(r+i)*g.a.Stride+j]
	}
	g.length[j] = nrm2(g.kern, buf.Data)
	g.computed[j] = g.length[j]
}
