package mat

import (
	"math"

	"ridge/asm"
)

// apart is a product whose C is cut into regions, which one worker each computes, of operands that it packs for itself.
// Some of them are packed twice, but nothing is read that another worker has just written, nor written over what
// another one has just read: on processors whose cores do not share one cache, a line on its way from core to core
// costs as much as packing several. (Two cores of a Zen 5 that share no L3 multiply 784 rows 1.70 times as fast as one
// with operands that they share, and 1.91 times apart.)
type apart[T Float] struct {
	product[T]
	kern         *asm.Kernels[T]
	kc           int // terms in a slab
	down, across int // regions of a whole C; a triangle has down bands, each with its part of the diagonal
}

// mostApart is the largest number of workers that compute a product apart. With four, each packs twice what it would
// pack if they shared their operands.
const mostApart = 4

// runApart computes the product apart, and reports whether it did: that is for few workers, and products that can be
// cut evenly.
func (p *product[T]) runApart(kern *asm.Kernels[T], kc int, w Workers) bool {
	if w.Count() > mostApart || p.form != ordinary || p.part != full && p.m != p.n {
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
	count := b.count(workers)
	if b.part != full {
		b.down, b.across = count, 1
		// Else a diagonal block would be rounded in another way than the same elements of a whole product, of which the
		// blocks of the diagonal are others.
		return (b.beta == 0 || b.beta == 1) && b.n >= fewestPanels*count*b.kern.MR
	}
	const packing = 20 // multiplications that take as long as packing an element
	least := math.Inf(1)
	for down := 1; down <= count; down++ {
		if count%down != 0 {
			continue
		}
		rows := CeilDiv(CeilDiv(b.m, b.kern.MR), down) * b.kern.MR
		cols := CeilDiv(CeilDiv(b.n, b.kern.NR), count/down) * b.kern.NR
		if time := float64(rows)*float64(cols) + packing*float64(rows+cols); time < least {
			least, b.down, b.across = time, down, count/down
		}
	}
	even := float64(b.m)*float64(b.n)/float64(count) + packing*float64(b.m+b.n)/float64(workers)
	return least <= 1.25*even
}

// fewestPanels is how many panels each band of a triangle has at least, such that they are about even.
const fewestPanels = 4

// count is the number of regions: one for each worker, or several if they would take long, so that who is done sooner
// can take over some of another's. They have about a million elements at least.
func (b *apart[T]) count(workers int) int {
	const longest, smallest = 1 << 31, 1 << 20
	work, elements := b.multiplications(), float64(b.m)*float64(b.n)
	if b.part != full {
		work, elements = work/2, elements/2
	}
	n := workers
	for work/float64(n) > longest && elements/float64(n+workers) >= smallest {
		n += workers
	}
	return n
}

// block is some rows and columns of C, and which part of them is wanted.
type block struct {
	rows, cols span
	wanted     part
}

// do computes region i.
func (b *apart[T]) do(i int) {
	for _, c := range b.region(i) {
		b.compute(c)
	}
}

// region returns the blocks of region i. Some may be empty.
func (b *apart[T]) region(i int) [2]block {
	if b.part == full {
		rows := evenPart(b.m, b.kern.MR, i/b.across, b.down)
		return [2]block{{rows, evenPart(b.n, b.kern.NR, i%b.across, b.across), full}}
	}
	band := b.band(i)
	square, rest := block{band, band, b.part}, block{band, span{0, band.from}, full}
	if b.part == upper {
		rest.rows, rest.cols = rest.cols, rest.rows
	}
	return [2]block{rest, square}
}

// band is the rows of the lower triangle, or the columns of the upper one, that region i has: they have about as many
// elements as the others.
func (b *apart[T]) band(i int) span {
	begin := func(i int) int {
		if i == b.down {
			return b.n
		}
		return int(math.Round(float64(b.n)*math.Sqrt(float64(i)/float64(b.down))/float64(b.kern.MR))) * b.kern.MR
	}
	return span{begin(i), begin(i + 1)}
}

// evenPart is part i of count parts of n rows or columns, in whole panels.
func evenPart(n, panel, i, count int) span {
	panels := CeilDiv(n, panel)
	return span{i * panels / count * panel, min((i+1)*panels/count*panel, n)}
}

// compute computes a block of C on one worker.
func (b *apart[T]) compute(c block) {
	p := b.product
	p.m, p.n, p.part = c.rows.to-c.rows.from, c.cols.to-c.cols.from, c.wanted
	if p.m == 0 || p.n == 0 {
		return
	}
	p.a, p.b = takeRows(p.tA, p.a, c.rows), takeRows(p.tB.opposite(), p.b, c.cols)
	p.c = p.c.View(c.rows.from, c.cols.from, p.m, p.n)
	p.runPacked(b.kern, b.kc, nil, 1)
}

// takeRows returns some rows of op(a), as they are stored.
func takeRows[T Float](t Transpose, a Dense[T], s span) Dense[T] {
	if t == Trans {
		return a.ColView(s.from, s.to-s.from)
	}
	return a.RowView(s.from, s.to-s.from)
}
