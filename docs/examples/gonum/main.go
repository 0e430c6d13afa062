// The gonum program fits a polynomial by least squares with gonum, while ridge does the work: the call of gonumblas.Use
// is the only trace of ridge.
package main

import (
	"fmt"
	"os"

	"gonum.org/v1/gonum/mat"

	ridge "ridge/mat"
	"ridge/mat/gonumblas"
)

func main() {
	gonumblas.Use(ridge.AllWorkers) // from here on gonum computes on ridge

	c, err := fit(1000, 4)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gonum:", err)
		os.Exit(1)
	}
	fmt.Printf("1/(1+x) on [0, 1] is about %.4f %+.4f·x %+.4f·x² %+.4f·x³ %+.4f·x⁴\n", c[0], c[1], c[2], c[3], c[4])
}

// fit returns the coefficients of the polynomial of that degree that comes closest to 1/(1+x) in n points
// of [0, 1].
func fit(n, degree int) ([]float64, error) {
	a, b := mat.NewDense(n, degree+1, nil), mat.NewVecDense(n, nil)
	for i := range n {
		x := float64(i) / float64(n-1)
		power := 1.0
		for j := range degree + 1 {
			a.Set(i, j, power)
			power *= x
		}
		b.SetVec(i, 1/(1+x))
	}
	var qr mat.QR
	qr.Factorize(a)
	var c mat.VecDense
	if err := qr.SolveVecTo(&c, false, b); err != nil {
		return nil, err
	}
	return c.RawVector().Data, nil
}
