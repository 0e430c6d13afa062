package bcd

import (
	"ridge/bcd/internal/rows"
	"ridge/bcd/train"
	"ridge/mat"
)

// grams makes the matrices AᵀA of the layers' inputs. The part of the input X never
// changes and is made once.
type grams[T mat.Float] struct {
	// Of this process: XᵀX and the sums of X's columns as a last row, lower triangle; empty: not made yet.
	x mat.Dense[T]
}

// of returns the lower triangle of AᵀA for A = [parts, 1] in new memory; the rest of
// it is zero. hasX says whether the first part is X.
func (g *grams[T]) of(parts []mat.Dense[T], hasX bool, w mat.Workers, add *train.Adder) mat.Dense[T] {
	size := 1
	for _, p := range parts {
		size += p.Cols
	}
	m := mat.NewDense[T](size, size)
	row := 0
	for i, p := range parts {
		if i == 0 && hasX {
			g.ofX(p, m, w)
			row += p.Cols
			continue
		}
		col := 0
		for _, q := range parts[:i] {
			mat.Gemm(mat.Trans, mat.NoTrans, 1, p, q, 0, m.View(row, col, p.Cols, q.Cols), w)
			col += q.Cols
		}
		mat.Syrk(mat.Lower, mat.Trans, 1, p, 0, m.View(row, row, p.Cols, p.Cols), w)
		setSums(m.Row(size - 1)[row:], p, w)
		row += p.Cols
	}
	m.Set(size-1, size-1, T(parts[0].Rows))
	train.AddUpMatrix(add, m)
	return m
}

// ofX writes the part of X to m, whose last row is that of the column of ones.
func (g *grams[T]) ofX(x, m mat.Dense[T], w mat.Workers) {
	if g.x.Rows == 0 {
		g.x = mat.NewDense[T](x.Cols+1, x.Cols)
		mat.Syrk(mat.Lower, mat.Trans, 1, x, 0, g.x.RowView(0, x.Cols), w)
		setSums(g.x.Row(x.Cols), x, w)
	}
	mat.Copy(m.View(0, 0, x.Cols, x.Cols), g.x.RowView(0, x.Cols))
	copy(m.Row(m.Rows-1), g.x.Row(x.Cols))
}

func setSums[T mat.Float](dst []T, m mat.Dense[T], w mat.Workers) {
	for j, s := range rows.ColumnSums(m, w) {
		dst[j] = T(s)
	}
}
