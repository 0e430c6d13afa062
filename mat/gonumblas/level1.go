package gonumblas

import "ridge/mat"

// dot returns Σ xᵢyᵢ.
func dot[T mat.Float](n int, x []T, incX int, y []T, incY int) (sum T, ok bool) {
	if n < small[T]().vector || incX != 1 || incY != 1 || n > len(x) || n > len(y) {
		return 0, false
	}
	return mat.Dot(x[:n], y[:n]), true
}

func nrm2[T mat.Float](n int, x []T, incX int) (norm T, ok bool) {
	if n < small[T]().vector || incX != 1 || n > len(x) {
		return 0, false
	}
	return mat.Nrm2(x[:n]), true
}

func asum[T mat.Float](n int, x []T, incX int) (sum T, ok bool) {
	if n < small[T]().vector || incX != 1 || n > len(x) {
		return 0, false
	}
	return mat.Asum(x[:n]), true
}

// iamax looks for the piece of x with the largest element, and then in the piece. NaN is for gonum's
// code.
func iamax[T mat.Float](n int, x []T, incX int) (index int, ok bool) {
	if n < small[T]().vector || incX != 1 || n > len(x) {
		return 0, false
	}
	const piece = 512
	largest := T(-1)
	for i := 0; i < n; i += piece {
		m := mat.AbsMax(x[i:min(i+piece, n)])
		if m != m {
			return 0, false
		}
		if m > largest {
			largest, index = m, i
		}
	}
	for x[index] != largest && x[index] != -largest {
		index++
	}
	return index, true
}

func axpy[T mat.Float](n int, alpha T, x []T, incX int, y []T, incY int) bool {
	if n < small[T]().vector || incX != 1 || incY != 1 || n > len(x) || n > len(y) || alpha == 0 {
		return false
	}
	if x, y := x[:n], y[:n]; &x[0] == &y[0] || apart(y, x) {
		mat.Axpy(alpha, x, y)
		return true
	}
	return false
}

func scal[T mat.Float](n int, alpha T, x []T, incX int) bool {
	if n < small[T]().vector || incX != 1 || n > len(x) || alpha == 0 {
		return false
	}
	mat.Scal(alpha, x[:n])
	return true
}
