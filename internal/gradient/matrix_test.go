package gradient

import (
	"math"

	"ridge/bcd/train/traintest/plain"
)

type matrix = plain.Matrix

// damped is (S + δtI)⁻¹; t is the mean of the diagonal.
func damped(s matrix, damping float64) matrix {
	var trace float64
	for i := range s {
		trace += s[i][i]
	}
	return s.Each(func(i, j int) float64 {
		if i == j {
			return s[i][j] + damping*trace/float64(len(s))
		}
		return s[i][j]
	}).Inverse()
}

// orthonormalized is the product of the reflections that make a matrix triangular from the left.
func orthonormalized(a matrix) matrix {
	n := len(a)
	r, q := a.Plus(1, a, 0), plain.Identity(n)
	for k := range n {
		v := plain.Zeros(n, 1)
		for i := k; i < n; i++ {
			v[i][0] = r[i][k]
		}
		v[k][0] += math.Copysign(v.Norm(), v[k][0])
		if v.Norm() == 0 {
			continue
		}
		v = v.Plus(1/v.Norm(), v, 0)
		reflection := plain.Identity(n).Plus(1, v.Times(v.Transposed()), -2)
		r, q = reflection.Times(r), q.Times(reflection)
	}
	return q
}

// polarOf is Jordan's iteration, on the matrix or its transpose, whichever is wider.
func polarOf(g matrix) matrix {
	if len(g) > len(g[0]) {
		return polarOf(g.Transposed()).Transposed()
	}
	x := g.Plus(1/g.Norm(), g, 0)
	for range 5 {
		a := x.Times(x.Transposed())
		b := a.Plus(-4.7750, a.Times(a), 2.0315)
		x = x.Plus(3.4445, b.Times(x), 1)
	}
	return x
}
