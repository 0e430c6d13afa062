// Unmix finds how much of each of three substances is in a mixture, from its spectrum: a
// least squares problem in which no share is negative or above one, which is a bounded
// quadratic program.
package main

import (
	"context"
	"fmt"
	"log"
	"math"

	"ridge/mat"
	"ridge/qp"
)

func main() {
	// Each substance has a line of its own in 100 channels; the mixture is measured with errors.
	const channels = 100
	lines := [3]float64{30, 40, 70}
	shares := [3]float64{0.7, 0, 0.3}
	a, b := mat.NewDense[float64](channels, 3), make([]float64, channels)
	for i := range channels {
		for j, line := range lines {
			d := (float64(i) - line) / 8
			a.Set(i, j, math.Exp(-d*d))
			b[i] += shares[j] * a.At(i, j)
		}
		b[i] += 0.03 * math.Sin(float64(i*i))
	}

	// min ½‖a·x − b‖² is min ½xᵀHx + gᵀx with H = aᵀa and g = −aᵀb.
	h, g := mat.NewDense[float64](3, 3), make([]float64, 3)
	mat.Syrk(mat.Lower, mat.Trans, 1, a, 0, h, mat.AllWorkers)
	mat.Symmetrize(mat.Lower, h, 1)
	mat.Gemv(mat.Trans, -1, a, b, 0, g, mat.AllWorkers)

	result, err := qp.Solve(context.Background(), qp.Problem[float64]{
		H: h, G: g, Lower: []float64{0, 0, 0}, Upper: []float64{1, 1, 1},
	}, nil, qp.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Status)
	fmt.Printf("shares %.2f\n", result.X)
}
