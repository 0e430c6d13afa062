package bcd

import (
	"cmp"
	"slices"

	"ridge/mat"
)

// spectralPlan is how the members of a team share the blocks of weights that move in the spectral norm. A batch is
// gathered by the same products whatever the team, as [mat.Gemm] goes by their shapes: so no number depends on it.
type spectralPlan[T mat.Float] struct {
	pieces   []spectralPiece[T]  // parts of momenta, each of which one member updates
	whole    []*spectralBlock[T] // blocks whose momentum all members update, one after the other
	together []*spectralBlock[T] // large blocks, each moved by several members
	even     bool                // the blocks of together take about equally long
	apart    []*spectralBlock[T] // blocks that one member each moves, after those
}

// spectralPiece is some units of a block.
type spectralPiece[T mat.Float] struct {
	block *spectralBlock[T]
	units span
}

// planSpectral makes the plan of a team, which works alone or with other processes.
func planSpectral[T mat.Float](blocks []*spectralBlock[T], g *graph[T], alone bool) (p spectralPlan[T]) {
	var all float64
	for _, b := range blocks {
		all += b.operations()
	}
	for _, b := range blocks {
		if pieces := b.cut(g.tileRows, g.tiles*rowUnit); alone && pieces != nil {
			p.pieces = append(p.pieces, pieces...)
		} else {
			p.whole = append(p.whole, b)
		}
		if b.operations() > all/float64(g.team.size) && b.weights.Rows*b.weights.Cols > g.few { // else nothing is split
			p.together = append(p.together, b)
		} else {
			p.apart = append(p.apart, b)
		}
	}
	switch n := len(p.apart); {
	case !alone || n < g.team.size && !g.team.eachAlone(n, g.small()):
		p.together, p.apart = blocks, nil
	case !g.team.eachAlone(n, g.small()): // the largest, which one member each would have in a last round
		slices.SortStableFunc(p.apart, func(a, b *spectralBlock[T]) int {
			return cmp.Compare(a.operations(), b.operations())
		})
		whole := n - n%g.team.size
		p.together, p.apart = append(p.together, p.apart[whole:]...), p.apart[:whole]
	}
	p.even = areEven(p.together)
	return p
}

// areEven reports whether the largest of some blocks takes hardly longer than their mean.
func areEven[T mat.Float](blocks []*spectralBlock[T]) bool {
	var largest, all float64
	for _, b := range blocks {
		largest, all = max(largest, b.operations()), all+b.operations()
	}
	return largest*float64(len(blocks)) <= 1.125*all
}

// workersEach is how many move each of the large blocks side by side, or 0 if all of a team move one after the other.
// The barriers of a polar factor, some thirty, take as long as it has workers. So a large team has them all at a time,
// with fewer workers each, and a small one is busier with one block after the other.
func (p *spectralPlan[T]) workersEach(t team) mat.Workers {
	const enough = 8 // workers of a block
	if n := len(p.together); n >= 2 && p.even && t.size >= enough*n {
		return mat.Workers(t.size / n)
	}
	return 0
}

// operations is how many a step takes, but for a factor.
func (b *spectralBlock[T]) operations() float64 {
	rows, cols := float64(b.weights.Rows), float64(b.weights.Cols)
	return rows * cols * min(rows, cols)
}

// cut divides a block into pieces of whole register tiles that take some microseconds each. It returns nil if batches
// of the given number of samples would make them large products.
func (b *spectralBlock[T]) cut(tileRows, samples int) (pieces []spectralPiece[T]) {
	const elements = 1 << 13
	rows, cols := b.weights.Rows, b.weights.Cols
	count := ceilDiv(rows*cols, elements)
	step := ceilDiv(rows, count*tileRows) * tileRows
	if float64(step)*float64(cols)*float64(samples) > longestPiece {
		return nil
	}
	for from := 0; from < rows; from += step {
		pieces = append(pieces, spectralPiece[T]{b, span{from, min(from+step, rows)}})
	}
	return pieces
}

// longestPiece is how many multiplications a piece may take: with more, [mat.Gemm] would add up a few samples at a time
// where a piece has the rows of one or two register tiles, which takes longer than a product of the whole block.
const longestPiece = 1 << 22
