package mat

import (
	"fmt"
	"math"

	"ridge/internal/scratch"
)

// LU is the factorization A = P·L·U of a square matrix by Gaussian elimination with partial
// pivoting. P is a permutation, L is lower triangular with ones on the diagonal, and U is upper
// triangular. The zero value is ready for [LU.Factor]. A factorization may be used by several
// goroutines at once, as long as none of them calls Factor. For symmetric positive definite
// matrices [Cholesky] takes half the time.
type LU[T Float] struct {
	lu       Dense[T] // the factorization of A·2^−exponent, as Getrf leaves it
	ipiv     []int
	exponent int     // 0 unless A is near the ends of T's range
	anorm    float64 // 1-norm of A·2^−exponent, times unit
	unit     float64 // 1 unless A is factored as it is, although the norm could overflow
	ready    bool    // lu is a factorization
	singular error   // nil unless a pivot is zero
}

// Factor factors the n×n matrix A. A is not changed and may be reused at once. Memory of an earlier
// factorization of the same size is reused. It panics if A is not square. It takes 2n³/3
// operations.
//
// If a pivot is exactly zero, it returns a *[SingularError] with the number of its column. That
// column is the first that depends linearly on those before it. The factorization is complete
// nevertheless: Det is 0, LogDet is −Inf, Rcond is 0, and L, U and Perm give the factors. Solve,
// SolveTrans, SolveVec and Inverse panic. Because of rounding errors this is rare
// even for singular matrices; [LU.Rcond] reports whether a matrix is close to a singular one. NaN
// and infinities cause no error; they propagate to the results, and Det and LogDet are NaN.
//
// If the elements of A are so large or so small that the factorization could overflow or underflow,
// A is scaled by a power of two, which the methods account for. If elements near underflow would
// lose digits beside some near overflow, A is factored without scaling; only if those factors
// overflow do they lose digits, or become zero. With such an A, Solve, SolveTrans, SolveVec and
// Inverse keep the exponents of numbers apart, so that nothing is out of range on the way to a
// solution that is not. That takes many times as long.
func (f *LU[T]) Factor(a Dense[T], w Workers) error {
	a.check("LU.Factor", "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: LU.Factor of a %d×%d matrix", a.Rows, a.Cols))
	}
	f.ready = false
	f.lu = reuse(f.lu, a.Rows, a.Cols)
	f.ipiv = append(f.ipiv[:0], make([]int, a.Rows)...)
	f.exponent, f.unit = safeExponent(a), 1
	copyLdexp(f.lu, a, -f.exponent)
	f.anorm = float64(Norm1(f.lu))
	if !(f.exponent > 0 && losesDigits(a, f.exponent) && f.factorAsItIs(a, w)) {
		f.singular = Getrf(f.lu, f.ipiv, w)
	}
	if !f.isFinite() {
		f.singular = nil // a zero beside NaN says nothing
	}
	f.ready = true
	return f.singular
}

// factorAsItIs factors A without scaling. If the factors overflow, it returns false, and lu holds A·2^−exponent again.
func (f *LU[T]) factorAsItIs(a Dense[T], w Workers) bool {
	Copy(f.lu, a)
	singular := Getrf(f.lu, f.ipiv, w)
	if !allRowsFinite(f.lu) {
		copyLdexp(f.lu, a, -f.exponent)
		return false
	}
	f.exponent, f.unit, f.singular = 0, math.Ldexp(1, -f.exponent), singular
	return true
}

func (f *LU[T]) mustBeReady(method string) {
	if !f.ready {
		panic("mat: LU." + method + " without a Factor")
	}
}

// mustBeRegular panics if there is no factorization, or one whose matrix has no inverse.
func (f *LU[T]) mustBeRegular(method string) {
	f.mustBeReady(method)
	if f.singular != nil {
		panic("mat: LU." + method + " of a singular matrix")
	}
}

// N returns the order of the matrix.
func (f *LU[T]) N() int { return f.lu.Rows }

// Solve overwrites B (n×r) with A⁻¹·B. It takes 2n²r operations. A column in which a sum overflows is solved for again,
// with the exponents of the unknowns kept apart, which takes many times as long.
func (f *LU[T]) Solve(b Dense[T], w Workers) {
	f.mustBeRegular("Solve")
	checkOrder("LU.Solve", f.lu.Rows, b, b.Rows)
	f.solve(NoTrans, b, w)
}

// SolveTrans overwrites B (n×r) with A⁻ᵀ·B. Otherwise it is like [LU.Solve].
func (f *LU[T]) SolveTrans(b Dense[T], w Workers) {
	f.mustBeRegular("SolveTrans")
	checkOrder("LU.SolveTrans", f.lu.Rows, b, b.Rows)
	f.solve(Trans, b, w)
}

// solve overwrites B with op(A)⁻¹·B. Where something is out of range on the way to a solution that is not, it keeps the
// exponents of the unknowns apart.
func (f *LU[T]) solve(t Transpose, b Dense[T], w Workers) {
	exponents := f.exponentsOf(b)
	defer scratch.Put(exponents)
	scaleColumns(b, exponents.Data, -1)
	for j := range exponents.Data {
		exponents.Data[j] -= float64(f.exponent)
	}
	l := triangularSystem[T]{Lower, t, Unit, f.lu}
	u := triangularSystem[T]{Upper, t, NonUnit, f.lu}
	s := systems[T]{of: [2]triangularSystem[T]{l, u}, count: 2, exponents: exponents.Data, wide: f.wide()}
	if t == Trans {
		s.of = [2]triangularSystem[T]{u, l}
	} else {
		exchangeRows(b, f.ipiv, w)
	}
	s.solve(b, w)
	if t == Trans {
		exchangeBack(b, f.ipiv)
	}
	scaleColumns(b, exponents.Data, 1)
}

