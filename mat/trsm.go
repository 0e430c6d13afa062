package mat

import (
	"fmt"

	"ridge/asm"
)

// Trsm solves op(A)·X = alpha·B (Left) or X·op(A) = alpha·B (Right) and overwrites
// B with X. A is triangular, n×n, and its triangle uplo is read (without its
// diagonal, if diag is Unit); B is n×r (Left) or r×n (Right) and must not share
// elements with A. It takes n²r operations. A zero on the diagonal gives Inf or
// NaN, as the divisions say.
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
	if alpha != 1 {
		for i := range b.Rows {
			Scal(alpha, b.Row(i))
		}
	}
	trsm(side, uplo, t, diag, a, b, w)
}

// trsmLeaf is the size of triangle that is solved by substitution.
const trsmLeaf = 32

// trsm splits the triangle in two: with op(A) = [A₁₁ 0; A₂₁ A₂₂] and Left, say,
// X₁ = A₁₁⁻¹B₁ and then X₂ = A₂₂⁻¹(B₂ − A₂₁X₁), so that all but the smallest
// triangles is the work of Gemm.
func trsm[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a, b Dense[T], w Workers) {
	n := a.Rows
	if n <= trsmLeaf {
		trsmSubstitute(side, uplo, t, diag, a, b, w)
		return
	}
	n1 := roundUp(n/2, trsmLeaf)
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

// forward tells whether the substitution starts with the first unknown.
func forward(side Side, uplo Uplo, t Transpose) bool {
	opUpper := (uplo == Upper) != (t == Trans)
	return opUpper == (side == Right)
}

// trsmChunk is how many right-hand sides one worker takes at a time.
const trsmChunk = 64

// trsmSubstitute solves with a small triangle, in chunks of right-hand sides.
func trsmSubstitute[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a, b Dense[T], w Workers) {
	kern := asm.For[T]()
	rhs := b.Cols
	if side == Right {
		rhs = b.Rows
	}
	if rhs*a.Rows*a.Rows < serialWork {
		w = 1
	}
	solve := func(q int) {
		r0 := q * trsmChunk
		r := min(trsmChunk, rhs-r0)
		if side == Left {
			substituteLeft(kern, forward(side, uplo, t), t, diag, a, b.ColView(r0, r))
		} else {
			substituteRight(kern, forward(side, uplo, t), t, diag, a, b.RowView(r0, r))
		}
	}
	Parallel(w, ceilDiv(rhs, trsmChunk), solve)
}

// order is the i-th unknown of a substitution of n.
func order(forward bool, i, n int) int {
	if forward {
		return i
	}
	return n - 1 - i
}

// opAt is op(A)(i, j).
func opAt[T Float](t Transpose, a Dense[T], i, j int) T {
	if t == Trans {
		i, j = j, i
	}
	return a.Data[i*a.Stride+j]
}

// substituteLeft solves op(A)·X = B row by row: xᵢ = (bᵢ − Σⱼ op(A)ᵢⱼ xⱼ)/op(A)ᵢᵢ.
func substituteLeft[T Float](kern *asm.Kernels[T], forward bool, t Transpose, diag Diag, a, b Dense[T]) {
	n := a.Rows
	for p := range n {
		i := order(forward, p, n)
		row := b.Row(i)
		for q := range p {
			j := order(forward, q, n)
			kern.Axpy(-opAt(t, a, i, j), b.Row(j), row)
		}
		if diag == NonUnit {
			d := opAt(t, a, i, i)
			for c := range row {
				row[c] /= d
			}
		}
	}
}

// substituteRight solves X·op(A) = B column by column in every row of B:
// xⱼ = (bⱼ − Σᵢ xᵢ op(A)ᵢⱼ)/op(A)ⱼⱼ.
func substituteRight[T Float](kern *asm.Kernels[T], forward bool, t Transpose, diag Diag, a, b Dense[T]) {
	n := a.Rows
	for r := range b.Rows {
		x := b.Row(r)
		for p := range n {
			j := order(forward, p, n)
			row := a.Row(j)
			rowBefore, rowAfter := row[:j], row[j+1:]
			xBefore, xAfter := x[:j], x[j+1:]
			if !forward {
				rowBefore, rowAfter = rowAfter, rowBefore
				xBefore, xAfter = xAfter, xBefore
			}
			if t == Trans { // row j of A holds what the known unknowns give to xⱼ
				x[j] -= kern.Dot(rowBefore, xBefore)
			}
			if diag == NonUnit {
				x[j] /= row[j]
			}
			if t == NoTrans { // row j of A holds what xⱼ gives to the others
				kern.Axpy(-x[j], rowAfter, xAfter)
			}
		}
	}
}

