package qp_test

import (
	"context"
	"errors"
	"fmt"
	"math"

	"ridge/mat"
	"ridge/qp"
)

// Non-negative least squares: a line through four points that must not fall.
func ExampleNNLS() {
	a := mat.DenseOf(4, 2, []float64{1, 0, 1, 1, 1, 2, 1, 3})
	res, err := qp.NNLS(context.Background(), a, []float64{4, 3, 1, 0})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%.2f, residual %.3f\n", res.X, res.Residual)
	// Output:
	// [2.00 0.00], residual 3.162
}

// Ridge regression with bounds: min ‖Ax − b‖² + λ‖x‖², 0 ≤ x ≤ 1. The columns of A may have any
// units.
func ExampleLeastSquares() {
	res, err := qp.LeastSquares(context.Background(), qp.LeastSquaresProblem[float64]{
		A: mat.DenseOf(3, 2, []float64{1, 2000, 2, -1000, 1, 1000}), B: []float64{3, 3, 2},
		Lambda: 0.5, Lower: []float64{0, 0}, Upper: []float64{1, 1},
	}, qp.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("x₀ = %.3f, x₁ = %.3g\n", res.X[0], res.X[1])
	// Output:
	// x₀ = 1.000, x₁ = 0.000667
}

// A portfolio: the shares x ≥ 0 of three assets, Σx = 1, with an expected return of 6 % and the
// smallest variance.
func ExampleSolveGeneral() {
	covariance := mat.DenseOf(3, 3, []float64{
		0.040, 0.006, 0.000,
		0.006, 0.010, 0.002,
		0.000, 0.002, 0.0025,
	})
	res, err := qp.SolveGeneral(context.Background(), qp.GeneralProblem[float64]{
		H: covariance, G: make([]float64, 3), Lower: make([]float64, 3),
		A: mat.DenseOf(2, 3, []float64{
			1, 1, 1,
			0.12, 0.07, 0.03,
		}),
		RowLower: []float64{1, 0.06}, RowUpper: []float64{1, math.Inf(1)},
	}, qp.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%v %.3f, variance %.5f\n", res.Status, res.X, 2*res.Objective)
	fmt.Printf("1 %% more return costs a variance of %.5f\n", 2*0.01*res.RowMultipliers[1])
	// Output:
	// optimal [0.193 0.316 0.491], variance 0.00444
	// 1 % more return costs a variance of 0.00172
}

// The dual of a support vector machine: min ½αᵀQα − Σα, yᵀα = 0, 0 ≤ α ≤ C, where Qᵢⱼ = yᵢyⱼxᵢᵀxⱼ.
// The multiplier of the single row is the offset of the hyperplane, with the opposite sign.
func ExampleSolveGeneral_supportVectors() {
	points := mat.DenseOf(4, 2, []float64{0, 0, 1, 0, 3, 3, 4, 2})
	y := []float64{-1, -1, 1, 1}
	const c = 10.0
	q, minusOne, bound := mat.NewDense[float64](4, 4), make([]float64, 4), make([]float64, 4)
	for i := range 4 {
		for j := range 4 {
			q.Set(i, j, y[i]*y[j]*mat.Dot(points.Row(i), points.Row(j)))
		}
		minusOne[i], bound[i] = -1, c
	}
	res, err := qp.SolveGeneral(context.Background(), qp.GeneralProblem[float64]{
		H: q, G: minusOne, Lower: make([]float64, 4), Upper: bound,
		A: mat.DenseOf(1, 4, y), RowLower: []float64{0}, RowUpper: []float64{0},
	}, qp.Options{})
	if err != nil {
		panic(err)
	}
	w := make([]float64, 2)
	for i, alpha := range res.X {
		mat.Axpy(alpha*y[i], points.Row(i), w)
	}
	fmt.Printf("w = %.3f, b = %.3f\n", w, -res.RowMultipliers[0])
	// Output:
	// w = [0.400 0.400], b = -1.400
}

// An infeasible problem, and the proof: the first row plus half of the second is 1.5x₀ ≥ 4, but x₀
// ≤ 2 allows at most 3.
func ExampleInfeasibleError() {
	_, err := qp.SolveGeneral(context.Background(), qp.GeneralProblem[float64]{
		G: []float64{1, 1}, Lower: []float64{0, 0}, Upper: []float64{2, 2},
		A:        mat.DenseOf(2, 2, []float64{2, -1, -1, 2}),
		RowLower: []float64{3, 2},
	}, qp.Options{})
	var infeasible *qp.InfeasibleError
	if errors.As(err, &infeasible) {
		fmt.Println(err)
		fmt.Printf("weights of the rows: %.2f\n", infeasible.Farkas)
	}
	// Output:
	// qp: no x satisfies the constraints: rows 0 and 1 of A contradict each other or the bounds of x
	// weights of the rows: [1.00 0.50]
}

func ExampleGeneralSolver() {
	// The nearest point of a triangle, for two points. The second solve starts from the first
	// solution.
	eye := mat.DenseOf(2, 2, []float64{1, 0, 0, 1})
	s, err := qp.NewGeneralSolver(eye, mat.DenseOf(1, 2, []float64{1, 1}), qp.Options{})
	if err != nil {
		panic(err)
	}
	x, y, zero := make([]float64, 2), make([]float64, 1), make([]float64, 2)
	for _, p := range [][]float64{{2, 1}, {2, 1.5}} {
		g := []float64{-p[0], -p[1]}
		info, err := s.Solve(context.Background(), g, zero, nil, nil, []float64{1}, x, y)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%.2f, steps along the path: %v\n", x, info.Iterations > 0)
	}
	// Output:
	// [1.00 0.00], steps along the path: true
	// [0.75 0.25], steps along the path: false
}
