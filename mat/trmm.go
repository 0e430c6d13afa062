package mat

import (
	"fmt"
	"math"

	"ridge/asm"
)

// Trmm computes B := alpha·op(A)·B (Left) or B := alpha·B·op(A) (Right). A is triangular, n×n, and
// its triangle uplo is read (without its diagonal, if diag is Unit); B is n×r (Left) or r×n
// (Right). It panics if B shares elements with A, even in A's other triangle. It takes n²r
// operations, half as many as [Gemm]. With alpha = 0, A and B are not read, and B becomes zero.
func Trmm[T Float](side Side, uplo Uplo, t Transpose, diag Diag, alpha T, a, b Dense[T], w Workers) {
	side.check("Trmm")
	uplo.check("Trmm")
	t.check("Trmm")
	diag.check("Trmm")
	a.check("Trmm", "a")
	b.check("Trmm", "b")
	n, rhs := b.Rows, b.Cols
	if side == Right {
		n, rhs = rhs, n
	}
	if a.Rows != a.Cols || a.Rows != n {
		panic(fmt.Sprintf("mat: Trmm: a is %d×%d, b %d×%d", a.Rows, a.Cols, b.Rows, b.Cols))
	}
	mustNotOverlap("Trmm", "b", "a", &b, &a)
	if n == 0 || rhs == 0 {
		return
	}
	if alpha == 0 {
		b.Fill(0)
		return
	}
	if rhs == 1 && (side == Right || b.Stride == 1) {
		if side == Right { // B·op(A) = (op(A)ᵀ·Bᵀ)ᵀ
			t = t.opposite()
		}
		trmv(uplo, t, diag, a, b.Data[:n])
		scale(asm.For[T](), alpha, b.Data[:n])
		return
	}
	few := t == NoTrans && side == Left || t == Trans && side == Right
	few = few && rhs <= n/trmmFew
	if side == Right && !few {
		m := trmmRight[T]{kern: asm.For[T](), matrix: product[T]{b: a, tB: t}, diag: diag, alpha: alpha, b: b}
		m.upper = (uplo == Upper) != (t == Trans)
		m.run(w)
		return
	}
	m := trmm[T]{kern: asm.For[T](), matrix: product[T]{a: a, tA: t}, diag: diag, alpha: alpha, b: b, rhs: rhs, inPlace: few}
	m.upper = (uplo == Upper) != (t == Trans)
	if side == Right { // B·Aᵀ = (A·Bᵀ)ᵀ
		m.transposed, m.matrix.tA, m.upper = true, NoTrans, uplo == Upper
	}
	m.run(w)
}

// trmmFew is the least ratio of the rows of A to the columns (Left) or rows (Right) of B from which A is read in place, once for each
// panel of B. Packing A would take longer there.
const trmmFew = 4

// trmm is B := alpha·A·B. It copies the columns of B to panels and computes B from them, some rows
// at a time. Of A, it packs these rows of the diagonal block and of the rectangle next to it.
type trmm[T Float] struct {
	kern   *asm.Kernels[T]
	matrix product[T] // op(A) of this product is A
	upper  bool       // A is an upper triangle
	diag   Diag
	alpha  T
	b      Dense[T]
	rhs    int // columns of B
	chunk  int // columns worked on together

	transposed bool // the columns are those of Bᵀ
	inPlace    bool // the rectangles of A are not packed
}

func (m *trmm[T]) run(w Workers) {
	n := m.matrix.a.Rows
	if float64(n)*float64(n)*float64(m.rhs) < serialWork {
		w = 1
	}
	panels := ceilDiv(m.rhs, m.kern.NR)
	m.chunk = min(max(trmmChunk/(n*m.kern.NR), 1), ceilDiv(panels, w.Count())) * m.kern.NR
	if w.Count() == 1 {
		for from := 0; from < m.rhs; from += m.chunk {
			m.multiply(from, min(m.chunk, m.rhs-from))
		}
		return
	}
	b := getBody[trmmBody[T]]()
	defer putBody(b)
	b.trmm = *m
	parallel(w, ceilDiv(m.rhs, m.chunk), b)
}

// trmmChunk is how many elements of B are worked on together: few enough for the caches, and enough to make the cost of
// packing A small.
const trmmChunk = 1 << 19

// trmmBody multiplies a chunk of the columns for each index.
type trmmBody[T Float] struct{ trmm[T] }

func (b *trmmBody[T]) do(i int) {
	b.multiply(i*b.chunk, min(b.chunk, b.rhs-i*b.chunk))
}

// trmmRows is roughly how many rows of A are packed at a time.
const trmmRows = 48

