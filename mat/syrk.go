package mat

import (
	"fmt"
	"unsafe"

	"ridge/asm"
)

// Syrk computes the triangle uplo of C := alpha·A·Aᵀ + beta·C (NoTrans, A n×k) or C := alpha·Aᵀ·A +
// beta·C (Trans, A k×n). C is n×n; its other triangle is neither read nor written. It panics if A
// shares elements with C, even in C's other triangle. It takes n(n+1)k operations, half as many as
// [Gemm].
//
// With beta = 0, C is not read. With alpha = 0 or k = 0, A is not read.
func Syrk[T Float](uplo Uplo, t Transpose, alpha T, a Dense[T], beta T, c Dense[T], w Workers) {
	uplo.check("Syrk")
	t.check("Syrk")
	a.check("Syrk", "a")
	c.check("Syrk", "c")
	n, k := shape(t, a)
	if c.Rows != n || c.Cols != n {
		panic(fmt.Sprintf("mat: Syrk: op(a) is %d×%d, c %d×%d", n, k, c.Rows, c.Cols))
	}
	mustNotOverlap("Syrk", "c", "a", &c, &a)
	p := product[T]{m: n, n: n, k: k, tA: t, tB: t.opposite(), alpha: alpha, beta: beta, a: a, b: a, c: c,
		part: partOf(uplo)}
	p.run(w)
}

// Symmetrize copies the triangle uplo of the square matrix a to the other triangle. It panics if a
// is not square.
func Symmetrize[T Float](uplo Uplo, a Dense[T], w Workers) {
	uplo.check("Symmetrize")
	a.check("Symmetrize", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Symmetrize of a %d×%d matrix", a.Rows, a.Cols))
	}
	if a.Rows*a.Rows*int(unsafe.Sizeof(T(0))) <= symmetrizeSerial {
		w = 1
	}
	b := getBody[symmetrizing[T]]()
	defer putBody(b)
	*b = symmetrizing[T]{uplo, a}
	parallel(w, CeilDiv(a.Rows, symmetrizeRows), b)
}

const (
	symmetrizeRows   = 32      // rows that one worker copies at a time
	symmetrizeSerial = 1 << 19 // bytes up to which one worker is done before others have read what it wrote
)

// symmetrizing is the body of Symmetrize: it copies some rows of a lower triangle, or columns of an
// upper one.
type symmetrizing[T Float] struct {
	uplo Uplo
	a    Dense[T]
}

func (b *symmetrizing[T]) do(tile int) {
	a, kern, i := b.a, asm.For[T](), tile*symmetrizeRows
	rows := min(symmetrizeRows, a.Rows-i)
	for j := 0; j < i; j += copiedRows {
		cols := min(copiedRows, i-j)
		if b.uplo == Lower {
			kern.Transpose(rows, cols, a.Data[i*a.Stride+j:], a.Stride, a.Data[j*a.Stride+i:], a.Stride)
		} else {
			kern.Transpose(cols, rows, a.Data[j*a.Stride+i:], a.Stride, a.Data[i*a.Stride+j:], a.Stride)
		}
	}
	symmetrizeTile(b.uplo, a.View(i, i, rows, rows))
}

func symmetrizeTile[T Float](uplo Uplo, a Dense[T]) {
	for i := range a.Rows {
		for j := range i {
			if uplo == Lower {
				a.Data[j*a.Stride+i] = a.Data[i*a.Stride+j]
			} else {
				a.Data[i*a.Stride+j] = a.Data[j*a.Stride+i]
			}
		}
	}
}
