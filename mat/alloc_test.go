//go:build !race

package mat_test

// Not under the race detector, which makes sync.Pool drop some of what is put into it.

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

func TestNothingIsAllocatedAfterAWarmUp(t *testing.T) {
	withoutCollections(t)
	inTurn(t, testAllocations[float32], testAllocations[float64])
}

func testAllocations[T mat.Float](t *testing.T) {
	for _, n := range []int{5, 110} {
		r := newRand(1)
		a, b, c := random[T](r, n, 40), random[T](r, 40, n), mat.NewDense[T](n, n)
		spd := narrow[T](wellConditioned(1, n))
		x, y := randomVector[T](r, n), make([]T, n)
		rows := random[T](r, n, 2)
		wide, long := random[T](r, n, 3000), randomVector[T](r, 3000)
		var chol mat.Cholesky[T]
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"Gemm", func() { mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, b, 0, c, 1) }},
			{"Gemm of transposes", func() { mat.Gemm(mat.Trans, mat.Trans, 1, b, a, 0, c, 1) }},
			{"Syrk lower", func() { mat.Syrk(mat.Lower, mat.NoTrans, 1, a, 0, c, 1) }},
			{"Syrk upper", func() { mat.Syrk(mat.Upper, mat.Trans, 1, b, 0, c, 1) }},
			{"Trsm left", func() { mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, spd, c, 1) }},
			{"Trsm right", func() { mat.Trsm(mat.Right, mat.Lower, mat.Trans, mat.NonUnit, 1, spd, c, 1) }},
			{"Potrf lower", func() { mat.Copy(c, spd); _ = mat.Potrf(mat.Lower, c, 1) }},
			{"Potrf upper", func() { mat.Copy(c, spd); _ = mat.Potrf(mat.Upper, c, 1) }},
			{"Trtri lower", func() { mat.Copy(c, spd); _ = mat.Trtri(mat.Lower, mat.NonUnit, c, 1) }},
			{"Trtri upper", func() { mat.Copy(c, spd); _ = mat.Trtri(mat.Upper, mat.NonUnit, c, 1) }},
			{"Cholesky.Factor", func() { _ = chol.Factor(spd, 1) }},
			{"Cholesky.Update and Downdate", func() {
				_ = chol.Update(rows)
				_ = chol.Downdate(rows)
			}},
			{"Cholesky.SolveVec", func() { chol.SolveVec(x) }},
			{"Cholesky.SolveRight", func() { chol.SolveRight(c, 1) }},
			{"Cholesky.Inverse", func() { chol.Inverse(c, 1) }},
			{"Gemv", func() { mat.Gemv(mat.NoTrans, 1, spd, x, 0, y, 1) }},
			{"Gemv transposed", func() { mat.Gemv(mat.Trans, 1, spd, x, 0, y, 1) }},
			{"Nrm2", func() { mat.Nrm2(x) }},
			{"Add", func() { mat.Add(c, c, spd) }},
			{"Sub", func() { mat.Sub(c, spd, c) }},
			{"Scale", func() { mat.Scale(c, 2, spd) }},
			{"Hadamard", func() { mat.Hadamard(c, c, spd) }},
			{"Norm1", func() { mat.Norm1(a) }},
			{"NormFrobenius", func() { mat.NormFrobenius(a) }},
			{"EqualApprox", func() { mat.EqualApprox(c, spd, 1) }},
			{"Gemm, workers", func() { mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, b, 0, c, 3) }},
			{"Syrk, workers", func() { mat.Syrk(mat.Lower, mat.NoTrans, 1, a, 0, c, 3) }},
			{"Trsm, workers", func() { mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, spd, c, 3) }},
			{"Gemv, workers", func() { mat.Gemv(mat.NoTrans, 1, wide, long, 0, y, 3) }},
			{"Cholesky.Factor, workers", func() { _ = chol.Factor(spd, 3) }},
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

func TestLargeFactorizationsAllocateNothingAfterAWarmUp(t *testing.T) {
	withoutCollections(t)
	inTurn(t, testLargeAllocations[float32], testLargeAllocations[float64])
}

// testLargeAllocations takes sizes for which Potrf works in panels, Getrf in blocks, and Trmm in each of its ways.
func testLargeAllocations[T mat.Float](t *testing.T) {
	spd, a := narrow[T](wellConditioned(1, 300)), random[T](newRand(1), 600, 600)
	f, g, ipiv := spd.Clone(), a.Clone(), make([]int, 600)
	trmm := func(side mat.Side, t mat.Transpose, n, rhs int, w mat.Workers) {
		b := g.View(0, 0, n, rhs)
		if side == mat.Right {
			b = g.View(0, 0, rhs, n)
		}
		b.Fill(1)
		mat.Trmm(side, mat.Lower, t, mat.NonUnit, 1, a.View(0, 0, n, n), b, w)
	}
	// What helpers allocate does not depend on the kernels, and those in Go take seconds.
	for _, w := range pick([]mat.Workers{1}, []mat.Workers{1, 3}) {
		runs := 4 * int(w*w) // a helper that joins for the first time allocates its buffers
		for name, run := range map[string]func(){
			"Potrf lower": func() { mat.Copy(f, spd); _ = mat.Potrf(mat.Lower, f, w) },
			"Potrf upper": func() { mat.Copy(f, spd); _ = mat.Potrf(mat.Upper, f, w) },
			"Getrf":       func() { mat.Copy(g, a); _ = mat.Getrf(g, ipiv, w) },
			"Trmm left":   func() { trmm(mat.Left, mat.NoTrans, 600, 600, w); trmm(mat.Left, mat.NoTrans, 600, 20, w) },
			"Trmm right": func() {
				trmm(mat.Right, mat.NoTrans, 600, 600, w)
				trmm(mat.Right, mat.NoTrans, 500, 200, w)
				trmm(mat.Right, mat.Trans, 600, 20, w)
			},
		} {
			run()
			assert.Zero(t, testing.AllocsPerRun(runs, run), "%s, %d workers", name, w)
		}
	}
}
