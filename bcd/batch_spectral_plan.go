package bcd

import "ridge/mat"

// spectralPlan is how the members of a team share the blocks of weights that move in the spectral norm. No number
// depends on it.
type spectralPlan[T mat.Float] struct {
	pieces   []spectralPiece[T]  // of all momenta, by which batches are gathered
	together []*spectralBlock[T] // all members move these, one after the other,
	apart    []*spectralBlock[T] // and then one member each moves these
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
		p.pieces = append(p.pieces, b.cut(g.team, g.tileRows)...)
		if b.operations() > all/float64(g.team.size) {
			p.together = append(p.together, b)
		} else {
			p.apart = append(p.apart, b)
		}
	}
	if !alone || !g.team.eachAlone(len(p.apart), g.small()) {
		p.together, p.apart = blocks, nil
	}
	return p
}

// operations is how many a step takes, but for a factor.
func (b *spectralBlock[T]) operations() float64 {
	rows, cols := float64(b.weights.Rows), float64(b.weights.Cols)
	return rows * cols * min(rows, cols)
}

// cut divides a block into pieces of whole register tiles that take some microseconds each.
func (b *spectralBlock[T]) cut(t team, tileRows int) (pieces []spectralPiece[T]) {
	rows, step := b.weights.Rows, b.weights.Rows
	if t.size > 1 {
		const elements = 1 << 13
		count := (rows*b.weights.Cols + elements - 1) / elements
		step = (rows + count*tileRows - 1) / (count * tileRows) * tileRows
	}
	for from := 0; from < rows; from += step {
		pieces = append(pieces, spectralPiece[T]{b, span{from, min(from+step, rows)}})
	}
	return pieces
}
