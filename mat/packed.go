package mat

import (
	"fmt"
	"unsafe"

	"ridge/asm"
)

// Packed is a matrix B that stays in the layout in which the micro-kernel reads the right operand of a product:
// panels of some columns, one after the other, each row by row. [Gemm] packs such operands anew in each call; a
// Packed matrix is for what takes part in many products with few rows, such as the weights of a network, and may
// be changed in between by [Packed.Update], as it is.
//
// All methods work on a range of panels, from … to−1 of [Packed.Panels], on the caller's goroutine, and allocate nothing:
// whoever has several workers gives each of them the same panels all the time, so that these stay in the cache
// of one core. Calls for different panels may run at once. Which panels belong to one call changes no bits.
//
// The zero value is a matrix without rows or columns.
type Packed[T Float] struct{ x panels[T] }

// NewPacked returns a matrix of zeros. It takes memory for rows×cols elements, and those of up to 31 columns more.
// It panics if one of the numbers is negative, or if no memory has room for so many elements.
func NewPacked[T Float](rows, cols int) *Packed[T] {
	if rows < 0 || cols < 0 {
		panic(fmt.Sprintf("mat: NewPacked of %d×%d", rows, cols))
	}
	kern := asm.For[T]()
	most := mostBytes / int(unsafe.Sizeof(*new(T)))
	if cols > most-kern.NR || cols > 0 && rows > most/roundUp(cols, kern.NR) {
		panic(fmt.Sprintf("mat: NewPacked of %d×%d: too large", rows, cols))
	}
	return &Packed[T]{panels[T]{kern: kern, data: aligned[T](panelsSize(kern, rows, cols)), rows: rows, cols: cols}}
}

// Rows is the number of rows.
func (b *Packed[T]) Rows() int { return b.x.rows }

// Cols is the number of columns.
func (b *Packed[T]) Cols() int { return b.x.cols }

// Panels is the number of panels. It depends on the instruction set.
func (b *Packed[T]) Panels() int { return ceilDiv(b.x.cols, b.PanelCols()) }

// PanelCols is the number of columns of a panel; the last one may have fewer.
func (b *Packed[T]) PanelCols() int {
	if b.x.kern == nil {
		return asm.For[T]().NR
	}
	return b.x.kern.NR
}

// Data returns the elements of some panels as they lie in memory, with zeros beyond the last column: for what is done with
// each element alone, of matrices of one shape. The zeros must stay.
func (b *Packed[T]) Data(from, to int) []T {
	b.mustHave("Packed.Data", from, to)
	size := b.x.rows * b.PanelCols()
	return b.x.data[from*size : to*size : to*size]
}

// Load copies the columns of some panels from op(a), which is as large as b, or has fewer rows: then the others stay.
func (b *Packed[T]) Load(t Transpose, a Dense[T], from, to int) {
	rows := b.mustFit("Packed.Load", t, a, from, to)
	for q := from; q < to; q++ {
		b.x.loadPanel(t, a, q, rows)
	}
}

// Store copies the columns of some panels to op(a), which is as large as b, or has fewer rows.
func (b *Packed[T]) Store(t Transpose, a Dense[T], from, to int) {
	rows := b.mustFit("Packed.Store", t, a, from, to)
	for q := from; q < to; q++ {
		b.x.storePanel(t, a, q, rows)
	}
}

// LoadTransposed makes some panels of b, from … to−1, the transpose of src, as far as panels srcFrom … srcTo−1 of src go: the
// panels of src become rows of b. Calls for different panels of b, or of src, may run at once. b is as large as the
// transpose of src, perhaps without the last rows of src: LoadTransposed panics if b has more columns than src has
// rows, or not as many rows as src has columns.
func (b *Packed[T]) LoadTransposed(src *Packed[T], from, to, srcFrom, srcTo int) {
	x, y := &b.x, &src.x
	if x.rows != y.cols || x.cols > y.rows {
		panic(fmt.Sprintf("mat: Packed.LoadTransposed: %d×%d of the transpose of %d×%d", x.rows, x.cols, y.rows, y.cols))
	}
	b.mustHave("Packed.LoadTransposed", from, to)
	src.mustHave("Packed.LoadTransposed", srcFrom, srcTo)
	nr := b.PanelCols()
	for q := srcFrom; q < srcTo; q++ {
		for p := from; p < to; p++ {
			x.kern.Transpose(x.width(p), y.width(q), y.panel(q)[p*nr*nr:], nr, x.panel(p)[q*nr*nr:], nr)
		}
	}
}

