package mat

import "math"

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
	form        form
	unit        bool     // of a triangular form: its diagonal is all ones
	sums        Dense[T] // of the form concatenated: where the blocks of the diagonal go
}

// form says how the operands of a product are made of a and b.
type form uint8

const (
	ordinary form = iota
	lowerA        // A is symmetric, stored in the lower triangle of a,
	upperA        // or the upper one;
	lowerB        // the same for B
	upperB
	lowerTriangleA // op(A) is triangular (see trmm),
	upperTriangleA
	lowerTriangleB // or op(B) is
	upperTriangleB
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

// serialWork is the number of multiplications below which a product stays on the caller's
// goroutine: waking another one costs a few microseconds.
const serialWork = 64 * 64 * 64

// workersWorth returns how many of w workers a call with so many multiplications should use. The work W takes W/n + c·n
// with n workers, where c is what one more of them costs: some 50 ns (BenchmarkForkJoin with 4 and with 16). This is
// least for √(W/c) workers, about eight for serialWork.
func workersWorth(multiplications float64, w Workers) Workers {
	if multiplications < serialWork {
		return 1
	}
	return Workers(min(8*math.Sqrt(multiplications/serialWork), float64(w.Count())))
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
