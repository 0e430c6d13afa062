package mat

import "ridge/asm"

// potrfHeight is how many rows of the factor are computed at a time: whole panels, and nearly whole register tiles, on
// all instruction sets.
const potrfHeight = 96

// cholesky is the computation of an upper factor U, A = Uᵀ·U, in panels of NR columns, which is the layout of a packed
// B. (A lower triangle is transposed.) U is computed one block of rows at a time, from the rows above it:
//
//	Uᵢᵢᵀ·Uᵢᵢ = Aᵢᵢ − Σ_{p<i} Uₚᵢᵀ·Uₚᵢ,   Uᵢⱼ = Uᵢᵢ⁻ᵀ(Aᵢⱼ − Σ_{p<i} Uₚᵢᵀ·Uₚⱼ).
//
// Thus only the Uₚᵢ are packed, once. All sums are gemm's micro-kernel on the panels in place, and each element of A is
// read once and written once.
//
// The first equation is the work of one worker. While it factors Uᵢᵢ, the others subtract the sums from the Aᵢⱼ. The
// solves with Uᵢᵢ follow at the beginning of the next block of rows. So each block of rows takes three steps, and the
// workers wait for each other between them.
type cholesky[T Float] struct {
	kern        *asm.Kernels[T]
	uplo        Uplo
	a           Dense[T]
	panels      []T // of U; each ends with the rows of its last column
	packed      []T // the columns of the block, as far as they are above it, packed as A of a product
	i, m        int // the current block: rows and columns i … i+m
	first       int // the first panel to the right of the block
	done        diagonalBlock[T]
	next        diagonalBlock[T]
	step        choleskyStep
	wide, down  int // pieces of the block's row: panels in a piece, and pieces in the height of the row
	copyWork    int // multiplications that take as long as copying an element
	minorFailed int
}

type choleskyStep uint8

const (
	solveRow     choleskyStep = iota // solve for the row above the block; pack the block's columns
	sumDiagonal                      // subtract the sums from the diagonal block
	factorAndSum                     // factor the diagonal block; subtract the sums from the row to the right of it
)

// diagonalBlock is Uᵢᵢ, or the matrix that it is computed from.
type diagonalBlock[T Float] struct {
	u    []T // height×height
	dinv []T // the reciprocals of its diagonal
}

// potrfPanels is Potrf in panels. It returns the order of the first leading minor that is not positive, or 0.
func potrfPanels[T Float](uplo Uplo, a Dense[T], w Workers) int {
	kern := asm.For[T]()
	n, h := a.Rows, roundUp(potrfHeight, kern.NR)
	c := getBody[cholesky[T]]()
	defer putBody(c)
	*c = cholesky[T]{kern: kern, uplo: uplo, a: a}
	if n*n > 2*kern.MC*kern.KC { // more than L2 holds
		c.copyWork = potrfCopyWork
	}
	last := ceilDiv(n, kern.NR)
	sizePanels, sizePacked := c.offset(last), roundUp(h, kern.MR)*n
	buf := getBuffer[T](sizePanels + sizePacked + 2*(h*h+h))
	defer putBuffer(buf)
	rest := buf.data
	take := func(size int) []T {
		part := rest[:size]
		rest = rest[size:]
		return part
	}
	c.panels, c.packed = take(sizePanels), take(sizePacked)
	c.done, c.next = diagonalBlock[T]{take(h * h), take(h)}, diagonalBlock[T]{take(h * h), take(h)}

	for ; c.i < n && c.minorFailed == 0; c.i += c.m {
		c.m = min(h, n-c.i)
		c.first = ceilDiv(c.i+c.m, kern.NR)
		own := c.i / kern.NR // the block's first panel
		right := max(0, n-c.first*kern.NR)
		if c.i > 0 {
			c.run(solveRow, (c.first-own)*c.packs()+last-c.first, (c.m+right)*h*h/2+c.m*c.i*c.copyWork, w)
		}
		c.run(sumDiagonal, (c.first-own)*c.parts(), c.m*c.m/2*c.i, w)
		work := c.m*c.m*c.m/6 + c.m*right*(c.i+c.copyWork)
		c.cut(last-c.first, workersFor(work, w).Count())
		c.run(factorAndSum, 1+ceilDiv(last-c.first, c.wide)*c.down, work, w)
		c.done, c.next = c.next, c.done
	}
	return c.minorFailed
}

