package mat

import "fmt"

// Potrs solves A·X = B with the factor that [Potrf] left in the triangle uplo of a,
// and overwrites B (n×r) with X. It takes 2n²r operations.
func Potrs[T Float](uplo Uplo, a, b Dense[T], w Workers) {
	uplo.check("Potrs")
	checkFactor("Potrs", a, b, b.Rows)
	first, second := NoTrans, Trans // L·(Lᵀ·X) = B
	if uplo == Upper {
		first, second = Trans, NoTrans // Uᵀ·(U·X) = B
	}
	Trsm(Left, uplo, first, NonUnit, 1, a, b, w)
	Trsm(Left, uplo, second, NonUnit, 1, a, b, w)
}

// PotrsRight solves X·A = B with the factor that [Potrf] left in the triangle uplo
// of a, and overwrites B (r×n) with X: each row of B is a right-hand side. It takes
// 2n²r operations.
func PotrsRight[T Float](uplo Uplo, a, b Dense[T], w Workers) {
	uplo.check("PotrsRight")
	checkFactor("PotrsRight", a, b, b.Cols)
	first, second := Trans, NoTrans // (X·L)·Lᵀ = B
	if uplo == Upper {
		first, second = NoTrans, Trans // (X·Uᵀ)·U = B
	}
	Trsm(Right, uplo, first, NonUnit, 1, a, b, w)
	Trsm(Right, uplo, second, NonUnit, 1, a, b, w)
}

// checkFactor panics unless a is a square matrix of the order that b's unknowns need.
func checkFactor[T Float](op string, a, b Dense[T], unknowns int) {
	a.check(op, "a")
	b.check(op, "b")
	if a.Rows != a.Cols || a.Rows != unknowns {
		panic(fmt.Sprintf("mat: %s: a is %d×%d, b %d×%d", op, a.Rows, a.Cols, b.Rows, b.Cols))
	}
}
