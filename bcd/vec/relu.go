package vec

import (
	"ridge/asm"
	"ridge/mat"
)

// Relu computes dst := max(0, z). dst may be z.
func Relu[T mat.Float](dst, z []T) {
	mustFit("Relu", dst, z)
	kern := asm.TrainingFor[T]()
	pieces(len(dst), func(i, j int) { kern.Relu(dst[i:j], z[i:j]) })
}

// ReluGrad sets g to 0 where u is not positive: it turns the gradient by u = max(0, z)
// into that by z. Where u is NaN, g becomes 0. g may be u.
func ReluGrad[T mat.Float](g, u []T) {
	mustFit("ReluGrad", g, u)
	kern := asm.TrainingFor[T]()
	pieces(len(g), func(i, j int) { kern.ReluGrad(g[i:j], u[i:j]) })
}

// LiftSlope computes d := max(0, z + d) − max(0, z) − r: the slope at z + d of the tight lift of
// a ReLU whose hidden variable is max(0, z) + r. d may be any of them.
func LiftSlope[T mat.Float](d, z, r []T) {
	mustFit("LiftSlope", d, z, r)
	kern := asm.TrainingFor[T]()
	pieces(len(d), func(i, j int) { kern.LiftSlope(d[i:j], z[i:j], r[i:j]) })
}

// Accelerate is a step of the accelerated projected gradient method (Nesterov, Introductory Lectures on Convex
// Optimization, 2004, §2.2) on variables max(0, z) + u ≥ 0. Their objective is ½gamma‖max(0, z) + u − z‖² plus a
// function whose gradient at the point max(0, z) + s is g. u := s − t·(the gradient of both), or −max(0, z) if that is
// more, and then s := u + beta·(u − the old u). No digits of u and s are lost where they are small relative to max(0,
// z). It panics if any two of the slices overlap.
func Accelerate[T mat.Float](u, s, g, z []T, gamma, t, beta T) {
	mustBeApart("Accelerate", u, s, g, z)
	kern := asm.TrainingFor[T]()
	pieces(len(u), func(i, j int) { kern.Accelerate(u[i:j], s[i:j], g[i:j], z[i:j], gamma, t, beta) })
}
