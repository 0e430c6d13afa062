package asm

import "math"

// The twins: what each kernel computes, in Go. A kernel may sum in another
// order and fuse multiply and add; beyond that the two agree, NaN and signed
// zeros included.

// generic returns the table of twins for a register tile of mr×nr.
func generic[T Float](mr, nr, kc, mc, nc int) Kernels[T] {
	return Kernels[T]{
		ISA: Generic,
		MR:  mr, NR: nr, KC: kc, MC: mc, NC: nc,
		Gemm: func(m, n, k int, alpha T, a, b []T, beta T, c []T, ldc int) {
			gemmTwin(mr, nr, m, n, k, alpha, a, b, beta, c, ldc)
		},
		GemmDirect: gemmDirectTwin[T],
		Trsm:       trsmTwin[T],
		Sweep: func(rows, k, i0 int, h, diag, dinv, x, g, l, u, moved []T) {
			sweepTwin(mr, nr, rows, k, i0, h, diag, dinv, x, g, l, u, moved)
		},
		Transpose:        transposeTwin[T],
		Lacpy:            lacpyTwin[T],
		PackA:            func(k int, src []T, ld int, dst []T) { packTransTwin(mr, k, src, ld, dst) },
		PackATrans:       func(k int, src []T, ld int, dst []T) { packCopyTwin(mr, k, src, ld, dst) },
		PackB:            func(k int, src []T, ld int, dst []T) { packCopyTwin(nr, k, src, ld, dst) },
		PackBTrans:       func(k int, src []T, ld int, dst []T) { packTransTwin(nr, k, src, ld, dst) },
		Dot:              dotTwin[T],
		DotStream:        dotTwin[T],
		Dotxf:            dotxfTwin[T],
		Asum:             asumTwin[T],
		AbsMax:           absMaxTwin[T],
		Axpy:             axpyTwin[T],
		AxpyStream:       axpyTwin[T],
		Axpyf:            axpyfTwin[T],
		Scal:             scalTwin[T],
		Clamp:            clampTwin[T],
		Relu:             reluTwin[T],
		ReluGrad:         reluGradTwin[T],
		Momentum:         momentumTwin[T],
		Nesterov:         nesterovTwin[T],
		RMSStep:          rmsStepTwin[T],
		AdaDelta:         adaDeltaTwin[T],
		Adam:             adamTwin[T],
		Accelerate:       accelerateTwin[T],
		LiftSlope:        liftSlopeTwin[T],
		ScaledDifference: scaledDifferenceTwin[T],
		Blend:            blendTwin[T],
	}
}

// maxTile is the largest MR·NR of any table.
const maxTile = 14 * 32

// gemmTwin is Kernels.Gemm for any tile: one rank-1 update of the tile for each p.
func gemmTwin[T Float](mr, nr, m, n, k int, alpha T, a, b []T, beta T, c []T, ldc int) {
	for i0 := 0; i0 < m; i0 += mr {
		panel := a[i0*k:]
		rows := min(mr, m-i0)
		var tile [maxTile]T
		for p := range k {
			bp := b[p*nr : p*nr+n]
			for i, aip := range panel[p*mr : p*mr+rows] {
				t := tile[i*nr : i*nr+n]
				for j, bpj := range bp {
					t[j] += aip * bpj
				}
			}
		}
		for i := range rows {
			ci := c[(i0+i)*ldc : (i0+i)*ldc+n]
			t := tile[i*nr : i*nr+n]
			if beta == 0 {
				for j := range ci {
					ci[j] = alpha * t[j]
				}
				continue
			}
			for j := range ci {
				ci[j] = alpha*t[j] + beta*ci[j]
			}
		}
	}
}

