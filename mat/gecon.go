package mat

import (
	"fmt"
	"math"

	"ridge/internal/scratch"
)

// Norm selects a norm of a matrix. The zero value is [OneNorm]. Functions panic if it is neither of
// the two values.
type Norm uint8

// The two values of [Norm] stand for the norms that [Norm1] and [NormInf] compute.
const (
	OneNorm Norm = iota // the largest column sum
	InfNorm             // the largest row sum
)

// String returns the name of the constant.
func (n Norm) String() string { return enumString("Norm", uint8(n), "OneNorm", "InfNorm") }

func (n Norm) check(op string) {
	if n > InfNorm {
		panicEnum(op, n, OneNorm, InfNorm)
	}
}

// Gecon returns an estimate of 1/(‖A‖‖A⁻¹‖), the reciprocal condition number, from the
// factorization that [Getrf] left in a, and from anorm, the norm of the original A. It is 1 for n =
// 0, and 0 if A is singular or anorm is zero. As for [Cholesky.Rcond], the estimate tends to be too
// large, but seldom by more than a factor of three. It panics if a is not square. It takes about
// 10n² operations.
func Gecon[T Float](norm Norm, a Dense[T], anorm float64) float64 {
	norm.check("Gecon")
	a.check("Gecon", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Gecon of a %d×%d matrix", a.Rows, a.Cols))
	}
	return gecon(norm, a, anorm, 1)
}

// gecon is Gecon for an anorm that is the norm of A times unit.
func gecon[T Float](norm Norm, a Dense[T], anorm, unit float64) float64 {
	// Exchanging rows of A exchanges columns of A⁻¹, which changes neither norm.
	return rcond(norm, a.Rows, anorm, unit,
		func(x []T) {
			Trsv(Lower, NoTrans, Unit, a, x)
			Trsv(Upper, NoTrans, NonUnit, a, x)
		},
		func(x []T) {
			Trsv(Upper, Trans, NonUnit, a, x)
			Trsv(Lower, Trans, Unit, a, x)
		})
}

// Pocon returns an estimate of 1/(‖A‖‖A⁻¹‖), the reciprocal condition number in the 1-norm, from
// the factor that [Potrf] left in the triangle uplo of a, and from anorm, the norm of the original
// A: see [Gecon].
func Pocon[T Float](uplo Uplo, a Dense[T], anorm float64) float64 {
	uplo.check("Pocon")
	a.check("Pocon", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Pocon of a %d×%d matrix", a.Rows, a.Cols))
	}
	first, second := NoTrans, Trans // L·(Lᵀ·x) = b
	if uplo == Upper {
		first, second = Trans, NoTrans
	}
	solve := func(x []T) {
		Trsv(uplo, first, NonUnit, a, x)
		Trsv(uplo, second, NonUnit, a, x)
	}
	return rcond(OneNorm, a.Rows, anorm, 1, solve, solve)
}

// Trcon returns an estimate of 1/(‖A‖‖A⁻¹‖), the reciprocal condition number, of a triangular n×n
// matrix, whose triangle uplo is read (without its diagonal, if diag is Unit): see [Gecon].
func Trcon[T Float](norm Norm, uplo Uplo, diag Diag, a Dense[T]) float64 {
	norm.check("Trcon")
	uplo.check("Trcon")
	diag.check("Trcon")
	a.check("Trcon", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: Trcon of a %d×%d matrix", a.Rows, a.Cols))
	}
	unit, anorm := 1.0, triangularNorm(norm, uplo, diag, a, 1)
	if math.IsInf(anorm, 1) {
		unit, anorm = sumUnit, triangularNorm(norm, uplo, diag, a, sumUnit)
	}
	return rcond(norm, a.Rows, anorm, unit,
		func(x []T) { Trsv(uplo, NoTrans, diag, a, x) },
		func(x []T) { Trsv(uplo, Trans, diag, a, x) })
}

// triangularNorm is the norm of a triangular matrix times unit, added up in float64.
func triangularNorm[T Float](norm Norm, uplo Uplo, diag Diag, a Dense[T], unit float64) float64 {
	buf := scratch.Get[float64](a.Rows)
	defer scratch.Put(buf)
	sums := buf.Data
	clear(sums)
	for i := range a.Rows {
		from, to := 0, i // off the diagonal
		if uplo == Upper {
			from, to = i+1, a.Cols
		}
		d := 1.0
		if diag == NonUnit {
			d = math.Abs(float64(a.Data[i*a.Stride+i]))
		}
		sums[i] += d * unit
		for j, v := range a.Row(i)[from:to] {
			if norm == OneNorm {
				sums[from+j] += math.Abs(float64(v)) * unit
			} else {
				sums[i] += math.Abs(float64(v)) * unit
			}
		}
	}
	return AbsMax(sums)
}

// rcond estimates 1/(‖A‖‖A⁻¹‖) from anorm, which is ‖A‖ times unit, and from solves with A and Aᵀ, which overwrite x.
// It works on A/s, where s is a power of two near A's norm, so that nothing overflows or underflows.
func rcond[T Float](norm Norm, n int, anorm, unit float64, solve, solveTrans func(x []T)) float64 {
	if n == 0 {
		return 1
	}
	if anorm == 0 {
		return 0
	}
	if norm == InfNorm {
		solve, solveTrans = solveTrans, solve
	}
	most := 960 // largest exponent: it leaves room at both ends of the range
	if IsFloat32[T]() {
		most = 96
	}
	_, e := math.Frexp(anorm)
	_, u := math.Frexp(unit)
	s := T(math.Ldexp(1, clampInt(e-u+1, -most, most)))
	inv := estimateNorm1(n,
		func(x []T) { Scal(s, x); solve(x) },
		func(x []T) { Scal(s, x); solveTrans(x) })
	return reciprocalCondition(anorm/(float64(s)*unit), inv)
}
