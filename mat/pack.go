package mat

import "ridge/asm"

// packA packs rows i…i+m of op(A), elements p0…p0+kc of each, into panels of MR rows.
func (p *product[T]) packA(kern *asm.Kernels[T], dst []T, i, m, p0, kc int) {
	for r := 0; r < m; r += kern.MR {
		panel, rows := dst[r*kc:(r+kern.MR)*kc], min(kern.MR, m-r)
		if p.form == ordinary {
			packPanelA(kern, p.tA, p.a, i+r, rows, p0, p0+kc, panel)
		} else {
			p.packFormA(kern, i+r, rows, p0, p0+kc, panel)
		}
	}
}

// packB packs columns j…j+n of op(B), elements p0…p0+kc of each, into panels of NR columns.
func (p *product[T]) packB(kern *asm.Kernels[T], dst []T, j, n, p0, kc int) {
	for c := 0; c < n; c += kern.NR {
		panel, cols := dst[c*kc:(c+kern.NR)*kc], min(kern.NR, n-c)
		if p.form == ordinary {
			packPanelB(kern, p.tB, p.b, j+c, cols, p0, p0+kc, panel)
		} else {
			p.packFormB(kern, j+c, cols, p0, p0+kc, panel)
		}
	}
}

// packPanelA packs up to MR rows of op(A), elements from … to of each.
func packPanelA[T Float](kern *asm.Kernels[T], t Transpose, a Dense[T], row, rows, from, to int, panel []T) {
	if t == NoTrans {
		packPanel(kern, kern.PackA, true, kern.MR, rows, to-from, a.Data[row*a.Stride+from:], a.Stride, panel)
	} else {
		packPanel(kern, kern.PackATrans, false, kern.MR, rows, to-from, a.Data[from*a.Stride+row:], a.Stride, panel)
	}
}

// packPanelB packs up to NR columns of op(B), elements from … to of each.
func packPanelB[T Float](kern *asm.Kernels[T], t Transpose, b Dense[T], col, cols, from, to int, panel []T) {
	if t == NoTrans {
		packPanel(kern, kern.PackB, false, kern.NR, cols, to-from, b.Data[from*b.Stride+col:], b.Stride, panel)
	} else {
		packPanel(kern, kern.PackBTrans, true, kern.NR, cols, to-from, b.Data[col*b.Stride+from:], b.Stride, panel)
	}
}

// packPanel packs one panel of width w of which only the first `used` vectors exist. The others are
// set to zero, because the old contents of a buffer, such as denormal numbers or NaN, could slow
// down the kernel. transposing says that the panel's vectors are rows of src, rather than columns.
func packPanel[T Float](kern *asm.Kernels[T], pack func(int, []T, int, []T), transposing bool, w, used, k int, src []T,
	ld int, dst []T) {
	if used == w {
		pack(k, src, ld, dst)
		return
	}
	clear(dst)
	if transposing {
		kern.Transpose(used, k, src, ld, dst, w)
	} else {
		kern.Lacpy(k, used, src, ld, dst, w)
	}
}
