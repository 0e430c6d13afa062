package mat

import "ridge/asm"

// panelParts packs terms from … to of some vectors that consist of parts of several matrices. The vectors are rows of
// op(A) or columns of op(B). Each part goes behind the one before it.
type panelParts[T Float] struct {
	kern         *asm.Kernels[T]
	ofB          bool
	width        int // of a panel: MR or NR
	first, count int // vectors
	from, to     int // terms
	panel        []T
}

// piece packs a part of the vectors: the terms from … to, as far as they are wanted, from a matrix whose first term has
// index shift.
func (s *panelParts[T]) piece(t Transpose, m Dense[T], from, to, shift int) {
	from, to = max(from, s.from), min(to, s.to)
	if from >= to {
		return
	}
	panel := s.panel[(from-s.from)*s.width : (to-s.from)*s.width]
	if s.ofB { // this branch avoids a function value, which would be allocated
		packPanelB(s.kern, t, m, s.first, s.count, from-shift, to-shift, panel)
	} else {
		packPanelA(s.kern, t, m, s.first, s.count, from-shift, to-shift, panel)
	}
}

// concatenated packs vectors of k terms, the first half from a and the second half from b.
func (s *panelParts[T]) concatenated(t Transpose, a, b Dense[T], k int) {
	s.piece(t, a, 0, k/2, 0)
	s.piece(t, b, k/2, k, k/2)
}

// symmetric packs vectors of a symmetric matrix of which one triangle is stored. t says how the matrix is read before
// the diagonal.
func (s *panelParts[T]) symmetric(t Transpose, m Dense[T], lower bool) {
	s.piece(t, m, 0, s.first, 0)
	s.diagonal(m, lower)
	s.piece(t.opposite(), m, s.first+s.count, m.Rows, 0)
}

// triangular packs vectors of a triangular matrix: the terms before or after the diagonal, and the block on it. The
// other terms are left as they are.
func (s *panelParts[T]) triangular(t Transpose, m Dense[T], before, unit bool) {
	if before {
		s.piece(t, m, 0, s.first+s.count, 0)
	} else {
		s.piece(t, m, s.first, m.Rows, 0)
	}
	for d := max(s.from-s.first, 0); d < min(s.to-s.first, s.count); d++ {
		vector := s.panel[(s.first+d-s.from)*s.width:][:s.count]
		if before {
			clear(vector[:d])
		} else {
			clear(vector[d+1:])
		}
		if unit {
			vector[d] = 1
		}
	}
}

// diagonal packs the terms of the block on the diagonal. The last elements of a panel may be padding.
func (s *panelParts[T]) diagonal(m Dense[T], lower bool) {
	for t := max(s.from, s.first); t < min(s.to, s.first+s.count); t++ {
		vector := s.panel[(t-s.from)*s.width:][:s.width]
		clear(vector[s.count:])
		for q := range s.count {
			i, j := s.first+q, t
			if (i < j) == lower {
				i, j = j, i
			}
			vector[q] = m.Data[i*m.Stride+j]
		}
	}
}

// packFormA packs up to MR rows of op(A), terms from … to.
func (p *product[T]) packFormA(kern *asm.Kernels[T], row, rows, from, to int, panel []T) {
	s := panelParts[T]{kern, false, kern.MR, row, rows, from, to, panel}
	switch p.form {
	case concatenated:
		s.concatenated(p.tA, p.a, p.b, p.k)
	case lowerA:
		s.symmetric(NoTrans, p.a, true)
	case upperA:
		s.symmetric(Trans, p.a, false)
	case lowerTriangleA:
		s.triangular(p.tA, p.a, true, p.unit)
	case upperTriangleA:
		s.triangular(p.tA, p.a, false, p.unit)
	default:
		s.piece(p.tA, p.a, from, to, 0)
	}
}

// packFormB packs up to NR columns of op(B), terms from … to.
func (p *product[T]) packFormB(kern *asm.Kernels[T], col, cols, from, to int, panel []T) {
	s := panelParts[T]{kern, true, kern.NR, col, cols, from, to, panel}
	switch p.form {
	case concatenated:
		s.concatenated(p.tB, p.b, p.a, p.k)
	case lowerB:
		s.symmetric(Trans, p.b, true)
	case upperB:
		s.symmetric(NoTrans, p.b, false)
	case lowerTriangleB:
		s.triangular(p.tB, p.b, false, p.unit)
	case upperTriangleB:
		s.triangular(p.tB, p.b, true, p.unit)
	default:
		s.piece(p.tB, p.b, from, to, 0)
	}
}
