package mat

import (
	"fmt"

	"ridge/asm"
	"ridge/internal/scratch"
)

// Trsm solves op(A)·X = alpha·B (Left) or X·op(A) = alpha·B (Right) and overwrites B with X. A is triangular, n×n, and
// its triangle uplo is read (without its diagonal, if diag is Unit); B is n×r (Left) or r×n (Right). It panics if B
// shares elements with A, even in A's other triangle. It takes n²r operations. It multiplies by the reciprocals of the
// diagonal: a zero gives Inf or NaN. If an element is so small that its reciprocal overflows, each right-hand side is
// solved for by itself, as by [Trsv], which takes longer. With alpha = 0, A and B are not read, and X is zero.
func Trsm[T Float](side Side, uplo Uplo, t Transpose, diag Diag, alpha T, a, b Dense[T], w Workers) {
	side.check("Trsm")
	uplo.check("Trsm")
	t.check("Trsm")
	diag.check("Trsm")
	a.check("Trsm", "a")
	b.check("Trsm", "b")
	n := b.Rows
	if side == Right {
		n = b.Cols
	}
	if a.Rows != a.Cols || a.Rows != n {
		panic(fmt.Sprintf("mat: Trsm: a is %d×%d, b %d×%d", a.Rows, a.Cols, b.Rows, b.Cols))
	}
	mustNotOverlap("Trsm", "b", "a", &b, &a)
	if alpha == 0 {
		b.Fill(0)
		return
	}
	if alpha != 1 {
		for i := range b.rowsToVisit() {
			Scal(alpha, b.Row(i))
		}
	}
	switch {
	case side == Right && b.Rows == 1: // x·op(A) = b, so op(A)ᵀ·xᵀ = bᵀ
		trsv(uplo, t.opposite(), diag, a, b.Row(0))
	case side == Left && b.Cols == 1 && b.Stride == 1:
		trsv(uplo, t, diag, a, b.Data[:n])
	case diag == NonUnit && hasTinyDiagonal(a):
		trsvEach(side, uplo, t, a, b, w)
	default:
		if w.Count() > 1 {
			defer HoldWorkers()()
		}
		trsm(side, uplo, t, diag, a, b, w)
	}
}

// trsmLeaf is the largest triangle that is not halved: a packed one and the right-hand sides of a chunk share the
// caches.
const trsmLeaf = 512

// trsm is Trsm with alpha = 1 of a matrix whose diagonal has no tiny elements.
func trsm[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a, b Dense[T], w Workers) {
	all := b.Cols
	if side == Right {
		all = b.Rows
	}
	trsmPart(side, uplo, t, diag, a, b, all, w)
}

// trsmPart halves a large triangle: it solves for the first unknowns X₁, updates the other right-hand sides, B₂ := B₂ −
// L₂₁·X₁, and solves for X₂. B may be a part of all the right-hand sides, if op(A) = A is on their left and there is
// one worker. The bits are those of all of them together.
func trsmPart[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a, b Dense[T], all int, w Workers) {
	n := a.Rows
	if n <= trsmLeaf {
		trsmPanels(side, uplo, t, diag, a, b, all, w)
		return
	}
	first, second := span{0, roundUp(n/2, trsmRows)}, span{roundUp(n/2, trsmRows), n}
	if !forward(side, uplo, t) {
		first, second = second, first
	}
	unknowns := func(s span) Dense[T] {
		if side == Left {
			return b.RowView(s.from, s.to-s.from)
		}
		return b.ColView(s.from, s.to-s.from)
	}
	block := func(rows, cols span) Dense[T] {
		return a.View(rows.from, cols.from, rows.to-rows.from, cols.to-cols.from)
	}
	p := product[T]{k: first.to - first.from, alpha: -1, beta: 1, c: unknowns(second)}
	rows, cols := second, first // of op(A)
	if side == Right {
		rows, cols = first, second
	}
	if t == Trans {
		rows, cols = cols, rows
	}
	if side == Left {
		p.a, p.tA, p.b = block(rows, cols), t, unknowns(first)
	} else {
		p.a, p.b, p.tB = unknowns(first), block(rows, cols), t
	}
	p.m, p.n = p.c.Rows, p.c.Cols

	trsmPart(side, uplo, t, diag, block(first, first), unknowns(first), all, w)
	if side == Left && p.n < all {
		p.runSome(all)
	} else {
		p.run(w)
	}
	trsmPart(side, uplo, t, diag, block(second, second), unknowns(second), all, w)
}

