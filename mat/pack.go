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

// packB packs panel q of a slab of nc columns: NR columns of op(B), elements
// p0…p0+kc of each.
func (p *product[T]) packB(kern *asm.Kernels[T], s slab[T], q, nc int) {
	r := q * kern.NR
	j, n := s.j0+r, min(kern.NR, nc-r)
	panel := s.packedB[r*s.kc : (r+kern.NR)*s.kc]
	if p.tB == NoTrans {
		packPanel(kern, kern.PackB, false, kern.NR, n, s.kc, p.b.Data[s.p0*p.b.Stride+j:], p.b.Stride, panel)
	} else {
		packPanel(kern, kern.PackBTrans, true, kern.NR, n, s.kc, p.b.Data[j*p.b.Stride+s.p0:], p.b.Stride, panel)
	}
}

// packPanel packs one panel of width w of which only the first `used` vectors
// exist; the others are zeros, since what an old buffer holds, denormal numbers or
// NaN, could slow the kernel. transposing says that the panel's
// vectors are rows of src, rather than columns.
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
