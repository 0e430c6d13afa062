package gonumblas

import (
	"math"

	"ridge/mat"
)

// Factorizations and solves of matrices of an order less than small, in plain loops: what package mat
// and gonum do before they compute takes longer.

// smallCholesky is mat.Potrf.
func smallCholesky(uplo mat.Uplo, a mat.Dense[float64]) (ok bool) {
	if uplo == mat.Upper {
		return smallCholeskyUpper(a.Rows, a.Data, a.Stride)
	}
	return smallCholeskyLower(a.Rows, a.Data, a.Stride)
}

// smallCholeskyUpper takes each row of the factor, once it is known, from the rows below it.
func smallCholeskyUpper(n int, a []float64, lda int) bool {
	for j := range n {
		row := a[j*lda+j : j*lda+n]
		if !(row[0] > 0) {
			return false
		}
		row[0] = math.Sqrt(row[0])
		inverse := 1 / row[0]
		for q := 1; q < len(row); q++ {
			row[q] *= inverse
		}
		for i := j + 1; i < n; i++ {
			addMultiple(-row[i-j], row[i-j:], a[i*lda+i:i*lda+n])
		}
	}
	return true
}

// smallCholeskyLower computes the rows of the factor one after the other.
func smallCholeskyLower(n int, a []float64, lda int) bool {
	for i := range n {
		row := a[i*lda : i*lda+i+1]
		for j := range i {
			above := a[j*lda : j*lda+j+1]
			row[j] = (row[j] - smallDot(above[:j], row)) / above[j]
		}
		d := row[i] - smallDot(row[:i], row)
		if !(d > 0) {
			row[i] = d
			return false
		}
		row[i] = math.Sqrt(d)
	}
	return true
}

// addMultiple computes y := y + f·x.
func addMultiple(f float64, x, y []float64) {
	y = y[:len(x)]
	for q, v := range x {
		y[q] += f * v
	}
}

// smallDot is the dot product of x and the beginning of y, in two sums, so that one need not wait for
// the other.
func smallDot(x, y []float64) float64 {
	var s, t float64
	y = y[:len(x)]
	for len(x) >= 2 && len(y) >= 2 {
		s += x[0] * y[0]
		t += x[1] * y[1]
		x, y = x[2:], y[2:]
	}
	if len(x) == 1 {
		s += x[0] * y[0]
	}
	return s + t
}

// smallLU is mat.Getrf.
func smallLU(a mat.Dense[float64], ipiv []int) (ok bool) {
	m, n, lda := a.Rows, a.Cols, a.Stride
	ok = true
	for j := range ipiv {
		p := smallPivot(a, j)
		ipiv[j] = p
		row := a.Data[j*lda : j*lda+n]
		if a.Data[p*lda+j] == 0 {
			ok = false
		} else if p != j {
			exchangeRows(a, j, p)
		}
		for i := j + 1; i < m; i++ {
			below := a.Data[i*lda : i*lda+n]
			if row[j] != 0 {
				below[j] /= row[j]
			}
			addMultiple(-below[j], row[j+1:], below[j+1:])
		}
	}
	return ok
}

// smallPivot is the first row from j on with the largest element in column j.
func smallPivot(a mat.Dense[float64], j int) int {
	p, largest := j, math.Abs(a.Data[j*a.Stride+j])
	for i := j + 1; i < a.Rows; i++ {
		if v := math.Abs(a.Data[i*a.Stride+j]); v > largest {
			p, largest = i, v
		}
	}
	return p
}

