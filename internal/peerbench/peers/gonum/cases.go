package main

import (
	"math"

	"gonum.org/v1/gonum/blas"
)

// operation is one operation with its operands.
type operation[T float] struct {
	run     func()
	out     []T // what run writes
	initial []T // what out holds before a call, if run updates it
	inPlace bool
	wanted  func(i int) bool // which elements of out are defined; nil: all
}

func (c *operation[T]) reset() { copy(c.out, c.initial) }

// checksum is Σ outᵢ·vᵢ and the 2-norm of its terms.
func (c *operation[T]) checksum() (sum, norm float64) {
	for i, v := range c.out {
		if c.wanted == nil || c.wanted(i) {
			x := float64(v) * fillv(uint64(i), 99)
			sum += x
			norm += x * x
		}
	}
	return sum, math.Sqrt(norm)
}

// fillv is number i of the sequence called seed, as in bench.h.
func fillv(i uint64, seed uint32) float64 {
	h := uint32(i)*2654435761 + seed*0x9E3779B9
	h ^= h >> 15
	h *= 0x85EBCA6B
	h ^= h >> 13
	return float64(h>>8)*(1.0/16777216.0) - 0.5
}

func filled[T float](n int, seed uint32) []T {
	p := make([]T, n)
	for i := range p {
		p[i] = T(fillv(uint64(i), seed))
	}
	return p
}

// newCase prepares an operation, or returns nil for what gonum does not do.
func newCase[T float](l lib[T], op string, d []int) *operation[T] {
	n := d[0]
	lower := func(i int) bool { return i%n <= i/n }
	upper := func(i int) bool { return i%n >= i/n }
	switch op {
	case "gemmNN", "gemmNT", "gemmTN", "gemmTT":
		a, b, c := filled[T](n*d[2], 1), filled[T](d[2]*d[1], 2), filled[T](n*d[1], 3)
		return &operation[T]{out: c, run: func() { l.gemm(trans(op[4]), trans(op[5]), n, d[1], d[2], a, b, c) }}
	case "syrkN", "syrkT":
		a, c := filled[T](n*d[1], 1), make([]T, n*n)
		return &operation[T]{out: c, wanted: lower, run: func() { l.syrk(trans(op[4]), n, d[1], a, c) }}
	case "potrf":
		return potrf(l, blas.Lower, n, lower)
	case "potrfU":
		return potrf(l, blas.Upper, n, upper)
	case "trsmL", "trsmR":
		a, b := triangle[T](n), make([]T, n*d[1])
		return &operation[T]{out: b, initial: filled[T](n*d[1], 3), inPlace: true,
			run: func() { l.trsm(op[4] == 'L', n, d[1], a, b) }}
	case "gemvN", "gemvT":
		a, x := filled[T](n*d[1], 1), filled[T](n+d[1], 2)
		nx, ny := rows(trans(op[4]), d[1], n)
		y := make([]T, ny)
		return &operation[T]{out: y, run: func() { l.gemv(trans(op[4]), n, d[1], a, x[:nx], y) }}
	case "dot":
		x, y, s := filled[T](n, 1), filled[T](n, 2), make([]T, 1)
		return &operation[T]{out: s, run: func() { s[0] = l.dot(x, y) }}
	case "axpy":
		x, y := filled[T](n, 1), make([]T, n)
		return &operation[T]{out: y, initial: filled[T](n, 2), run: func() { l.axpy(x, y) }}
	}
	return nil
}

func trans(letter byte) blas.Transpose {
	if letter == 'T' {
		return blas.Trans
	}
	return blas.NoTrans
}

// potrf factors a random symmetric matrix plus n·I.
func potrf[T float](l lib[T], uplo blas.Uplo, n int, wanted func(int) bool) *operation[T] {
	if l.potf == nil {
		return nil
	}
	a, c := make([]T, n*n), make([]T, n*n)
	for i := range n {
		for j := range n {
			a[i*n+j] = T(fillv(uint64(min(i, j)*n+max(i, j)), 1))
		}
		a[i*n+i] += T(n)
	}
	return &operation[T]{out: c, initial: a, inPlace: true, wanted: wanted, run: func() {
		if !l.potf(uplo, n, c) {
			panic("not positive definite")
		}
	}}
}

// triangle is a well-conditioned lower triangle.
func triangle[T float](n int) []T {
	a := make([]T, n*n)
	for i := range n {
		for j := range i {
			a[i*n+j] = T(fillv(uint64(i*n+j), 2) * 4 / float64(n))
		}
		a[i*n+i] = T(1.5 + fillv(uint64(i), 1))
	}
	return a
}
