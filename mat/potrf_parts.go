package mat

// part does part t of a stage.
func (c *leftLooking[T]) part(s *stage, t int) {
	if c.minorFailed.Load() != 0 {
		return
	}
	r, height, parts := c.row(s.block), c.tiles*c.kern.MR, s.down
	switch s.kind {
	case potrfPack:
		c.solveAndPack(r, t)
	case potrfDiagonal:
		c.sumDiagonal(r, r.own+t/parts, t%parts*height, height)
	case potrfFactor:
		c.factorDiagonal(r)
	case potrfSolve:
		c.solve(r, s.first+t)
	case potrfSum:
		c.sum(r, s.first+t/parts, s.first+t/parts+1, t%parts*height, min(height, r.m-t%parts*height))
	case potrfSolveSum:
		from := s.first + t*s.width
		to := min(from+s.width, CeilDiv(c.a.Rows, c.kern.NR))
		for q := from; q < to && r.i > 0; q++ {
			c.solve(r, q)
		}
		c.sum(r, from, to, 0, r.m)
	}
}

// parts is the number of parts into which the height of a block of rows is cut: of potrfTiles register tiles each, or
// of fewer if there are more workers than that makes parts.
func (c *leftLooking[T]) parts(r blockRow) int { return CeilDiv(r.m, c.tiles*c.kern.MR) }

const potrfTiles = 3

// sum subtracts the sums from rows i … i+m of the block's row, in panels from … to−1.
func (c *leftLooking[T]) sum(r blockRow, from, to, i, m int) {
	kern, nr := c.kern, c.kern.NR
	for q := from; q < to; q++ {
		c.load(q, r.i+i, m)
	}
	kc := slabLength(max(r.i, 1), kern.KC)
	for p := 0; p < r.i; p += kc {
		k := min(kc, r.i-p)
		slab := c.slab(r, p)[i*k:]
		for q := from; q < to; q++ {
			panel := c.panel(q)
			cols := panelColumns(kern, c.width(q))
			multiplyPacked(kern, m, cols, k, -1, slab, panel[p*nr:], 1, panel[(r.i+i)*nr:], nr)
		}
	}
}

// slab is where the packed columns of the block begin with row p.
func (c *leftLooking[T]) slab(r blockRow, p int) []T {
	return c.packed[r.block%len(c.packed)][p*roundUp(r.m, c.kern.MR):]
}

// diagonal is the diagonal block of a block of rows.
func (c *leftLooking[T]) diagonal(block int) diagonalBlock[T] {
	return c.diagonals[block%len(c.diagonals)]
}

// load copies rows i … i+m of panel q from A.
func (c *leftLooking[T]) load(q, i, m int) {
	nr, ld := c.kern.NR, c.a.Stride
	j, cols := q*nr, c.width(q)
	to := c.panel(q)[i*nr:]
	if cols < nr {
		clear(to[:m*nr]) // the padding is multiplied, to no effect, but subnormal numbers in it may be slow
	}
	if c.uplo == Upper {
		c.kern.Lacpy(m, cols, c.a.Data[i*ld+j:], ld, to, nr)
	} else {
		c.kern.Transpose(cols, m, c.a.Data[j*ld+i:], ld, to, nr)
	}
}

// solve solves for the elements of panel q in the row above the block, from which the sums have already been
// subtracted.
func (c *leftLooking[T]) solve(r blockRow, q int) {
	kern, nr, h, ld := c.kern, c.kern.NR, c.h, c.a.Stride
	i, j, cols := r.i-h, q*nr, c.width(q)
	above, panel := c.diagonal(r.block-1), c.panel(q)
	kern.Trsm(h, cols, 0, above.u, 0, 1, h, above.dinv, panel, i*nr, nr)
	if c.uplo == Upper {
		kern.Lacpy(h, cols, panel[i*nr:], nr, c.a.Data[i*ld+j:], ld)
	} else {
		kern.Transpose(h, cols, panel[i*nr:], nr, c.a.Data[j*ld+i:], ld)
	}
}

// packs is the number of parts into which the work on a panel of the block is cut: its solve, and packing potrfPacked
// rows each of those above.
func (c *leftLooking[T]) packs(r blockRow) int { return 1 + CeilDiv(r.i-c.h, potrfPacked) }

