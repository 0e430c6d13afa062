package asm

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
		Transpose:    transposeTwin[T],
		Lacpy:        lacpyTwin[T],
		PackA:        func(k int, src []T, ld int, dst []T) { packTransTwin(mr, k, src, ld, dst) },
		PackATrans:   func(k int, src []T, ld int, dst []T) { packCopyTwin(mr, k, src, ld, dst) },
		PackB:        func(k int, src []T, ld int, dst []T) { packCopyTwin(nr, k, src, ld, dst) },
		PackBTrans:   func(k int, src []T, ld int, dst []T) { packTransTwin(nr, k, src, ld, dst) },
		Dot:          dotTwin[T],
		Dotxf:        dotxfTwin[T],
		Asum:         asumTwin[T],
		AbsMax:       absMaxTwin[T],
		Axpy:         axpyTwin[T],
		Axpyf:        axpyfTwin[T],
		Scal:         scalTwin[T],
		Clamp:        clampTwin[T],
		ProjStep:     projStepTwin[T],
		Relu:         reluTwin[T],
		LiftResidual: liftResidualTwin[T],
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

func projStepTwin[T Float](dst, y, g []T, t T, l, u []T) {
	for i := range dst {
		dst[i] = clamp(y[i]-t*g[i], l[i], u[i])
	}
}

func reluTwin[T Float](dst, z []T) {
	for i := range dst {
		dst[i] = relu(z[i])
	}
}

func liftResidualTwin[T Float](dst, u, z []T) {
	for i := range dst {
		dst[i] = u[i] - relu(z[i])
	}
}

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
