package gonumblas

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"

	"ridge/internal/scratch"
	"ridge/mat"
)

// Dsteqr computes the eigenvalues, and eigenvectors, of a symmetric tridiagonal matrix. It returns whether
// it found all of them.
func (i Implementation) Dsteqr(compz lapack.EVComp, n int, d, e, z []float64, ldz int, work []float64) (ok bool) {
	if n < crossingLAPACK.steqr {
		return i.gonumLAPACK.Dsteqr(compz, n, d, e, z, ldz, work)
	}
	zm, okZ := matrix(n, n, z, ldz)
	if (compz != lapack.EVOrig && compz != lapack.EVTridiag) || !okZ || len(d) < n || len(e) < n-1 ||
		len(work) < 2*n-2 || anyOverlap(row(d[:n]), row(e[:n-1]), zm) {
		return i.gonumLAPACK.Dsteqr(compz, n, d, e, z, ldz, work)
	}
	if compz == lapack.EVTridiag {
		i.Dlaset(blas.All, n, n, 0, 1, z, ldz)
	}
	return mat.Steqr(d[:n], e[:n-1], zm, i.count()) == nil
}

// Dsyev computes the eigenvalues, and eigenvectors, of a symmetric matrix. It returns whether it found
// all of them.
func (i Implementation) Dsyev(job lapack.EVJob, ul blas.Uplo, n int, a []float64, lda int, w, work []float64,
	lwork int) (ok bool) {
	if isOne(ul, n, a, lda, w, 1) && job == lapack.EVCompute && lwork >= 2 && len(work) >= lwork {
		w[0], a[0], work[0] = a[0], 1, 2
		return true
	}
	if n < max(2, crossingLAPACK.steqr) {
		return i.gonumLAPACK.Dsyev(job, ul, n, a, lda, w, work, lwork)
	}
	_, okUplo := triangle(ul)
	am, okA := matrix(n, n, a, lda)
	if job != lapack.EVCompute || !okUplo || !okA || len(w) < n || lwork < 3*n-1 || len(work) < lwork ||
		anyOverlap(am, row(w[:n]), row(work[:lwork])) {
		return i.gonumLAPACK.Dsyev(job, ul, n, a, lda, w, work, lwork)
	}
	exponent := squareExponent(i.Dlansy(lapack.MaxAbs, ul, n, a, lda, work))
	i.scaleTriangle(ul, n, a, lda, -exponent)
	e, tau, rest := work[:n-1], work[n:2*n], work[2*n:]
	if ul == blas.Upper { // Orgqr needs the order of the reflectors of a lower triangle
		mirror(am)
	}
	i.Dsytrd(blas.Lower, n, a, lda, w, e, tau, rest, lwork-2*n)
	i.reflections(am, tau[:n-1])
	ok = mat.Steqr(w[:n], e, am, i.count()) == nil
	for j, v := range w[:n] {
		w[j] = math.Ldexp(v, exponent)
	}
	i.gonumLAPACK.Dsyev(job, ul, n, nil, lda, nil, work, -1) // sets work[0]
	return ok
}

// mirror copies the elements above the diagonal to below it.
func mirror(a mat.Dense[float64]) {
	const block = 32
	n := a.Rows
	for r := 0; r < n; r += block {
		rows := min(block, n-r)
		if r+rows < n {
			mat.TransposeTo(a.View(r+rows, r, n-r-rows, rows), a.View(r, r+rows, rows, n-r-rows))
		}
		for p := r; p < r+rows; p++ {
			for q := p + 1; q < r+rows; q++ {
				a.Set(q, p, a.At(p, q))
			}
		}
	}
}

// reflections overwrites A with the orthogonal matrix of its reduction to tridiagonal form. The
// reflectors are stored below the subdiagonal. The first row and column of the matrix are those of
// the identity.
func (i Implementation) reflections(a mat.Dense[float64], tau []float64) {
	n := a.Rows
	q := scratch.Get[float64]((n - 1) * (n - 1))
	defer scratch.Put(q)
	qm := mat.DenseOf(n-1, n-1, q.Data)
	mat.Copy(qm, a.View(1, 0, n-1, n-1))
	mat.Orgqr(qm, tau, i.count())
	a.Fill(0)
	a.Set(0, 0, 1)
	mat.Copy(a.View(1, 1, n-1, n-1), qm)
}

// squareExponent returns the exponent of the power of two that brings the squares of a matrix's
// elements into range when the elements are divided by it. It is zero if they are in range. max is
// the largest magnitude of an element.
func squareExponent(max float64) int {
	_, e := math.Frexp(max)
	if -400 < e && e < 400 || max-max != 0 {
		return 0
	}
	return e
}

// scaleTriangle multiplies the triangle by 2^exponent.
func (i Implementation) scaleTriangle(ul blas.Uplo, n int, a []float64, lda, exponent int) {
	if exponent == 0 {
		return
	}
	for r := range n {
		lo, hi := 0, r+1
		if ul == blas.Upper {
			lo, hi = r, n
		}
		for c := lo; c < hi; c++ {
			a[r*lda+c] = math.Ldexp(a[r*lda+c], exponent)
		}
	}
}
