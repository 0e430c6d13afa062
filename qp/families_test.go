package qp

import (
	"math"
	"math/rand/v2"

	"ridge/mat"
)

// leastSquares is min ½‖Ax − b‖², x ≥ 0, with H = AᵀA formed in float64.
func leastSquares(a mat.Dense[float64], b []float64) Problem[float64] {
	n := a.Cols
	p := Problem[float64]{H: mat.NewDense[float64](n, n), G: make([]float64, n), Lower: make([]float64, n)}
	mat.Syrk(mat.Lower, mat.Trans, 1, a, 0, p.H, 1)
	mat.Symmetrize(mat.Lower, p.H, 1)
	mat.Gemv(mat.Trans, -1, a, b, 0, p.G, 1)
	return p
}

// kernels are smooth functions of s and t in (0, 1]: matrices of them are numerically singular from
// about twenty columns on.
var kernels = []struct {
	name string
	at   func(i, j, n int) float64
}{
	{"Hilbert", func(i, j, _ int) float64 { return 1 / float64(i+j+1) }},
	{"exponential decays", func(i, j, n int) float64 {
		return math.Exp(-5 * float64(i+1) / float64(n) * 10 * float64(j+1) / float64(n))
	}},
	{"Gaussian", func(i, j, n int) float64 {
		d := float64(i-j) / float64(n)
		return math.Exp(-50 * d * d)
	}},
	{"Cauchy", func(i, j, n int) float64 {
		d := float64(i-j) / float64(n)
		return 1 / (1 + 100*d*d)
	}},
	{"powers", func(i, j, n int) float64 { return math.Pow(float64(i+1)/float64(n), float64(j)*10/float64(n)) }},
	{"gravity", func(i, j, n int) float64 {
		d := float64(i-j) / float64(n)
		return math.Pow(0.0625+d*d, -1.5) / 64
	}},
}

// smoothKernel is the problem for kernel number k in n variables: b is K|sin| plus noise.
func smoothKernel(k, n int, noise float64) Problem[float64] {
	a, x, b := mat.NewDense[float64](n, n), make([]float64, n), make([]float64, n)
	for i := range n {
		for j := range n {
			a.Set(i, j, kernels[k].at(i, j, n))
		}
		x[i], b[i] = math.Abs(math.Sin(float64(i))), math.Cos(float64(i*i))
	}
	mat.Gemv(mat.NoTrans, 1, a, x, noise, b, 1)
	return leastSquares(a, b)
}

// penalty is ρBᵀB + P, which is singular: m equations in n variables are put into the objective
// with the weight ρ, and P has rank n/4.
func penalty(n, m int, rho float64, r *rand.Rand) Problem[float64] {
	b, q := mat.NewDense[float64](m, n), mat.NewDense[float64](n/4, n)
	for i := range b.Data {
		b.Data[i] = r.NormFloat64()
	}
	for i := range q.Data {
		q.Data[i] = r.NormFloat64()
	}
	p := Problem[float64]{H: mat.NewDense[float64](n, n), G: make([]float64, n), Lower: make([]float64, n),
		Upper: constant(n, 1)}
	mat.Syrk(mat.Lower, mat.Trans, rho, b, 0, p.H, 1)
	mat.Syrk(mat.Lower, mat.Trans, 1/float64(n), q, 1, p.H, 1)
	mat.Symmetrize(mat.Lower, p.H, 1)
	x, right := make([]float64, n), make([]float64, m)
	for i := range x {
		x[i] = r.Float64()
		p.G[i] = r.NormFloat64()
	}
	mat.Gemv(mat.NoTrans, 1, b, x, 0, right, 1)
	mat.Gemv(mat.Trans, -rho, b, right, 1, p.G, 1)
	return p
}

// portfolio is the Markowitz problem with Σx = 1 as a penalty: few factors, x ≥ 0.
func portfolio(n int, rho float64, r *rand.Rand) Problem[float64] {
	f := mat.NewDense[float64](n/10+1, n)
	for i := range f.Data {
		f.Data[i] = r.NormFloat64()
	}
	p := Problem[float64]{H: mat.NewDense[float64](n, n), G: make([]float64, n), Lower: make([]float64, n)}
	mat.Syrk(mat.Lower, mat.Trans, 1/float64(n), f, 0, p.H, 1)
	mat.Symmetrize(mat.Lower, p.H, 1)
	for i := range n {
		for j := range n {
			p.H.Data[i*n+j] += rho
		}
		p.G[i] = -rho - math.Abs(r.NormFloat64())*0.1
	}
	return p
}