// potrfCopyWork is how many multiplications take about as long as copying an element that is not in L2.
const potrfCopyWork = 32

// potrfPiece is the most panels of a row that a worker takes at a time: so many that packed columns, which L2 may not
// hold, are seldom fetched.
const potrfPiece = 8

// run does the count parts of a step, which takes the given number of multiplications.
func (c *cholesky[T]) run(s choleskyStep, count, multiplications int, w Workers) {
	c.step = s
	parallel(workersFor(multiplications, w), count, c)
}

// workersFor returns how many workers a step of the given number of multiplications should use. Starting them and
// waiting for them takes longer the more there are, so each must have at least serialWork multiplications.
func workersFor(multiplications int, w Workers) Workers {
	return Workers(clampInt(multiplications/serialWork, 1, w.Count()))
}

func (c *cholesky[T]) do(i int) {
	switch own := c.i / c.kern.NR; {
	case c.step == solveRow:
		c.solveAndPack(own, i)
	case c.step == sumDiagonal:
		rows := potrfTiles * c.kern.MR
		c.sumDiagonal(own+i/c.parts(), i%c.parts()*rows, rows)
	case i == 0:
		c.factorDiagonal()
	default:
		c.sum(i - 1)
	}
}

// parts is the number of parts into which the rows of the diagonal block are cut, of potrfTiles register tiles each.
func (c *cholesky[T]) parts() int { return ceilDiv(c.m, potrfTiles*c.kern.MR) }

const potrfTiles = 3

// offset is where panel q begins. Each earlier panel ends with the row of its last column.
func (c *cholesky[T]) offset(q int) int { return c.kern.NR * c.kern.NR * (q * (q + 1) / 2) }

// panel is panel q.
func (c *cholesky[T]) panel(q int) []T { return c.panels[c.offset(q):c.offset(q+1)] }

// width is the number of columns of panel q.
func (c *cholesky[T]) width(q int) int { return min(c.kern.NR, c.a.Rows-q*c.kern.NR) }

// cut chooses the pieces of a row of the given number of panels.
func (c *cholesky[T]) cut(panels, workers int) {
	c.wide, c.down = clampInt(panels/(workers*stepShares), 1, potrfPiece), 1
	if workers > 1 && panels < workers*stepShares {
		c.down = c.parts()
	}
}

// sum subtracts the sums from piece t of the block's row.
func (c *cholesky[T]) sum(t int) {
	kern, nr, i, m := c.kern, c.kern.NR, 0, c.m
	if c.down > 1 {
		i = t % c.down * potrfTiles * kern.MR
		m = min(m-i, potrfTiles*kern.MR)
	}
	from := c.first + t/c.down*c.wide
	to := min(from+c.wide, ceilDiv(c.a.Rows, nr))
	for q := from; q < to; q++ {
		c.load(q, c.i+i, m)
	}
	kc := slabLength(max(c.i, 1), kern.KC)
	for p := 0; p < c.i; p += kc {
		k := min(kc, c.i-p)
		for q := from; q < to; q++ {
			panel := c.panel(q)
			kern.Gemm(m, nr, k, -1, c.slab(p)[i*k:], panel[p*nr:], 1, panel[(c.i+i)*nr:], nr)
		}
	}
}

// slab is where the packed columns of the block begin with row p.
func (c *cholesky[T]) slab(p int) []T { return c.packed[p*roundUp(c.m, c.kern.MR):] }

