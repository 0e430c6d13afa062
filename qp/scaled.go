package qp

import (
	"math"

	"ridge/asm"
	"ridge/mat"
)

// scaledHessian is H made ready for sweeps: in float32, whatever T is, and with the
// variables scaled to z = Ex, E diagonal and eᵢ = √hᵢᵢ, so that the diagonal of
// K = E⁻¹HE⁻¹ is 1 and the units of the variables do not matter. K is packed into the
// panels of the kernel, and padded with variables that are always 0.
type scaledHessian struct {
	kern   *asm.Kernels[float32]
	n      int       // variables
	padded int       // n rounded up to whole panels
	k      []float32 // K, packed
	e      []float64
	weight []float32 // e: the gradient in x is E times that in z
	step   []float32 // 1, the reciprocals of K's diagonal, and 0 for the padding
}

// newScaledHessian returns nil if there are no variables, or if the scaled matrix does
// not fit in float32.
func newScaledHessian[T mat.Float](h mat.Dense[T]) *scaledHessian {
	kern := asm.For[float32]()
	n, mr := h.Rows, kern.MR
	if n == 0 {
		return nil
	}
	padded := (n + mr - 1) / mr * mr
	s := &scaledHessian{
		kern: kern, n: n, padded: padded,
		k: make([]float32, padded*padded), e: make([]float64, n),
		weight: make([]float32, padded), step: make([]float32, padded),
	}
	for i := range n {
		s.e[i] = math.Sqrt(float64(h.At(i, i)))
		s.weight[i], s.step[i] = float32(s.e[i]), 1
	}
	if notFinite(s.weight) >= 0 {
		return nil
	}
	rows := mat.NewDense[float32](mr, padded)
	for i := 0; i < n; i += mr {
		rows.Fill(0)
		for r := range min(mr, n-i) {
			row := rows.Row(r)
			for j, v := range h.Row(i + r) {
				row[j] = float32(float64(v) / s.e[i+r] / s.e[j])
			}
			if notFinite(row) >= 0 {
				return nil
			}
		}
		kern.PackA(padded, rows.Data, padded, s.k[i*padded:])
	}
	return s
}

// width is the number of problems that are swept together.
func (s *scaledHessian) width() int { return s.kern.NR }

// callWork bounds the multiplications of one kernel call, so that it ends within
// some 50 µs.
const callWork = 1 << 21

// sweep minimizes in one variable after the other, in all problems of p, and sets
// p.moved. From zero, where only the rows that were swept already count, it costs half.
func (s *scaledHessian) sweep(p *panel, fromZero bool) {
	clear(p.moved)
	mr := s.kern.MR
	rows := max(mr, callWork/(s.padded*s.width())/mr*mr)
	for i := 0; i < s.padded; i += rows {
		m := min(rows, s.padded-i)
		k := s.padded
		if fromZero {
			k = i + m
		}
		s.kern.Sweep(m, k, i, s.k[i*s.padded:], s.weight, s.step, p.z, p.g, p.lower, p.upper, p.moved)
	}
}