// multiply computes cols columns of B, beginning with column from. If transposed, these are rows of B.
func (m *trmm[T]) multiply(from, cols int) {
	kern, n := m.kern, m.matrix.a.Rows
	height := roundUp(min(trmmRows, n), kern.MR)
	size, sizeY := panelsSize(kern, n, cols), 0
	if m.transposed {
		sizeY = panelsSize(kern, height, cols)
	}
	buf := getBuffer[T](size + sizeY + height*max(kern.KC, height))
	defer putBuffer(buf)
	x := panels[T]{kern: kern, data: buf.data[:size], rows: n, cols: cols}
	y, packed := buf.data[size:size+sizeY], buf.data[size+sizeY:]
	if !m.transposed {
		b := m.b.ColView(from, cols)
		x.load(NoTrans, b)
		for i := 0; i < n; i += height {
			m.multiplyRows(&x, i, min(height, n-i), packed, b.Data[i*b.Stride:], b.Stride, kern.NR)
		}
		return
	}
	b := m.b.RowView(from, cols)
	x.load(Trans, b)
	for i := 0; i < n; i += height {
		rows := min(height, n-i)
		m.multiplyRows(&x, i, rows, packed, y, kern.NR, height*kern.NR)
		for q := range x.count() {
			kern.Transpose(rows, x.width(q), y[q*height*kern.NR:], kern.NR, b.Data[q*kern.NR*b.Stride+i:], b.Stride)
		}
	}
}

// multiplyRows computes some rows of Y := alpha·A·X, from row i on. The panels of Y are ldp elements apart.
func (m *trmm[T]) multiplyRows(x *panels[T], i, rows int, packed, y []T, ldy, ldp int) {
	kern, n, nr := m.kern, m.matrix.a.Rows, m.kern.NR
	m.packDiagonal(i, rows, packed)
	for q := range x.count() {
		m.multiplyDiagonal(rows, x.width(q), packed, x.panel(q)[i*nr:(i+rows)*nr], y[q*ldp:], ldy)
	}
	first, last := 0, i // the columns outside of the diagonal block
	if m.upper {
		first, last = i+rows, n
	}
	for p := first; p < last; p += kern.KC {
		k := min(kern.KC, last-p)
		if m.inPlace {
			a := m.matrix.a
			for q := range x.count() {
				kern.GemmDirect(rows, x.width(q), k, m.alpha, a.Data[i*a.Stride+p:], a.Stride, 1, x.panel(q)[p*nr:], nr, 1, y[q*ldp:], ldy)
			}
			continue
		}
		m.matrix.packA(kern, packed, i, rows, p, k)
		for q := range x.count() {
			multiplyPacked(kern, rows, x.width(q), k, m.alpha, packed, x.panel(q)[p*nr:], 1, y[q*ldp:], ldy)
		}
	}
}

// packDiagonal packs the rows of the diagonal block from row i on, including its zeros and ones.
func (m *trmm[T]) packDiagonal(i, rows int, packed []T) {
	mr := m.kern.MR
	m.matrix.packA(m.kern, packed, i, rows, i, rows)
	for r := range rows {
		row := packed[r/mr*mr*rows+r%mr:] // its element p at p·MR
		from, to := r+1, rows
		if m.upper {
			from, to = 0, r
		}
		for p := from; p < to; p++ {
			row[p*mr] = 0
		}
		if m.diag == Unit {
			row[r*mr] = 1
		}
	}
}

// multiplyDiagonal computes a panel of Y := alpha·A·X for a diagonal block A. A tile of MR rows
// skips the columns of A that are zero in all of its rows. The remaining zeros do no harm if X is
// finite; if X holds a NaN or an infinity, the tiles have one row.
func (m *trmm[T]) multiplyDiagonal(rows, cols int, packed, x, y []T, ldy int) {
	kern, mr, nr := m.kern, m.kern.MR, m.kern.NR
	height := mr
	if largest := float64(AbsMax(x)); math.IsNaN(largest) || math.IsInf(largest, 1) {
		height = 1
	}
	for r := 0; r < rows; r += height {
		tile := min(height, rows-r)
		first, last := 0, r+tile
		if m.upper {
			first, last = r, rows
		}
		a := packed[r/mr*mr*rows+first*mr+r%mr:]
		if tile == mr {
			kern.Gemm(mr, cols, last-first, m.alpha, a, x[first*nr:], 0, y[r*ldy:], ldy)
		} else {
			kern.GemmDirect(tile, cols, last-first, m.alpha, a, 1, mr, x[first*nr:], nr, 0, y[r*ldy:], ldy)
		}
	}
}
