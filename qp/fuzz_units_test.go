package qp

import (
	"math"
	"testing"
)

// FuzzUnits solves a small problem in two systems of units, which are powers of two apart (of four for
// f), and requires the same bits.
func FuzzUnits(f *testing.F) {
	f.Add([]byte{}, uint64(0))
	for m := range byte(len(everyMethod)) {
		f.Add([]byte{m, 1, 1, 1, 255, 4, 0, 0, 0, 0, 252, 0, 0, 0, 0}, uint64(m))
		f.Add([]byte{m, 2, 2, 1, 2, 3, 2, 4, 6, 9, 3, 5, 0, 8, 7, 1, 1, 16, 8, 249, 40, 2, 30, 8}, uint64(99+m))
		f.Add([]byte{m, 2, 1, 3, 253, 0, 4, 0, 1, 0, 0, 252, 9, 1, 0, 0, 1, 0, 6, 200, 8}, uint64(7*m))
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		p, x0, m := semidefiniteFromBytes(data)
		r := newRand(seed)
		v, c := randomPowers(len(x0), 30, r), math.Exp2(float64(2*(r.IntN(41)-20)))
		requireSameAnswer(t, p, inUnits(p, c, v), x0, c, v, Options{Method: m})
	})
}
