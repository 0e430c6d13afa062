package mat

import "ridge/asm"

// triangleRow returns the columns of row i that belong to the triangle, the diagonal included.
func triangleRow(uplo Uplo, i, n int) (from, to int) {
	if uplo == Upper {
		return i, n
	}
	return 0, i + 1
}

// copyStored copies the triangle uplo, the diagonal included.
func copyStored[T Float](uplo Uplo, dst, src Dense[T]) {
	for i := range src.Rows {
		from, to := triangleRow(uplo, i, src.Cols)
		copy(dst.Row(i)[from:to], src.Row(i)[from:to])
	}
}

// transposeTriangle writes the transpose of the triangle uplo of src into the other
// triangle of dst.
func transposeTriangle[T Float](uplo Uplo, dst, src Dense[T]) {
	kern := asm.For[T]()
	const block = 16
	n := src.Rows
	for d := 0; d < n; d += block {
		m := min(block, n-d)
		for i := d; i < d+m; i++ {
			for j := d; j <= i; j++ {
				if uplo == Lower {
					dst.Data[j*dst.Stride+i] = src.Data[i*src.Stride+j]
				} else {
					dst.Data[i*dst.Stride+j] = src.Data[j*src.Stride+i]
				}
			}
		}
		if d+m == n {
			continue
		}
		if uplo == Lower { // the block column below
			transpose(kern, n-d-m, m, src.Data[(d+m)*src.Stride+d:], src.Stride, dst.Data[d*dst.Stride+d+m:],
				dst.Stride)
		} else { // the block row to the right
			transpose(kern, m, n-d-m, src.Data[d*src.Stride+d+m:], src.Stride, dst.Data[(d+m)*dst.Stride+d:],
				dst.Stride)
		}
	}
}
