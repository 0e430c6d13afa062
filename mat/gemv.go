package mat

import (
	"fmt"

	"ridge/asm"
)

// Gemv computes y := alpha·op(A)·x + beta·y, where op(A) is m×n, len(x) = n and
// len(y) = m. y must not share elements with A or x. It takes 2mn operations.
//
// With beta = 0, y is not read. With alpha = 0, A and x are not read.
func Gemv[T Float](t Transpose, alpha T, a Dense[T], x []T, beta T, y []T, w Workers) {
	a.check("Gemv", "a")
	m, n := shape(t, a)
	if len(x) != n || len(y) != m {
		panic(fmt.Sprintf("mat: Gemv: op(a) is %d×%d, x has %d elements, y %d", m, n, len(x), len(y)))
	}
	kern := asm.For[T]()
	if a.Rows*a.Cols < serialWork || w.Count() == 1 {
		gemvRange(kern, t, alpha, a, x, beta, y, 0, m)
		return
	}
	b := getBody[gemvBody[T]]()
	defer putBody(b)
	chunk := min(gemvChunk, roundUp(ceilDiv(m, w.Count()), 64))
	*b = gemvBody[T]{kern, t, alpha, beta, a, x, y, chunk}
	parallel(w, ceilDiv(m, chunk), b)
}

// gemvBody is what the workers do: a chunk of the elements of y.
type gemvBody[T Float] struct {
	kern        *asm.Kernels[T]
	t           Transpose
	alpha, beta T
	a           Dense[T]
	x, y        []T
	chunk       int
}

func (b *gemvBody[T]) do(q int) {
	gemvRange(b.kern, b.t, b.alpha, b.a, b.x, b.beta, b.y, q*b.chunk, min((q+1)*b.chunk, len(b.y)))
}

// gemvRange computes the elements from … to of y.
func gemvRange[T Float](kern *asm.Kernels[T], t Transpose, alpha T, a Dense[T], x []T, beta T, y []T, from, to int) {
	for i := from; i < to; i += gemvChunk {
		n := min(gemvChunk, to-i)
		if t == NoTrans {
			gemvRows(kern, alpha, a.RowView(i, n), x, beta, y[i:i+n])
		} else {
			gemvCols(kern, alpha, a.ColView(i, n), x, beta, y[i:i+n])
		}
	}
}

// gemvChunk is how many elements of y are computed at a time, so that they stay in L1.
const gemvChunk = 2048

func gemvRows[T Float](kern *asm.Kernels[T], alpha T, a Dense[T], x []T, beta T, y []T) {
	scale(kern, beta, y)
	if alpha == 0 {
		return
	}
	i := 0
	for ; i+4 <= len(y); i += 4 {
		s0, s1, s2, s3 := dotxf(kern, a.Row(i), a.Row(i+1), a.Row(i+2), a.Row(i+3), x)
		y[i] += alpha * s0
		y[i+1] += alpha * s1
		y[i+2] += alpha * s2
		y[i+3] += alpha * s3
	}
	for ; i < len(y); i++ {
		y[i] += alpha * dot(kern, a.Row(i), x)
	}
}

// scale computes y := beta·y, and does not read y if beta is 0.
func scale[T Float](kern *asm.Kernels[T], beta T, y []T) {
	if beta == 0 {
		clear(y)
	} else if beta != 1 {
		kern.Scal(beta, y)
	}
}

func gemvCols[T Float](kern *asm.Kernels[T], alpha T, a Dense[T], x []T, beta T, y []T) {
	scale(kern, beta, y)
	if alpha == 0 {
		return
	}
	i := 0
	for ; i+4 <= len(x); i += 4 {
		kern.Axpyf(alpha*x[i], alpha*x[i+1], alpha*x[i+2], alpha*x[i+3], a.Row(i), a.Row(i+1), a.Row(i+2), a.Row(i+3), y)
	}
	for ; i < len(x); i++ {
		kern.Axpy(alpha*x[i], a.Row(i), y)
	}
}
