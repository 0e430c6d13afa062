package gradient

import (
	"math"

	"ridge/mat"
)

// Matrices for the reference: slices of rows, and plain loops.

type matrix [][]float64

func zeros(rows, cols int) matrix {
	m := make(matrix, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

func matrixOf(d mat.Dense[float64]) matrix {
	m := zeros(d.Rows, d.Cols)
	for i := range m {
		copy(m[i], d.Row(i))
	}
	return m
}

func (a matrix) each(f func(i, j int) float64) matrix {
	m := zeros(len(a), len(a[0]))
	for i := range m {
		for j := range m[i] {
			m[i][j] = f(i, j)
		}
	}
	return m
}

func (a matrix) times(b matrix) matrix {
	return zeros(len(a), len(b[0])).each(func(i, j int) float64 {
		var sum float64
		for k := range b {
			sum += a[i][k] * b[k][j]
		}
		return sum
	})
}

func (a matrix) transposed() matrix {
	return zeros(len(a[0]), len(a)).each(func(i, j int) float64 { return a[j][i] })
}

// plus is alpha·a + beta·b.
func (a matrix) plus(alpha float64, b matrix, beta float64) matrix {
	return a.each(func(i, j int) float64 { return alpha*a[i][j] + beta*b[i][j] })
}

func (a matrix) columns(from, to int) matrix {
	return zeros(len(a), to-from).each(func(i, j int) float64 { return a[i][from+j] })
}

func (a matrix) norm() float64 {
	var sum float64
	for _, row := range a {
		for _, v := range row {
			sum += v * v
		}
	}
	return math.Sqrt(sum)
}

// damped is (S + δtI)⁻¹, by elimination without pivots; t is the mean of the diagonal.
func (a matrix) damped(damping float64) matrix {
	n := len(a)
	var trace float64
	for i := range n {
		trace += a[i][i]
	}
	left := a.each(func(i, j int) float64 {
		if i == j {
			return a[i][j] + damping*trace/float64(n)
		}
		return a[i][j]
	})
	right := a.each(func(i, j int) float64 {
		if i == j {
			return 1
		}
		return 0
	})
	for p := range n {
		pivot := left[p][p]
		for j := range n {
			left[p][j] /= pivot
			right[p][j] /= pivot
		}
		for i := range n {
			if factor := left[i][p]; i != p {
				for j := range n {
					left[i][j] -= factor * left[p][j]
					right[i][j] -= factor * right[p][j]
				}
			}
		}
	}
	return right
}

// orthonormalized is the product of the reflections that make the matrix triangular from the left.
func (a matrix) orthonormalized() matrix {
	n := len(a)
	r, q := a.plus(1, a, 0), identity(n)
	for k := range n {
		v := zeros(n, 1)
		for i := k; i < n; i++ {
			v[i][0] = r[i][k]
		}
		v[k][0] += math.Copysign(v.norm(), v[k][0])
		if v.norm() == 0 {
			continue
		}
		v = v.plus(1/v.norm(), v, 0)
		reflection := identity(n).plus(1, v.times(v.transposed()), -2)
		r, q = reflection.times(r), q.times(reflection)
	}
	return q
}

// polarOf is Jordan's iteration, on the matrix or its transpose, whichever is wider.
func polarOf(g matrix) matrix {
	if len(g) > len(g[0]) {
		return polarOf(g.transposed()).transposed()
	}
	x := g.plus(1/g.norm(), g, 0)
	for range 5 {
		a := x.times(x.transposed())
		b := a.plus(-4.7750, a.times(a), 2.0315)
		x = x.plus(3.4445, b.times(x), 1)
	}
	return x
}

func identity(n int) matrix {
	return zeros(n, n).each(func(i, j int) float64 {
		if i == j {
			return 1
		}
		return 0
	})
}

// put writes columns of a matrix.
func (a matrix) put(column int, b matrix) {
	for i := range b {
		copy(a[i][column:], b[i])
	}
}
