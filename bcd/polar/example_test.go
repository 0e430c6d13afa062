package polar_test

import (
	"fmt"

	"ridge/bcd/polar"
	"ridge/mat"
)

// The polar factor of a diagonal matrix has the signs of its elements on the diagonal. It is approximate: Jordan's
// iteration takes singular values to between 0.68 and 1.14.
func ExampleFactor_Compute() {
	g := mat.DenseOf(2, 2, []float64{300, 0, 0, -2})
	f := polar.New[float64](2, 2, polar.Jordan())
	p := mat.NewDense[float64](2, 2)
	f.Compute(p, g, mat.AllWorkers)
	fmt.Printf("%.1f and %.1f, norm %.0f\n", p.At(0, 0), p.At(1, 1), f.Norm())
	// Output: 0.7 and -0.9, norm 300
}
