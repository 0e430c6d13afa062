package mat

import (
	"ridge/asm"
	"ridge/internal/scratch"
)

// panel computes rows i…i+m of columns j…j+n of C, n ≤ NR.
func (p *product[T]) panel(kern *asm.Kernels[T], packedA, packedB []T, i, m, j, n, k int, beta T) {
	// Ranges of rows, relative to i: [lo, hi) lies wholly in the wanted part; the rest of [from,
	// to) crosses the diagonal.
	from, lo, hi, to := 0, 0, m, m
	switch p.part {
	case lower: // wanted: row ≥ column
		from = clampInt((j-i)/kern.MR*kern.MR, 0, m)
		lo = clampInt(roundUp(j+n-1-i, kern.MR), from, m)
	case upper: // wanted: row ≤ column
		hi = clampInt((j+1-i)/kern.MR*kern.MR, 0, m)
		to = clampInt(roundUp(j+n-i, kern.MR), hi, m)
	}
	p.diagonal(kern, packedA, packedB, i, from, lo, j, n, k, beta)
	if lo < hi {
		c := p.c.Data[(i+lo)*p.c.Stride+j:]
		multiplyPacked(kern, hi-lo, n, k, p.alpha, packedA[lo*k:], packedB, beta, c, p.c.Stride)
	}
	p.diagonal(kern, packedA, packedB, i, hi, to, j, n, k, beta)
}

// diagonal computes the panels of rows from i+r0 to i+r1 that cross the diagonal. Each is computed
// into a separate tile, whose wanted triangle is merged into C.
func (p *product[T]) diagonal(kern *asm.Kernels[T], packedA, packedB []T, i, r0, r1, j, n, k int, beta T) {
	if r0 >= r1 {
		return
	}
	buf := scratch.Get[T](kern.MR * kern.NR)
	defer scratch.Put(buf)
	for r := r0; r < r1; r += kern.MR {
		rows := min(kern.MR, r1-r)
		from, to := 0, n // the columns that belong to the wanted part in at least one row
		if p.part == lower {
			to = min(n, i+r+rows-j)
		} else {
			from = max(0, i+r-j)
		}
		p.halfTile(kern, rows, from, to, k, packedA[r*k:], packedB, buf.Data)
		for q := range rows {
			row := i + r + q
			c0, c1 := j, min(j+n, row+1)
			if p.part == upper {
				c0, c1 = max(j, row), j+n
			}
			if c0 < c1 {
				addScaled(p.c.Data[row*p.c.Stride+c0:row*p.c.Stride+c1], buf.Data[q*kern.NR+c0-j:], beta)
			}
		}
	}
}

// halfTile computes the columns from … to of a tile. If they all lie in one half of the panel, it
// skips the other half.
func (p *product[T]) halfTile(kern *asm.Kernels[T], rows, from, to, k int, packedA, packedB, tile []T) {
	half := kern.NR / 2
	if from < half && to > half {
		kern.Gemm(rows, to, k, p.alpha, packedA, packedB, 0, tile, kern.NR)
		return
	}
	first := from / half * half
	kern.GemmDirect(rows, to-first, k, p.alpha, packedA, 1, kern.MR, packedB[first:], kern.NR, 0, tile[first:], kern.NR)
}

// addScaled computes c := x + beta·c, and does not read c if beta is 0.
func addScaled[T Float](c, x []T, beta T) {
	if beta == 0 {
		copy(c, x)
		return
	}
	for q, v := range x[:len(c)] {
		c[q] = v + beta*c[q]
	}
}