// smallInverse is mat.Trtri. Column j of the inverse is that of the triangle, negated and multiplied by
// the inverse of what is before it.
func smallInverse(t triangularMatrix[float64]) (ok bool) {
	n, a, lda := t.a.Rows, t.a.Data, t.a.Stride
	if t.singular() {
		return false
	}
	for c := range n {
		j := c
		if t.uplo == mat.Lower {
			j = n - 1 - c
		}
		d := 1.0
		if t.diag == mat.NonUnit {
			a[j*lda+j] = 1 / a[j*lda+j]
			d = a[j*lda+j]
		}
		if t.uplo == mat.Upper {
			for i := range j {
				a[i*lda+j] = -d * (t.onDiagonal(i, a[i*lda+j]) + smallColumn(a[i*lda+i+1:i*lda+j], a[(i+1)*lda+j:], lda))
			}
		} else {
			for i := n - 1; i > j; i-- {
				a[i*lda+j] = -d * (t.onDiagonal(i, a[i*lda+j]) + smallColumn(a[i*lda+j+1:i*lda+i], a[(j+1)*lda+j:], lda))
			}
		}
	}
	return true
}

// onDiagonal multiplies by element i of the diagonal.
func (t *triangularMatrix[T]) onDiagonal(i int, v T) T {
	if t.diag == mat.Unit {
		return v
	}
	return t.a.Data[i*(t.a.Stride+1)] * v
}

// smallColumn is the dot product of x and a column.
func smallColumn(x, column []float64, stride int) (s float64) {
	for q, v := range x {
		s += v * column[q*stride]
	}
	return s
}

// smallSquare is mat.Lauum.
func smallSquare(uplo mat.Uplo, a mat.Dense[float64]) {
	n := a.Rows
	for i := range n {
		x := a.Row(i)
		if uplo == mat.Upper {
			for j := i; j < n; j++ {
				x[j] = smallDot(x[j:], a.Row(j)[j:])
			}
			continue
		}
		x = x[:i+1]
		d := x[i]
		for q := range x {
			x[q] *= d
		}
		for k := i + 1; k < n; k++ {
			below := a.Row(k)
			addMultiple(below[i], below[:i+1], x)
		}
	}
}

// smallSolve is mat.Trsm from the left, with alpha = 1.
func smallSolve(uplo mat.Uplo, t mat.Transpose, d mat.Diag, a, b mat.Dense[float64]) {
	n := a.Rows
	down, across := a.Stride, 1 // steps in op(A)
	if t == mat.Trans {
		down, across = 1, a.Stride
	}
	first, step := 0, 1 // of the rows of the solution
	if (uplo == mat.Lower) != (t == mat.NoTrans) {
		first, step = n-1, -1
	}
	for i := first; i >= 0 && i < n; i += step {
		x := b.Data[i*b.Stride : i*b.Stride+b.Cols]
		for k := first; k != i; k += step {
			addMultiple(-a.Data[i*down+k*across], b.Data[k*b.Stride:k*b.Stride+b.Cols], x)
		}
		if d == mat.NonUnit {
			divisor := a.Data[i*(a.Stride+1)]
			for q := range x {
				x[q] /= divisor
			}
		}
	}
}

// smallSolveLU is mat.Getrs.
func smallSolveLU(t mat.Transpose, a mat.Dense[float64], ipiv []int, b mat.Dense[float64]) {
	if t == mat.NoTrans {
		for i, p := range ipiv {
			exchangeRows(b, i, p)
		}
		smallSolve(mat.Lower, mat.NoTrans, mat.Unit, a, b)
		smallSolve(mat.Upper, mat.NoTrans, mat.NonUnit, a, b)
		return
	}
	smallSolve(mat.Upper, mat.Trans, mat.NonUnit, a, b)
	smallSolve(mat.Lower, mat.Trans, mat.Unit, a, b)
	for i := len(ipiv) - 1; i >= 0; i-- {
		exchangeRows(b, i, ipiv[i])
	}
}

func exchangeRows(a mat.Dense[float64], i, p int) {
	if i == p {
		return
	}
	x, y := a.Data[i*a.Stride:i*a.Stride+a.Cols], a.Data[p*a.Stride:p*a.Stride+a.Cols]
	for q, v := range x {
		x[q], y[q] = y[q], v
	}
}
