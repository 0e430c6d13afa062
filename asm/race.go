//go:build race

package asm

import (
	"runtime"
	"unsafe"
)

// The race detector does not see what assembly reads and writes. Under -race every
// kernel of a table is therefore wrapped to announce its operands.

func reads[T Float](s []T) {
	if len(s) > 0 {
		runtime.RaceReadRange(unsafe.Pointer(&s[0]), len(s)*int(unsafe.Sizeof(s[0])))
	}
}

func writes[T Float](s []T) {
	if len(s) > 0 {
		runtime.RaceWriteRange(unsafe.Pointer(&s[0]), len(s)*int(unsafe.Sizeof(s[0])))
	}
}

func instrument[T Float](k *Kernels[T]) {
	gemm := k.Gemm
	k.Gemm = func(m, n, kk int, alpha T, a, b []T, beta T, c []T, ldc int) {
		reads(a[:(m+k.MR-1)/k.MR*k.MR*kk])
		reads(b[:k.NR*kk])
		for i := range m {
			writes(c[i*ldc : i*ldc+n])
		}
		gemm(m, n, kk, alpha, a, b, beta, c, ldc)
	}
	direct := k.GemmDirect
	k.GemmDirect = func(m, n, kk int, alpha T, a []T, rsa, csa int, b []T, ldb int, beta T, c []T, ldc int) {
		for i := range m {
			for p := range kk {
				reads(a[i*rsa+p*csa : i*rsa+p*csa+1])
			}
			writes(c[i*ldc : i*ldc+n])
		}
		for p := range kk {
			reads(b[p*ldb : p*ldb+n])
		}
		direct(m, n, kk, alpha, a, rsa, csa, b, ldb, beta, c, ldc)
	}
	trsm := k.Trsm
	k.Trsm = func(m, n, kk int, a []T, a0, rsa, csa int, dinv []T, x []T, x0, ldx int) {
		for i := range kk + m {
			for p := 0; i >= kk && p < i; p++ {
				reads(a[a0+i*rsa+p*csa : a0+i*rsa+p*csa+1])
			}
			row := x[x0+i*ldx : x0+i*ldx+n]
			if i < kk {
				reads(row)
			} else {
				writes(row)
			}
		}
		reads(dinv[:kk+m])
		trsm(m, n, kk, a, a0, rsa, csa, dinv, x, x0, ldx)
	}
	sweep := k.Sweep
	k.Sweep = func(rows, kk, i0 int, h, diag, dinv, x, g, l, u, moved []T) {
		reads(h[:rows*len(x)/k.NR])
		reads(x[:kk*k.NR])
		for _, s := range [...][]T{g, l, u} {
			reads(s[i0*k.NR : (i0+rows)*k.NR])
		}
		reads(diag[i0 : i0+rows])
		reads(dinv[i0 : i0+rows])
		writes(x[i0*k.NR : (i0+rows)*k.NR])
		writes(moved[:k.NR])
		sweep(rows, kk, i0, h, diag, dinv, x, g, l, u, moved)
	}
	transpose := k.Transpose
	k.Transpose = func(m, n int, src []T, lds int, dst []T, ldd int) {
		for i := range m {
			reads(src[i*lds : i*lds+n])
		}
		for j := range n {
			writes(dst[j*ldd : j*ldd+m])
		}
		transpose(m, n, src, lds, dst, ldd)
	}
	lacpy := k.Lacpy
	k.Lacpy = func(m, n int, src []T, lds int, dst []T, ldd int) {
		for i := range m {
			reads(src[i*lds : i*lds+n])
			writes(dst[i*ldd : i*ldd+n])
		}
		lacpy(m, n, src, lds, dst, ldd)
	}
	k.PackA = instrumentPack(k.PackA, k.MR, true)
	k.PackATrans = instrumentPack(k.PackATrans, k.MR, false)
	k.PackB = instrumentPack(k.PackB, k.NR, false)
	k.PackBTrans = instrumentPack(k.PackBTrans, k.NR, true)

	for _, dot := range []*func(x, y []T) T{&k.Dot, &k.DotStream} {
		bare := *dot
		*dot = func(x, y []T) T { reads(x); reads(y[:len(x)]); return bare(x, y) }
	}
	dotxf := k.Dotxf
	k.Dotxf = func(x0, x1, x2, x3, y []T) (s0, s1, s2, s3 T) {
		for _, s := range [...][]T{x0, x1, x2, x3, y} {
			reads(s[:len(x0)])
		}
		return dotxf(x0, x1, x2, x3, y)
	}
	asum := k.Asum
	k.Asum = func(x []T) T { reads(x); return asum(x) }
	absMax := k.AbsMax
	k.AbsMax = func(x []T) T { reads(x); return absMax(x) }
	for _, axpy := range []*func(alpha T, x, y []T){&k.Axpy, &k.AxpyStream} {
		bare := *axpy
		*axpy = func(alpha T, x, y []T) { reads(x); writes(y[:len(x)]); bare(alpha, x, y) }
	}
	axpyf := k.Axpyf
	k.Axpyf = func(a0, a1, a2, a3 T, x0, x1, x2, x3, y []T) {
		for _, s := range [...][]T{x0, x1, x2, x3} {
			reads(s[:len(x0)])
		}
		writes(y[:len(x0)])
		axpyf(a0, a1, a2, a3, x0, x1, x2, x3, y)
	}
	scal := k.Scal
	k.Scal = func(alpha T, x []T) { writes(x); scal(alpha, x) }
	clamp := k.Clamp
	k.Clamp = func(x, l, u []T) { writes(x); reads(l[:len(x)]); reads(u[:len(x)]); clamp(x, l, u) }
	relu := k.Relu
	k.Relu = func(dst, z []T) { reads(z[:len(dst)]); writes(dst); relu(dst, z) }
	instrumentTraining(k)
}

