package mat

import (
	"fmt"
	"unsafe"

	"ridge/asm"
	"ridge/internal/spans"
)

// Gemv computes y := alpha·op(A)·x + beta·y, where op(A) is m×n, len(x) = n and
// len(y) = m. It panics if y shares elements with A or x. It takes 2mn operations.
//
// With beta = 0, y is not read. With alpha = 0, A and x are not read.
func Gemv[T Float](t Transpose, alpha T, a Dense[T], x []T, beta T, y []T, w Workers) {
	t.check("Gemv")
	a.check("Gemv", "a")
	m, n := shape(t, a)
	if len(x) != n || len(y) != m {
		panic(fmt.Sprintf("mat: Gemv: op(a) is %d×%d, x has %s, y %d", m, n, elements(len(x)), len(y)))
	}
	if spans.Overlap(y, x) && len(y) > 0 && len(x) > 0 { // an empty slice within another has no elements to share
		panicOverlap("Gemv", "y", "x")
	}
	if spans.Overlap(y, a.Data) {
		vectorMustNotOverlap("Gemv", "y", "a", y, &a)
	}
	g := gemv[T]{kern: asm.For[T](), t: t, alpha: alpha, beta: beta, a: a, x: x, y: y, apart: rowsApart(a)}
	g.singly = t == NoTrans && g.apart > 1 && readsSingly(a)
	oneReader := t == Trans && g.apart > 1 && bytesOf[T](a.Cols) < shortestShared
	if oneReader || a.Rows*a.Cols < serialWork || w.Count() == 1 {
		g.part(0, m)
		return
	}
	w = workersWorth(8*float64(a.Rows)*float64(a.Cols), w) // each takes several times as long as in a product
	b := getBody[gemvBody[T]]()
	defer putBody(b)
	b.gemv, b.chunk = g, min(gemvChunk, roundUp(CeilDiv(m, w.Count()), max(64, 4*g.apart)))
	parallel(w, CeilDiv(m, b.chunk), b)
}

// gemv is y := alpha·op(A)·x + beta·y.
type gemv[T Float] struct {
	kern        *asm.Kernels[T]
	t           Transpose
	alpha, beta T
	a           Dense[T]
	x, y        []T
	singly      bool // rows of A are read one by one, otherwise four at a time
	apart       int  // rows from one of those four to the next: a power of two
}

// shortestShared is the size in bytes of the rows from which several workers compute Aᵀ·x with an A
// that comes from memory. Each reads a part of every row: if rows are shorter, one worker that reads
// whole rows is faster.
const shortestShared = 16 << 10

func bytesOf[T Float](elements int) int {
	var v T
	return elements * int(unsafe.Sizeof(v))
}

// readsSingly reports whether the rows of an A that does not fit L2 are best read one by one for A·x, in
// the order of memory: that is so if they are short and come from the cache behind L2.
func readsSingly[T Float](a Dense[T]) bool {
	const (
		longestRow = 2 << 10  // bytes
		largest    = 16 << 20 // bytes: less than the last cache holds
	)
	row := bytesOf[T](a.Cols)
	return row <= longestRow && row*a.Rows <= largest
}

// rowsApart returns how far apart the four rows are that are read at a time, which saves loads and
// stores of the vectors and, for very short rows, calls. If A fits L2 or its rows are very short, the
// four are neighbours. Otherwise memory is best read as four long streams, which processors fetch
// ahead: four short rows that follow each other end too soon for that. Two workers read very long rows
// faster if they are neighbours.
//
// The result is a power of two and at most gemvChunk/4. It depends on the shape alone, so that the
// order of the sums does not depend on the number of workers.
func rowsApart[T Float](a Dense[T]) int {
	const (
		shortestRow, longestRow = 384, 32 << 10 // bytes
		smallest                = 1 << 20       // bytes: as much as L2 may hold
		longestStream           = 256 << 10     // bytes
		fewest, most            = 16, 256       // rows
		blocks                  = 16            // of four streams, so that workers can share them
	)
	row := bytesOf[T](a.Cols)
	if row < shortestRow || row > longestRow || row*a.Rows < smallest {
		return 1
	}
	apart := most
	for apart > fewest && (apart*row > longestStream || blocks*4*apart > a.Rows) {
		apart /= 2
	}
	return apart
}

