package mat

import "ridge/asm"

// potrfHeight is about how many rows of the factor are computed at a time.
const potrfHeight = 48

// cholesky is an upper factor U under way, A = Uᵀ·U, in panels of NR columns: the layout
// of a packed B. (A lower triangle is the upper one of the transpose.) It is computed some
// rows at a time, from those above,
//
//	Uᵢᵢᵀ·Uᵢᵢ = Aᵢᵢ − Σ_{p<i} Uₚᵢᵀ·Uₚᵢ,   Uᵢⱼ = Uᵢᵢ⁻ᵀ(Aᵢⱼ − Σ_{p<i} Uₚᵢᵀ·Uₚⱼ),
//
// so that only the Uₚᵢ are packed, once, and all sums are gemm's micro-kernel on the
// panels as they are.
type cholesky[T Float] struct {
	kern   *asm.Kernels[T]
	uplo   Uplo
	a      Dense[T]
	above  product[T] // op(A) of this is Uᵀ, in A
	height int        // a multiple of NR
	panels []T        // n×NR each
	packed []T        // a block of Uᵀ
	diag   []T        // Uᵢᵢ, height×height
	lower  []T        // its transpose, for a lower triangle
	dinv   []T        // the reciprocals of its diagonal
}

// potrfPanels is Potrf for matrices that fit the caches. It returns the order of the minor
// that is not positive, or 0.
func potrfPanels[T Float](uplo Uplo, a Dense[T]) int {
	kern := asm.For[T]()
	n, height := a.Rows, roundUp(potrfHeight, kern.NR)
	c := cholesky[T]{kern: kern, uplo: uplo, a: a, above: product[T]{a: a}, height: height}
	if uplo == Upper {
		c.above.tA = Trans
	}
	buf := getBuffer[T](n*roundUp(n, kern.NR) + roundUp(height, kern.MR)*kern.KC + 2*height*height + height)
	defer putBuffer(buf)
	rest := buf.data
	take := func(size int) []T {
		part := rest[:size]
		rest = rest[size:]
		return part
	}
	c.panels, c.packed = take(n*roundUp(n, kern.NR)), take(roundUp(height, kern.MR)*kern.KC)
	c.diag, c.lower, c.dinv = take(height*height), take(height*height), take(height)

	for j := 0; j < n; j += kern.NR {
		c.load(j)
	}
	for i := 0; i < n; i += height {
		m := min(height, n-i)
		c.subtractAbove(i, m)
		if minor := c.factorDiagonal(i, m); minor > 0 {
			return i + minor
		}
		c.solveRight(i, m)
	}
	return 0
}

// panel is that of the columns from j on, a multiple of NR.
func (c *cholesky[T]) panel(j int) []T { return c.panels[j*c.a.Rows:][:c.a.Rows*c.kern.NR] }

// width is the number of columns of the panel from j on.
func (c *cholesky[T]) width(j int) int { return min(c.kern.NR, c.a.Rows-j) }

// load copies the columns from j on, as far down as the diagonal.
func (c *cholesky[T]) load(j int) {
	nr, ld, cols, panel := c.kern.NR, c.a.Stride, c.width(j), c.panel(j)
	if cols < nr {
		clear(panel) // the padding takes part in the sums
	}
	if c.uplo == Upper {
		c.kern.Lacpy(j, cols, c.a.Data[j:], ld, panel, nr)
	} else {
		c.kern.Transpose(cols, j, c.a.Data[j*ld:], ld, panel, nr)
	}
	for r := range cols {
		row := panel[(j+r)*nr:][:nr]
		clear(row[:r])
		for q := r; q < cols; q++ {
			if c.uplo == Upper {
				row[q] = c.a.Data[(j+r)*ld+j+q]
			} else {
				row[q] = c.a.Data[(j+q)*ld+j+r]
			}
		}
	}
}

// subtractAbove subtracts the sums over p < i from the rows i … i+m−1.
func (c *cholesky[T]) subtractAbove(i, m int) {
	kern := c.kern
	for p := 0; p < i; p += kern.KC {
		kc := min(kern.KC, i-p)
		c.above.packA(kern, c.packed, i, m, p, kc)
		for j := i; j < c.a.Rows; j += kern.NR {
			panel := c.panel(j)
			rows := min(m, j+kern.NR-i) // the others are below the diagonal
			kern.Gemm(rows, kern.NR, kc, -1, c.packed, panel[p*kern.NR:], 1, panel[i*kern.NR:], kern.NR)
		}
	}
}

// factorDiagonal computes Uᵢᵢ. It returns the order of its minor that is not positive, or 0.
func (c *cholesky[T]) factorDiagonal(i, m int) int {
	kern, ld := c.kern, c.height
	for j := i; j < i+m; j += kern.NR {
		kern.Lacpy(min(m, j+kern.NR-i), c.width(j), c.panel(j)[i*kern.NR:], kern.NR, c.diag[j-i:], ld)
	}
	if minor := potrfRows(Dense[T]{Rows: m, Cols: m, Data: c.diag, Stride: ld}, c.dinv); minor > 0 {
		return minor
	}
	for j := i; j < i+m; j += kern.NR {
		kern.Lacpy(min(m, j+kern.NR-i), c.width(j), c.diag[j-i:], ld, c.panel(j)[i*kern.NR:], kern.NR)
	}
	if c.uplo == Upper {
		for r := range m {
			copy(c.a.Row(i + r)[i+r:i+m], c.diag[r*ld+r:])
		}
		return 0
	}
	kern.Transpose(m, m, c.diag, ld, c.lower, ld)
	for r := range m {
		copy(c.a.Row(i + r)[i:i+r+1], c.lower[r*ld:])
	}
	return 0
}

// solveRight computes Uᵢⱼ for all columns right of the diagonal block.
func (c *cholesky[T]) solveRight(i, m int) {
	kern, lda := c.kern, c.a.Stride
	for j := i + m; j < c.a.Rows; j += kern.NR {
		panel, cols := c.panel(j), c.width(j)
		kern.Trsm(m, cols, 0, c.diag, 0, 1, c.height, c.dinv, panel, i*kern.NR, kern.NR)
		if c.uplo == Upper {
			kern.Lacpy(m, cols, panel[i*kern.NR:], kern.NR, c.a.Data[i*lda+j:], lda)
		} else {
			kern.Transpose(m, cols, panel[i*kern.NR:], kern.NR, c.a.Data[j*lda+i:], lda)
		}
	}
}
