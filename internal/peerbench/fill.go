package main

import (
	"math"

	"ridge/mat"
)

// fillv is number i of the pseudo-random sequence called seed, in [−½, ½). All
// drivers of the benchmark compute the same: a multiplicative hash with the
// finalizer of MurmurHash3, cut short, of which the upper 24 bits are used, so that
// the numbers are exact in float32.
func fillv(i uint64, seed uint32) float64 {
	h := uint32(i)*2654435761 + seed*0x9E3779B9
	h ^= h >> 15
	h *= 0x85EBCA6B
	h ^= h >> 13
	return float64(h>>8)*0x1p-24 - 0.5
}

// filled returns a rows×cols matrix of the sequence called seed, row by row.
func filled[T mat.Float](rows, cols int, seed uint32) mat.Dense[T] {
	m := mat.NewDense[T](rows, cols)
	for i := range m.Data {
		m.Data[i] = T(fillv(uint64(i), seed))
	}
	return m
}

// checksumSeed names the sequence that results are multiplied with.
const checksumSeed = 99

// checksum returns Σ mᵢⱼ·vᵢⱼ over the elements that are wanted (all, if wanted is
// nil) and the 2-norm of its terms.
func checksum[T mat.Float](m mat.Dense[T], wanted func(i, j int) bool) (sum, norm float64) {
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if wanted != nil && !wanted(i, j) {
				continue
			}
			x := float64(v) * fillv(uint64(i*m.Cols+j), checksumSeed)
			sum += x
			norm += x * x
		}
	}
	return sum, math.Sqrt(norm)
}
