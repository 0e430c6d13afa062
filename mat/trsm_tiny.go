package mat

import "ridge/internal/scratch"

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

// trsvEach solves for each right-hand side by itself.
func trsvEach[T Float](side Side, uplo Uplo, t Transpose, a, b Dense[T], w Workers) {
	body := getBody[trsvBody[T]]()
	defer putBody(body)
	*body = trsvBody[T]{side: side, uplo: uplo, t: t, a: a, b: b}
	sides := b.Cols
	if side == Right {
		sides = b.Rows
	}
	n := float64(a.Rows)
	parallel(workersWorth(float64(sides)*n*n, w), sides, body)
}

// trsvBody solves for one right-hand side for each index.
type trsvBody[T Float] struct {
	side Side
	uplo Uplo
	t    Transpose
	a, b Dense[T]
}

func (s *trsvBody[T]) do(k int) {
	if s.side == Right {
		trsv(s.uplo, s.t.opposite(), NonUnit, s.a, s.b.Row(k))
		return
	}
	buf := scratch.Get[T](s.b.Rows)
	defer scratch.Put(buf)
	x := buf.Data[:s.b.Rows]
	for i := range x {
		x[i] = s.b.Data[i*s.b.Stride+k]
	}
	trsv(s.uplo, s.t, NonUnit, s.a, x)
	for i, v := range x {
		s.b.Data[i*s.b.Stride+k] = v
	}
}
