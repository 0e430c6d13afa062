package mat

import (
	"fmt"
	"unsafe"

	"ridge/asm"
	"ridge/internal/scratch"
	"ridge/internal/spans"
)

// Packed is a matrix B that stays in the layout in which the micro-kernel reads the right operand of a product: panels
// of a few columns, one after the other, each row-major. [Gemm] packs such operands anew in each call. A Packed matrix
// suits an operand of many products with few rows, such as the weights of a network; [Packed.Update] changes it in
// place.
//
// All methods work on a range of panels, from … to−1 of [Packed.Panels], on the caller's goroutine, and allocate
// nothing. Callers with several workers should give each of them the same panels every time, so that these stay in the
// cache of one core. Calls for different panels may run at once. The bits do not depend on how the panels are divided
// among calls.
//
// The zero value is a matrix without rows or columns.
type Packed[T Float] struct{ x panels[T] }

// NewPacked returns a matrix of zeros. It allocates rows×cols elements, rounded up to whole panels: at most 31 columns
// more. It panics if a dimension is negative, or if these elements exceed the address space.
func NewPacked[T Float](rows, cols int) *Packed[T] {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("mat: NewPacked of %d×%d", rows, cols))
	}
	kern := asm.For[T]()
	most := maxBytes / int(unsafe.Sizeof(*new(T)))
	if cols > most-kern.NR || cols > 0 && rows > most/roundUp(cols, kern.NR) {
		panic(fmt.Sprintf("mat: NewPacked of %d×%d: too large", rows, cols))
	}
	data := scratch.Aligned[T](panelsSize(kern, rows, cols))
	return &Packed[T]{panels[T]{kern: kern, data: data, rows: rows, cols: cols}}
}

// Rows returns the number of rows.
func (b *Packed[T]) Rows() int { return b.x.rows }

// Cols returns the number of columns.
func (b *Packed[T]) Cols() int { return b.x.cols }

// Panels returns the number of panels. It depends on the instruction set.
func (b *Packed[T]) Panels() int { return CeilDiv(b.x.cols, b.PanelCols()) }

// PanelCols returns the number of columns of a panel; the last panel may have fewer.
func (b *Packed[T]) PanelCols() int {
	if b.x.kern == nil {
		return asm.For[T]().NR
	}
	return b.x.kern.NR
}

// Data returns the elements of some panels in the order of memory, with zeros beyond the last column. It is meant for
// element-wise operations on matrices of equal shapes. The zeros must stay zero. The methods do not check whether a
// Dense shares these elements.
func (b *Packed[T]) Data(from, to int) []T {
	b.mustHave("Packed.Data", from, to)
	size := b.x.rows * b.PanelCols()
	return b.x.data[from*size : to*size : to*size]
}

// Load copies the columns of some panels from op(a), which has b's shape or fewer rows; rows of b beyond those of op(a)
// stay.
func (b *Packed[T]) Load(t Transpose, a Dense[T], from, to int) {
	rows := b.mustFit("Packed.Load", t, a, from, to)
	for q := from; q < to; q++ {
		b.x.loadPanel(t, a, q, rows)
	}
}

// Store copies the columns of some panels to op(a), which has b's shape or fewer rows.
func (b *Packed[T]) Store(t Transpose, a Dense[T], from, to int) {
	rows := b.mustFit("Packed.Store", t, a, from, to)
	for q := from; q < to; q++ {
		b.x.storePanel(t, a, q, rows)
	}
}

// LoadTransposed copies the transpose of panels srcFrom … srcTo−1 of src to panels from … to−1 of b: the panels of src
// become rows of b. Calls for different panels of b, or of src, may run at once. b has the shape of the transpose of
// src, or fewer columns. LoadTransposed panics if b has more columns than src has rows, if the number of b's rows is
// not that of src's columns, or if b and src are the same matrix and a panel is in both ranges.
func (b *Packed[T]) LoadTransposed(src *Packed[T], from, to, srcFrom, srcTo int) {
	x, y := &b.x, &src.x
	if x.rows != y.cols || x.cols > y.rows {
		panic(fmt.Sprintf("mat: Packed.LoadTransposed: %d×%d of the transpose of %d×%d",
			x.rows, x.cols, y.rows, y.cols))
	}
	b.mustHave("Packed.LoadTransposed", from, to)
	src.mustHave("Packed.LoadTransposed", srcFrom, srcTo)
	if max(from, srcFrom) < min(to, srcTo) && spans.Overlap(x.data, y.data) {
		panicOverlap("Packed.LoadTransposed", "b", "src")
	}
	nr := b.PanelCols()
	for q := srcFrom; q < srcTo; q++ {
		for p := from; p < to; p++ {
			x.kern.Transpose(x.width(p), y.width(q), y.panel(q)[p*nr*nr:], nr, x.panel(p)[q*nr*nr:], nr)
		}
	}
}