// trsmPanels works on copies of NR right-hand sides at a time, in the layout of a packed panel of B of a product. For a
// block of rows of the triangle, (L₂₁ L₂₂), and the unknowns X₁ that are already known,
//
//	X₂ := L₂₂⁻¹(B₂ − L₂₁·X₁)
//
// is gemm's micro-kernel applied to X₁ in place, followed by the trsm kernel on a small triangle. B is read and written
// once. The triangle is packed before, for all right-hand sides: so a chunk of these can be as small as L2 wants it. B
// may be only some of the right-hand sides: all is the number of all of them, on which everything that affects bits
// depends.
func trsmPanels[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a, b Dense[T], all int, w Workers) {
	kern := asm.For[T]()
	n, rhs := a.Rows, b.Cols
	if side == Right {
		rhs = b.Rows
	}
	if n == 0 || rhs == 0 {
		return
	}
	dinv := scratch.Get[T](n)
	defer scratch.Put(dinv)
	l := lowerTriangle(side, uplo, t, diag, a, dinv.Data)
	workers := workersWorth(float64(rhs)*float64(n)*float64(n), w).Count()
	panels, blocks := CeilDiv(rhs, kern.NR), CeilDiv(n, trsmBlock(kern))
	l.products = CeilDiv(all, kern.NR) >= packedPanels && blocks > 1
	l.direct = panels <= directPanels && l.matrix.tA == NoTrans
	body := getBody[trsmBody[T]]()
	defer putBody(body)
	if l.products && !l.direct {
		buf := scratch.Get[T](trsmPacked(kern, blocks))
		defer scratch.Put(buf)
		l.packed = buf.Data
		*body = trsmBody[T]{kern: kern, l: l}
		dispatch(workers, blocks-1, (*trsmPackBody[T])(body))
	}
	most := max(1, kern.MC*kern.KC*3/4/(n*kern.NR)) // panels in 3/8 of L2
	unit := trsmUnit(kern, panels, workers)
	units := CeilDiv(rhs, unit)
	chunks := min(units, roundUp(CeilDiv(panels, most), workers))
	*body = trsmBody[T]{kern: kern, side: side, l: l, b: b, rhs: rhs, unit: unit, units: units, chunks: chunks}
	dispatch(workers, chunks, body)
}

// trsmUnit is by how many right-hand sides chunks differ. It is half a panel, which takes half the time of a whole one,
// if workers have few panels each. Each right-hand side has the same sums.
func trsmUnit[T Float](kern *asm.Kernels[T], panels, workers int) int {
	const few = 4
	if workers > 1 && panels < few*workers {
		return kern.NR / 2
	}
	return kern.NR
}

// trsmBody solves for a chunk of the right-hand sides for each index.
type trsmBody[T Float] struct {
	kern   *asm.Kernels[T]
	side   Side
	l      triangle[T]
	b      Dense[T]
	rhs    int // right-hand sides
	unit   int // the number of them, or fewer at the end, that are not divided
	units  int
	chunks int
}

func (t *trsmBody[T]) do(q int) {
	from, to := t.chunk(q)
	trsmRange(t.kern, t.side, t.l, t.b, from*t.unit, min(to*t.unit, t.rhs))
}

// trsmPackBody packs a block of rows of the triangle for each index.
type trsmPackBody[T Float] trsmBody[T]

func (t *trsmPackBody[T]) do(q int) { t.l.packBlock(t.kern, q+1) }