// Mul computes C := alpha·A·B + beta·C on the columns of some panels, A being m×k, B the first k rows of b, and C m×n.
// A is read in place, which suits few rows. With beta = 0, C is not read. It panics if C shares elements with A. It takes
// 2mk operations for each column. Where [Gemm] packs both operands, it makes the same bits.
func (b *Packed[T]) Mul(alpha T, a Dense[T], beta T, c Dense[T], from, to int) {
	a.check("Packed.Mul", "a")
	c.check("Packed.Mul", "c")
	b.mustHave("Packed.Mul", from, to)
	x := &b.x
	if a.Cols > x.rows || c.Rows != a.Rows || c.Cols != x.cols {
		panic(fmt.Sprintf("mat: Packed.Mul: a is %d×%d, b %d×%d, c %d×%d", a.Rows, a.Cols, x.rows, x.cols, c.Rows, c.Cols))
	}
	if meet(c.Data, a.Data) {
		mustBeApart("Packed.Mul", "c", "a", &c, &a)
	}
	for q := from; q < to; q++ {
		left := operand[T]{data: a.Data, rsa: a.Stride, csa: 1}
		x.multiply(q, a.Rows, a.Cols, alpha, left, beta, c.ColView(q*x.kern.NR, x.width(q)))
	}
}

// Update makes rows row … row+m−1 of b alpha·Aᵀ·R + beta times what they are, on the columns of some panels, A being k×m and
// R the first k rows of r, which has as many columns as b. A is read in place. With beta = 0 the rows are not read. It takes
// 2mk operations for each column, and panics if the shapes do not fit.
func (b *Packed[T]) Update(alpha T, a Dense[T], r *Packed[T], beta T, row, from, to int) {
	a.check("Packed.Update", "a")
	b.mustHave("Packed.Update", from, to)
	x, y := &b.x, &r.x
	if row < 0 || row > x.rows-a.Cols || a.Rows > y.rows || y.cols != x.cols {
		panic(fmt.Sprintf("mat: Packed.Update: a is %d×%d, r %d×%d, b %d×%d, from row %d on", a.Rows, a.Cols, y.rows, y.cols, x.rows, x.cols, row))
	}
	nr := b.PanelCols()
	for q := from; q < to; q++ {
		left := operand[T]{data: a.Data, rsa: 1, csa: a.Stride}
		c := Dense[T]{Rows: a.Cols, Cols: x.width(q), Stride: nr, Data: x.panel(q)[row*nr : (row+a.Cols)*nr]}
		y.multiply(q, a.Cols, a.Rows, alpha, left, beta, c)
	}
}

// operand is a left operand in place, whose rows are rsa elements apart and whose columns csa.
type operand[T Float] struct {
	data     []T
	rsa, csa int
}

// multiply computes C := alpha·A·X + beta·C for an A of m×k and the first k rows of panel q, in the slabs of [Gemm].
func (x *panels[T]) multiply(q, m, k int, alpha T, a operand[T], beta T, c Dense[T]) {
	switch {
	case m == 0:
		return
	case k == 0:
		(&product[T]{m: m, beta: beta, c: c}).scaleC()
		return
	}
	panel, nr, kc := x.panel(q), x.kern.NR, evenly(k, x.kern.KC)
	for p := 0; p < k; p += kc {
		if p > 0 {
			beta = 1
		}
		for i := 0; i < m; i += x.kern.MC {
			x.kern.GemmDirect(min(x.kern.MC, m-i), c.Cols, min(kc, k-p), alpha, a.data[i*a.rsa+p*a.csa:], a.rsa, a.csa,
				panel[p*nr:], nr, beta, c.Data[i*c.Stride:], c.Stride)
		}
	}
}

// mustHave panics unless there are such panels.
func (b *Packed[T]) mustHave(op string, from, to int) {
	if count := b.Panels(); from < 0 || to > count || from > to {
		panic(fmt.Sprintf("mat: %s: panels %d to %d of %d", op, from, to, count))
	}
}

// mustFit panics unless there are such panels, and op(a) has as many columns as b and no more rows. It returns how many
// rows that are.
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