// Mul computes C := alpha·A·B + beta·C on the columns of some panels. A is m×k, B is the first k rows of b, and C is
// m×n. A is read in place, which suits few rows. With beta = 0, C is not read, and with alpha = 0, A and B are not. It
// panics if the shapes do not fit or C shares elements with A. It takes 2mk operations for each column. The result has
// the bits of [Gemm] where that packs both operands.
func (b *Packed[T]) Mul(alpha T, a Dense[T], beta T, c Dense[T], from, to int) {
	a.check("Packed.Mul", "a")
	c.check("Packed.Mul", "c")
	b.mustHave("Packed.Mul", from, to)
	x := &b.x
	if a.Cols > x.rows || c.Rows != a.Rows || c.Cols != x.cols {
		panic(fmt.Sprintf("mat: Packed.Mul: a is %d×%d, b %d×%d, c %d×%d",
			a.Rows, a.Cols, x.rows, x.cols, c.Rows, c.Cols))
	}
	if spans.Overlap(c.Data, a.Data) {
		mustNotOverlap("Packed.Mul", "c", "a", &c, &a)
	}
	if from == to || a.Rows == 0 {
		return
	}
	left := operand[T]{data: a.Data, rsa: a.Stride, csa: 1}
	x.multiply(from, to, a.Rows, a.Cols, alpha, left, beta, tilesOfC[T]{c.Data[from*x.kern.NR:], x.kern.NR, c.Stride})
}

// Update computes B := alpha·Aᵀ·R + beta·B on the columns of some panels. A is k×m, B is rows row … row+m−1 of b, and R
// is the first k rows of r, which has as many columns as b. A is read in place. With beta = 0 the rows of b are not
// read, and with alpha = 0, A and R are not. It takes 2mk operations for each column. It panics if the shapes do not
// fit, or if b and r are the same matrix and row is one of the first k.
func (b *Packed[T]) Update(alpha T, a Dense[T], r *Packed[T], beta T, row, from, to int) {
	a.check("Packed.Update", "a")
	b.mustHave("Packed.Update", from, to)
	x, y := &b.x, &r.x
	if row < 0 || row > x.rows-a.Cols || a.Rows > y.rows || y.cols != x.cols {
		panic(fmt.Sprintf("mat: Packed.Update: a is %d×%d, r %d×%d, b %d×%d, from row %d on",
			a.Rows, a.Cols, y.rows, y.cols, x.rows, x.cols, row))
	}
	if from == to || a.Cols == 0 {
		return
	}
	if row < a.Rows && spans.Overlap(x.data, y.data) {
		panicOverlap("Packed.Update", "b", "r")
	}
	nr := b.PanelCols()
	left := operand[T]{data: a.Data, rsa: 1, csa: a.Stride}
	y.multiply(from, to, a.Cols, a.Rows, alpha, left, beta, tilesOfC[T]{x.data[(from*x.rows+row)*nr:], x.rows * nr, nr})
}

// operand is a left operand in place: rows are rsa elements apart, columns csa.
type operand[T Float] struct {
	data     []T
	rsa, csa int
}

// tilesOfC says where the products with consecutive panels are stored: apart elements from each
// other, with rows ld elements apart.
type tilesOfC[T Float] struct {
	data      []T
	apart, ld int
}

// multiply computes C := alpha·A·X + beta·C for some panels, where A is m×k, X is the first k rows of a panel, and C
// has as many columns as the panel. It uses the slabs of [Gemm]. The loop over the panels is here because, where A is
// small, a call or a view for each of them would take as long as the kernel.
func (x *panels[T]) multiply(from, to, m, k int, alpha T, a operand[T], beta T, c tilesOfC[T]) {
	if m == 0 {
		return
	}
	nr, kc := x.kern.NR, slabLength(max(1, k), x.kern.KC)
	for q := from; q < to; q++ {
		panel, cols, tile := x.panel(q), x.width(q), c.data[(q-from)*c.apart:]
		if k == 0 || alpha == 0 {
			(&product[T]{m: m, beta: beta,
				c: Dense[T]{Rows: m, Cols: cols, Stride: c.ld, Data: tile[:(m-1)*c.ld+cols]}}).scaleC()
			continue
		}
		for p := 0; p < k; p += kc {
			keep := beta
			if p > 0 {
				keep = 1
			}
			for i := 0; i < m; i += x.kern.MC {
				x.kern.GemmDirect(min(x.kern.MC, m-i), cols, min(kc, k-p), alpha, a.data[i*a.rsa+p*a.csa:], a.rsa,
					a.csa,
					panel[p*nr:], nr, keep, tile[i*c.ld:], c.ld)
			}
		}
	}
}

// mustHave panics unless the panels from … to−1 exist.
func (b *Packed[T]) mustHave(op string, from, to int) {
	if count := b.Panels(); from < 0 || to > count || from > to {
		panic(fmt.Sprintf("mat: %s: panels %d to %d of %d", op, from, to, count))
	}
}

// mustFit panics unless the panels exist, and op(a) has as many columns as b and no more rows. It returns the number of
// rows of op(a).
func (b *Packed[T]) mustFit(op string, t Transpose, a Dense[T], from, to int) int {
	t.check(op)
	a.check(op, "a")
	b.mustHave(op, from, to)
	m, n := shape(t, a)
	if m > b.x.rows || n != b.x.cols {
		panic(fmt.Sprintf("mat: %s: op(a) is %d×%d, b %d×%d", op, m, n, b.x.rows, b.x.cols))
	}
	return m
}
