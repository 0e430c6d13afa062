package mat_test

import (
	"fmt"
	"testing"

	"ridge/mat"
)

func TestFactorizationsPanicOnEnumsThatAreNoConstants(t *testing.T) {
	const bad = 2
	a, c, tau := mat.NewDense[float64](2, 2), mat.NewDense[float64](2, 2), make([]float64, 2)
	ipiv := make([]int, 2)
	requirePanics(t, "mat: Getrs: Transpose(2) is neither NoTrans nor Trans", func() { mat.Getrs(bad, a, ipiv, c, 1) })
	requirePanics(t, "mat: Gecon: Norm(2) is neither OneNorm nor InfNorm", func() { mat.Gecon(bad, a, 1) })
	requirePanics(t, "mat: Trcon: Norm(2) is neither OneNorm nor InfNorm", func() { mat.Trcon(bad, mat.Lower, mat.Unit, a) })
	requirePanics(t, "mat: Trcon: Uplo(2) is neither Lower nor Upper", func() { mat.Trcon(mat.OneNorm, bad, mat.Unit, a) })
	requirePanics(t, "mat: Trcon: Diag(2) is neither NonUnit nor Unit", func() { mat.Trcon(mat.OneNorm, mat.Lower, bad, a) })
	requirePanics(t, "mat: Ormqr: Side(2) is neither Left nor Right", func() { mat.Ormqr(bad, mat.Trans, a, tau, c, 1) })
	requirePanics(t, "mat: Ormqr: Transpose(2) is neither NoTrans nor Trans", func() { mat.Ormqr(mat.Left, bad, a, tau, c, 1) })
}

func TestFactorizationsPanicOnOperandsThatOverlap(t *testing.T) {
	slab, tau := mat.NewDense[float64](6, 6), make([]float64, 2)
	a := slab.View(0, 0, 4, 4)
	for _, test := range []struct {
		message string
		f       func()
	}{
		{"Ormqr: c and a", func() { mat.Ormqr(mat.Left, mat.Trans, a, tau, slab.View(0, 1, 4, 4), 1) }},
		{"Getrs: b and a", func() { mat.Getrs(mat.Trans, a, make([]int, 4), slab.View(0, 3, 4, 2), 1) }},
	} {
		requirePanics(t, fmt.Sprintf("mat: %s overlap", test.message), test.f)
	}
	mat.Ormqr(mat.Left, mat.Trans, a, tau, slab.View(0, 2, 4, 4), 1) // the reflectors end before it
}
