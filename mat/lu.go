package mat

import (
	"fmt"
	"math"
)

// LU is the factorization A = P·L·U of a square matrix by Gaussian elimination with partial
// pivoting: P a permutation, L lower triangular with ones on the diagonal, U upper triangular.
// The zero value is ready for [LU.Factor]. A factorization may be used by several goroutines at
// once, as long as none of them calls Factor. For symmetric positive definite matrices
// [Cholesky] takes half the time.
type LU[T Float] struct {
	lu       Dense[T] // as Getrf leaves it, of A·2^−exponent
	ipiv     []int
	exponent int     // 0 unless A is near the ends of T's range
	anorm    float64 // 1-norm of A·2^−exponent
	ready    bool
}

// Factor factors the n×n matrix A, which is not changed and may be used again at once; memory of an
// earlier factorization of the same size is reused. It takes 2n³/3 operations.
//
// If a pivot is exactly zero it returns a *[SingularError] with the number of its column, the first
// that depends on those before it, and the other methods panic until another Factor succeeds.
// Rounding errors make that rare; [LU.Rcond] reports whether a matrix is close to a singular one. NaN
// and infinities are no error; they propagate to the results.
//
// If the elements of A are so large or so small that the factorization could overflow or
// underflow, it is done on a multiple of A by a power of two, which the methods account for.
func (f *LU[T]) Factor(a Dense[T], w Workers) error {
	a.check("LU.Factor", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: LU.Factor of a %d×%d matrix", a.Rows, a.Cols))
	}
	f.ready = false
	f.lu = reuse(f.lu, a.Rows, a.Cols)
	f.ipiv = append(f.ipiv[:0], make([]int, a.Rows)...)
	f.exponent = safeExponent(a)
	copyLdexp(f.lu, a, -f.exponent)
	f.anorm = float64(Norm1(f.lu))
	if err := Getrf(f.lu, f.ipiv, w); err != nil {
		return err
	}
	f.ready = true
	return nil
}

func (f *LU[T]) mustBeReady(method string) {
	if !f.ready {
		panic("mat: LU." + method + " without a successful Factor")
	}
}

// N returns the order of the matrix.
func (f *LU[T]) N() int { return f.lu.Rows }

// Solve overwrites B (n×r) with A⁻¹·B. It takes 2n²r operations.
func (f *LU[T]) Solve(b Dense[T], w Workers) {
	f.mustBeReady("Solve")
	Getrs(NoTrans, f.lu, f.ipiv, b, w)
	scaleLdexp(b, -f.exponent)
}

// SolveTrans overwrites B (n×r) with A⁻ᵀ·B. It takes 2n²r operations.
func (f *LU[T]) SolveTrans(b Dense[T], w Workers) {
	f.mustBeReady("SolveTrans")
	Getrs(Trans, f.lu, f.ipiv, b, w)
	scaleLdexp(b, -f.exponent)
}

// SolveVec overwrites x (of n elements) with A⁻¹·x.
func (f *LU[T]) SolveVec(x []T) {
	f.mustBeReady("SolveVec")
	f.Solve(DenseOf(len(x), 1, x), 1)
}

// Inverse overwrites dst (n×n) with A⁻¹. It takes 4n³/3 operations. To apply the inverse,
// [LU.Solve] is faster and more accurate. Where U has numbers so small that their reciprocals
// overflow, dst gets Inf or NaN.
func (f *LU[T]) Inverse(dst Dense[T], w Workers) {
	f.mustBeReady("Inverse")
	dst.check("LU.Inverse", "dst")
	checkSameShape("LU.Inverse", dst, f.lu)
	Copy(dst, f.lu)
	if err := Getri(dst, f.ipiv, w); err != nil {
		panic(err) // no pivot of a successful Factor is zero
	}
	scaleLdexp(dst, -f.exponent)
}

// Det returns the determinant of A, in float64: 0 or an infinity if it is out of range. See
// [LU.LogDet].
func (f *LU[T]) Det() float64 {
	f.mustBeReady("Det")
	fraction, exponent := 1.0, 0
	for i, p := range f.ipiv {
		pivot, e := math.Frexp(float64(f.lu.At(i, i)))
		product, more := math.Frexp(fraction * pivot)
		fraction, exponent = product, exponent+e+more+f.exponent
		if p != i {
			fraction = -fraction
		}
	}
	return math.Ldexp(fraction, exponent)
}

// LogDet returns the logarithm of the magnitude of the determinant of A, and its sign: 1, −1, or
// NaN if A holds a NaN or an infinity.
func (f *LU[T]) LogDet() (log, sign float64) {
	f.mustBeReady("LogDet")
	log, sign = float64(f.lu.Rows)*float64(f.exponent)*math.Ln2, 1
	for i, p := range f.ipiv {
		d := float64(f.lu.At(i, i))
		log += math.Log(math.Abs(d))
		if (d < 0) != (p != i) {
			sign = -sign
		}
		if math.IsNaN(d) {
			sign = d
		}
	}
	return log, sign
}

// Rcond returns an estimate of 1/(‖A‖₁‖A⁻¹‖₁), the reciprocal condition number: 1 for a perfectly
// conditioned matrix, near the unit roundoff of T for one that can't be told from a singular one,
// and 1 for n = 0. It tends to be too large, but seldom by more than a factor of three (see
// [Cholesky.Rcond]). It does not depend on the scale of A. It takes about 10n² operations.
func (f *LU[T]) Rcond() float64 {
	f.mustBeReady("Rcond")
	return Gecon(OneNorm, f.lu, f.anorm)
}

// L overwrites dst (n×n) with L, zeros and ones included.
func (f *LU[T]) L(dst Dense[T]) {
	f.mustBeReady("L")
	dst.check("LU.L", "dst")
	checkSameShape("LU.L", dst, f.lu)
	for i := range dst.Rows {
		row := dst.Row(i)
		copy(row, f.lu.Row(i)[:i])
		row[i] = 1
		clear(row[i+1:])
	}
}

// U overwrites dst (n×n) with U, zeros included.
func (f *LU[T]) U(dst Dense[T]) {
	f.mustBeReady("U")
	dst.check("LU.U", "dst")
	checkSameShape("LU.U", dst, f.lu)
	for i := range dst.Rows {
		row := dst.Row(i)
		clear(row[:i])
		copy(row[i:], f.lu.Row(i)[i:])
	}
	scaleLdexp(dst, f.exponent)
}

// Perm overwrites dst, of n elements, with the order of the rows: row i of L·U is row dst[i] of A.
func (f *LU[T]) Perm(dst []int) {
	f.mustBeReady("Perm")
	if len(dst) != len(f.ipiv) {
		panic(fmt.Sprintf("mat: LU.Perm of order %d: dst has %d elements", len(f.ipiv), len(dst)))
	}
	for i := range dst {
		dst[i] = i
	}
	for i, p := range f.ipiv {
		dst[i], dst[p] = dst[p], dst[i]
	}
}