// chunk is the units from … to−1 of chunk q.
func (t *trsmBody[T]) chunk(q int) (from, to int) {
	least, more := t.units/t.chunks, t.units%t.chunks
	return q*least + min(q, more), (q+1)*least + min(q+1, more)
}

// forward reports whether the substitution starts with the first unknown.
func forward(side Side, uplo Uplo, t Transpose) bool {
	opUpper := (uplo == Upper) != (t == Trans)
	return opUpper == (side == Right)
}

// triangle is a triangular matrix in the form that the kernel takes: lower, with element (i, p) at a[a0+i·rsa+p·csa].
// An upper triangle, solved from its last unknown, is a lower one with the order of rows and columns reversed.
type triangle[T Float] struct {
	a            []T
	a0, rsa, csa int
	dinv         []T // reciprocals of the diagonal
	backward     bool
	matrix       product[T] // op(A) of this product is the triangle, with its rows and columns in the original order
	products     bool       // gemm's micro-kernel does all but the small triangles on the diagonal:
	direct       bool       // it reads the triangle in place,
	packed       []T        // or from here, where the blocks of rows follow one another
}

// lowerTriangle describes op(A) (Left) or op(A)ᵀ (Right: X·op(A) = B is
// op(A)ᵀ·Xᵀ = Bᵀ), with the reciprocals written to dinv.
func lowerTriangle[T Float](side Side, uplo Uplo, t Transpose, diag Diag, a Dense[T], dinv []T) triangle[T] {
	l := triangle[T]{a: a.Data, rsa: a.Stride, csa: 1, dinv: dinv, backward: !forward(side, uplo, t),
		matrix: product[T]{a: a}}
	if (t == Trans) != (side == Right) {
		l.rsa, l.csa = l.csa, l.rsa
		l.matrix.tA = Trans
	}
	if l.backward {
		l.a0, l.rsa, l.csa = (a.Rows-1)*(a.Stride+1), -l.rsa, -l.csa
	}
	for i := range dinv {
		dinv[i] = 1
		if diag == NonUnit {
			dinv[i] = 1 / l.a[l.a0+i*(l.rsa+l.csa)]
		}
	}
	return l
}

// trsmRange solves for the right-hand sides from … to−1. It copies them itself: panels.load clears the padding, too,
// with which 4 right-hand sides of 3 to 32 unknowns took a tenth longer.
func trsmRange[T Float](kern *asm.Kernels[T], side Side, l triangle[T], b Dense[T], from, to int) {
	n := len(l.dinv)
	buf := scratch.Get[T](n * roundUp(to-from, kern.NR))
	defer scratch.Put(buf)
	if side == Right {
		b = b.RowView(from, to-from)
		for r := 0; r < b.Rows; r += kern.NR {
			kern.Transpose(min(kern.NR, b.Rows-r), n, b.Data[r*b.Stride:], b.Stride, buf.Data[r*n:], kern.NR)
		}
		solvePanels(kern, l, buf.Data, b.Rows)
		for r := 0; r < b.Rows; r += kern.NR {
			kern.Transpose(n, min(kern.NR, b.Rows-r), buf.Data[r*n:], kern.NR, b.Data[r*b.Stride:], b.Stride)
		}
		return
	}
	b = b.ColView(from, to-from)
	eachPiece(kern.NR, b, func(i, rows, j, cols int) {
		kern.Lacpy(rows, cols, b.Data[i*b.Stride+j:], b.Stride, buf.Data[j*n+i*kern.NR:], kern.NR)
	})
	solvePanels(kern, l, buf.Data, b.Cols)
	eachPiece(kern.NR, b, func(i, rows, j, cols int) {
		kern.Lacpy(rows, cols, buf.Data[j*n+i*kern.NR:], kern.NR, b.Data[i*b.Stride+j:], b.Stride)
	})
}

// trsmRows is roughly how many unknowns are solved for at a time.
const trsmRows = 48