func gemmDirectTwin[T Float](m, n, k int, alpha T, a []T, rsa, csa int, b []T, ldb int, beta T, c []T, ldc int) {
	for i := range m {
		ci := c[i*ldc : i*ldc+n]
		for j := range ci {
			var s T
			for p := range k {
				s += a[i*rsa+p*csa] * b[p*ldb+j]
			}
			s *= alpha
			if beta != 0 {
				s += beta * ci[j]
			}
			ci[j] = s
		}
	}
}

func trsmTwin[T Float](m, n, k int, a []T, a0, rsa, csa int, dinv []T, x []T, x0, ldx int) {
	for i := k; i < k+m; i++ {
		xi := x[x0+i*ldx : x0+i*ldx+n]
		for p := range i {
			aip := a[a0+i*rsa+p*csa]
			for j, v := range x[x0+p*ldx : x0+p*ldx+n] {
				xi[j] -= aip * v
			}
		}
		for j := range xi {
			xi[j] *= dinv[i]
		}
	}
}

func sweepTwin[T Float](mr, nr, rows, k, i0 int, h, diag, dinv, x, g, l, u, moved []T) {
	panel := mr * (len(x) / nr)
	for i := i0; i < i0+rows; i++ {
		hi := h[(i-i0)/mr*panel+(i-i0)%mr:] // H[i, p] at hi[p·mr]
		xi, gi := x[i*nr:i*nr+nr], g[i*nr:i*nr+nr]
		li, ui := l[i*nr:i*nr+nr], u[i*nr:i*nr+nr]
		for j := range xi {
			grad := gi[j]
			for p := range k {
				grad += hi[p*mr] * x[p*nr+j]
			}
			now := clamp(xi[j]-dinv[i]*grad, li[j], ui[j])
			moved[j] = max(moved[j], diag[i]*abs(now-xi[j]))
			xi[j] = now
		}
	}
}

func transposeTwin[T Float](m, n int, src []T, lds int, dst []T, ldd int) {
	for i := range m {
		for j, v := range src[i*lds : i*lds+n] {
			dst[j*ldd+i] = v
		}
	}
}

func lacpyTwin[T Float](m, n int, src []T, lds int, dst []T, ldd int) {
	for i := range m {
		copy(dst[i*ldd:i*ldd+n], src[i*lds:i*lds+n])
	}
}

func packCopyTwin[T Float](w, k int, src []T, ld int, dst []T) {
	for p := range k {
		copy(dst[p*w:p*w+w], src[p*ld:p*ld+w])
	}
}

func packTransTwin[T Float](w, k int, src []T, ld int, dst []T) {
	for i := range w {
		for p, v := range src[i*ld : i*ld+k] {
			dst[p*w+i] = v
		}
	}
}

func dotTwin[T Float](x, y []T) T {
	var s T
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

func dotxfTwin[T Float](x0, x1, x2, x3, y []T) (s0, s1, s2, s3 T) {
	n := len(x0)
	x1, x2, x3, y = x1[:n], x2[:n], x3[:n], y[:n]
	for i, v := range x0 {
		yi := y[i]
		s0 += v * yi
		s1 += x1[i] * yi
		s2 += x2[i] * yi
		s3 += x3[i] * yi
	}
	return s0, s1, s2, s3
}

func asumTwin[T Float](x []T) T {
	var s T
	for _, v := range x {
		s += abs(v)
	}
	return s
}

func absMaxTwin[T Float](x []T) T {
	var m T
	for _, v := range x {
		m = max(m, abs(v)) // the built-in max keeps NaN
	}
	return m
}

func axpyTwin[T Float](alpha T, x, y []T) {
	for i, v := range x {
		y[i] += alpha * v
	}
}

func axpyfTwin[T Float](a0, a1, a2, a3 T, x0, x1, x2, x3, y []T) {
	n := len(x0)
	x1, x2, x3, y = x1[:n], x2[:n], x3[:n], y[:n]
	for i, v := range x0 {
		y[i] = y[i] + a0*v + a1*x1[i] + a2*x2[i] + a3*x3[i]
	}
}

func scalTwin[T Float](alpha T, x []T) {
	for i := range x {
		x[i] *= alpha
	}
}

func clampTwin[T Float](x, l, u []T) {
	for i, v := range x {
		x[i] = clamp(v, l[i], u[i])
	}
}

func reluTwin[T Float](dst, z []T) {
	for i := range dst {
		dst[i] = relu(z[i])
	}
}

func reluGradTwin[T Float](g, u []T) {
	u = u[:len(g)]
	for i, v := range g {
		// A choice made on bits: the compiler moves only integers without a branch,
		// and which units are on is in no order that a branch predictor could learn.
		bits := math.Float64bits(float64(v))
		if !(u[i] > 0) {
			bits = 0
		}
		g[i] = T(math.Float64frombits(bits))
	}
}

func momentumTwin[T Float](w, g, h []T, rate, momentum, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		hi := momentum*h[i] + rate*(g[i]+lambda*v)
		h[i] = hi
		w[i] = v - hi
	}
}

