package mat

import (
	"fmt"

	"ridge/internal/scratch"
)

// Getrs solves op(A)·X = B with the factorization that [Getrf] left in a and ipiv, and overwrites
// B (n×r) with X. It panics if B shares elements with a. It takes 2n²r operations. As with [Trsm], a
// zero on the diagonal of U gives Inf or NaN.
func Getrs[T Float](t Transpose, a Dense[T], ipiv []int, b Dense[T], w Workers) {
	t.check("Getrs")
	a.check("Getrs", "a")
	b.check("Getrs", "b")
	n := a.Rows
	if a.Cols != n || len(ipiv) != n || b.Rows != n {
		panic(fmt.Sprintf("mat: Getrs: a is %d×%d, ipiv has %s, b is %d×%d",
			a.Rows, a.Cols, elements(len(ipiv)), b.Rows, b.Cols))
	}
	mustNotOverlap("Getrs", "b", "a", &b, &a)
	if t == Trans {
		Trsm(Left, Upper, Trans, NonUnit, 1, a, b, w)
		Trsm(Left, Lower, Trans, Unit, 1, a, b, w)
		exchangeBack(b, ipiv)
		return
	}
	exchangeRows(b, ipiv, w)
	Trsm(Left, Lower, NoTrans, Unit, 1, a, b, w)
	Trsm(Left, Upper, NoTrans, NonUnit, 1, a, b, w)
}

// Getri overwrites the factorization that [Getrf] left in a and ipiv with A⁻¹. It panics if a is
// not square. It takes 4n³/3 operations. If an element of the diagonal of U is zero it returns a
// *[SingularError], and a is unchanged.
//
// It inverts U and solves Y·L = U⁻¹; A⁻¹ is Y with its columns permuted. So |X·A − I| is within a
// small multiple of n·u·|X||L||U| for the result X, u being the unit roundoff (Higham, Accuracy and
// Stability of Numerical Algorithms, 2nd edition, 2002, section 14.3, method B). To solve systems,
// use [Getrs].
func Getri[T Float](a Dense[T], ipiv []int, w Workers) error {
	a.check("Getri", "a")
	n := a.Rows
	if a.Cols != n || len(ipiv) != n {
		panic(fmt.Sprintf("mat: Getri of a %d×%d matrix: ipiv has %s", a.Rows, a.Cols, elements(len(ipiv))))
	}
	for i, p := range ipiv {
		if p < 0 || p >= n {
			panic(fmt.Sprintf("mat: Getri of a %d×%d matrix: ipiv[%d] is %d", n, n, i, p))
		}
	}
	if err := Trtri(Upper, NonUnit, a, w); err != nil {
		return err
	}
	const block = 64 // columns solved for at a time, from the last ones on
	buf := scratch.Get[T](n*block + n)
	defer scratch.Put(buf)
	for from := (n - 1) / block * block; from >= 0 && n > 0; from -= block {
		cols := min(block, n-from)
		end := from + cols
		l := Dense[T]{Rows: n - from, Cols: cols, Stride: cols, Data: buf.Data[:(n-from)*cols]}
		moveLower(l, a.View(from, from, n-from, cols))
		x := a.ColView(from, cols)
		if end < n {
			Gemm(NoTrans, NoTrans, -1, a.ColView(end, n-end), l.View(cols, 0, n-end, cols), 1, x, w)
		}
		Trsm(Right, Lower, NoTrans, Unit, 1, l.View(0, 0, cols, cols), x, w)
	}
	for i := range n {
		row := a.Row(i)
		for j := n - 1; j >= 0; j-- {
			p := ipiv[j]
			row[j], row[p] = row[p], row[j]
		}
	}
	return nil
}

// moveLower moves the elements below the diagonal of a to l, which is zero elsewhere, and sets them
// to zero in a.
func moveLower[T Float](l, a Dense[T]) {
	for i := range a.Rows {
		from, to := a.Row(i), l.Row(i)
		k := min(i, len(from))
		clear(to[copy(to, from[:k]):])
		clear(from[:k])
	}
}
