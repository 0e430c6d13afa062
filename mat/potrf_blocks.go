package mat

// potrfBlocks factors block after block of the diagonal, with as many columns of L or rows of U as the
// block has, and takes what they give from all that is left:
//
//	A₁₁ = L₁₁L₁₁ᵀ,   L₂₁ = A₂₁L₁₁⁻ᵀ,   A₂₂ := A₂₂ − L₂₁L₂₁ᵀ.
//
// The first is the work of one worker. So the next block of the diagonal, and what is beside it, is
// brought up to date before all else, and factored while the other workers do the rest (lookahead;
// Strazdins, ANU technical report TR-CS-98-07, 1998). It returns the order of the minor that is not
// positive, or 0.
func potrfBlocks[T Float](uplo Uplo, a Dense[T], w Workers) int {
	n, width := a.Rows, potrfWidth(a.Rows)
	next := getBody[lookahead[T]]()
	defer putBody(next)
	*next = lookahead[T]{uplo: uplo, a: a.View(0, 0, width, width)}
	next.do(0)
	for k := 0; next.minor == 0 && k+width < n; k += width {
		from := k + width
		rest := n - from
		*next = lookahead[T]{uplo: uplo, a: a.View(from, from, min(width, rest), min(width, rest)), before: from}
		diagonal, p := a.View(k, k, width, width), product[T]{k: width, alpha: -1, beta: 1, part: lower}
		if uplo == Lower {
			p.a, p.tB = a.View(from, k, rest, width), Trans
			trsm(Right, Lower, Trans, NonUnit, diagonal, p.a, w)
		} else {
			p.a, p.tA, p.part = a.View(k, from, width, rest), Trans, upper
			trsm(Left, Upper, Trans, NonUnit, diagonal, p.a, w)
		}
		p.b = p.a
		next.update(p, a.View(from, from, rest, rest), w)
	}
	return next.minor
}

// potrfWidth is the order of all blocks of the diagonal but the last one: about a quarter of n, as long
// as sums of so many terms are at the speed of longer ones and a block is factored
// in less time than all workers take for the rest.
func potrfWidth(n int) int {
	blocks := ceilDiv(n, clampInt(n/4, potrfNarrow, potrfWide))
	return roundUp(ceilDiv(n, blocks), slabUnit)
}

const (
	potrfNarrow = 160
	potrfWide   = 256
)

// lookahead is a block of the diagonal that is to be factored.
type lookahead[T Float] struct {
	uplo   Uplo
	a      Dense[T]
	before int // rows of the matrix above it
	minor  int // of the matrix, that is not positive
}

func (d *lookahead[T]) do(int) {
	if minor := potrf(d.uplo, d.a, 1); minor > 0 {
		d.minor = d.before + minor
	}
}

// update subtracts the product p from c, and factors the block, c's first one.
func (d *lookahead[T]) update(p product[T], c Dense[T], w Workers) {
	first, strip, rest := d.a.Rows, p, p
	n := c.Rows
	strip.m, strip.n = n, n
	rest.m, rest.n = n-first, n-first
	rest.c = c.View(first, first, n-first, n-first)
	if d.uplo == Lower {
		strip.n, strip.c, strip.b = first, c.ColView(0, first), p.a.RowView(0, first)
		rest.a = p.a.RowView(first, n-first)
	} else {
		strip.m, strip.c, strip.a = first, c.RowView(0, first), p.a.ColView(0, first)
		rest.a = p.a.ColView(first, n-first)
	}
	rest.b = rest.a
	strip.run(w)
	if n == first {
		d.do(0)
		return
	}
	rest.runBeside(d, w)
}
