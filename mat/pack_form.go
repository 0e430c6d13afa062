package mat

import "ridge/asm"

// packFormA packs up to MR rows of op(A), terms from … to, where that is made of more than one matrix.
// Each piece goes behind the one before.
func (p *product[T]) packFormA(kern *asm.Kernels[T], row, rows, from, to int, panel []T) {
	piece := func(t Transpose, a Dense[T], first, last, shift int) {
		if first < last {
			packPanelA(kern, t, a, row, rows, first-shift, last-shift, panel[(first-from)*kern.MR:(last-from)*kern.MR])
		}
	}
	switch p.form {
	case twofold:
		half := p.k / 2
		piece(p.tA, p.a, from, min(to, half), 0)
		piece(p.tA, p.b, max(from, half), to, half)
	case lowerA, upperA:
		before, after := NoTrans, Trans // of the diagonal
		if p.form == upperA {
			before, after = after, before
		}
		piece(before, p.a, from, min(to, row), 0)
		packDiagonal(p.a, p.form == lowerA, kern.MR, row, rows, from, to, panel)
		piece(after, p.a, max(from, row+rows), to, 0)
	default:
		piece(p.tA, p.a, from, to, 0)
	}
}

// packFormB packs up to NR columns of op(B) in the same way.
func (p *product[T]) packFormB(kern *asm.Kernels[T], col, cols, from, to int, panel []T) {
	piece := func(t Transpose, b Dense[T], first, last, shift int) {
		if first < last {
			packPanelB(kern, t, b, col, cols, first-shift, last-shift, panel[(first-from)*kern.NR:(last-from)*kern.NR])
		}
	}
	switch p.form {
	case twofold:
		half := p.k / 2
		piece(p.tB, p.b, from, min(to, half), 0)
		piece(p.tB, p.a, max(from, half), to, half)
	case lowerB, upperB:
		before, after := Trans, NoTrans
		if p.form == upperB {
			before, after = after, before
		}
		piece(before, p.b, from, min(to, col), 0)
		packDiagonal(p.b, p.form == lowerB, kern.NR, col, cols, from, to, panel)
		piece(after, p.b, max(from, col+cols), to, 0)
	default:
		piece(p.tB, p.b, from, to, 0)
	}
}

// packDiagonal packs the terms of the block of count rows and columns on the diagonal of a symmetric matrix
// that begins at first, as far as they are among from … to: vectors of w elements, the last of which are
// padding.
func packDiagonal[T Float](a Dense[T], fromLower bool, w, first, count, from, to int, panel []T) {
	for t := max(from, first); t < min(to, first+count); t++ {
		vector := panel[(t-from)*w:][:w]
		clear(vector[count:])
		for q := range count {
			i, j := first+q, t
			if (i < j) == fromLower {
				i, j = j, i
			}
			vector[q] = a.Data[i*a.Stride+j]
		}
	}
}
