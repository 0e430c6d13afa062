package mat

import "math"

// Equal reports whether two matrices have the same shape and equal elements. As with ==, a NaN
// equals nothing, and −0 equals 0.
func Equal[T Float](a, b Dense[T]) bool {
	return equal("Equal", a, b, func(x, y T) bool { return x == y })
}

// EqualApprox reports whether two matrices have the same shape and elements that are equal or
// differ by no more than tol·max(1, |aᵢⱼ|, |bᵢⱼ|). The tolerance is absolute where both elements
// are small, and relative to the larger one elsewhere. A NaN equals nothing, an infinity only
// itself.
func EqualApprox[T Float](a, b Dense[T], tol float64) bool {
	return equal("EqualApprox", a, b, func(x, y T) bool {
		fx, fy := float64(x), float64(y)
		d := math.Abs(fx - fy)
		return x == y || !math.IsInf(d, 0) && d <= tol*max(1, math.Abs(fx), math.Abs(fy))
	})
}

func equal[T Float](op string, a, b Dense[T], elements func(x, y T) bool) bool {
	a.check(op, "a")
	b.check(op, "b")
	if a.Rows != b.Rows || a.Cols != b.Cols {
		return false
	}
	for i := range a.rowsToVisit() {
		y := b.Row(i)
		for j, x := range a.Row(i) {
			if !elements(x, y[j]) {
				return false
			}
		}
	}
	return true
}
