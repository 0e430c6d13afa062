package mat

import "ridge/asm"

// The loops over elements that training a network consists of beside products. None
// allocates; each reads and writes its vectors once.

// ReluGrad sets g to 0 where u is not positive: it turns the gradient by u = max(0, z)
// into that by z. It panics if the lengths differ.
func ReluGrad[T Float](g, u []T) {
	checkLength("ReluGrad", len(g), len(u))
	kern := asm.For[T]()
	pieces(len(g), func(i, j int) { kern.ReluGrad(g[i:j], u[i:j]) })
}

// Accelerate is a step of the accelerated projected gradient method on u ≥ 0 (Nesterov,
// Introductory Lectures on Convex Optimization, 2004, §2.2): from the point y with the
// gradient g, u := max(0, y − t·g), and then y := u + beta·(u − the old u). A NaN stays. The
// slices must not overlap. It panics if the lengths differ.
func Accelerate[T Float](u, y, g []T, t, beta T) {
	checkLength("Accelerate", len(u), len(y))
	checkLength("Accelerate", len(u), len(g))
	kern := asm.For[T]()
	pieces(len(u), func(i, j int) { kern.Accelerate(u[i:j], y[i:j], g[i:j], t, beta) })
}

// LiftSlope computes d := max(0, z) − max(0, z0) − r: the slope at z of the tight lift of
// a ReLU whose hidden variable is max(0, z0) + r. d may be any of them. It panics if the
// lengths differ.
func LiftSlope[T Float](d, z, z0, r []T) {
	for _, n := range [...]int{len(z), len(z0), len(r)} {
		checkLength("LiftSlope", len(d), n)
	}
	kern := asm.For[T]()
	pieces(len(d), func(i, j int) { kern.LiftSlope(d[i:j], z[i:j], z0[i:j], r[i:j]) })
}

// ScaledDifference computes dst := c·(a − b). dst may be a or b. It panics if the lengths
// differ.
func ScaledDifference[T Float](dst []T, c T, a, b []T) {
	checkLength("ScaledDifference", len(dst), len(a))
	checkLength("ScaledDifference", len(dst), len(b))
	kern := asm.For[T]()
	pieces(len(dst), func(i, j int) { kern.ScaledDifference(dst[i:j], c, a[i:j], b[i:j]) })
}

// Blend moves dst by the fraction c towards src: dst := dst + c·(src − dst). It panics if
// the lengths differ.
func Blend[T Float](dst, src []T, c T) {
	checkLength("Blend", len(dst), len(src))
	kern := asm.For[T]()
	pieces(len(dst), func(i, j int) { kern.Blend(dst[i:j], src[i:j], c) })
}
