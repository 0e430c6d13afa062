package gonumblas_test

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	ridge "ridge/mat" // whose name is that of gonum's mat
	"ridge/mat/gonumblas"
)

// A program that uses gonum calls this once; the rest of the program stays as it is.
func ExampleUse() {
	gonumblas.Use(ridge.AllWorkers)

	a := mat.NewDense(2, 2, []float64{2, 1, 1, 3})
	b := mat.NewDense(2, 1, []float64{3, 5})
	var x mat.Dense
	if err := x.Solve(a, b); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%.1f\n", mat.Formatted(&x))
	// Output:
	// ⎡0.8⎤
	// ⎣1.4⎦
}

// A server that answers many requests concurrently gives each call one goroutine.
func ExampleImplementation() {
	blas64.Use(gonumblas.With(1))

	x := blas64.Vector{N: 3, Data: []float64{1, 2, 3}, Inc: 1}
	fmt.Println(blas64.Dot(x, x))
	// Output: 14
}
