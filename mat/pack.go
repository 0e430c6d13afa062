package mat

import "ridge/asm"

// packA packs rows i…i+m of op(A), elements p0…p0+kc of each, into panels of MR rows.
func (p *product[T]) packA(kern *asm.Kernels[T], dst []T, i, m, p0, kc int) {
	for r := 0; r < m; r += kern.MR {
		panel := dst[r*kc : (r+kern.MR)*kc]
		if p.tA == NoTrans {
			packPanel(kern, kern.PackA, true, kern.MR, min(kern.MR, m-r), kc, p.a.Data[(i+r)*p.a.Stride+p0:], p.a.Stride, panel)
		} else {
			packPanel(kern, kern.PackATrans, false, kern.MR, min(kern.MR, m-r), kc, p.a.Data[p0*p.a.Stride+i+r:], p.a.Stride, panel)
		}
	}
}

// packB packs columns j…j+n of op(B), elements p0…p0+kc of each, into panels of NR columns.
func (p *product[T]) packB(kern *asm.Kernels[T], dst []T, j, n, p0, kc int) {
	for c := 0; c < n; c += kern.NR {
		panel := dst[c*kc : (c+kern.NR)*kc]
		if p.tB == NoTrans {
			packPanel(kern, kern.PackB, false, kern.NR, min(kern.NR, n-c), kc, p.b.Data[p0*p.b.Stride+j+c:], p.b.Stride, panel)
		} else {
			packPanel(kern, kern.PackBTrans, true, kern.NR, min(kern.NR, n-c), kc, p.b.Data[(j+c)*p.b.Stride+p0:], p.b.Stride, panel)
		}
	}
}

// packPanel packs one panel of width w of which only the first `used` vectors exist.
// The others are set to zero: the contents of an old buffer, such as denormal numbers
// or NaN, could slow the kernel. transposing says that the panel's vectors are rows of
// src, rather than columns.
func packPanel[T Float](kern *asm.Kernels[T], pack func(int, []T, int, []T), transposing bool, w, used, k int, src []T, ld int, dst []T) {
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
