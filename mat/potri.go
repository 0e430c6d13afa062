package mat

import (
	"context"
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Potri overwrites the Cholesky factor that [Potrf] left in the triangle uplo of a with the same
// triangle of A⁻¹. The other triangle is neither read nor written. It takes 2n³/3 operations.
//
// If an element of the diagonal is zero it returns a *[SingularError], and a is
// unchanged; a factor from Potrf has none.
func Potri[T Float](uplo Uplo, a Dense[T], w Workers) error { return potri("Potri", uplo, a, w, nil) }

// PotriContext is Potri, to the last bit, but ends soon after the context: after an eighth of the columns of the
// factor's inverse at most. It then returns the context's error, and the triangle holds nothing of use.
func PotriContext[T Float](ctx context.Context, uplo Uplo, a Dense[T], w Workers) error {
	if ctx == nil {
		panic("mat: PotriContext: the context is nil: want context.Background()")
	}
	if err := potri("PotriContext", uplo, a, w, ctx.Done()); err != errEnded {
		return err
	}
	return ctx.Err()
}

// potri is Potri, but ends early once done is closed, with errEnded.
func potri[T Float](op string, uplo Uplo, a Dense[T], w Workers, done <-chan struct{}) error {
	if err := trtri(op, uplo, NonUnit, a, w, done); err != nil {
		return err
	}
	if !lauum(uplo, a, w, done) {
		return errEnded
	}
	return nil
}

// Lauum overwrites the triangle L (Lower) of a with the lower triangle of Lᵀ·L, or U (Upper) with
// the upper triangle of U·Uᵀ. The other triangle is neither read nor written. It takes n³/3
// operations. A NaN or an infinity in row i of L, or in column i of U, may turn elements of the rows
// (columns of U·Uᵀ) after i into NaN that do not depend on it, up to the next multiple of 64.
func Lauum[T Float](uplo Uplo, a Dense[T], w Workers) {
	uplo.check("Lauum")
	a.check("Lauum", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Lauum of a %d×%d matrix", a.Rows, a.Cols))
	}
	lauum(uplo, a, w, nil)
}

// lauumBlock is how many rows of L or columns of U are multiplied at a time.
const lauumBlock = 64

// lauum is Lauum. Its sums run over rows of L or columns of U. It copies and clears a block of them
// at a time, and adds its contribution to the leading part of the product, which overlaps the block
// in memory. It returns false if it ends early, once done is closed.
func lauum[T Float](uplo Uplo, a Dense[T], w Workers, done <-chan struct{}) bool {
	n := a.Rows
	if lauumFits[T](n) {
		lauumTogether(uplo, a, w)
		return true
	}
	buf := scratch.Get[T](n * lauumBlock)
	defer scratch.Put(buf)
	for p := 0; p < n; p += lauumBlock {
		if closed(done) {
			return false
		}
		end := min(p+lauumBlock, n)
		product := a.View(0, 0, end, end)
		if uplo == Lower {
			rows := Dense[T]{Rows: end - p, Cols: end, Data: buf.Data[:(end-p)*end], Stride: end}
			clear(rows.Data)
			for i := p; i < end; i++ {
				row := a.Row(i)[:i+1]
				copy(rows.Row(i-p), row)
				clear(row)
			}
			Syrk(Lower, Trans, 1, rows, 1, product, w)
		} else {
			cols := Dense[T]{Rows: end, Cols: end - p, Data: buf.Data[:(end-p)*end], Stride: end - p}
			clear(cols.Data)
			for i := range end {
				first := max(i, p)
				row := a.Row(i)[first:end]
				copy(cols.Row(i)[first-p:], row)
				clear(row)
			}
			Syrk(Upper, NoTrans, 1, cols, 1, product, w)
		}
	}
	return true
}

// lauumFits reports whether tiles of the product are computed at once, each by a worker that waits for nobody: where
// the factor fits half of L2, whose products by blocks are too small to be shared.
func lauumFits[T Float](n int) bool {
	kern := asm.For[T]()
	return n > lauumBlock && n*n <= kern.MC*kern.KC
}

// lauumTogether is lauum with a copy of the factor. Each tile of the product adds up the same terms in the same order.
func lauumTogether[T Float](uplo Uplo, a Dense[T], w Workers) {
	n := a.Rows
	buf := scratch.Get[T](n * n)
	defer scratch.Put(buf)
	b := getBody[lauumTiles[T]]()
	defer putBody(b)
	*b = lauumTiles[T]{uplo: uplo, a: a, factor: Dense[T]{Rows: n, Cols: n, Stride: n, Data: buf.Data}}
	copyStored(uplo, b.factor, a)
	b.zero()
	tiles := CeilDiv(n, lauumBlock)
	parallel(w, tiles*(tiles+1)/2, b)
}

// lauumTiles is the body of lauumTogether. The tiles of a triangle are counted by rows of the lower one, or by columns
// of the upper one.
type lauumTiles[T Float] struct {
	uplo      Uplo
	a, factor Dense[T] // the other triangle of factor has zeros where a tile reads it
}

// zero clears what the blocks of the diagonal have of the other triangle.
func (b *lauumTiles[T]) zero() {
	for i := range b.a.Rows {
		first := i / lauumBlock * lauumBlock
		row := b.factor.Row(i)
		if b.uplo == Lower {
			clear(row[i+1 : min(first+lauumBlock, b.a.Rows)])
		} else {
			clear(row[first:i])
		}
	}
}

// do computes tile k.
func (b *lauumTiles[T]) do(k int) {
	row := 0
	for ; k > row; row++ {
		k -= row + 1
	}
	n := b.a.Rows
	i, j := row*lauumBlock, k*lauumBlock
	rows, cols := min(lauumBlock, n-i), min(lauumBlock, n-j)
	p := product[T]{m: rows, n: cols, tA: Trans, alpha: 1, beta: 1}
	if b.uplo == Upper {
		i, j, p.m, p.n, p.tA, p.tB = j, i, cols, rows, NoTrans, Trans
	}
	p.c = b.a.View(i, j, p.m, p.n)
	if i == j {
		p.part = partOf(b.uplo)
	}
	first := p
	first.beta = 0
	first.scaleC()
	for q := row * lauumBlock; q < n; q += lauumBlock { // the terms
		p.k = min(lauumBlock, n-q)
		if b.uplo == Lower {
			p.a, p.b = b.factor.View(q, i, p.k, p.m), b.factor.View(q, j, p.k, p.n)
		} else {
			p.a, p.b = b.factor.View(i, q, p.m, p.k), b.factor.View(j, q, p.n, p.k)
		}
		p.run(1)
	}
}
