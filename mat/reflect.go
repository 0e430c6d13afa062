package mat

import "ridge/internal/scratch"

// panelGroup is roughly how many elements of a matrix are worked on together: they stay in L2 while
// the blocks of reflectors are read once each.
const panelGroup = 1 << 17

// groupWidth is how many panels, of m rows each, are worked on together.
func groupWidth(m, nr, panels, workers int) int {
	return clampInt(panelGroup/(m*nr), 1, CeilDiv(panels, workers))
}

// extent says which columns of a matrix a block of reflectors may change.
type extent bool

const (
	whole     extent = false // all
	staircase extent = true  // columns before the block's first row are zero from that row on, and stay so
)

// apply overwrites C with op(Q)·C (Left) or C·op(Q) (Right), where Q = H₁·H₂·…·H_k.
func (r *reflectors[T]) apply(side Side, t Transpose, c Dense[T], e extent, w Workers) {
	n := c.Cols
	if side == Right { // C·Q = (Qᵀ·Cᵀ)ᵀ
		n, t = c.Rows, t.opposite()
	}
	if n == 0 || r.k == 0 {
		return
	}
	w = workersWorth(float64(r.m)*float64(r.k)*float64(n), w)
	count := CeilDiv(n, r.kern.NR)
	b := getBody[reflectBody[T]]()
	defer putBody(b)
	*b = reflectBody[T]{r: *r, side: side, t: t, c: c, n: n, extent: e}
	b.width = groupWidth(r.m, r.kern.NR, count, w.Count()) * r.kern.NR
	parallel(w, CeilDiv(n, b.width), b)
}

// reflectBody multiplies width columns of C (Left) or rows (Right) for each index.
type reflectBody[T Float] struct {
	r        reflectors[T]
	side     Side
	t        Transpose
	c        Dense[T]
	n, width int
	extent   extent
}

func (b *reflectBody[T]) do(i int) {
	if closed(b.r.done) {
		return
	}
	kern, from := b.r.kern, i*b.width
	cols := min(b.width, b.n-from)
	size := panelsSize(kern, b.r.m, cols)
	buf := scratch.Get[T](size + panelsSize(kern, b.r.nb, cols))
	defer scratch.Put(buf)
	x := panels[T]{kern: kern, data: buf.Data[:size], rows: b.r.m, cols: cols}
	c, t := b.c, NoTrans
	if b.side == Left {
		c = c.ColView(from, cols)
	} else {
		c, t = c.RowView(from, cols), Trans
	}
	x.load(t, c)
	blocks := b.r.blocks()
	for q := range blocks {
		if b.t == NoTrans { // H₁·(H₂·(…·C))
			q = blocks - 1 - q
		}
		block := b.r.block(q)
		first := 0
		if b.extent == staircase {
			first = clampInt((block.first-from)/kern.NR, 0, x.count())
		}
		block.apply(b.t, &x, first, x.count(), buf.Data[size:])
	}
	x.store(t, c)
}

// applyToPanels overwrites the panels of X from panel first on with Hᵀ·X. If other is not nil, one
// worker runs it meanwhile.
func (b *wyBlock[T]) applyToPanels(x panels[T], first int, other body, w Workers) {
	count := max(0, x.count()-first)
	w = workersWorth(float64(b.m)*float64(b.k)*float64(count*b.kern.NR), w)
	rest := getBody[panelsBody[T]]()
	defer putBody(rest)
	*rest = panelsBody[T]{block: *b, x: x, first: first,
		width: groupWidth(b.m, b.kern.NR, max(count, 1), w.Count()*stepShares)}
	pieces := CeilDiv(count, rest.width)
	if other == nil {
		parallel(w, pieces, rest)
		return
	}
	both := getBody[firstAndRest]()
	defer putBody(both)
	*both = firstAndRest{other, rest}
	parallel(w, 1+pieces, both)
}

// panelsBody applies a block to width panels for each index.
type panelsBody[T Float] struct {
	block        wyBlock[T]
	x            panels[T]
	first, width int
}

func (b *panelsBody[T]) do(i int) {
	from := b.first + i*b.width
	to := min(from+b.width, b.x.count())
	buf := scratch.Get[T]((to - from) * b.block.k * b.block.kern.NR)
	defer scratch.Put(buf)
	b.block.apply(Trans, &b.x, from, to, buf.Data)
}
