package asm

func (reference[T]) Transpose(m, n int, src []T, lds int, dst []T, ldd int) {
	for i := range m {
		for j, v := range src[i*lds : i*lds+n] {
			dst[j*ldd+i] = v
		}
	}
}

func (reference[T]) Lacpy(m, n int, src []T, lds int, dst []T, ldd int) {
	for i := range m {
		copy(dst[i*ldd:i*ldd+n], src[i*lds:i*lds+n])
	}
}

func (r reference[T]) PackA(k int, src []T, ld int, dst []T) { packTrans(r.mr, k, src, ld, dst) }

func (r reference[T]) PackATrans(k int, src []T, ld int, dst []T) { packCopy(r.mr, k, src, ld, dst) }

func (r reference[T]) PackB(k int, src []T, ld int, dst []T) { packCopy(r.nr, k, src, ld, dst) }

func (r reference[T]) PackBTrans(k int, src []T, ld int, dst []T) { packTrans(r.nr, k, src, ld, dst) }

// packCopy packs the first w columns of src.
func packCopy[T Float](w, k int, src []T, ld int, dst []T) {
	for p := range k {
		copy(dst[p*w:p*w+w], src[p*ld:p*ld+w])
	}
}

// packTrans packs the first w rows of src, transposed.
func packTrans[T Float](w, k int, src []T, ld int, dst []T) {
	for i := range w {
		for p, v := range src[i*ld : i*ld+k] {
			dst[p*w+i] = v
		}
	}
}
