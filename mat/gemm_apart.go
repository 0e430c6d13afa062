package mat

import (
	"math"

	"ridge/asm"
)

// apart is a product whose C is cut into regions, one for each worker, who packs what it needs of the operands for
// itself. Some is packed twice, but nothing is read that another worker has just written, nor written over what another
// one has just read: on processors whose cores do not share one cache, a line on its way from core to core costs as
// much as packing several. (docs/performance.md has what two cores gain that share no L3, and lose that do.)
type apart[T Float] struct {
	product[T]
	kern         *asm.Kernels[T]
	kc           int // terms in a slab
	down, across int // regions of a whole C; a triangle has down bands, each with its part of the diagonal
}

const (
	// mostApart is the largest number of workers that compute a product apart. With four, each packs twice its share of
	// what they would pack together.
	mostApart = 4

	// largestApart bounds C in halves of L2, which MC·KC elements are, and longestApart the multiplications: in larger
	// products less of the time is packing, and who is done sooner should take over some of another's work.
	largestApart = 16
	longestApart = 1 << 33

	// mostUneven is how many times its even share the largest region takes at most.
	mostUneven = 1.15
)

// runApart computes the product apart, and reports whether it did: only few workers do, and only what they can divide
// evenly.
func (p *product[T]) runApart(kern *asm.Kernels[T], kc int, w Workers) bool {
	if w.Count() > mostApart || p.form != ordinary || p.part != full && p.m != p.n ||
		float64(p.m)*float64(p.n) > float64(largestApart*kern.MC*kern.KC) || p.multiplications() > longestApart {
		return false
	}
	b := getBody[apart[T]]()
	defer putBody(b)
	*b = apart[T]{product: *p, kern: kern, kc: kc}
	if !b.cut(w.Count()) {
		return false
	}
	parallel(w, b.down*b.across, b)
	return true
}

// cut chooses the regions, and reports whether all workers have about as much to do.
func (b *apart[T]) cut(workers int) bool {
	if b.part != full {
		b.down, b.across = workers, 1
		largest := 0.0
		for i := range workers {
			band := b.band(i)
			largest = max(largest, b.triangle(band.to)-b.triangle(band.from))
		}
		return largest <= mostUneven*b.triangle(b.n)/float64(workers)
	}
	const packing = 20 // multiplications that take as long as packing an element
	time := func(rows, cols int) float64 { return float64(rows)*float64(cols) + packing*float64(rows+cols) }
	tall, wide, least := CeilDiv(b.m, b.kern.MR), CeilDiv(b.n, b.kern.NR), math.Inf(1)
	for down := 1; down <= workers; down++ {
		if workers%down != 0 {
			continue
		}
		region := time(CeilDiv(tall, down)*b.kern.MR, CeilDiv(wide, workers/down)*b.kern.NR)
		if region < least {
			least, b.down, b.across = region, down, workers/down
		}
	}
	return least <= mostUneven*time(tall*b.kern.MR, wide*b.kern.NR)/float64(workers)
}

// do computes region i on one worker.
func (b *apart[T]) do(i int) {
	rows, cols, first := b.region(i)
	p := b.product
	p.m, p.n, p.first = rows.to-rows.from, cols.to-cols.from, first
	if p.m == 0 || p.n == 0 {
		return // there are more parts than panels
	}
	p.a, p.b = takeRows(p.tA, p.a, rows), takeRows(p.tB.opposite(), p.b, cols)
	p.c = p.c.View(rows.from, cols.from, p.m, p.n)
	p.runPacked(b.kern, b.kc, nil, 1)
}

// region returns the rows and columns of region i. Of a triangle they are a triangle, too, of which the region is what
// comes from row or column first on.
func (b *apart[T]) region(i int) (rows, cols span, first int) {
	if b.part == full {
		rows = evenPart(b.m, b.kern.MR, i/b.across, b.down)
		return rows, evenPart(b.n, b.kern.NR, i%b.across, b.across), 0
	}
	band := b.band(i)
	return span{0, band.to}, span{0, band.to}, band.from
}

// band is the rows of the lower triangle, or the columns of the upper one, that region i has: they have about as many
// time as the others.
func (b *apart[T]) band(i int) span {
	half := float64(b.kern.NR) / 2
	begin := func(i int) int {
		if i == b.down {
			return b.n
		}
		part := float64(i) / float64(b.down) * b.triangle(b.n)
		at := math.Sqrt(half*half+2*part) - half // where triangle is that
		return int(math.Round(at/float64(b.panel()))) * b.panel()
	}
	return span{begin(i), begin(i + 1)}
}

// triangle is the time that a triangle of n rows takes, in elements: a row has half a register tile more than is wanted
// of it.
func (b *apart[T]) triangle(n int) float64 {
	x, half := float64(n), float64(b.kern.NR)/2
	return x*x/2 + half*x
}

// panel is what the bands of a triangle are multiples of, so that the same elements are in tiles that cross the
// diagonal, which are rounded in another way, as in a whole product.
func (b *apart[T]) panel() int {
	if b.part == lower {
		return b.kern.MR
	}
	return b.kern.NR
}

// evenPart is part i of count parts of n rows or columns, in whole panels.
func evenPart(n, panel, i, count int) span {
	panels := CeilDiv(n, panel)
	return span{i * panels / count * panel, min((i+1)*panels/count*panel, n)}
}

// takeRows returns some rows of op(a), as they are stored.
func takeRows[T Float](t Transpose, a Dense[T], s span) Dense[T] {
	if t == Trans {
		return a.ColView(s.from, s.to-s.from)
	}
	return a.RowView(s.from, s.to-s.from)
}
