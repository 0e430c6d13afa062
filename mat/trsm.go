package mat

import (
	"fmt"

	"ridge/asm"
)

// Trsm solves op(A)·X = alpha·B (Left) or X·op(A) = alpha·B (Right) and overwrites
// B with X. A is triangular, n×n, and its triangle uplo is read (without its
// diagonal, if diag is Unit); B is n×r (Left) or r×n (Right) and must not share
// elements with A. It takes n²r operations. The diagonal is divided by through its
// reciprocals: a zero, or a number so small that its reciprocal overflows, gives Inf
// or NaN. With alpha = 0, A and B are not read, and X is zero.
func Trsm[T Float](side Side, uplo Uplo, t Transpose, diag Diag, alpha T, a, b Dense[T], w Workers) {
	a.check("Trsm", "a")
	b.check("Trsm", "b")
	n := b.Rows
	if side == Right {
		n = b.Cols
	}
	if a.Rows != a.Cols || a.Rows != n {
		panic(fmt.Sprintf("mat: Trsm: a is %d×%d, b %d×%d", a.Rows, a.Cols, b.Rows, b.Cols))
	}
	if alpha == 0 {
		b.Fill(0)
		return
	}
	if alpha != 1 {
		for i := range b.Rows {
			Scal(alpha, b.Row(i))
		}
	}
	switch {
	case side == Right && b.Rows == 1: // x·op(A) = b, so op(A)ᵀ·xᵀ = bᵀ
		trsv(uplo, opposite(t), diag, a, b.Row(0))
	case side == Left && b.Cols == 1 && b.Stride == 1:
		trsv(uplo, t, diag, a, b.Data[:n])
	default:
		trsm(side, uplo, t, diag, a, b, w)
	}
}

func opposite(t Transpose) Transpose {
	if t == NoTrans {
		return Trans
	}
	return NoTrans
}

// trsmLeaf is the size of triangle that is solved by substitution.
const trsmLeaf = 96

// trsm splits the triangle in two: with op(A) = [A₁₁ 0; A₂₁ A₂₂] and Left, say,
// X₁ = A₁₁⁻¹B₁ and then X₂ = A₂₂⁻¹(B₂ − A₂₁X₁), so that all but the smallest
// triangles is the work of Gemm.
func trsm[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a, b Dense[T], w Workers) {
	n := a.Rows
	if n <= trsmLeaf {
		substitute(side, uplo, t, diag, a, b, w)
		return
	}
	n1 := half(n, trsmLeaf)
	n2 := n - n1
	a11, a22 := a.View(0, 0, n1, n1), a.View(n1, n1, n2, n2)
	off := a.View(n1, 0, n2, n1)
	if uplo == Upper {
		off = a.View(0, n1, n1, n2)
	}
	var b1, b2 Dense[T]
	if side == Left {
		b1, b2 = b.RowView(0, n1), b.RowView(n1, n2)
	} else {
		b1, b2 = b.ColView(0, n1), b.ColView(n1, n2)
	}
	// The unknowns that can be had first are X₁ where op(A) is lower and stands
	// on the left, or is upper and stands on the right.
	if !forward(side, uplo, t) {
		a11, a22, b1, b2 = a22, a11, b2, b1
	}
	trsm(side, uplo, t, diag, a11, b1, w)
	if side == Left {
		Gemm(t, NoTrans, -1, off, b1, 1, b2, w)
	} else {
		Gemm(NoTrans, t, -1, b1, off, 1, b2, w)
	}
	trsm(side, uplo, t, diag, a22, b2, w)
}

// half is about n/2, the larger part, so that halving again ends in equal leaves.
func half(n, leaf int) int { return min(n-1, roundUp(ceilDiv(n, 2), leaf/4)) }

// forward tells whether the substitution starts with the first unknown.
func forward(side Side, uplo Uplo, t Transpose) bool {
	opUpper := (uplo == Upper) != (t == Trans)
	return opUpper == (side == Right)
}

// triangle is a triangular matrix as the kernel wants it: lower, the element (i, p)
// at a[a0+i·rsa+p·csa]. A triangle that is solved from its last unknown is one that
// is read backwards.
type triangle[T Float] struct {
	a            []T
	a0, rsa, csa int
	dinv         []T // reciprocals of the diagonal
	backward     bool
}

// lowerTriangle describes op(A) (Left) or op(A)ᵀ (Right: X·op(A) = B is
// op(A)ᵀ·Xᵀ = Bᵀ), with the reciprocals written to dinv.
func lowerTriangle[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a Dense[T], dinv []T) triangle[T] {
	l := triangle[T]{a: a.Data, rsa: a.Stride, csa: 1, dinv: dinv, backward: !forward(side, uplo, t)}
	if (t == Trans) != (side == Right) {
		l.rsa, l.csa = l.csa, l.rsa
	}
	if l.backward {
		l.a0, l.rsa, l.csa = (a.Rows-1)*(a.Stride+1), -l.rsa, -l.csa
	}
	for i := range dinv {
		dinv[i] = 1
		if diag == NonUnit {
			dinv[i] = 1 / l.a[l.a0+i*(l.rsa+l.csa)]
		}
	}
	return l
}

// trsmStrips is how many panels of NR right-hand sides one worker takes at a time.
const trsmStrips = 4

// substitute solves with a small triangle. A panel of right-hand sides at a time is
// copied to where its unknowns lie close together, solved and copied back.
func substitute[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a, b Dense[T], w Workers) {
	kern := asm.For[T]()
	n, rhs := a.Rows, b.Cols
	if side == Right {
		rhs = b.Rows
	}
	if n == 0 || rhs == 0 {
		return
	}
	dinv := getBuffer[T](n)
	defer putBuffer(dinv)
	l := lowerTriangle(side, uplo, t, diag, a, dinv.data)
	chunk := trsmStrips * kern.NR
	if rhs*n*n < serialWork || rhs <= chunk || w.Count() == 1 {
		substituteRange(kern, side, l, b, 0, rhs)
		return
	}
	substituteParallel(kern, side, l, b, rhs, chunk, w)
}

// substituteParallel is apart from substitute so that only here something is allocated.
func substituteParallel[T Float](kern *asm.Kernels[T], side Side, l triangle[T], b Dense[T], rhs, chunk int, w Workers) {
	Parallel(w, ceilDiv(rhs, chunk), func(q int) {
		substituteRange(kern, side, l, b, q*chunk, min((q+1)*chunk, rhs))
	})
}

// substituteRange solves for the right-hand sides from … to.
func substituteRange[T Float](kern *asm.Kernels[T], side Side, l triangle[T], b Dense[T], from, to int) {
	n := len(l.dinv)
	buf := getBuffer[T](n * kern.NR)
	defer putBuffer(buf)
	panel := Dense[T]{n, kern.NR, kern.NR, buf.data}
	x0, ldx := 0, kern.NR
	if l.backward {
		x0, ldx = (n-1)*kern.NR, -kern.NR
	}
	for r := from; r < to; r += kern.NR {
		cols := min(kern.NR, to-r)
		if side == Left {
			Copy(panel.ColView(0, cols), b.ColView(r, cols))
		} else {
			kern.Transpose(cols, n, b.Data[r*b.Stride:], b.Stride, panel.Data, kern.NR)
		}
		kern.Trsm(n, cols, 0, l.a, l.a0, l.rsa, l.csa, l.dinv, panel.Data, x0, ldx)
		if side == Left {
			Copy(b.ColView(r, cols), panel.ColView(0, cols))
		} else {
			kern.Transpose(n, cols, panel.Data, kern.NR, b.Data[r*b.Stride:], b.Stride)
		}
	}
}
