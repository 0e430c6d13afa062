package mat_test

import (
	"errors"
	"fmt"

	"ridge/mat"
)

func ExamplePotrf() {
	a := mat.DenseOf(3, 3, []float64{
		4, 0, 0,
		2, 5, 0,
		0, 6, 1,
	})
	err := mat.Potrf(mat.Lower, a, mat.AllWorkers)
	var npd *mat.NotPositiveDefiniteError
	if errors.As(err, &npd) {
		fmt.Println("the first", npd.Minor, "rows and columns are not positive definite")
	}
	// Output: the first 3 rows and columns are not positive definite
}

func ExampleCholesky() {
	a := mat.DenseOf(2, 2, []float64{
		4, 0, // only the lower triangle is read
		2, 10,
	})
	var c mat.Cholesky[float64]
	if err := c.Factor(a, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	x := []float64{8, 22}
	c.SolveVec(x)
	fmt.Println("x:", x)
	fmt.Printf("log det: %.4f\n", c.LogDet())
	fmt.Printf("rcond: %.3f\n", c.Rcond())
	// Output:
	// x: [1 2]
	// log det: 3.5835
	// rcond: 0.250
}

func ExampleCholesky_SolveRight() {
	a := mat.DenseOf(2, 2, []float64{4, 0, 0, 16})
	b := mat.DenseOf(3, 2, []float64{ // three right-hand sides, a row each
		4, 16,
		8, 16,
		0, 32,
	})
	var c mat.Cholesky[float64]
	if err := c.Factor(a, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	c.SolveRight(b, mat.AllWorkers)
	fmt.Println(b)
	// Output:
	// [1 1]
	// [2 1]
	// [0 2]
}

func ExampleTrtri() {
	u := mat.DenseOf(2, 2, []float64{
		2, 4,
		0, 0.5,
	})
	if err := mat.Trtri(mat.Upper, mat.NonUnit, u, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(u)

	u.Set(1, 1, 0)
	fmt.Println(mat.Trtri(mat.Upper, mat.NonUnit, u, mat.AllWorkers))
	// Output:
	// [0.5 -4]
	// [  0  2]
	// mat: matrix is singular: element 2 of the diagonal is zero
}

func ExampleCholesky_Inverse() {
	a := mat.DenseOf(2, 2, []float64{
		4, 2,
		2, 2,
	})
	var c mat.Cholesky[float64]
	if err := c.Factor(a, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	covariance := mat.NewDense[float64](2, 2)
	c.Inverse(covariance, mat.AllWorkers)
	fmt.Println(covariance)
	// Output:
	// [ 0.5 -0.5]
	// [-0.5    1]
}

func ExampleCholesky_Update() {
	a := mat.DenseOf(2, 2, []float64{
		4, 2,
		2, 10,
	})
	var c mat.Cholesky[float64]
	if err := c.Factor(a, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	x := mat.DenseOf(2, 1, []float64{1, 2})
	if err := c.Update(x); err != nil { // A + xxᵀ = [5 4; 4 14]
		fmt.Println(err)
		return
	}
	b := []float64{14, 32}
	c.SolveVec(b)
	fmt.Printf("%.6f\n", b)
	// Output: [1.259259 1.925926]
}

func ExampleCholesky_Downdate() {
	var c mat.Cholesky[float64]
	if err := c.Factor(mat.DenseOf(2, 2, []float64{4, 0, 0, 9}), mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Downdate(mat.DenseOf(2, 1, []float64{0, 3}))) // [4 0; 0 0]
	x := []float64{4, 9}
	c.SolveVec(x) // the factor is unchanged
	fmt.Println(x)
	// Output:
	// mat: matrix is not positive definite: leading minor of order 2 is not positive
	// [1 1]
}
