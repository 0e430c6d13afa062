package qp_test

import (
	"context"
	"errors"
	"fmt"

	"ridge/mat"
	"ridge/qp"
)

func ExampleSolve() {
	// The point of the square [0, 1]² that is nearest to (2, 0), in the norm of H.
	h := mat.DenseOf(2, 2, []float64{2, 1, 1, 2})
	res, err := qp.Solve(context.Background(), qp.Problem[float64]{
		H: h, G: []float64{-4, -2}, // −H·(2, 0)
		Lower: []float64{0, 0}, Upper: []float64{1, 1},
	}, nil, qp.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(res.Status, res.X, res.Objective)
	fmt.Println("multipliers", res.LowerMultipliers, res.UpperMultipliers)
	// Output:
	// optimal [1 0.5] -3.25
	// multipliers [0 0] [1.5 0]
}

func ExampleSolve_errors() {
	_, err := qp.Solve(context.Background(), qp.Problem[float64]{
		H: mat.DenseOf(1, 1, []float64{1}), G: []float64{0},
		Lower: []float64{2}, Upper: []float64{1},
	}, nil, qp.Options{})
	var infeasible *qp.InfeasibleError
	if errors.As(err, &infeasible) {
		fmt.Println("variable", infeasible.Index)
	}
	fmt.Println(err)
	// Output:
	// variable 0
	// qp: no finite x[0] is between its bounds 2 and 1
}

func ExampleSolver_Solve() {
	s, err := qp.NewSolver(mat.DenseOf(2, 2, []float64{4, 1, 1, 3}), qp.Options{})
	if err != nil {
		panic(err)
	}
	x, lower := make([]float64, 2), []float64{0, 0}
	for _, g := range [][]float64{{-1, 2}, {-4, -3}} {
		info, err := s.Solve(context.Background(), g, lower, nil, x) // starts at the last x
		if err != nil {
			panic(err)
		}
		fmt.Printf("%v %.4f\n", info.Status, x)
	}
	// Output:
	// optimal [0.2500 0.0000]
	// optimal [0.8182 0.7273]
}

func ExampleSolver_SolveBatch() {
	// Non-negative least squares for four right-hand sides: the rows of G are −Aᵀb.
	s, err := qp.NewSolver(mat.DenseOf(2, 2, []float64{2, 1, 1, 2}), qp.Options{})
	if err != nil {
		panic(err)
	}
	b := qp.Batch[float64]{
		G:     mat.DenseOf(4, 2, []float64{-3, -3, -1, 1, 2, -4, 1, 1}),
		Lower: mat.NewDense[float64](1, 2), // zeros, shared by all
		X:     mat.NewDense[float64](4, 2),
	}
	info, err := s.SolveBatch(context.Background(), b)
	if err != nil {
		panic(err)
	}
	fmt.Println(info.Status, info.Solved, info.KKT() <= 1e-9)
	for i := range b.X.Rows {
		fmt.Printf("%.3f\n", b.X.Row(i))
	}
	// Output:
	// optimal 4 true
	// [1.000 1.000]
	// [0.500 0.000]
	// [0.000 2.000]
	// [0.000 0.000]
}

// Non-negative least squares, min ½‖Ax − b‖² over x ≥ 0: H is AᵀA and g is −Aᵀb.
func ExampleSolve_leastSquares() {
	a := mat.DenseOf(4, 2, []float64{1, 0, 1, 1, 1, 2, 1, 3})
	b := []float64{4, 3, 1, 0}

	h, g := mat.NewDense[float64](2, 2), make([]float64, 2)
	mat.Syrk(mat.Lower, mat.Trans, 1, a, 0, h, mat.AllWorkers)
	mat.Symmetrize(mat.Lower, h, 1) // qp reads both triangles
	mat.Gemv(mat.Trans, -1, a, b, 0, g, mat.AllWorkers)

	res, err := qp.Solve(context.Background(), qp.Problem[float64]{H: h, G: g, Lower: make([]float64, 2)},
		nil, qp.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("%v %.2f, the slope costs %.2f\n", res.Status, res.X, res.LowerMultipliers[1])
	// Output:
	// optimal [2.00 0.00], the slope costs 7.00
}

func ExampleUnboundedError() {
	// x₀ + x₁ has no cost, and x₁ no upper bound.
	_, err := qp.Solve(context.Background(), qp.Problem[float64]{
		H: mat.DenseOf(2, 2, []float64{1, -1, -1, 1}), G: []float64{-1, -1},
		Lower: []float64{0, 0},
	}, nil, qp.Options{})
	var unbounded *qp.UnboundedError
	if errors.As(err, &unbounded) {
		fmt.Printf("%v along %.1f\n", err, unbounded.Ray)
	}
	// Output:
	// qp: the objective is unbounded below along [1.0 1.0]
}
