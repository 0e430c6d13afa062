package mat_test

import (
	"fmt"
	"testing"

	"ridge/mat"
)

func TestFactorizationsPanicOnOverlappingOperands(t *testing.T) {
	slab, tau := mat.NewDense[float64](8, 8), make([]float64, 2)
	a := slab.View(0, 0, 4, 4)
	for _, test := range []struct {
		message string
		f       func()
	}{
		{"Ormqr: c and a", func() { mat.Ormqr(mat.Left, mat.Trans, a, tau, slab.View(0, 1, 4, 4), 1) }},
		{"Trmm: b and a",
			func() { mat.Trmm(mat.Left, mat.Lower, mat.NoTrans, mat.Unit, 1, a, slab.View(3, 3, 4, 4), 1) }},
		{"Trmv: x and a", func() { mat.Trmv(mat.Lower, mat.NoTrans, mat.Unit, a, slab.Row(0)[2:6]) }},
		{"Symm: c and a",
			func() { mat.Symm(mat.Left, mat.Lower, 1, a, slab.View(4, 4, 4, 4), 0, slab.View(3, 3, 4, 4), 1) }},
		{"Symm: c and b",
			func() { mat.Symm(mat.Left, mat.Lower, 1, a, slab.View(4, 4, 4, 4), 0, slab.View(4, 3, 4, 4), 1) }},
		{"Symv: y and a", func() { mat.Symv(mat.Lower, 1, a, slab.Row(6)[:4], 0, slab.Row(0)[2:6]) }},
		{"Symv: y and x", func() { mat.Symv(mat.Lower, 1, a, slab.Row(6)[:4], 0, slab.Row(6)[1:5]) }},
		{"Syr2k: c and a",
			func() { mat.Syr2k(mat.Lower, mat.NoTrans, 1, a, slab.View(4, 4, 4, 4), 0, slab.View(3, 3, 4, 4), 1) }},
		{"Syr2k: c and b",
			func() { mat.Syr2k(mat.Lower, mat.NoTrans, 1, a, slab.View(4, 4, 4, 4), 0, slab.View(4, 3, 4, 4), 1) }},
		{"Ger: a and x", func() { mat.Ger(1, slab.Row(2)[:4], slab.Row(6)[:4], a) }},
		{"Ger: a and y", func() { mat.Ger(1, slab.Row(6)[:4], slab.Row(2)[:4], a) }},
		{"Syr: a and x", func() { mat.Syr(mat.Lower, 1, slab.Row(2)[:4], a) }},
		{"Syr2: a and x", func() { mat.Syr2(mat.Lower, 1, slab.Row(2)[:4], slab.Row(6)[:4], a) }},
		{"Syr2: a and y", func() { mat.Syr2(mat.Lower, 1, slab.Row(6)[:4], slab.Row(2)[:4], a) }},
		{"Getrs: b and a", func() { mat.Getrs(mat.Trans, a, make([]int, 4), slab.View(0, 3, 4, 2), 1) }},
	} {
		requirePanics(t, fmt.Sprintf("mat: %s overlap", test.message), test.f)
	}
	mat.Ormqr(mat.Left, mat.Trans, a, tau, slab.View(0, 2, 4, 4), 1) // C begins after the columns of the reflectors
}
