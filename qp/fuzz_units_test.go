package qp

import (
	"math"
	"testing"

	"ridge/mat"
)

// sameNumbers reports whether q is exactly p in other units: whether no number has overflowed or
// underflowed, and none is so small that products of several, as on the central path, may be subnormal.
func sameNumbers[T mat.Float](p Problem[float64], q Problem[T], c float64, v []float64) bool {
	least := 0x1p-200
	if roundoff[T]() > 1e-10 {
		least = 0x1p-126
	}
	same := func(a float64, b T, unit float64) bool {
		exact := a == 0 && b == 0 || math.Abs(a) >= least && math.Abs(float64(b)) >= least
		return exact && float64(b)/unit == a
	}
	for i, s := range v {
		for j, u := range v {
			if !same(p.H.At(i, j), q.H.At(i, j), c*s*u) {
				return false
			}
		}
		if !same(p.G[i], q.G[i], c*s) || !same(p.Lower[i], q.Lower[i], 1/s) || !same(p.Upper[i], q.Upper[i], 1/s) {
			return false
		}
	}
	return true
}

// FuzzUnits solves a small problem in two systems of units, which differ by powers of two (of four
// for f), in both types, and requires the same bits.
func FuzzUnits(f *testing.F) {
	f.Add([]byte{}, uint64(0))
	for m := range byte(len(everyMethod)) {
		f.Add([]byte{m, 1, 1, 1, 255, 4, 0, 0, 0, 0, 252, 0, 0, 0, 0}, uint64(m))
		f.Add([]byte{m, 1, 1, 1, 255, 15, 0, 0, 0, 0, 252, 0, 4, 9, 0}, uint64(49+m))
		f.Add([]byte{m, 2, 2, 1, 2, 3, 2, 4, 6, 9, 3, 5, 0, 8, 7, 1, 1, 16, 8, 249, 40, 2, 30, 8}, uint64(99+m))
		f.Add([]byte{m, 2, 1, 3, 253, 0, 4, 0, 1, 0, 0, 252, 9, 1, 0, 0, 1, 0, 6, 200, 8}, uint64(7*m))
	}
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		p, x0, m := semidefiniteFromBytes(data)
		r := newRand(seed)
		v, c := randomPowers(len(x0), 30, r), math.Exp2(float64(2*(r.IntN(41)-20)))
		if q := inUnits(p, c, v); sameNumbers(p, q, c, v) {
			requireSameAnswer(t, p, q, x0, c, v, Options{Method: m})
		}
		v, c = randomPowers(len(x0), 20, r), math.Exp2(float64(2*(r.IntN(21)-10)))
		p32, q := problemAs[float32](p), problemAs[float32](inUnits(p, c, v))
		if sameNumbers(problemAs[float64](p32), q, c, v) {
			requireSameAnswer(t, p32, q, numbersAs[float32](x0), c, v, Options{Method: m})
		}
	})
}
