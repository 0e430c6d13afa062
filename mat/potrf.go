package mat

import (
	"fmt"
	"math"

	"ridge/asm"
)

// NotPositiveDefiniteError says that a Cholesky factorization found a pivot that
// is not a positive number.
type NotPositiveDefiniteError struct {
	// Minor is the order of the smallest leading minor that is not positive,
	// counted from 1 as LAPACK does.
	Minor int
}

func (e *NotPositiveDefiniteError) Error() string {
	return fmt.Sprintf("matrix is not positive definite: leading minor of order %d is not positive", e.Minor)
}

// Potrf overwrites the triangle uplo of the symmetric positive definite n×n matrix
// A with its Cholesky factor: A = L·Lᵀ (Lower) or A = Uᵀ·U (Upper). The other
// triangle is neither read nor written. It takes n³/3 operations.
//
// If A is not positive definite, or holds NaN, it returns a
// *[NotPositiveDefiniteError], and the triangle holds a partial factorization that
// is of no use.
func Potrf[T Float](uplo Uplo, a Dense[T], w Workers) error {
	a.check("Potrf", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Potrf of a %d×%d matrix", a.Rows, a.Cols))
	}
	if minor := potrf(uplo, a, w); minor > 0 {
		return &NotPositiveDefiniteError{minor}
	}
	return nil
}

// potrfLeaf is the size of matrix that is factored column by column.
const potrfLeaf = 32

// potrf halves the matrix: A₁₁ = L₁₁L₁₁ᵀ, L₂₁ = A₂₁L₁₁⁻ᵀ, and on with
// A₂₂ − L₂₁L₂₁ᵀ (Elmroth and Gustavson, IBM J. Res. Dev. 44(4), 2000), so that
// nearly all is the work of Trsm and Syrk. It returns the order of the minor that
// is not positive, or 0.
func potrf[T Float](uplo Uplo, a Dense[T], w Workers) int {
	n := a.Rows
	if n <= potrfLeaf {
		return potf2(uplo, a)
	}
	n1 := roundUp(n/2, potrfLeaf)
	n2 := n - n1
	a11, a22 := a.View(0, 0, n1, n1), a.View(n1, n1, n2, n2)
	if minor := potrf(uplo, a11, w); minor > 0 {
		return minor
	}
	if uplo == Lower {
		a21 := a.View(n1, 0, n2, n1)
		trsm(Right, Lower, Trans, NonUnit, a11, a21, w)
		Syrk(Lower, NoTrans, -1, a21, 1, a22, w)
	} else {
		a12 := a.View(0, n1, n1, n2)
		trsm(Left, Upper, Trans, NonUnit, a11, a12, w)
		Syrk(Upper, Trans, -1, a12, 1, a22, w)
	}
	if minor := potrf(uplo, a22, w); minor > 0 {
		return n1 + minor
	}
	return 0
}

// potf2 factors a small matrix, a row of the factor at a time.
func potf2[T Float](uplo Uplo, a Dense[T]) int {
	if uplo == Lower {
		return potf2Lower(a)
	}
	return potf2Upper(a)
}

// potf2Lower is left-looking: row j of L is (A_j − L_{j,:j}·L_{:j,:j}ᵀ)/ℓ.
func potf2Lower[T Float](a Dense[T]) int {
	kern := asm.For[T]()
	for j := range a.Rows {
		rj := a.Row(j)[:j+1]
		for i := range j {
			ri := a.Row(i)[:i+1]
			rj[i] = (rj[i] - kern.Dot(ri[:i], rj[:i])) / ri[i]
		}
		d := rj[j] - kern.Dot(rj[:j], rj[:j])
		if !(d > 0) || math.IsInf(float64(d), 1) {
			return j + 1
		}
		rj[j] = T(math.Sqrt(float64(d)))
	}
	return 0
}

// potf2Upper is right-looking: row j of U is scaled and then taken from the rows
// below it.
func potf2Upper[T Float](a Dense[T]) int {
	kern := asm.For[T]()
	for j := range a.Rows {
		rj := a.Row(j)[j:]
		d := rj[0]
		if !(d > 0) || math.IsInf(float64(d), 1) {
			return j + 1
		}
		rj[0] = T(math.Sqrt(float64(d)))
		for c := range rj[1:] {
			rj[1+c] /= rj[0]
		}
		for i := j + 1; i < a.Rows; i++ {
			kern.Axpy(-rj[i-j], rj[i-j:], a.Row(i)[i:])
		}
	}
	return 0
}

// Potrs solves A·X = B with the factor that [Potrf] left in the triangle uplo of a,
// and overwrites B (n×r) with X. It takes 2n²r operations.
func Potrs[T Float](uplo Uplo, a, b Dense[T], w Workers) {
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
	first, second := Trans, NoTrans // (X·L)·Lᵀ = B
	if uplo == Upper {
		first, second = NoTrans, Trans // (X·Uᵀ)·U = B
	}
	Trsm(Right, uplo, first, NonUnit, 1, a, b, w)
	Trsm(Right, uplo, second, NonUnit, 1, a, b, w)
}
