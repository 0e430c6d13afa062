//go:build !race

package mat_test

// Not under the race detector: see TestNothingIsAllocatedAfterAWarmUp.

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

func TestFactorizationsAllocateNothingAfterAWarmUp(t *testing.T) {
	withoutCollections(t)
	inTurn(t, testFactorAllocations[float32], testFactorAllocations[float64])
}

func testFactorAllocations[T mat.Float](t *testing.T) {
	for _, n := range []int{5, 150} {
		r := newRand(1)
		a, b, x := random[T](r, n+10, n), random[T](r, n+10, 12), mat.NewDense[T](n, 12)
		deficient := narrow[T](ofRank(1, n-2, n+10, n))
		f, tau, jpvt := a.Clone(), make([]T, n), free(n)
		square, s, ipiv := a.RowView(0, n), mat.NewDense[T](n, n), make([]int, n)
		wide := b.RowView(0, n).Transposed()
		var plain, pivoted mat.QR[T]
		var lu mat.LU[T]
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"Geqrf", func() { mat.Copy(f, a); mat.Geqrf(f, tau, 1) }},
			{"Orgqr", func() { mat.Orgqr(f, tau, 1) }},
			{"Geqp3", func() { mat.Copy(f, a); mat.Geqp3(f, jpvt, tau, 1) }},
			{"QR.Factor", func() { plain.Factor(a, 1) }},
			{"QR.Solve", func() { _ = plain.Solve(x, b, 1) }},
			{"QR.Solve of one vector", func() { _ = plain.Solve(x.ColView(0, 1), b.ColView(0, 1), 1) }},
			{"QR.FactorPivoted", func() { pivoted.FactorPivoted(deficient, 0, 1) }},
			{"QR.Solve, pivoted", func() { _ = pivoted.Solve(x, b, 1) }},
			{"QR.SolveTrans, pivoted", func() { _ = pivoted.SolveTrans(b, x, 1) }},
			{"Getrf", func() { mat.Copy(s, square); _ = mat.Getrf(s, ipiv, 1) }},
			{"Getri", func() { mat.Copy(s, square); _ = mat.Getrf(s, ipiv, 1); _ = mat.Getri(s, ipiv, 1) }},
			{"LU.Factor", func() { _ = lu.Factor(square, 1) }},
			{"LU.Solve", func() { lu.Solve(x, 1) }},
			{"LU.SolveTrans", func() { lu.SolveTrans(x, 1) }},
			{"LU.Inverse", func() { lu.Inverse(s, 1) }},
			{"Trmm", func() { mat.Trmm(mat.Right, mat.Lower, mat.NoTrans, mat.NonUnit, 1, square, wide, 1) }},
			{"Symm", func() { mat.Symm(mat.Left, mat.Lower, 1, square, b.RowView(0, n), 0, x, 1) }},
			{"Syr2k", func() { mat.Syr2k(mat.Lower, mat.NoTrans, 1, x, b.RowView(0, n), 0, s, 1) }},
			{"Trmv", func() { mat.Trmv(mat.Lower, mat.NoTrans, mat.NonUnit, square, tau) }},
			{"Symv", func() { mat.Symv(mat.Lower, 1, square, square.Row(0), 0, tau) }},
			{"Ger, Syr and Syr2", func() {
				mat.Ger(1, tau, tau, s)
				mat.Syr(mat.Lower, 1, tau, s)
				mat.Syr2(mat.Lower, 1, tau, tau, s)
			}},
			{"Trmm, workers", func() { mat.Trmm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, square, x, 3) }},
			{"LU.Factor, workers", func() { _ = lu.Factor(square, 3) }},
			{"QR.Factor, workers", func() { plain.Factor(a, 3) }},
			{"QR.Solve, workers", func() { _ = plain.Solve(x, b, 3) }},
			{"QR.FactorPivoted, workers", func() { pivoted.FactorPivoted(a, 0, 3) }},
		} {
			runs := 4
			if strings.HasSuffix(f.name, ", workers") {
				runs = 20 // a helper that joins for the first time allocates its buffers
			}
			f.run()
			assert.Zero(t, testing.AllocsPerRun(runs, f.run), "%s, n=%d", f.name, n)
		}
	}
}
