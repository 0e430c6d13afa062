package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// trapezoid is the factorization R = (U 0)·Z of an r×n matrix, r < n, that is zero below the
// diagonal. U is r×r and upper triangular. Z is orthogonal, the product H₁·H₂·…·H_r of reflectors.
// The vector of reflector i has a one in element i, zeros in the other first r elements, and vᵢ in
// the last n − r. It takes 2r²(n − r) operations. (LAPACK's tzrzf; Golub and Van Loan, Matrix
// Computations, 4th edition, 2013, section 5.4.)
//
// Blocks of reflectors are I − V·T·Vᵀ, as in wyBlock, but T itself is stored, rather than its
// inverse.
type trapezoid[T Float] struct {
	a Dense[T] // U, and the vᵢ to the right of it, in the same rows
	t Dense[T] // T of each block, one below the other
}

// trapezoidBlock is the number of reflectors of a block.
const trapezoidBlock = 32

// factor computes the factorization of the first r rows of a, in the memory of an earlier one if
// that is large enough.
func (z *trapezoid[T]) factor(a Dense[T], r int, w Workers) {
	n := a.Cols
	z.a, z.t = reuse(z.a, r, n), reuse(z.t, r, min(r, trapezoidBlock))
	for i := range r {
		clear(z.a.Row(i)[:i])
		copy(z.a.Row(i)[i:], a.Row(i)[i:])
	}
	if r == 0 || r == n {
		return
	}
	kern := asm.For[T]()
	nb := trapezoidBlock
	buf := scratch.Get[T](r*nb + nb*nb + nb + n - r + 1)
	defer scratch.Put(buf)
	g, s, rest := buf.Data[:r*nb], buf.Data[r*nb:r*nb+nb*nb], buf.Data[r*nb+nb*nb:]
	tau, x := rest[:nb], rest[nb:]
	for i := (r - 1) / nb * nb; i >= 0; i -= nb {
		b := min(nb, r-i)
		v := z.a.View(i, r, b, n-r)
		z.reflectors(kern, i, b, tau, x)
		gram := Dense[T]{Rows: b, Cols: b, Data: s[:b*b], Stride: b}
		Syrk(Upper, NoTrans, 1, v, 0, gram, w)
		t := z.blockT(i)
		upperT(t, gram, tau)
		if i == 0 {
			break
		}
		// The rows above: C := C·(I − V·T·Vᵀ)ᵀ, where C₁ are the columns that meet the ones of V.
		c1, c2 := z.a.View(0, i, i, b), z.a.View(0, r, i, n-r)
		cv := Dense[T]{Rows: i, Cols: b, Data: g[:i*b], Stride: b}
		Copy(cv, c1)
		Gemm(NoTrans, Trans, 1, c2, v, 1, cv, w)
		Trmm(Right, Upper, Trans, NonUnit, 1, t, cv, w)
		Sub(c1, c1, cv)
		Gemm(NoTrans, NoTrans, -1, cv, v, 1, c2, w)
	}
}

// reflectors computes the reflectors of the b rows from row i on, from the last to the first, and
// applies each to those of them above it. x is scratch for a row.
func (z *trapezoid[T]) reflectors(kern *asm.Kernels[T], i, b int, tau, x []T) {
	r := z.a.Rows
	for q := b - 1; q >= 0; q-- {
		row, d := z.a.Row(i+q), i+q
		x[0] = row[d]
		copy(x[1:], row[r:])
		row[d], tau[q] = householder(kern, x, 0)
		v := row[r:]
		copy(v, x[1:])
		for p := i; p < i+q; p++ {
			above := z.a.Row(p)
			s := -tau[q] * (above[d] + dot(kern, above[r:], v))
			above[d] += s
			axpy(kern, s, v, above[r:])
		}
	}
}

// upperT computes T from VᵀV, above the diagonal, and tau. (LAPACK's larft.) The ones of V are all
// in different rows, and add nothing to VᵀV there.
func upperT[T Float](t, gram Dense[T], tau []T) {
	for j := range t.Rows {
		for i := range j {
			var s T
			for p := i; p < j; p++ {
				s += t.At(i, p) * gram.At(p, j)
			}
			t.Set(i, j, -tau[j]*s)
		}
		t.Set(j, j, tau[j])
	}
}

// blockT is T of the block that begins with reflector i.
func (z *trapezoid[T]) blockT(i int) Dense[T] {
	b := min(trapezoidBlock, z.t.Rows-i)
	return z.t.View(i, 0, b, b)
}

// triangle is U.
func (z *trapezoid[T]) triangle() Dense[T] { return z.a.ColView(0, z.a.Rows) }

// multiply overwrites Y with op(Z)·Y.
func (z *trapezoid[T]) multiply(t Transpose, y Dense[T], w Workers) {
	r, n := z.a.Rows, z.a.Cols
	if r == 0 || r == n {
		return
	}
	buf := scratch.Get[T](trapezoidBlock * y.Cols)
	defer scratch.Put(buf)
	blocks := CeilDiv(r, trapezoidBlock)
	y2 := y.RowView(r, n-r)
	for q := range blocks {
		if t == NoTrans { // H₁·(H₂·(…·Y))
			q = blocks - 1 - q
		}
		i := q * trapezoidBlock
		b := min(trapezoidBlock, r-i)
		v, y1 := z.a.View(i, r, b, n-r), y.RowView(i, b)
		vy := Dense[T]{Rows: b, Cols: y.Cols, Data: buf.Data[:b*y.Cols], Stride: y.Cols}
		Copy(vy, y1)
		Gemm(NoTrans, NoTrans, 1, v, y2, 1, vy, w)
		Trmm(Left, Upper, t, NonUnit, 1, z.blockT(i), vy, w)
		Sub(y1, y1, vy)
		Gemm(Trans, NoTrans, -1, v, vy, 1, y2, w)
	}
}
