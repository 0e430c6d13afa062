package mat

import "ridge/asm"

// Add computes dst := A + B. The three have the same shape; dst may be a or b, or both.
// It panics if dst overlaps one of them in any other way.
func Add[T Float](dst, a, b Dense[T]) {
	checkThree("Add", dst, a, b)
	kern := asm.For[T]()
	for i := range dst.rowsToVisit() {
		d, x, y := dst.Row(i), a.Row(i), b.Row(i)
		if sameMemory(d, y) {
			x, y = y, x
		}
		copy(d, x)
		axpy(kern, 1, y, d)
	}
}

// Sub computes dst := A − B. The three have the same shape; dst may be a or b, or both.
// It panics if dst overlaps one of them in any other way.
func Sub[T Float](dst, a, b Dense[T]) {
	checkThree("Sub", dst, a, b)
	kern := asm.For[T]()
	for i := range dst.rowsToVisit() {
		d, x, y := dst.Row(i), a.Row(i), b.Row(i)
		if sameMemory(d, y) && !sameMemory(d, x) {
			Scal(-1, d)
			axpy(kern, 1, x, d)
			continue
		}
		copy(d, x)
		axpy(kern, -1, y, d)
	}
}

// Scale computes dst := alpha·A. The two have the same shape; dst may be a. It panics
// if they overlap in any other way. A is read even if alpha is zero: 0·NaN is NaN.
func Scale[T Float](dst Dense[T], alpha T, a Dense[T]) {
	dst.check("Scale", "dst")
	a.check("Scale", "a")
	checkSameShape("Scale", dst, a)
	mustBeSameOrDisjoint("Scale", "dst", "a", &dst, &a)
	for i := range dst.rowsToVisit() {
		d := dst.Row(i)
		copy(d, a.Row(i))
		Scal(alpha, d)
	}
}

// Hadamard computes the product of A and B element by element, dstᵢⱼ := aᵢⱼ·bᵢⱼ. The
// three have the same shape; dst may be a or b, or both. It panics if dst overlaps one
// of them in any other way.
func Hadamard[T Float](dst, a, b Dense[T]) {
	checkThree("Hadamard", dst, a, b)
	for i := range dst.rowsToVisit() {
		d, x, y := dst.Row(i), a.Row(i), b.Row(i)
		for j := range d {
			d[j] = x[j] * y[j]
		}
	}
}

func checkThree[T Float](op string, dst, a, b Dense[T]) {
	dst.check(op, "dst")
	a.check(op, "a")
	b.check(op, "b")
	checkSameShape(op, dst, a)
	checkSameShape(op, dst, b)
	mustBeSameOrDisjoint(op, "dst", "a", &dst, &a)
	mustBeSameOrDisjoint(op, "dst", "b", &dst, &b)
}