func nesterovTwin[T Float](w, g, h []T, rate, momentum, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		old := h[i]
		hi := momentum*old + rate*(g[i]+lambda*v)
		h[i] = hi
		w[i] = v - (hi + momentum*(hi-old))
	}
}

func rmsStepTwin[T Float](w, g, h []T, rate, decay, gain, delta, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		gi := g[i] + lambda*v
		hi := decay*h[i] + gain*(gi*gi)
		h[i] = hi
		w[i] = v - rate*gi/(sqrt(hi)+delta)
	}
}

func adaDeltaTwin[T Float](w, g, h, k []T, rate, gain, delta, lambda T) {
	g, h, k = g[:len(w)], h[:len(w)], k[:len(w)]
	for i, v := range w {
		gi := g[i] + lambda*v
		hi := h[i] + gain*(gi*gi-h[i])
		s := gi * sqrt((k[i]+delta)/(hi+delta))
		h[i] = hi
		k[i] += gain * (s*s - k[i])
		w[i] = v - rate*s
	}
}

func adamTwin[T Float](w, g, m, v []T, rate, gain1, gain2, delta, lambda T) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, wi := range w {
		gi := g[i] + lambda*wi
		mi := m[i] + gain1*(gi-m[i])
		vi := v[i] + gain2*(gi*gi-v[i])
		m[i], v[i] = mi, vi
		w[i] = wi - rate*mi/(sqrt(vi)+delta)
	}
}

func accelerateTwin[T Float](u, y, g []T, t, beta T) {
	y, g = y[:len(u)], g[:len(u)]
	for i, last := range u {
		next := relu(y[i] - t*g[i])
		u[i] = next
		y[i] = next + beta*(next-last)
	}
}

func liftSlopeTwin[T Float](d, z, z0, r []T) {
	z, z0, r = z[:len(d)], z0[:len(d)], r[:len(d)]
	for i := range d {
		d[i] = relu(z[i]) - relu(z0[i]) - r[i]
	}
}

func scaledDifferenceTwin[T Float](dst []T, c T, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = c * (a[i] - b[i])
	}
}

func blendTwin[T Float](dst, src []T, c T) {
	src = src[:len(dst)]
	for i, v := range dst {
		dst[i] = v + c*(src[i]-v)
	}
}

// sqrt is one instruction of the type's own precision: the compiler sees through the
// conversions, and a correctly rounded root has the same bits either way.
func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }

func abs[T Float](v T) T {
	if v < 0 {
		return -v
	}
	return v + 0 // −0 becomes +0
}

// clamp returns v between l and u, and v itself if it is NaN: the comparisons
// are those of the MAXPS and MINPS instructions with v as second operand.
func clamp[T Float](v, l, u T) T {
	if l > v {
		v = l
	}
	if u < v {
		v = u
	}
	return v
}

func relu[T Float](v T) T {
	if 0 > v {
		return 0
	}
	return v
}
