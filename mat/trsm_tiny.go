package mat

// hasTinyDiagonal reports whether an element of the diagonal is so small that its reciprocal overflows.
func hasTinyDiagonal[T Float](a Dense[T]) bool {
	for i := range a.Rows {
		if isTiny(a.Data[i*a.Stride+i]) {
			return true
		}
	}
	return false
}

// isTiny reports whether d is not zero, but so small that its reciprocal overflows: the largest number is less than two
// to the 128 or 1024.
func isTiny[T Float](d T) bool {
	largest := 0x1p-1024
	if IsFloat32[T]() {
		largest = 0x1p-128
	}
	return d <= T(largest) && d >= -T(largest) && d != 0
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