func instrumentTraining[T Float](k *Kernels[T]) {
	grad := k.ReluGrad
	k.ReluGrad = func(g, u []T) { writes(g); reads(u[:len(g)]); grad(g, u) }
	momentum := k.Momentum
	k.Momentum = func(w, g, h []T, rate, mu, lambda T) { readsWrites(g, w, h); momentum(w, g, h, rate, mu, lambda) }
	nesterov := k.Nesterov
	k.Nesterov = func(w, g, h []T, rate, mu, lambda T) { readsWrites(g, w, h); nesterov(w, g, h, rate, mu, lambda) }
	rms := k.RMSStep
	k.RMSStep = func(w, g, h []T, rate, decay, gain, delta, lambda T) {
		readsWrites(g, w, h)
		rms(w, g, h, rate, decay, gain, delta, lambda)
	}
	adaDelta := k.AdaDelta
	k.AdaDelta = func(w, g, h, kk []T, rate, gain, delta, lambda T) {
		readsWrites(g, w, h, kk)
		adaDelta(w, g, h, kk, rate, gain, delta, lambda)
	}
	adam := k.Adam
	k.Adam = func(w, g, m, v []T, rate, gain1, gain2, delta, lambda T) {
		readsWrites(g, w, m, v)
		adam(w, g, m, v, rate, gain1, gain2, delta, lambda)
	}
	accelerate := k.Accelerate
	k.Accelerate = func(u, y, g []T, t, beta T) { readsWrites(g, u, y); accelerate(u, y, g, t, beta) }
	slope := k.LiftSlope
	k.LiftSlope = func(d, z, z0, r []T) { reads(z[:len(d)]); reads(z0[:len(d)]); readsWrites(r, d); slope(d, z, z0, r) }
	difference := k.ScaledDifference
	k.ScaledDifference = func(dst []T, c T, a, b []T) { reads(a[:len(dst)]); readsWrites(b, dst); difference(dst, c, a, b) }
	blend := k.Blend
	k.Blend = func(dst, src []T, c T) { readsWrites(src, dst); blend(dst, src, c) }
}

// readsWrites announces that as much of r is read as there is of the first of w, and all
// of w written.
func readsWrites[T Float](r []T, w ...[]T) {
	n := len(w[0])
	reads(r[:n])
	for _, s := range w {
		writes(s[:n])
	}
}

// instrumentPack wraps the packing of a panel of w rows of src (transposing) or w
// columns of it.
func instrumentPack[T Float](pack func(int, []T, int, []T), w int, transposing bool) func(int, []T, int, []T) {
	return func(k int, src []T, ld int, dst []T) {
		rows, cols := k, w
		if transposing {
			rows, cols = w, k
		}
		for i := range rows {
			reads(src[i*ld : i*ld+cols])
		}
		writes(dst[:w*k])
		pack(k, src, ld, dst)
	}
}
