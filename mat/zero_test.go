package mat_test

import (
	"testing"

	"ridge/internal/misuse"
	"ridge/mat"
)

// TestMisusePanicsInWords calls every exported function and method with zero values and with
// nonsense.
func TestMisusePanicsInWords(t *testing.T) {
	t.Run("float32", testMisusePanicsInWords[float32])
	t.Run("float64", testMisusePanicsInWords[float64])
}

func testMisusePanicsInWords[T mat.Float](t *testing.T) {
	lu, cholesky, qr := new(mat.LU[T]), new(mat.Cholesky[T]), new(mat.QR[T])
	values := []any{
		mat.Dense[T]{}, mat.NewDense[T](2, 3), mat.Dense[T]{Rows: 2, Cols: 2, Stride: 2},
		mat.Dense[T]{Rows: -1, Cols: 3, Stride: 1, Data: make([]T, 5)},
		lu, cholesky, qr, mat.Workers(0), mat.Transpose(9), mat.Uplo(9), mat.Side(9), mat.Diag(9), mat.Norm(9),
		new(mat.SingularError), new(mat.NotPositiveDefiniteError), new(mat.NoConvergenceError), new(mat.Packed[T]),
		mat.NewPacked[T](3, 40),
	}
	functions := map[string]any{
		"AbsMax": mat.AbsMax[T], "Add": mat.Add[T], "Asum": mat.Asum[T], "Axpy": mat.Axpy[T],
		"Axpyf": mat.Axpyf[T], "Bdsqr": mat.Bdsqr[T], "Bits": mat.Bits[T], "Clamp": mat.Clamp[T],
		"CeilDiv": mat.CeilDiv, "Convert": mat.Convert[T, float32],
		"Copy": mat.Copy[T], "DenseOf": mat.DenseOf[T], "DenseOfSymmetric": mat.DenseOfSymmetric[T],
		"DenseOfTriangular": mat.DenseOfTriangular[T], "DenseOfVector": mat.DenseOfVector[T], "Dot": mat.Dot[T],
		"Equal": mat.Equal[T], "EqualApprox": mat.EqualApprox[T], "Gecon": mat.Gecon[T], "Gemm": mat.Gemm[T],
		"Gemv": mat.Gemv[T], "Geqp3": mat.Geqp3[T], "Geqrf": mat.Geqrf[T], "Ger": mat.Ger[T],
		"Getrf": mat.Getrf[T], "Getri": mat.Getri[T], "Getrs": mat.Getrs[T], "Hadamard": mat.Hadamard[T],
		"HoldWorkers": mat.HoldWorkers, "Iamax": mat.Iamax[T], "IsFinite": mat.IsFinite[T],
		"IsFloat32": mat.IsFloat32[T],
		"Lauum":     mat.Lauum[T],
		"NewDense":  mat.NewDense[T], "NewPacked": mat.NewPacked[T], "Norm1": mat.Norm1[T],
		"NormFrobenius": mat.NormFrobenius[T], "NormInf": mat.NormInf[T], "NormMax": mat.NormMax[T],
		"Nrm2": mat.Nrm2[T], "Orgqr": mat.Orgqr[T], "Ormqr": mat.Ormqr[T], "Overlap": mat.Overlap[T],
		"Pocon": mat.Pocon[T], "Potrf": mat.Potrf[T], "Potri": mat.Potri[T],
		"PotrfContext": mat.PotrfContext[T], "PotriContext": mat.PotriContext[T], "Potrs": mat.Potrs[T],
		"PotrsRight": mat.PotrsRight[T], "Scal": mat.Scal[T], "Scale": mat.Scale[T],
		"SmallestNormal": mat.SmallestNormal[T], "Steqr": mat.Steqr[T],
		"Sub": mat.Sub[T], "Symm": mat.Symm[T], "Symmetrize": mat.Symmetrize[T], "Symv": mat.Symv[T],
		"Syr": mat.Syr[T], "Syr2": mat.Syr2[T], "Syr2k": mat.Syr2k[T], "Syrk": mat.Syrk[T],
		"TransposeTo": mat.TransposeTo[T], "Trcon": mat.Trcon[T], "Trmm": mat.Trmm[T], "Trmv": mat.Trmv[T],
		"Trsm": mat.Trsm[T], "Trsv": mat.Trsv[T], "Trtri": mat.Trtri[T],
	}
	misuse.Methods(t, values...)
	misuse.Functions(t, functions)
	// Parallel runs its body as often as it is told, which may be very often.
	misuse.Complete(t, functions, values, "CloseWorkers", "Parallel")
}
