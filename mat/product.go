package mat

// part is the part of C that a product computes.
type part uint8

const (
	full part = iota
	lower
	upper
)

// partOf is the triangle of C.
func partOf(uplo Uplo) part {
	if uplo == Upper {
		return upper
	}
	return lower
}

// product is C := alpha·op(A)·op(B) + beta·C.
type product[T Float] struct {
	m, n, k     int
	tA, tB      Transpose
	alpha, beta T
	a, b, c     Dense[T]
	part        part
	first       int // the first row of a lower triangle, or column of an upper one, that is computed
	form        form
	unit        bool     // of a triangular form: its diagonal is all ones
	sums        Dense[T] // of the form concatenated: where the blocks of the diagonal go
}

// form says how the operands of a product are made of a and b.
type form uint8

const (
	ordinary form = iota

	lowerA // A is symmetric, its lower triangle is stored in a
	upperA // A is symmetric, its upper triangle is stored in a
	lowerB // B is symmetric, its lower triangle is stored in b
	upperB // B is symmetric, its upper triangle is stored in b

	lowerTriangleA // op(A) is lower triangular: see trmm
	upperTriangleA // op(A) is upper triangular
	lowerTriangleB // op(B) is lower triangular
	upperTriangleB // op(B) is upper triangular

	concatenated // op(A) is [op(a) op(b)], op(B) is [op(b); op(a)]
)

// multiplications is mnk, as a float64 because it can overflow an int.
func (p *product[T]) multiplications() float64 { return float64(p.m) * float64(p.n) * float64(p.k) }

// halves is 2 if no slab may have terms of both halves of the concatenated operands, so that the bits are those of a
// product of operands in place. Transposed ones are never read in place.
func (p *product[T]) halves() int {
	if p.form == concatenated && p.tA == NoTrans {
		return 2
	}
	return 1
}

// slabEnd is the end of the slab of at most kc terms that begins with term from.
func (p *product[T]) slabEnd(from, kc int) int {
	if middle := p.k / 2; p.halves() == 2 && from < middle {
		return min(from+kc, middle)
	}
	return min(from+kc, p.k)
}

// scaleC computes C := beta·C on the wanted part.
func (p *product[T]) scaleC() {
	for i := range p.c.rowsToVisit() {
		row := p.c.Row(i)
		switch p.part {
		case lower:
			row = row[:i+1]
		case upper:
			row = row[i:]
		}
		if p.beta == 0 {
			clear(row)
			continue
		}
		Scal(p.beta, row)
	}
}

// tile is a block of rows and columns of C; the columns count from the first one of the packed
// block of B.
type tile struct{ i, rows, j, cols int }

// grid cuts C into blocks of mc rows and nc columns.
type grid struct{ mc, nc, across, down int }

func (g grid) tiles() int { return g.down * g.across }

func (g grid) tile(t, m, n int) tile {
	i, j := t/g.across*g.mc, t%g.across*g.nc
	return tile{i, min(g.mc, m-i), j, min(g.nc, n-j)}
}