const potrfPacked = 2 * potrfHeight

// solveAndPack is part t of the solves and the packing in the block's panels.
func (c *leftLooking[T]) solveAndPack(r blockRow, t int) {
	packs := c.packs(r)
	q, t := r.own+t/packs, t%packs
	if t > 0 {
		c.pack(r, q, (t-1)*potrfPacked, min(t*potrfPacked, r.i-c.h))
		return
	}
	c.solve(r, q)
	c.pack(r, q, r.i-c.h, r.i)
}

// pack packs rows from … to−1 of the columns of panel q, one of the block's. Panels of A and panels of B have different
// widths.
func (c *leftLooking[T]) pack(r blockRow, q, from, to int) {
	kern, mr, nr := c.kern, c.kern.MR, c.kern.NR
	kc := slabLength(r.i, kern.KC)
	panel := c.panel(q)
	for p := from / kc * kc; p < to; p += kc {
		k, slab := min(kc, r.i-p), c.slab(r, p)
		first := max(p, from)
		rows := min(p+kc, to) - first
		for j := 0; j < c.width(q); {
			at := q*nr - r.i + j // column of the block
			cols := min(mr-at%mr, c.width(q)-j)
			to := slab[at/mr*mr*k+(first-p)*mr:][:mr*rows]
			kern.Lacpy(rows, cols, panel[first*nr+j:], nr, to[at%mr:], mr)
			j += cols
			if padding := roundUp(r.m, mr) - r.m; padding > 0 && at+cols == r.m {
				for row := mr - padding; row < rows*mr; row += mr {
					clear(to[row:][:padding]) // as in load
				}
			}
		}
	}
}

// sumDiagonal loads rows from … from+m of the diagonal block in the columns of panel q, as far as they belong to the
// upper triangle, and subtracts the sums.
func (c *leftLooking[T]) sumDiagonal(r blockRow, q, from, m int) {
	kern, nr, h := c.kern, c.kern.NR, c.h
	j, cols := q*nr-r.i, c.width(q)
	m = min(m, j+cols-from)
	if m <= 0 {
		return
	}
	to := c.diagonal(r.block).u[from*h+j:]
	c.loadDiagonal(r, from, j, min(m, max(0, j-from)), m, cols, to)
	kc := slabLength(max(r.i, 1), kern.KC)
	for p := 0; p < r.i; p += kc {
		k := min(kc, r.i-p)
		multiplyPacked(kern, m, cols, k, -1, c.slab(r, p)[from*k:], c.panel(q)[p*nr:], 1, to, h)
	}
}

// loadDiagonal copies m rows from row i on, in cols columns from j on. The first whole rows lie above the diagonal.
func (c *leftLooking[T]) loadDiagonal(r blockRow, i, j, whole, m, cols int, to []T) {
	h, ld := c.h, c.a.Stride
	a := c.a.View(r.i, r.i, r.m, r.m)
	if c.uplo == Upper {
		c.kern.Lacpy(whole, cols, a.Data[i*ld+j:], ld, to, h)
	} else {
		c.kern.Transpose(cols, whole, a.Data[j*ld+i:], ld, to, h)
	}
	for r := whole; r < m; r++ {
		row, before := to[r*h:][:cols], max(0, i+r-j)
		clear(row[:before])
		for s := before; s < cols; s++ {
			if c.uplo == Upper {
				row[s] = a.Data[(i+r)*ld+j+s]
			} else {
				row[s] = a.Data[(j+s)*ld+i+r]
			}
		}
	}
}

// factorDiagonal computes Uᵢᵢ.
func (c *leftLooking[T]) factorDiagonal(r blockRow) {
	if closed(c.done) {
		c.minorFailed.Store(potrfEnded)
		return
	}
	m, d := r.m, c.diagonal(r.block)
	u := Dense[T]{Rows: m, Cols: m, Data: d.u, Stride: c.h}
	if minor := potrfRows(u, d.dinv); minor > 0 {
		c.minorFailed.Store(int32(r.i + minor))
		return
	}
	block := c.a.View(r.i, r.i, m, m)
	if c.uplo == Lower {
		transposeTriangle(Upper, block, u)
		return
	}
	copyStored(Upper, block, u)
}
