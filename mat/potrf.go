package mat

import (
	"context"
	"fmt"

	"ridge/internal/scratch"
)

// Potrf overwrites the triangle uplo of the symmetric positive definite n×n matrix A with its
// Cholesky factor: A = L·Lᵀ (Lower) or A = Uᵀ·U (Upper). The other triangle is neither read nor
// written. It panics if A is not square. It takes n³/3 operations.
//
// If A is not positive definite, or holds NaN, or +Inf on its diagonal, it returns a *[NotPositiveDefiniteError], and
// the triangle holds a useless partial factorization.
func Potrf[T Float](uplo Uplo, a Dense[T], w Workers) error {
	return factorCholesky("Potrf", uplo, a, w, nil)
}

// PotrfContext is Potrf, to the last bit, but ends some hundredths of a second after the context. It then returns the
// context's error, and the triangle holds a useless partial factorization.
func PotrfContext[T Float](ctx context.Context, uplo Uplo, a Dense[T], w Workers) error {
	if ctx == nil {
		panic("mat: PotrfContext: the context is nil: want context.Background()")
	}
	if err := factorCholesky("PotrfContext", uplo, a, w, ctx.Done()); err != errEnded {
		return err
	}
	return ctx.Err()
}

// factorCholesky is Potrf, but ends early once done is closed, with errEnded.
func factorCholesky[T Float](op string, uplo Uplo, a Dense[T], w Workers, done <-chan struct{}) error {
	uplo.check(op)
	a.check(op, "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: %s of a %d×%d matrix", op, a.Rows, a.Cols))
	}
	if closed(done) {
		return errEnded
	}
	if a.Rows == 0 {
		return nil
	}
	if w.Count() > 1 {
		defer holdFor(float64(a.Rows)*float64(a.Rows)*float64(a.Rows)/6, w)()
	}
	switch minor := potrf(uplo, a, w, done); {
	case minor == potrfEnded:
		return errEnded
	case minor > 0:
		return &NotPositiveDefiniteError{minor}
	default:
		return nil
	}
}

// Up to order potrfTiny, a matrix is factored in place by one worker. Up to order potrfLeaf, it is
// factored in panels. One worker is faster in blocks from some 3000 rows on, whose panels no cache holds.
const (
	potrfTiny = 192
	potrfLeaf = 2560
)

// potrfEnded takes the place of the order of a minor where a factorization ended early.
const potrfEnded = -1

// potrf returns the order of the first leading minor that is not positive, 0, or potrfEnded once done is closed. It
// looks for that in each block of rows, and in each part of a large update, which take some milliseconds.
//
// To be read in this order: potrf_rows.go has the small matrices, potrf_panels.go those in panels, potrf_stages.go what
// is done there in which order, potrf_parts.go how, and potrf_blocks.go the large ones.
func potrf[T Float](uplo Uplo, a Dense[T], w Workers, done <-chan struct{}) int {
	switch n := a.Rows; {
	case n <= potrfTiny:
		return potrfSmall(uplo, a)
	case n <= potrfLeaf:
		return potrfPanels(uplo, a, w, done)
	}
	return potrfBlocks(uplo, a, w, done)
}

// potrfSmall factors a small matrix. The kernels work along rows, which suits an upper factor; a
// lower triangle is transposed before and after.
func potrfSmall[T Float](uplo Uplo, a Dense[T]) int {
	n := a.Rows
	buf := scratch.Get[T](n*n + n)
	defer scratch.Put(buf)
	dinv := buf.Data[n*n:]
	if uplo == Upper {
		return potrfRows(a, dinv)
	}
	u := Dense[T]{Rows: n, Cols: n, Data: buf.Data[:n*n], Stride: n}
	transposeTriangle(Lower, u, a)
	minor := potrfRows(u, dinv)
	transposeTriangle(Upper, a, u)
	return minor
}
