package mat

import "fmt"

// Potri overwrites the Cholesky factor that [Potrf] left in the triangle uplo of a with the same
// triangle of A⁻¹. The other triangle is neither read nor written. It takes 2n³/3 operations.
//
// If an element of the diagonal is zero it returns a *[SingularError], and a is
// unchanged; a factor from Potrf has none.
func Potri[T Float](uplo Uplo, a Dense[T], w Workers) error {
	uplo.check("Potri")
	if err := Trtri(uplo, NonUnit, a, w); err != nil {
		return err
	}
	lauum(uplo, a, w)
	return nil
}

// Lauum overwrites the triangle L (Lower) of a with the lower triangle of Lᵀ·L, or U (Upper) with
// the upper triangle of U·Uᵀ. The other triangle is neither read nor written. It takes n³/3
// operations.
func Lauum[T Float](uplo Uplo, a Dense[T], w Workers) {
	uplo.check("Lauum")
	a.check("Lauum", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Lauum of a %d×%d matrix", a.Rows, a.Cols))
	}
	lauum(uplo, a, w)
}

// lauumBlock is how many rows of L or columns of U are multiplied at a time.
const lauumBlock = 64

// lauum is Lauum. Its sums run over rows of L or columns of U. It copies and clears a block of them
// at a time, and adds its contribution to the leading part of the product, which overlaps the block
// in memory.
func lauum[T Float](uplo Uplo, a Dense[T], w Workers) {
	n := a.Rows
	buf := getBuffer[T](n * lauumBlock)
	defer putBuffer(buf)
	for p := 0; p < n; p += lauumBlock {
		end := min(p+lauumBlock, n)
		product := a.View(0, 0, end, end)
		if uplo == Lower {
			rows := Dense[T]{Rows: end - p, Cols: end, Data: buf.data[:(end-p)*end], Stride: end}
			clear(rows.Data)
			for i := p; i < end; i++ {
				row := a.Row(i)[:i+1]
				copy(rows.Row(i-p), row)
				clear(row)
			}
			Syrk(Lower, Trans, 1, rows, 1, product, w)
		} else {
			cols := Dense[T]{Rows: end, Cols: end - p, Data: buf.data[:(end-p)*end], Stride: end - p}
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
}