// load copies rows i … i+m of panel q from A.
func (c *cholesky[T]) load(q, i, m int) {
	nr, ld, j, cols, to := c.kern.NR, c.a.Stride, q*c.kern.NR, c.width(q), c.panel(q)[i*c.kern.NR:]
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
func (c *cholesky[T]) solve(q int) {
	kern, nr, h := c.kern, c.kern.NR, len(c.done.dinv)
	i, j, ld, cols, panel := c.i-h, q*c.kern.NR, c.a.Stride, c.width(q), c.panel(q)
	kern.Trsm(h, cols, 0, c.done.u, 0, 1, h, c.done.dinv, panel, i*nr, nr)
	if c.uplo == Upper {
		kern.Lacpy(h, cols, panel[i*nr:], nr, c.a.Data[i*ld+j:], ld)
	} else {
		kern.Transpose(h, cols, panel[i*nr:], nr, c.a.Data[j*ld+i:], ld)
	}
}

// packs is the number of parts into which the work on a panel of the block is cut: its solve, and packing potrfPacked
// rows each of those above.
func (c *cholesky[T]) packs() int { return 1 + ceilDiv(c.i-len(c.done.dinv), potrfPacked) }

const potrfPacked = 2 * potrfHeight

// solveAndPack is part t of the step solveRow: first the parts of the block's panels, from panel own on, then the
// solves of the others.
func (c *cholesky[T]) solveAndPack(own, t int) {
	h, packs := len(c.done.dinv), c.packs()
	if mine := (c.first - own) * packs; t >= mine {
		c.solve(c.first + t - mine)
		return
	}
	q, t := own+t/packs, t%packs
	if t > 0 {
		c.pack(q, (t-1)*potrfPacked, min(t*potrfPacked, c.i-h))
		return
	}
	c.solve(q)
	c.pack(q, c.i-h, c.i)
}

// pack packs rows from … to−1 of the columns of panel q, one of the block's. Panels of A and panels of B have different
// widths.
func (c *cholesky[T]) pack(q, from, to int) {
	kern, nr, mr, panel := c.kern, c.kern.NR, c.kern.MR, c.panel(q)
	kc := slabLength(c.i, kern.KC)
	for p := from / kc * kc; p < to; p += kc {
		k, slab, first := min(kc, c.i-p), c.slab(p), max(p, from)
		rows := min(p+kc, to) - first
		for j := 0; j < c.width(q); {
			at := q*nr - c.i + j // column of the block
			cols := min(mr-at%mr, c.width(q)-j)
			to := slab[at/mr*mr*k+(first-p)*mr:][:mr*rows]
			kern.Lacpy(rows, cols, panel[first*nr+j:], nr, to[at%mr:], mr)
			j += cols
			if padding := roundUp(c.m, mr) - c.m; padding > 0 && at+cols == c.m {
				for row := mr - padding; row < rows*mr; row += mr {
					clear(to[row:][:padding]) // as in load
				}
			}
		}
	}
}

// sumDiagonal loads rows from … from+m of the diagonal block in the columns of panel q, as far as they belong to the
// upper triangle, and subtracts the sums.
func (c *cholesky[T]) sumDiagonal(q, from, m int) {
	kern, nr, h, j, cols := c.kern, c.kern.NR, len(c.next.dinv), q*c.kern.NR-c.i, c.width(q)
	m = min(m, j+cols-from)
	if m <= 0 {
		return
	}
	to := c.next.u[from*h+j:]
	c.loadDiagonal(from, j, min(m, max(0, j-from)), m, cols, to)
	kc := slabLength(max(c.i, 1), kern.KC)
	for p := 0; p < c.i; p += kc {
		k := min(kc, c.i-p)
		kern.Gemm(m, cols, k, -1, c.slab(p)[from*k:], c.panel(q)[p*nr:], 1, to, h)
	}
}

// loadDiagonal copies m rows from row i on, in cols columns from j on. The first whole rows lie above the diagonal.
func (c *cholesky[T]) loadDiagonal(i, j, whole, m, cols int, to []T) {
	h, ld := len(c.next.dinv), c.a.Stride
	a := c.a.View(c.i, c.i, c.m, c.m)
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
func (c *cholesky[T]) factorDiagonal() {
	h, m := len(c.next.dinv), c.m
	u := Dense[T]{Rows: m, Cols: m, Data: c.next.u, Stride: h}
	if minor := potrfRows(u, c.next.dinv); minor > 0 {
		c.minorFailed = c.i + minor
		return
	}
	block := c.a.View(c.i, c.i, m, m)
	if c.uplo == Lower {
		transposeTriangle(Upper, block, u)
		return
	}
	for r := range m {
		copy(block.Row(r)[r:], u.Row(r)[r:])
	}
}