// gemvBody computes a chunk of the elements of y for each index.
type gemvBody[T Float] struct {
	gemv[T]
	chunk int
}

func (b *gemvBody[T]) do(q int) { b.part(q*b.chunk, min((q+1)*b.chunk, len(b.y))) }

// part computes the elements from … to of y.
func (g *gemv[T]) part(from, to int) {
	y := g.y[from:to]
	scale(g.kern, g.beta, y)
	if g.alpha == 0 {
		return
	}
	if g.t == NoTrans {
		for j := 0; j < len(g.x); j += longestSum {
			n := min(longestSum, len(g.x)-j)
			g.rows(g.a.View(from, j, to-from, n), g.x[j:j+n], y)
		}
		return
	}
	for i := 0; i < len(y); i += gemvChunk {
		n := min(gemvChunk, len(y)-i)
		g.cols(g.a.ColView(from+i, n), y[i:i+n])
	}
}

// gemvChunk is how many elements of y are computed at a time with Aᵀ: few enough to stay in L1.
const gemvChunk = 4096

// longestSum is how many columns are summed at a time in A·x: few enough for their part of x to stay in
// L2, and for one call of the kernel with four rows.
const longestSum = callLength / 4

// scale computes y := beta·y, and does not read y if beta is 0.
func scale[T Float](kern *asm.Kernels[T], beta T, y []T) {
	if beta == 0 {
		clear(y)
	} else if beta != 1 {
		pieces(len(y), func(i, j int) { kern.Scal(beta, y[i:j]) })
	}
}

// rows computes y := y + alpha·A·x for columns of A and their elements of x.
func (g *gemv[T]) rows(a Dense[T], x, y []T) {
	if g.singly {
		for i := range y {
			y[i] += g.alpha * g.kern.DotStream(a.Row(i), x)
		}
		return
	}
	i := 0
	if g.apart > 1 {
		i = g.rowsOfStreams(a, x, y)
	}
	for ; i+4 <= len(y); i += 4 {
		s0, s1, s2, s3 := g.kern.Dotxf(a.Row(i), a.Row(i+1), a.Row(i+2), a.Row(i+3), x)
		y[i] += g.alpha * s0
		y[i+1] += g.alpha * s1
		y[i+2] += g.alpha * s2
		y[i+3] += g.alpha * s3
	}
	for ; i < len(y); i++ {
		y[i] += g.alpha * g.kern.Dot(a.Row(i), x)
	}
}

// rowsOfStreams is rows for whole blocks of four streams. It returns the number of their rows.
func (g *gemv[T]) rowsOfStreams(a Dense[T], x, y []T) (done int) {
	q := g.apart
	for ; done+4*q <= len(y); done += 4 * q {
		for i := done; i < done+q; i++ {
			s0, s1, s2, s3 := g.kern.Dotxf(a.Row(i), a.Row(i+q), a.Row(i+2*q), a.Row(i+3*q), x)
			y[i] += g.alpha * s0
			y[i+q] += g.alpha * s1
			y[i+2*q] += g.alpha * s2
			y[i+3*q] += g.alpha * s3
		}
	}
	return done
}

// cols computes y := y + alpha·Aᵀ·x.
func (g *gemv[T]) cols(a Dense[T], y []T) {
	x, i := g.x, 0
	if g.apart > 1 {
		i = g.colsOfStreams(a, y)
	}
	for ; i+4 <= len(x); i += 4 {
		g.kern.Axpyf(g.alpha*x[i], g.alpha*x[i+1], g.alpha*x[i+2], g.alpha*x[i+3], a.Row(i), a.Row(i+1), a.Row(i+2),
			a.Row(i+3), y)
	}
	for ; i < len(x); i++ {
		g.kern.Axpy(g.alpha*x[i], a.Row(i), y)
	}
}

// colsOfStreams is cols for whole blocks of four streams. It returns the number of their rows.
func (g *gemv[T]) colsOfStreams(a Dense[T], y []T) (done int) {
	x, q := g.x, g.apart
	for ; done+4*q <= len(x); done += 4 * q {
		for i := done; i < done+q; i++ {
			g.kern.Axpyf(g.alpha*x[i], g.alpha*x[i+q], g.alpha*x[i+2*q], g.alpha*x[i+3*q],
				a.Row(i), a.Row(i+q), a.Row(i+2*q), a.Row(i+3*q), y)
		}
	}
	return done
}
