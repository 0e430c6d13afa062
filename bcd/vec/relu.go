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

// LiftSlope computes d := max(0, z) − max(0, z0) − r: the slope at z of the tight lift of
// a ReLU whose hidden variable is max(0, z0) + r. d may be any of them.
func LiftSlope[T mat.Float](d, z, z0, r []T) {
	mustFit("LiftSlope", d, z, z0, r)
	kern := asm.TrainingFor[T]()
	pieces(len(d), func(i, j int) { kern.LiftSlope(d[i:j], z[i:j], z0[i:j], r[i:j]) })
}

// Accelerate is a step of the accelerated projected gradient method on u ≥ 0 (Nesterov,
// Introductory Lectures on Convex Optimization, 2004, §2.2): from the point y with the
// gradient g, u := max(0, y − t·g), and then y := u + beta·(u − the old u). It panics if any
// two of the slices overlap.
func Accelerate[T mat.Float](u, y, g []T, t, beta T) {
	mustBeApart("Accelerate", u, y, g)
	kern := asm.TrainingFor[T]()
	pieces(len(u), func(i, j int) { kern.Accelerate(u[i:j], y[i:j], g[i:j], t, beta) })
}
