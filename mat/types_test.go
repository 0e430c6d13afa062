package mat_test

import (
	"fmt"
	"math"
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

// invalidEnum is a call with 2 for a parameter that is 0 or 1, and what is said of it.
type invalidEnum struct {
	function, message string
	call              func()
}

const (
	badTranspose = "Transpose(2) is neither NoTrans nor Trans"
	badUplo      = "Uplo(2) is neither Lower nor Upper"
	badSide      = "Side(2) is neither Left nor Right"
	badDiag      = "Diag(2) is neither NonUnit nor Unit"
	badNorm      = "Norm(2) is neither OneNorm nor InfNorm"
)

func requireInvalidEnums(t *testing.T, cases []invalidEnum) {
	t.Helper()
	for _, c := range cases {
		requirePanics(t, "mat: "+c.function+": "+c.message, c.call)
	}
}

func TestInvalidEnumsPanicInProducts(t *testing.T) {
	const bad = 2
	d := mat.NewDense[float64]
	a, b, c, x, y := d(2, 2), d(2, 2), d(2, 2), make([]float64, 2), make([]float64, 2)
	requireInvalidEnums(t, []invalidEnum{
		{"Gemm", badTranspose, func() { mat.Gemm(bad, mat.NoTrans, 1, a, b, 0, c, 1) }},
		{"Gemm", badTranspose, func() { mat.Gemm(mat.NoTrans, bad, 1, a, b, 0, c, 1) }},
		{"Gemv", badTranspose, func() { mat.Gemv(bad, 1, a, x, 0, y, 1) }},
		{"Syrk", badTranspose, func() { mat.Syrk(mat.Lower, bad, 1, a, 0, c, 1) }},
		{"Syrk", badUplo, func() { mat.Syrk(bad, mat.NoTrans, 1, a, 0, c, 1) }},
		{"Syr2k", badTranspose, func() { mat.Syr2k(mat.Lower, bad, 1, a, b, 0, c, 1) }},
		{"Syr2k", badUplo, func() { mat.Syr2k(bad, mat.NoTrans, 1, a, b, 0, c, 1) }},
		{"Syr2", badUplo, func() { mat.Syr2(bad, 1, x, y, a) }},
		{"Syr", badUplo, func() { mat.Syr(bad, 1, x, a) }},
		{"Symm", badSide, func() { mat.Symm(bad, mat.Lower, 1, a, b, 0, c, 1) }},
		{"Symm", badUplo, func() { mat.Symm(mat.Left, bad, 1, a, b, 0, c, 1) }},
		{"Symv", badUplo, func() { mat.Symv(bad, 1, a, x, 0, y) }},
		{"Symmetrize", badUplo, func() { mat.Symmetrize(bad, a, 1) }},
		{"DenseOfSymmetric", badUplo, func() { mat.DenseOfSymmetric(bad, 2, a.Data, 2) }},
	})
}

func TestInvalidEnumsPanicInFunctionsOfTriangles(t *testing.T) {
	const bad = 2
	a, b, x := mat.NewDense[float64](2, 2), mat.NewDense[float64](2, 2), make([]float64, 2)
	requireInvalidEnums(t, []invalidEnum{
		{"Trmm", badSide, func() { mat.Trmm(bad, mat.Lower, mat.NoTrans, mat.Unit, 1, a, b, 1) }},
		{"Trmm", badUplo, func() { mat.Trmm(mat.Left, bad, mat.NoTrans, mat.Unit, 1, a, b, 1) }},
		{"Trmm", badTranspose, func() { mat.Trmm(mat.Left, mat.Lower, bad, mat.Unit, 1, a, b, 1) }},
		{"Trmm", badDiag, func() { mat.Trmm(mat.Left, mat.Lower, mat.NoTrans, bad, 1, a, b, 1) }},
		{"Trmv", badUplo, func() { mat.Trmv(bad, mat.NoTrans, mat.Unit, a, x) }},
		{"Trmv", badTranspose, func() { mat.Trmv(mat.Lower, bad, mat.Unit, a, x) }},
		{"Trmv", badDiag, func() { mat.Trmv(mat.Lower, mat.NoTrans, bad, a, x) }},
		{"Trsm", badSide, func() { mat.Trsm(bad, mat.Lower, mat.NoTrans, mat.NonUnit, 1, a, b, 1) }},
		{"Trsm", badUplo, func() { mat.Trsm(mat.Left, bad, mat.NoTrans, mat.NonUnit, 1, a, b, 1) }},
		{"Trsm", badTranspose, func() { mat.Trsm(mat.Left, mat.Lower, bad, mat.NonUnit, 1, a, b, 1) }},
		{"Trsm", badDiag, func() { mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, bad, 1, a, b, 1) }},
		{"Trsv", badUplo, func() { mat.Trsv(bad, mat.NoTrans, mat.NonUnit, a, x) }},
		{"Trsv", badTranspose, func() { mat.Trsv(mat.Lower, bad, mat.NonUnit, a, x) }},
		{"Trsv", badDiag, func() { mat.Trsv(mat.Lower, mat.NoTrans, bad, a, x) }},
		{"Trtri", badUplo, func() { _ = mat.Trtri(bad, mat.NonUnit, a, 1) }},
		{"Trtri", badDiag, func() { _ = mat.Trtri(mat.Lower, bad, a, 1) }},
		{"Trcon", badNorm, func() { mat.Trcon(bad, mat.Lower, mat.Unit, a) }},
		{"Trcon", badUplo, func() { mat.Trcon(mat.OneNorm, bad, mat.Unit, a) }},
		{"Trcon", badDiag, func() { mat.Trcon(mat.OneNorm, mat.Lower, bad, a) }},
		{"DenseOfTriangular", badUplo, func() { mat.DenseOfTriangular(bad, mat.Unit, 2, a.Data, 2) }},
		{"DenseOfTriangular", badDiag, func() { mat.DenseOfTriangular(mat.Lower, bad, 2, a.Data, 2) }},
	})
}

