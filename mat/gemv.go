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
	gemvParallel(kern, t, alpha, a, x, beta, y, w)
}

// gemvParallel is apart from Gemv so that only here something is allocated.
func gemvParallel[T Float](kern *asm.Kernels[T], t Transpose, alpha T, a Dense[T], x []T, beta T, y []T, w Workers) {
	Parallel(w, ceilDiv(len(y), gemvChunk), func(q int) {
		gemvRange(kern, t, alpha, a, x, beta, y, q*gemvChunk, min((q+1)*gemvChunk, len(y)))
	})
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
const gemvChunk = 256

func gemvRows[T Float](kern *asm.Kernels[T], alpha T, a Dense[T], x []T, beta T, y []T) {
	for i := range y {
		v := T(0)
		if alpha != 0 {
			v = alpha * dot(kern, a.Row(i), x)
		}
		if beta != 0 {
			v += beta * y[i]
		}
		y[i] = v
	}
}

func gemvCols[T Float](kern *asm.Kernels[T], alpha T, a Dense[T], x []T, beta T, y []T) {
	if beta == 0 {
		clear(y)
	} else if beta != 1 {
		kern.Scal(beta, y)
	}
	if alpha == 0 {
		return
	}
	for i, v := range x {
		kern.Axpy(alpha*v, a.Row(i), y)
	}
}
