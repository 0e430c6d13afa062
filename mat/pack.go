package mat

import "ridge/asm"

// packA packs rows i…i+m of op(A), elements p0…p0+kc of each, into panels of MR rows.
func (p *product[T]) packA(kern *asm.Kernels[T], dst []T, i, m, p0, kc int) {
	for r := 0; r < m; r += kern.MR {
		panel := dst[r*kc : (r+kern.MR)*kc]
		if p.tA == NoTrans {
			packPanel(kern.PackA, true, kern.MR, min(kern.MR, m-r), kc, p.a.Data[(i+r)*p.a.Stride+p0:], p.a.Stride, panel)
		} else {
			packPanel(kern.PackATrans, false, kern.MR, min(kern.MR, m-r), kc, p.a.Data[p0*p.a.Stride+i+r:], p.a.Stride, panel)
		}
	}
}

// packB packs columns j…j+n of op(B), elements p0…p0+kc of each, into panels of
// NR columns, on w workers.
func (p *product[T]) packB(kern *asm.Kernels[T], dst []T, p0, kc, j, n int, w Workers) {
	one := func(q int) {
		r := q * kern.NR
		panel := dst[r*kc : (r+kern.NR)*kc]
		if p.tB == NoTrans {
			packPanel(kern.PackB, false, kern.NR, min(kern.NR, n-r), kc, p.b.Data[p0*p.b.Stride+j+r:], p.b.Stride, panel)
		} else {
			packPanel(kern.PackBTrans, true, kern.NR, min(kern.NR, n-r), kc, p.b.Data[(j+r)*p.b.Stride+p0:], p.b.Stride, panel)
		}
	}
	if n*kc < serialWork {
		w = 1
	}
	Parallel(w, ceilDiv(n, kern.NR), one)
}

// packPanel packs one panel of width w of which only the first `used` vectors
// exist; the others are filled with zeros. transposing says that the panel's
// vectors are rows of src, rather than columns.
func packPanel[T Float](pack func(int, []T, int, []T), transposing bool, w, used, k int, src []T, ld int, dst []T) {
	if used == w {
		pack(k, src, ld, dst)
		return
	}
	clear(dst)
	if transposing {
		for i := range used {
			for p, v := range src[i*ld : i*ld+k] {
				dst[p*w+i] = v
			}
		}
		return
	}
	for p := range k {
		copy(dst[p*w:], src[p*ld:p*ld+used])
	}
}
