package mat

import "math"

// hasTinyDiagonal reports whether an element of the diagonal is so small that its reciprocal overflows.
func hasTinyDiagonal[T Float](a Dense[T]) bool {
	for i := range a.Rows {
		if d := a.Data[i*a.Stride+i]; d != 0 && math.IsInf(float64(1/d), 0) {
			return true
		}
	}
	return false
}

// trsvEach solves for one right-hand side after the other.
func trsvEach[T Float](side Side, uplo Uplo, t Transpose, a, b Dense[T]) {
	if side == Right {
		for i := range b.Rows {
			trsv(uplo, t.opposite(), NonUnit, a, b.Row(i))
		}
		return
	}
	buf := getBuffer[T](b.Rows)
	defer putBuffer(buf)
	for j := range b.Cols {
		for i := range b.Rows {
			buf.data[i] = b.Data[i*b.Stride+j]
		}
		trsv(uplo, t, NonUnit, a, buf.data[:b.Rows])
		for i := range b.Rows {
			b.Data[i*b.Stride+j] = buf.data[i]
		}
	}
}
