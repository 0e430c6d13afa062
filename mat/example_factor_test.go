package mat_test

import (
	"fmt"

	"ridge/mat"
)

// Fit a parabola y = v₀ + v₁x + v₂x² to five points.
func ExampleQR() {
	x := []float64{-2, -1, 0, 1, 2}
	y := mat.DenseOf(5, 1, []float64{9, 4, 1, 0, 1})
	a := mat.NewDense[float64](5, 3)
	for i, v := range x {
		copy(a.Row(i), []float64{1, v, v * v})
	}

	var q mat.QR[float64]
	q.Factor(a, mat.AllWorkers)
	v := mat.NewDense[float64](3, 1)
	if err := q.Solve(v, y, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("y = %.3f%+.3f·x%+.3f·x²\n", v.At(0, 0), v.At(1, 0), v.At(2, 0))
	// Output: y = 1.000-2.000·x+1.000·x²
}

// The third column is the sum of the first two, so there are many solutions. The shortest one is
// found.
func ExampleQR_FactorPivoted() {
	a := mat.DenseOf(4, 3, []float64{
		1, 0, 1,
		0, 1, 1,
		1, 1, 2,
		1, 2, 3,
	})
	b := mat.DenseOf(4, 1, []float64{3, 3, 6, 9})

	var q mat.QR[float64]
	q.FactorPivoted(a, 0, mat.AllWorkers)
	x := mat.NewDense[float64](3, 1)
	if err := q.Solve(x, b, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("rank %d, x = (%.3f, %.3f, %.3f)\n", q.Rank(), x.At(0, 0), x.At(1, 0), x.At(2, 0))
	// Output: rank 2, x = (1.000, 1.000, 2.000)
}

// The columns of Q are an orthonormal basis of the span of A's columns.
func ExampleGeqrf() {
	a := mat.DenseOf(3, 2, []float64{
		3, 1,
		4, 1,
		0, 2,
	})
	tau := make([]float64, 2)
	mat.Geqrf(a, tau, mat.AllWorkers)
	fmt.Printf("R = [%.1f %.1f; 0 %.1f]\n", a.At(0, 0), a.At(0, 1), a.At(1, 1))
	mat.Orgqr(a, tau, mat.AllWorkers)
	fmt.Printf("q₁ = (%.1f, %.1f, %.1f)\n", a.At(0, 0), a.At(1, 0), a.At(2, 0))
	// Output:
	// R = [-5.0 -1.4; 0 2.0]
	// q₁ = (-0.6, -0.8, 0.0)
}

func ExampleLU() {
	a := mat.DenseOf(3, 3, []float64{
		0, 2, 1,
		1, 1, 0,
		2, 0, 3,
	})
	x := []float64{7, 3, 11}

	var f mat.LU[float64]
	if err := f.Factor(a, mat.AllWorkers); err != nil {
		fmt.Println(err) // singular
		return
	}
	f.SolveVec(x)
	fmt.Printf("x = (%.3f, %.3f, %.3f), det A = %.0f\n", x[0], x[1], x[2], f.Det())
	// Output: x = (1.000, 2.000, 3.000), det A = -8
}
