// Package plain has matrices for the tests of methods, which repeat what a method computes in the plainest way: slices
// of rows, and loops without blocks or kernels.
package plain

import (
	"math"

	"ridge/mat"
)

// Matrix is one by its rows, of which there is at least one, all of the same length.
type Matrix [][]float64

// Zeros is a matrix of zeros.
func Zeros(rows, cols int) Matrix {
	m := make(Matrix, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

// Identity has ones on its diagonal.
func Identity(n int) Matrix {
	m := Zeros(n, n)
	for i := range m {
		m[i][i] = 1
	}
	return m
}

// Of is a copy of d.
func Of(d mat.Dense[float64]) Matrix {
	m := Zeros(d.Rows, d.Cols)
	for i := range m {
		copy(m[i], d.Row(i))
	}
	return m
}

// Each is a matrix of the shape of a, with f in the place of each element.
func (a Matrix) Each(f func(i, j int) float64) Matrix {
	m := Zeros(len(a), len(a[0]))
	for i := range m {
		for j := range m[i] {
			m[i][j] = f(i, j)
		}
	}
	return m
}

// Times is a·b.
func (a Matrix) Times(b Matrix) Matrix {
	return Zeros(len(a), len(b[0])).Each(func(i, j int) float64 {
		var sum float64
		for k := range b {
			sum += a[i][k] * b[k][j]
		}
		return sum
	})
}

// Transposed is aᵀ.
func (a Matrix) Transposed() Matrix {
	return Zeros(len(a[0]), len(a)).Each(func(i, j int) float64 { return a[j][i] })
}

// Plus is alpha·a + beta·b.
func (a Matrix) Plus(alpha float64, b Matrix, beta float64) Matrix {
	return a.Each(func(i, j int) float64 { return alpha*a[i][j] + beta*b[i][j] })
}

// Columns is a copy of the columns from … to−1.
func (a Matrix) Columns(from, to int) Matrix {
	return Zeros(len(a), to-from).Each(func(i, j int) float64 { return a[i][from+j] })
}

// Put writes b over the columns that begin with a given one.
func (a Matrix) Put(column int, b Matrix) {
	for i := range b {
		copy(a[i][column:], b[i])
	}
}

// Norm is the root of the sum of squares.
func (a Matrix) Norm() float64 {
	var sum float64
	for _, row := range a {
		for _, v := range row {
			sum += v * v
		}
	}
	return math.Sqrt(sum)
}

// Inverse inverts a symmetric positive definite matrix, by Gauss and Jordan: no pivots.
func (a Matrix) Inverse() Matrix {
	n := len(a)
	m := Zeros(n, 2*n)
	for i := range n {
		copy(m[i], a[i])
		m[i][n+i] = 1
	}
	for k := range n {
		pivot := m[k][k]
		for j := range m[k] {
			m[k][j] /= pivot
		}
		for i := range n {
			if i == k {
				continue
			}
			factor := m[i][k]
			for j := range m[i] {
				m[i][j] -= factor * m[k][j]
			}
		}
	}
	return m.Columns(n, 2*n)
}
