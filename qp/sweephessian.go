package qp

import (
	"slices"

	"ridge/asm"
	"ridge/mat"
)

// scaledHessian is H prepared for sweeps: in float32, whatever T is, and with the variables in
// natural units, z = Ex, E diagonal and eᵢ = √hᵢᵢ, so that the diagonal of K = E⁻¹HE⁻¹ is 1. K is
// padded with variables that are always 0, and cut into strips of rows, which are packed for the
// kernels.
type scaledHessian struct {
	kern   *asm.Kernels[float32]
	n      int // variables
	padded int // n rounded up to whole panels of rows
	strips []strip
	units  natural
	step   []float32 // K's diagonal, which equals its reciprocal: 1, and 0 for the padding
}

// strip is a block of rows of K, for the variables from … to−1. In a sweep, gemm computes its
// products with the variables of other strips; only within the diagonal block do variables depend
// on each other.
type strip struct {
	from, to int
	diagonal []float32 // the other columns, in order
	others   []block   // the other columns, in order
}

// block is the columns from … to−1 of a strip, in packed panels of rows.
type block struct {
	from, to int
	k        []float32
}

const (
	// stripRows is roughly the number of rows of a strip. More rows put more of the work into the
	// diagonal blocks; with fewer, the result of each product is loaded and stored more often.
	stripRows = 96
	// blockCols is the largest number of columns of a block. A block takes about 150 KB, and its
	// part of a panel's variables 25 KB: they stay in L2 and L1.
	blockCols = 4 * stripRows
)

// newScaledHessian returns nil if there are no variables, if one has no curvature, or if the scaled
// matrix is not finite.
func newScaledHessian[T mat.Float](h mat.Dense[T], u natural) *scaledHessian {
	kern := asm.For[float32]()
	n, mr := h.Rows, kern.MR
	if n == 0 || slices.Contains(u.e, 0) {
		return nil
	}
	padded := roundUp(n, mr)
	s := &scaledHessian{
		kern: kern, n: n, padded: padded,
		units: u, step: make([]float32, padded),
	}
	for i := range n {
		s.step[i] = 1
	}
	rows := mat.NewDense[float32](min(padded, roundUp(stripRows, mr)), padded)
	for from := 0; from < padded; from += rows.Rows {
		to := min(from+rows.Rows, padded)
		if !scaleRows(s, h, from, to, rows) {
			return nil
		}
		s.strips = append(s.strips, s.cut(from, to, rows))
	}
	return s
}

func ceilDiv(n, unit int) int { return (n + unit - 1) / unit }

func roundUp(n, unit int) int { return ceilDiv(n, unit) * unit }

// scaleRows writes rows from … to−1 of K, and reports whether they are finite.
func scaleRows[T mat.Float](s *scaledHessian, h mat.Dense[T], from, to int, rows mat.Dense[float32]) bool {
	rows.Fill(0)
	for i := from; i < min(to, s.n); i++ {
		row := rows.Row(i - from)
		for j, v := range h.Row(i) {
			row[j] = float32(float64(v) * s.units.inverse[i] * s.units.inverse[j])
		}
		if notFinite(row) >= 0 {
			return false
		}
	}
	return true
}

// cut packs the strip of rows from … to−1.
func (s *scaledHessian) cut(from, to int, rows mat.Dense[float32]) strip {
	t := strip{from: from, to: to, diagonal: s.pack(rows, to-from, from, to)}
	for _, side := range [][2]int{{0, from}, {to, s.padded}} {
		for c := side[0]; c < side[1]; c += blockCols {
			end := min(c+blockCols, side[1])
			t.others = append(t.others, block{c, end, s.pack(rows, to-from, c, end)})
		}
	}
	return t
}

// pack packs columns from … to−1 of the first count rows.
func (s *scaledHessian) pack(rows mat.Dense[float32], count, from, to int) []float32 {
	mr, k := s.kern.MR, to-from
	packed := make([]float32, count*k)
	for i := 0; i < count; i += mr {
		s.kern.PackA(k, rows.View(i, from, mr, k).Data, rows.Stride, packed[i*k:])
	}
	return packed
}

// width is the number of problems in a panel.
func (s *scaledHessian) width() int { return s.kern.NR }

// sweep minimizes over one variable after the other, in all problems of the panels, and sets their
// moved. From zero, a sweep takes half the operations, because only the strips that were already
// swept count.
//
// The panels go through the strips together, so that a block of K is read from memory once for all
// of them.
func (s *scaledHessian) sweep(panels []*panel, fromZero bool) {
	width := s.width()
	for _, p := range panels {
		clear(p.moved)
	}
	for _, t := range s.strips {
		rows := t.to - t.from
		for _, p := range panels {
			copy(p.pull, p.g[t.from*width:t.to*width])
		}
		for _, b := range t.others {
			if fromZero && b.from >= t.to {
				break
			}
			for _, p := range panels {
				s.kern.Gemm(rows, width, b.to-b.from, 1, b.k, p.z[b.from*width:b.to*width], 1, p.pull, width)
			}
		}
		for _, p := range panels {
			of := func(v []float32) []float32 { return v[t.from*width : t.to*width] }
			s.kern.Sweep(rows, rows, 0, t.diagonal, s.step[t.from:], s.step[t.from:],
				of(p.z), p.pull, of(p.lower), of(p.upper), p.moved)
		}
	}
}