func TestInvalidEnumsPanicInFactorizations(t *testing.T) {
	const bad = 2
	a, b, tau, ipiv := mat.NewDense[float64](2, 2), mat.NewDense[float64](2, 2), make([]float64, 2), make([]int, 2)
	d, e, none := make([]float64, 3), make([]float64, 2), mat.Dense[float64]{}
	requireInvalidEnums(t, []invalidEnum{
		{"Potrf", badUplo, func() { _ = mat.Potrf(bad, a, 1) }},
		{"Potri", badUplo, func() { _ = mat.Potri(bad, a, 1) }},
		{"Potrs", badUplo, func() { mat.Potrs(bad, a, b, 1) }},
		{"PotrsRight", badUplo, func() { mat.PotrsRight(bad, a, b, 1) }},
		{"Cholesky.FactorTriangle", badUplo, func() { _ = new(mat.Cholesky[float64]).FactorTriangle(bad, a, 1) }},
		{"Getrs", badTranspose, func() { mat.Getrs(bad, a, ipiv, b, 1) }},
		{"Gecon", badNorm, func() { mat.Gecon(bad, a, 1) }},
		{"Ormqr", badSide, func() { mat.Ormqr(bad, mat.Trans, a, tau, b, 1) }},
		{"Ormqr", badTranspose, func() { mat.Ormqr(mat.Left, bad, a, tau, b, 1) }},
		{"Bdsqr", badUplo, func() { _ = mat.Bdsqr(bad, d, e, none, none, none, 1) }},
	})
}

func TestIsFloat32TellsThePrecision(t *testing.T) {
	require.True(t, mat.IsFloat32[float32]())
	require.False(t, mat.IsFloat32[float64]())
}

func TestSmallestNormalIsTheEndOfTheNormalNumbers(t *testing.T) {
	require.EqualValues(t, 0x1p-126, mat.SmallestNormal[float32]())
	require.EqualValues(t, 0x1p-1022, mat.SmallestNormal[float64]())
}

func TestIsFiniteRefusesNaNAndInfinities(t *testing.T) {
	both(t, testIsFinite[float32], testIsFinite[float64])
}

func testIsFinite[T mat.Float](t *testing.T) {
	largest, least := ends[T]()
	for _, v := range []float64{0, -1, math.Ldexp(1.5, largest), math.Ldexp(-1, least-1)} {
		require.True(t, mat.IsFinite(T(v)), v)
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		require.False(t, mat.IsFinite(T(v)), v)
	}
}

func TestCeilDivRoundsUp(t *testing.T) {
	for _, c := range []struct{ a, b, want int }{
		{0, 3, 0}, {1, 3, 1}, {3, 3, 1}, {4, 3, 2}, {7, 1, 7}, {math.MaxInt, 2, math.MaxInt/2 + 1},
	} {
		require.Equal(t, c.want, mat.CeilDiv(c.a, c.b), c)
	}
	require.PanicsWithValue(t, "mat: CeilDiv: the divisor is not positive", func() { mat.CeilDiv(1, 0) })
}
