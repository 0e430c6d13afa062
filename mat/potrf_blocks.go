package mat

// potrfBlocks is the right-looking variant. It factors one block of the diagonal after the other, computes the columns
// of L (or rows of U) that belong to it, and updates the rest of the matrix:
//
//	A₁₁ = L₁₁L₁₁ᵀ,   L₂₁ = A₂₁L₁₁⁻ᵀ,   A₂₂ := A₂₂ − L₂₁L₂₁ᵀ.
//
// The first of these equations is the work of one worker. So the next block of the diagonal and the
// rows or columns that belong to it are updated first. Then one worker factors that block while the
// others do the rest of the update (lookahead; Strazdins, ANU technical report TR-CS-98-07, 1998).
func potrfBlocks[T Float](uplo Uplo, a Dense[T], w Workers, done <-chan struct{}) int {
	n, width := a.Rows, potrfWidth(a.Rows)
	next := getBody[lookahead[T]]()
	defer putBody(next)
	*next = lookahead[T]{uplo: uplo, a: a.View(0, 0, width, width)}
	next.do(0)
	for k := 0; next.minor == 0 && k+width < n; k += width {
		if closed(done) {
			return potrfEnded
		}
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
		next.update(p, a.View(from, from, rest, rest), w, done)
	}
	return next.minor
}

// potrfWidth is the order of all blocks of the diagonal but the last: about a quarter of n, within
// two limits. Below the lower limit, sums of so few terms would slow down the products. Above the
// upper one, factoring a block would take longer than all workers take for the rest.
func potrfWidth(n int) int {
	blocks := CeilDiv(n, clampInt(n/4, potrfNarrow, potrfWide))
	return roundUp(CeilDiv(n, blocks), slabUnit)
}

const (
	potrfNarrow = 160
	potrfWide   = 256
)

// lookahead is the next block of the diagonal, which one worker factors while the others update the
// rest of the matrix.
type lookahead[T Float] struct {
	uplo   Uplo
	a      Dense[T]
	before int // rows of the matrix above the block
	minor  int // order of the matrix's first leading minor that is not positive, or 0
}

func (d *lookahead[T]) do(int) {
	if minor := potrf(d.uplo, d.a, 1, nil); minor > 0 {
		d.minor = d.before + minor
	}
}

// update subtracts the product p from c, and factors the block, which is c's first. Once done is closed, it may leave a
// part of c as it is.
func (d *lookahead[T]) update(p product[T], c Dense[T], w Workers, done <-chan struct{}) {
	n, from := c.Rows, d.a.Rows
	strip := d.part(p, c, 0, from)
	strip.run(w)
	if n == from {
		d.do(0)
		return
	}
	var other body = d
	for from < n && (other != nil || !closed(done)) {
		size := n - from
		if done != nil {
			size = min(size, CeilDiv(updateBetween, 2*size*p.k))
		}
		rest := d.part(p, c, from, size)
		rest.runConcurrently(other, w)
		other = nil
		from += size
	}
}

// part is the part of p that is subtracted from some columns of c (Lower) or rows (Upper), from the diagonal on.
func (d *lookahead[T]) part(p product[T], c Dense[T], from, size int) product[T] {
	rest := c.Rows - from
	if d.uplo == Lower {
		p.m, p.n, p.c = rest, size, c.View(from, from, rest, size)
		p.a, p.b = p.a.RowView(from, rest), p.b.RowView(from, size)
	} else {
		p.m, p.n, p.c = size, rest, c.View(from, from, size, rest)
		p.a, p.b = p.a.ColView(from, size), p.b.ColView(from, rest)
	}
	return p
}
