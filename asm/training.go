package asm

// Training is the table of what the training of networks adds to [Kernels]: elementwise loops. As
// for Kernels, ../gen writes all tables from its fields.
type Training[T Float] struct {
	// ISA is the instruction set that the kernels use.
	ISA ISA

	// Relu computes dst[i] := max(0, z[i]); a NaN stays. dst may be z. len(z) ≥ len(dst).
	//
	//gen:access reads(z[:len(dst)]); writes(dst)
	Relu func(dst, z []T)

	// ReluGrad sets g[i] to 0 unless u[i] > 0: from the gradient by u = max(0, z), it computes the
	// gradient by z. len(u) ≥ len(g).
	//
	//gen:access writes(g); reads(u[:len(g)])
	ReluGrad func(g, u []T)

	// The next five kernels are steps of gradient methods. All slices are at least as long as w,
	// and don't overlap: w holds weights, g a gradient, the others running averages. γ = g +
	// lambda·w is the gradient with weight decay.

	// Momentum: h := momentum·h + rate·γ, w := w − h.
	//
	//gen:access reads(g[:len(w)]); writes(w, h[:len(w)])
	Momentum func(w, g, h []T, rate, momentum, lambda T)

	// Nesterov: like Momentum, but w := w − ((1+momentum)·h − momentum·(the old h)).
	//
	//gen:access reads(g[:len(w)]); writes(w, h[:len(w)])
	Nesterov func(w, g, h []T, rate, momentum, lambda T)

	// RMSStep: h := decay·h + gain·γ², w := w − rate·γ/(√h + delta).
	//
	//gen:access reads(g[:len(w)]); writes(w, h[:len(w)])
	RMSStep func(w, g, h []T, rate, decay, gain, delta, lambda T)

	// AdaDelta: h := h + gain·(γ² − h), s = γ·√((k+delta)/(h+delta)),
	// k := k + gain·(s² − k), w := w − rate·s.
	//
	//gen:access reads(g[:len(w)]); writes(w, h[:len(w)], k[:len(w)])
	AdaDelta func(w, g, h, k []T, rate, gain, delta, lambda T)

	// Adam: m := m + gain1·(γ − m), v := v + gain2·(γ² − v),
	// w := w − rate·m/(√v + delta).
	//
	//gen:access reads(g[:len(w)]); writes(w, m[:len(w)], v[:len(w)])
	Adam func(w, g, m, v []T, rate, gain1, gain2, delta, lambda T)

	// Accelerate is a projected gradient step on u ≥ 0, followed by Nesterov's extrapolation. u and
	// the point s are given relative to f = max(0, z), and the gradient at s is g + gamma·(f + s −
	// z): u := max(−f, s − t·(g + gamma·(s + f − z))), s := u + beta·(u − the old u). A NaN stays.
	// All slices are at least as long as u, and don't overlap.
	//
	//gen:access reads(g[:len(u)], z[:len(u)]); writes(u, s[:len(u)])
	Accelerate func(u, s, g, z []T, gamma, t, beta T)

	// LiftSlope computes d[i] := max(0, z[i] + d[i]) − max(0, z[i]) − r[i]; a NaN stays. d may be z
	// or r. z and r are at least as long as d.
	//
	//gen:access reads(z[:len(d)], r[:len(d)]); writes(d)
	LiftSlope func(d, z, r []T)

	// ScaledDifference computes dst := c·(a − b). dst may be a or b, which are at least as long as
	// dst. Meanwhile as much of next is fetched into the cache. It may be a, or shorter than dst: memory
	// that does not exist may be prefetched.
	//
	//gen:access reads(a[:len(dst)], b[:len(dst)]); writes(dst)
	ScaledDifference func(dst []T, c T, a, b, next []T)

	// Blend computes dst := dst + c·(src − dst). len(src) ≥ len(dst).
	//
	//gen:access reads(src[:len(dst)]); writes(dst)
	Blend func(dst, src []T, c T)

	// Flush sets x[i] to 0 where |x[i]| < smallest. A NaN stays.
	//
	//gen:access writes(x)
	Flush func(x []T, smallest T)

	// Widen computes dst := scale·src. len(src) ≥ len(dst).
	//
	//gen:access reads(src[:len(dst)]); writes(dst)
	Widen func(dst []T, src []int16, scale T)
}