// packedPanels is the smallest number of panels of right-hand sides for which packing the triangle pays for itself.
const packedPanels = 3

// directPanels is up to how many panels a triangle whose rows are contiguous is read in place: packing it would cost
// more than it saves. The sums are the same. On a Zen 3, 784 rows and 100 columns take 2 to 6 % less time; with 50
// panels and rows that are a power of two apart, reading in place would take 1 % more.
const directPanels = 16

// trsmBlock is the number of rows of a block of the triangle.
func trsmBlock[T Float](kern *asm.Kernels[T]) int { return roundUp(trsmRows, kern.MR) }

// trsmPacked is the number of elements of the triangle in the first blocks of rows, without the blocks on the diagonal.
func trsmPacked[T Float](kern *asm.Kernels[T], blocks int) int {
	rows := trsmBlock(kern)
	return rows * rows * blocks * (blocks - 1) / 2
}

// packBlock packs a block of rows without the one on the diagonal.
func (l *triangle[T]) packBlock(kern *asm.Kernels[T], block int) {
	rows := trsmBlock(kern)
	done := block * rows
	m := min(rows, len(l.dinv)-done)
	known, next := l.unknowns(done, m)
	packed := l.packed[trsmPacked(kern, block):]
	for p := 0; p < done; p += kern.KC {
		l.matrix.packA(kern, packed[p*rows:], next, m, known+p, min(kern.KC, done-p))
	}
}

// unknowns returns where the done unknowns that have been solved for and the next m ones begin.
func (l *triangle[T]) unknowns(done, m int) (known, next int) {
	if l.backward {
		return len(l.dinv) - done, len(l.dinv) - done - m
	}
	return 0, done
}

// solvePanels solves for rhs right-hand sides in panels.
func solvePanels[T Float](kern *asm.Kernels[T], l triangle[T], x []T, rhs int) {
	n, rows := len(l.dinv), trsmBlock(kern)
	for done := 0; done < n; done += rows {
		m := min(rows, n-done)
		known := done // solved rows of X that the trsm kernel subtracts
		if l.products {
			known = 0
		}
		for r := 0; r < rhs; r += kern.NR {
			panel, cols := x[r*n:], min(kern.NR, rhs-r)
			if l.products {
				l.subtract(kern, done, m, panel, panelColumns(kern, cols))
			}
			l.solve(kern, done-known, known, m, panel, cols)
		}
	}
}

// subtract computes X₂ := X₂ − L₂₁·X₁ for columns of a panel: X₁ is the done unknowns that have been solved for, X₂ the
// next m.
func (l *triangle[T]) subtract(kern *asm.Kernels[T], done, m int, panel []T, cols int) {
	known, next := l.unknowns(done, m)
	rows, nr, a := trsmBlock(kern), kern.NR, l.matrix.a
	packed := l.packed
	if !l.direct {
		packed = packed[trsmPacked(kern, done/rows):]
	}
	for p := 0; p < done; p += kern.KC {
		kc := min(kern.KC, done-p)
		if l.direct {
			kern.GemmDirect(m, cols, kc, -1, a.Data[next*a.Stride+known+p:], a.Stride, 1, panel[(known+p)*nr:], nr, 1,
				panel[next*nr:], nr)
		} else {
			multiplyPacked(kern, m, cols, kc, -1, packed[p*rows:], panel[(known+p)*nr:], 1, panel[next*nr:], nr)
		}
	}
}

// solve runs the trsm kernel on a panel. Of the triangle without its first skip rows, it solves for m unknowns from
// number known on.
func (l *triangle[T]) solve(kern *asm.Kernels[T], skip, known, m int, panel []T, cols int) {
	x0, ldx := 0, kern.NR
	if l.backward {
		x0, ldx = (len(l.dinv)-1)*kern.NR, -kern.NR
	}
	kern.Trsm(m, cols, known, l.a, l.a0+skip*(l.rsa+l.csa), l.rsa, l.csa, l.dinv[skip:], panel, x0+skip*ldx, ldx)
}
