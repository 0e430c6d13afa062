// Leastsquares fits a cubic to measurements that are not exact, and says how far to trust
// the result.
package main

import (
	"fmt"
	"log"
	"math"

	"ridge/mat"
)

func main() {
	// 200 measurements of 1 − 2t + ½t² + 3t³ between −1 and 1.
	const n = 200
	a, y := mat.NewDense[float64](n, 4), mat.NewDense[float64](n, 1)
	for i := range n {
		t := -1 + 2*float64(i)/(n-1)
		for j := range 4 {
			a.Set(i, j, math.Pow(t, float64(j)))
		}
		y.Set(i, 0, 1-2*t+0.5*t*t+3*t*t*t+0.05*math.Sin(1000*t))
	}

	// QR does not square the condition number, as the normal equations would.
	var qr mat.QR[float64]
	qr.Factor(a, mat.AllWorkers)
	x := mat.NewDense[float64](4, 1)
	if err := qr.Solve(x, y, mat.AllWorkers); err != nil {
		log.Fatal(err) // a *mat.SingularError: a column is exactly a combination of those before it
	}
	if qr.Rcond() < 1e-14 {
		log.Fatal("columns depend on each other up to rounding: FactorPivoted finds out which are needed")
	}

	// What is left of y.
	mat.Gemv(mat.NoTrans, -1, a, x.Data, 1, y.Data, mat.AllWorkers)
	fmt.Printf("coefficients  %.1f\n", x.Data)
	fmt.Printf("residual      %.2f\n", mat.Nrm2(y.Data)/math.Sqrt(n))
	fmt.Printf("1/condition   %.1f\n", qr.Rcond())
}
