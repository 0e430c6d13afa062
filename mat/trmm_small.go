package mat

import "ridge/asm"

// isSmall reports whether a product from the left has a triangle of at most half as many rows as a slab of a sum, that
// takes half of L2 at most, and too few multiplications for two workers.
func (m *trmm[T]) isSmall(kern *asm.Kernels[T]) bool {
	return m.k <= kern.KC/2 && m.k*m.k <= kern.MC*kern.KC && m.multiplications() <= packedSerialWork
}

// runSmall computes a product from the left. The triangle is copied, with zeros beyond the diagonal, and the columns of
// B panel by panel. The kernel reads the copies in place.
func (m *trmm[T]) runSmall(kern *asm.Kernels[T]) {
	n, mr, nr, b := m.k, kern.MR, kern.NR, m.c
	buf := getBuffer[T](n * (n + nr))
	defer putBuffer(buf)
	op, x := buf.data[:n*n], buf.data[n*n:]
	m.copyTriangle(kern, Dense[T]{Rows: n, Cols: n, Stride: n, Data: op})
	for j := 0; j < b.Cols; j += nr {
		cols, height := min(nr, b.Cols-j), mr
		kern.Lacpy(n, cols, b.Data[j:], b.Stride, x, nr)
		if !isFinite(x[:(n-1)*nr+cols]) { // zero times infinity is NaN
			height = 1
		}
		for r := 0; r < n; r += height {
			rows := min(height, n-r)
			first, last := 0, r+rows
			if m.upper() {
				first, last = r, n
			}
			kern.GemmDirect(rows, cols, last-first, m.alpha, op[r*n+first:], n, 1, x[first*nr:], nr, 0,
				b.Data[r*b.Stride+j:], b.Stride)
		}
	}
}

// copyTriangle copies op(A) in blocks of NR columns. Of the zeros beyond its triangle it writes those that tiles of MR
// rows reach.
func (m *trmm[T]) copyTriangle(kern *asm.Kernels[T], dst Dense[T]) {
	n, mr, nr, a := m.k, kern.MR, kern.NR, m.a
	for j := 0; j < n; j += nr {
		cols := min(nr, n-j)
		from, to := j, n // the rows in which these columns are not all zero
		if m.upper() {
			from, to = 0, j+cols
		}
		if m.tA == NoTrans {
			kern.Lacpy(to-from, cols, a.Data[from*a.Stride+j:], a.Stride, dst.Data[from*n+j:], n)
		} else {
			kern.Transpose(cols, to-from, a.Data[j*a.Stride+from:], a.Stride, dst.Data[from*n+j:], n)
		}
		for i := from / mr * mr; i < from; i++ {
			clear(dst.Data[i*n+j:][:cols])
		}
		for i := to; i < min(roundUp(to, mr), n); i++ {
			clear(dst.Data[i*n+j:][:cols])
		}
		for d := range cols {
			row := dst.Data[(j+d)*n+j:][:cols]
			if m.upper() {
				clear(row[:d])
			} else {
				clear(row[d+1:])
			}
			if m.unit {
				row[d] = 1
			}
		}
	}
}
