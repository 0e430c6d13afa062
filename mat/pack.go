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

// packB packs part q of a slab of nc columns: a panel, or some rows of all panels.
func (p *product[T]) packB(kern *asm.Kernels[T], s slab[T], q, nc int) {
	if s.byRows {
		p.packRows(kern, s, q*packedRows, min((q+1)*packedRows, s.kc), nc)
		return
	}
	r := q * kern.NR
	j, n := s.j0+r, min(kern.NR, nc-r)
	panel := s.packedB[r*s.kc : (r+kern.NR)*s.kc]
	if p.tB == NoTrans {
		packPanel(kern, kern.PackB, false, kern.NR, n, s.kc, p.b.Data[s.p0*p.b.Stride+j:], p.b.Stride, panel)
	} else {
		packPanel(kern, kern.PackBTrans, true, kern.NR, n, s.kc, p.b.Data[j*p.b.Stride+s.p0:], p.b.Stride, panel)
	}
}

// packedRows is how many rows are packed in one go.
const packedRows = 16

// packRows packs the rows from … to of a slab of B, which is not transposed. A row is a matrix
// of NR columns whose rows go to one panel after the other.
func (p *product[T]) packRows(kern *asm.Kernels[T], s slab[T], from, to, nc int) {
	whole := nc / kern.NR
	rest := nc - whole*kern.NR
	for r := from; r < to; r++ {
		row, dst := p.b.Data[(s.p0+r)*p.b.Stride+s.j0:], s.packedB[r*kern.NR:]
		if whole > 0 {
			kern.Lacpy(whole, kern.NR, row, kern.NR, dst, kern.NR*s.kc)
		}
		if rest > 0 {
			last := dst[whole*kern.NR*s.kc:][:kern.NR]
			clear(last[copy(last, row[whole*kern.NR:nc]):])
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
