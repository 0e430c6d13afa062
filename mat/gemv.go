package mat

import (
	"fmt"
	"unsafe"

	"ridge/asm"
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
	if spansOverlap(y, x) {
		panicOverlap("Gemv", "y", "x")
	}
	if spansOverlap(y, a.Data) {
		vectorMustNotOverlap("Gemv", "y", "a", y, &a)
	}
	g := gemv[T]{kern: asm.For[T](), t: t, alpha: alpha, beta: beta, a: a, x: x, y: y, stream: streams(a)}
	// Several workers would each read a part of every row. One worker that reads whole rows is
	// faster.
	oneReader := t == Trans && g.stream
	if oneReader || a.Rows*a.Cols < serialWork || w.Count() == 1 {
		g.part(0, m)
		return
	}
	b := getBody[gemvBody[T]]()
	defer putBody(b)
	b.gemv, b.chunk = g, min(gemvChunk, roundUp(ceilDiv(m, w.Count()), 64))
	parallel(w, ceilDiv(m, b.chunk), b)
}

// gemv is y := alpha·op(A)·x + beta·y.
type gemv[T Float] struct {
	kern        *asm.Kernels[T]
	t           Transpose
	alpha, beta T
	a           Dense[T]
	x, y        []T
	stream      bool // rows of A are read one by one, otherwise four at a time
}

// streams reports whether the rows of A are best read one by one, in the order of memory: that is
// so if A does not fit the cache and its rows are short. Otherwise, reading four rows at a time
// saves loads and stores of the vectors and, for very short rows, calls.
func streams[T Float](a Dense[T]) bool {
	const (
		shortestRow = 384      // bytes
		longestRow  = 16 << 10 // bytes: a few pages
		smallest    = 1 << 20  // bytes: as much as L2 may hold
	)
	var v T
	size := int(unsafe.Sizeof(v))
	return a.Cols >= shortestRow/size && a.Cols <= longestRow/size && a.Rows*a.Cols >= smallest/size
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
		g.rows(g.a.RowView(from, to-from), y)
		return
	}
	for i := 0; i < len(y); i += gemvChunk {
		n := min(gemvChunk, len(y)-i)
		g.cols(g.a.ColView(from+i, n), y[i:i+n])
	}
}

// gemvChunk is how many elements of y are computed at a time with Aᵀ: few enough to stay in L1.
const gemvChunk = 4096

// scale computes y := beta·y, and does not read y if beta is 0.
func scale[T Float](kern *asm.Kernels[T], beta T, y []T) {
	if beta == 0 {
		clear(y)
	} else if beta != 1 {
		pieces(len(y), func(i, j int) { kern.Scal(beta, y[i:j]) })
	}
}

// rows computes y := y + alpha·A·x.
func (g *gemv[T]) rows(a Dense[T], y []T) {
	if g.stream {
		for i := range y {
			y[i] += g.alpha * g.kern.DotStream(a.Row(i), g.x)
		}
		return
	}
	i := 0
	for ; i+4 <= len(y); i += 4 {
		s0, s1, s2, s3 := dotxf(g.kern, a.Row(i), a.Row(i+1), a.Row(i+2), a.Row(i+3), g.x)
		y[i] += g.alpha * s0
		y[i+1] += g.alpha * s1
		y[i+2] += g.alpha * s2
		y[i+3] += g.alpha * s3
	}
	for ; i < len(y); i++ {
		y[i] += g.alpha * dot(g.kern, a.Row(i), g.x)
	}
}

// cols computes y := y + alpha·Aᵀ·x.
func (g *gemv[T]) cols(a Dense[T], y []T) {
	if g.stream {
		for i, v := range g.x {
			g.kern.AxpyStream(g.alpha*v, a.Row(i), y)
		}
		return
	}
	x, i := g.x, 0
	for ; i+4 <= len(x); i += 4 {
		g.kern.Axpyf(g.alpha*x[i], g.alpha*x[i+1], g.alpha*x[i+2], g.alpha*x[i+3], a.Row(i), a.Row(i+1), a.Row(i+2),
			a.Row(i+3), y)
	}
	for ; i < len(x); i++ {
		g.kern.Axpy(g.alpha*x[i], a.Row(i), y)
	}
}
