package mat

import "fmt"

// Syr2k computes the triangle uplo of C := alpha·(A·Bᵀ + B·Aᵀ) + beta·C (NoTrans, A and B n×k) or C
// := alpha·(Aᵀ·B + Bᵀ·A) + beta·C (Trans, A and B k×n). C is n×n; its other triangle is neither
// read nor written. It panics if A or B shares elements with C, even in C's other triangle. It
// takes 2n(n+1)k operations, half as many as two calls of [Gemm].
//
// With beta = 0, C is not read. With alpha = 0 or k = 0, A and B are not read.
func Syr2k[T Float](uplo Uplo, t Transpose, alpha T, a, b Dense[T], beta T, c Dense[T], w Workers) {
	uplo.check("Syr2k")
	t.check("Syr2k")
	a.check("Syr2k", "a")
	b.check("Syr2k", "b")
	c.check("Syr2k", "c")
	n, k := shape(t, a)
	if a.Rows != b.Rows || a.Cols != b.Cols || c.Rows != n || c.Cols != n {
		panic(fmt.Sprintf("mat: Syr2k: op(a) is %d×%d, b %d×%d, c %d×%d", n, k, b.Rows, b.Cols, c.Rows, c.Cols))
	}
	mustNotOverlap("Syr2k", "c", "a", &c, &a)
	mustNotOverlap("Syr2k", "c", "b", &c, &b)
	// [A B]·[B A]ᵀ is one product of twice the depth.
	p := product[T]{m: n, n: n, k: 2 * k, tA: t, tB: t.opposite(), alpha: alpha, beta: beta, a: a, b: b, c: c, part: lower, form: concatenated}
	if uplo == Upper {
		p.part = upper
	}
	p.run(w)
}
