package mat_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestEnumsHaveNames(t *testing.T) {
	for value, name := range map[fmt.Stringer]string{
		mat.NoTrans: "NoTrans", mat.Trans: "Trans", mat.Transpose(7): "Transpose(7)",
		mat.Lower: "Lower", mat.Upper: "Upper", mat.Uplo(2): "Uplo(2)",
		mat.Left: "Left", mat.Right: "Right", mat.Side(255): "Side(255)",
		mat.NonUnit: "NonUnit", mat.Unit: "Unit", mat.Diag(9): "Diag(9)",
	} {
		require.Equal(t, name, value.String())
	}
}

func TestInvalidEnumsPanic(t *testing.T) {
	const bad = 2
	a, x := mat.NewDense[float64](2, 2), make([]float64, 2)
	b, c := mat.NewDense[float64](2, 2), mat.NewDense[float64](2, 2)
	trans, uplo, diag := "mat: %s: Transpose(2) is neither NoTrans nor Trans", "mat: %s: Uplo(2) is neither "+
		"Lower nor Upper", "mat: %s: Diag(2) is neither NonUnit nor Unit"
	for _, test := range []struct {
		message, op string
		f           func()
	}{
		{trans, "Gemm", func() { mat.Gemm(bad, mat.NoTrans, 1, a, b, 0, c, 1) }},
		{trans, "Gemm", func() { mat.Gemm(mat.NoTrans, bad, 1, a, b, 0, c, 1) }},
		{trans, "Gemv", func() { mat.Gemv(bad, 1, a, x, 0, []float64{0, 0}, 1) }},
		{trans, "Syrk", func() { mat.Syrk(mat.Lower, bad, 1, a, 0, c, 1) }},
		{uplo, "Syrk", func() { mat.Syrk(bad, mat.NoTrans, 1, a, 0, c, 1) }},
		{uplo, "Symmetrize", func() { mat.Symmetrize(bad, a, 1) }},
		{uplo, "Potrf", func() { _ = mat.Potrf(bad, a, 1) }},
		{uplo, "Potri", func() { _ = mat.Potri(bad, a, 1) }},
		{uplo, "Potrs", func() { mat.Potrs(bad, a, b, 1) }},
		{uplo, "PotrsRight", func() { mat.PotrsRight(bad, a, b, 1) }},
		{uplo, "Trtri", func() { _ = mat.Trtri(bad, mat.NonUnit, a, 1) }},
		{diag, "Trtri", func() { _ = mat.Trtri(mat.Lower, bad, a, 1) }},
		{uplo, "Trsv", func() { mat.Trsv(bad, mat.NoTrans, mat.NonUnit, a, x) }},
		{trans, "Trsv", func() { mat.Trsv(mat.Lower, bad, mat.NonUnit, a, x) }},
		{diag, "Trsv", func() { mat.Trsv(mat.Lower, mat.NoTrans, bad, a, x) }},
		{"mat: %s: Side(2) is neither Left nor Right", "Trsm",
			func() { mat.Trsm(bad, mat.Lower, mat.NoTrans, mat.NonUnit, 1, a, b, 1) }},
		{uplo, "Trsm", func() { mat.Trsm(mat.Left, bad, mat.NoTrans, mat.NonUnit, 1, a, b, 1) }},
		{trans, "Trsm", func() { mat.Trsm(mat.Left, mat.Lower, bad, mat.NonUnit, 1, a, b, 1) }},
		{diag, "Trsm", func() { mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, bad, 1, a, b, 1) }},
		{uplo, "DenseOfSymmetric", func() { mat.DenseOfSymmetric(bad, 2, a.Data, 2) }},
		{uplo, "DenseOfTriangular", func() { mat.DenseOfTriangular(bad, mat.Unit, 2, a.Data, 2) }},
		{diag, "DenseOfTriangular", func() { mat.DenseOfTriangular(mat.Lower, bad, 2, a.Data, 2) }},
	} {
		requirePanics(t, fmt.Sprintf(test.message, test.op), test.f)
	}
}
