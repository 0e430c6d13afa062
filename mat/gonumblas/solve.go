package gonumblas

import "gonum.org/v1/gonum/blas"

// solvesFew reports whether a system has one right-hand side and no more rows than loops solve fast, or so few rows
// that solving for one side after the other takes less time than other calls.
func solvesFew(n, nrhs int) bool {
	return n < crossingLAPACK.solveFew || nrhs == 1 && n < crossing64.trsv
}

// trtrsOfFew solves op(A)·X = B where solvesFew. It returns false if the arguments are not valid, or as substitute
// does.
func trtrsOfFew(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n, nrhs int, a []float64, lda int, b []float64,
	ldb int) bool {
	return isTriangle(ul, tA, d) && isGeneral(n, nrhs, b, ldb) && holds(n, n, a, lda) &&
		substituteColumns(ul, tA, d, n, nrhs, a, lda, b, ldb)
}

// potrsOfFew is Dpotrs as trtrsOfFew is Dtrtrs.
func potrsOfFew(ul blas.Uplo, n, nrhs int, a []float64, lda int, b []float64, ldb int) bool {
	first, second := blas.NoTrans, blas.Trans // L·(Lᵀ·X) = B
	if ul == blas.Upper {
		first, second = second, first // Uᵀ·(U·X) = B
	}
	return trtrsOfFew(ul, first, blas.NonUnit, n, nrhs, a, lda, b, ldb) &&
		substituteColumns(ul, second, blas.NonUnit, n, nrhs, a, lda, b, ldb)
}

// getrsOfFew is Dgetrs as trtrsOfFew is Dtrtrs.
func getrsOfFew(tA blas.Transpose, n, nrhs int, a []float64, lda int, ipiv []int, b []float64, ldb int) bool {
	if !isGeneral(n, nrhs, b, ldb) || !holds(n, n, a, lda) || !arePivots(n, ipiv) || !hasLargeDiagonal(n, a, lda) {
		return false
	}
	if n == 1 && isDivisor(tA, blas.NonUnit) { // L is 1
		return substituteColumns(blas.Upper, tA, blas.NonUnit, n, nrhs, a, lda, b, ldb)
	}
	switch tA {
	case blas.NoTrans:
		for p, q := range ipiv {
			exchange(b, p*ldb, q*ldb, nrhs)
		}
		substituteColumns(blas.Lower, tA, blas.Unit, n, nrhs, a, lda, b, ldb)
		substituteColumns(blas.Upper, tA, blas.NonUnit, n, nrhs, a, lda, b, ldb)
	case blas.Trans, blas.ConjTrans:
		substituteColumns(blas.Upper, tA, blas.NonUnit, n, nrhs, a, lda, b, ldb)
		substituteColumns(blas.Lower, tA, blas.Unit, n, nrhs, a, lda, b, ldb)
		for p := n - 1; p >= 0; p-- {
			exchange(b, p*ldb, ipiv[p]*ldb, nrhs)
		}
	default:
		return false
	}
	return true
}

// substituteColumns calls substitute for each column of B. That returns false for the first one or for none.
func substituteColumns(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n, nrhs int, a []float64, lda int, b []float64,
	ldb int) bool {
	for j := range nrhs {
		if !substitute(ul, tA, d, n, a, lda, b[j:], ldb) {
			return false
		}
	}
	return true
}

// isGeneral reports whether b holds a general matrix that is not empty.
func isGeneral(m, n int, b []float64, ldb int) bool { return m > 0 && n > 0 && holds(m, n, b, ldb) }

// arePivots reports whether ipiv has n indices of rows.
func arePivots(n int, ipiv []int) bool {
	for _, p := range ipiv {
		if p < 0 || p >= n {
			return false
		}
	}
	return len(ipiv) == n
}

// exchange swaps n elements from p on with those from q on.
func exchange(b []float64, p, q, n int) {
	if p == q {
		return
	}
	for j := range n {
		b[p+j], b[q+j] = b[q+j], b[p+j]
	}
}