// wide reports whether A is so near the ends of T's range that the unknowns could be beyond them on the way.
func (f *LU[T]) wide() bool { return f.exponent != 0 || f.unit != 1 }

// exponentsOf returns those by which the columns of B are scaled before they are solved for, in a buffer that the
// caller puts back. Large columns are not scaled: they would lose digits of their small elements.
func (f *LU[T]) exponentsOf(b Dense[T]) *scratch.Buffer[float64] {
	if f.wide() || !hasTinyColumn(b) {
		exponents := scratch.Get[float64](b.Cols)
		clear(exponents.Data)
		return exponents
	}
	exponents := safeExponents(b)
	for j, e := range exponents.Data {
		exponents.Data[j] = min(e, 0)
	}
	return exponents
}

// SolveVec overwrites x (of n elements) with A⁻¹·x.
func (f *LU[T]) SolveVec(x []T) {
	f.mustBeRegular("SolveVec")
	checkVector("LU.SolveVec", f.lu.Rows, x)
	f.Solve(DenseOf(len(x), 1, x), 1)
}

// Inverse overwrites dst (n×n) with A⁻¹. It takes 4n³/3 operations. To apply the inverse,
// [LU.Solve] is faster and more accurate. If an element of U's diagonal is so small that its
// reciprocal overflows, dst holds Inf or NaN. For an A near the ends of T's range it takes many times
// as long (see [LU.Factor]).
func (f *LU[T]) Inverse(dst Dense[T], w Workers) {
	f.mustBeRegular("Inverse")
	dst.check("LU.Inverse", "dst")
	checkSameShape("LU.Inverse", dst, f.lu)
	if f.wide() {
		dst.Fill(0)
		for i := range dst.Rows {
			dst.Set(i, i, 1)
		}
		f.solve(NoTrans, dst, w)
		return
	}
	Copy(dst, f.lu)
	if err := Getri(dst, f.ipiv, w); err != nil {
		dst.Fill(T(math.NaN())) // Factor returns an error for a zero pivot, unless A holds a NaN or an infinity
	}
}

// isFinite reports whether A holds neither NaN nor an infinity.
func (f *LU[T]) isFinite() bool { return IsFinite(f.anorm) }

// Det returns the determinant of A in float64. It is 0 if a pivot is zero, and 0 or an infinity if it is out of
// range; see [LU.LogDet]. It is NaN if A holds a NaN or an infinity.
func (f *LU[T]) Det() float64 {
	f.mustBeReady("Det")
	if !f.isFinite() {
		return math.NaN()
	}
	fraction, exponent := 1.0, 0
	for i, p := range f.ipiv {
		pivot, e := math.Frexp(float64(f.lu.At(i, i)))
		product, more := math.Frexp(fraction * pivot)
		fraction, exponent = product, exponent+e+more+f.exponent
		if p != i {
			fraction = -fraction
		}
	}
	if fraction == 0 {
		return 0 // not −0
	}
	return math.Ldexp(fraction, exponent)
}

// LogDet returns the logarithm of the magnitude of the determinant of A, and its sign: 1, −1, or 0 if a pivot
// is zero. Both are NaN if A holds a NaN or an infinity.
func (f *LU[T]) LogDet() (log, sign float64) {
	f.mustBeReady("LogDet")
	if !f.isFinite() {
		return math.NaN(), math.NaN()
	}
	log, sign = float64(f.lu.Rows)*float64(f.exponent)*math.Ln2, 1
	for i, p := range f.ipiv {
		d := float64(f.lu.At(i, i))
		log += math.Log(math.Abs(d))
		if (d < 0) != (p != i) {
			sign = -sign
		}
		if d == 0 || math.IsNaN(d) {
			sign *= d
		}
	}
	if sign == 0 {
		sign = 0 // not −0
	}
	return log, sign
}

// Rcond returns an estimate of 1/(‖A‖₁‖A⁻¹‖₁), the reciprocal condition number. It is 1 for a
// perfectly conditioned matrix, near the unit roundoff of T for a numerically singular one, 0 if a
// pivot is zero, and 1 for n = 0. It tends to be too large, but seldom by more than a factor of three (see
// [Cholesky.Rcond]). It does not depend on the scale of A. It takes about 10n² operations.
func (f *LU[T]) Rcond() float64 {
	f.mustBeReady("Rcond")
	if f.singular != nil {
		return 0
	}
	return gecon(OneNorm, f.lu, f.anorm, f.unit)
}

// L overwrites dst (n×n) with L, including its zeros and ones.
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

// U overwrites dst (n×n) with U, including its zeros.
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

// Perm overwrites dst, which has n elements, with the order of the rows: row i of L·U is row dst[i]
// of A.
func (f *LU[T]) Perm(dst []int) {
	f.mustBeReady("Perm")
	if len(dst) != len(f.ipiv) {
		panic(fmt.Sprintf("mat: LU.Perm of order %d: dst has %s", len(f.ipiv), elements(len(dst))))
	}
	for i := range dst {
		dst[i] = i
	}
	for i, p := range f.ipiv {
		dst[i], dst[p] = dst[p], dst[i]
	}
}
