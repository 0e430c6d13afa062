package asm

// Float is the element type of everything in ridge.
type Float interface{ float32 | float64 }

// Kernels is the table of one instruction set and one element type. All
// matrices are row-major; a panel is a packed slice of a matrix, stored so that
// the micro-kernel reads it from front to back.
type Kernels[T Float] struct {
	// ISA is the instruction set that the kernels use.
	ISA ISA

	// MR×NR is the tile of C that the micro-kernel keeps in registers.
	MR, NR int

	// KC, MC, NC are the cache blocks: sums are cut at about KC (mat takes up to a
	// quarter more), an MC×KC block of A stays in L2, a KC×NC block of B in L3. MC is a
	// multiple of MR and NC of NR.
	KC, MC, NC int

	// Gemm is the micro-kernel, run down a stack of A panels against one
	// panel of B:
	//
	//	C := alpha·A·B + beta·C,   A m×k, B k×n, C m×n, n ≤ NR, k ≥ 0.
	//
	// a holds ⌈m/MR⌉ panels of MR·k elements, element (i, p) of a panel at
	// a[p·MR+i]; b holds one panel of NR·k elements, element (p, j) at
	// b[p·NR+j]; both are padded (the values of the padding don't matter, but
	// it must be readable). C has row stride ldc. With beta = 0, C is not
	// read, so that it may hold NaN. Every element of the product is summed
	// over p in increasing order, whatever the position in the tile.
	Gemm func(m, n, k int, alpha T, a, b []T, beta T, c []T, ldc int)

	// GemmDirect is the micro-kernel on operands that are not packed:
	//
	//	C := alpha·A·B + beta·C,   A m×k, B k×n, C m×n, n ≤ NR, k ≥ 0,
	//
	// with element (i, p) of A at a[i·rsa+p·csa], (p, j) of B at b[p·ldb+j] and
	// C with row stride ldc. It sums as Gemm does, and reads nothing beside the
	// operands.
	GemmDirect func(m, n, k int, alpha T, a []T, rsa, csa int, b []T, ldb int, beta T, c []T, ldc int)

	// Trsm solves a block of rows of a lower triangular system A·X = B, in place:
	// given the first k rows of X it turns the next m rows of x from B into X,
	//
	//	X[i] := (B[i] − Σ_{p<i} A[i, p]·X[p]) · dinv[i],   k ≤ i < k+m,
	//
	// on n ≤ NR columns. Element (i, p) of A is a[a0+i·rsa+p·csa], (i, j) of X is
	// x[x0+i·ldx+j], and dinv holds the reciprocals of A's diagonal, which is
	// not read. Strides may be negative: that turns upper triangles, solved from
	// the last row, into lower ones.
	Trsm func(m, n, k int, a []T, a0, rsa, csa int, dinv []T, x []T, x0, ldx int)

	// Sweep is projected Gauss–Seidel on the variables i0 ≤ i < i0+rows of NR
	// problems min ½xᵀHx + gᵀx, l ≤ x ≤ u that share H:
	//
	//	X[i] := min(max(X[i] − dinv[i]·(Σ_{p<k} H[i, p]·X[p] + G[i]), L[i]), U[i])
	//
	// one variable after the other, and raises moved[j] to the largest
	// diag[i]·|change of X[i, j]|. X, G, L and U have a row of NR problems for
	// each variable; h holds the panels of MR rows of H from i0 on, packed as for
	// Gemm, each as long as X has rows. i0, rows, k and that number are multiples
	// of MR, k ≥ i0+rows, and rows of X from k on count as zero. diag is H's
	// diagonal and dinv its reciprocals, or 0 for a variable that must not move.
	Sweep func(rows, k, i0 int, h, diag, dinv, x, g, l, u, moved []T)

	// Transpose writes dst[j·ldd+i] = src[i·lds+j], i < m, j < n.
	Transpose func(m, n int, src []T, lds int, dst []T, ldd int)

	// Lacpy writes dst[i·ldd+j] = src[i·lds+j], i < m, j < n ≤ NR. (LAPACK's name.) Its
	// source may be pieces of a long row in memory: it asks for what lies some KiB ahead,
	// which costs 2 % where nothing does.
	Lacpy func(m, n int, src []T, lds int, dst []T, ldd int)

	// PackA writes one panel of A: dst[p·MR+i] = src[i·ld+p], i < MR, p < k.
	PackA func(k int, src []T, ld int, dst []T)
	// PackATrans is PackA of a transposed A: dst[p·MR+i] = src[p·ld+i].
	PackATrans func(k int, src []T, ld int, dst []T)
	// PackB writes one panel of B: dst[p·NR+j] = src[p·ld+j], j < NR, p < k.
	PackB func(k int, src []T, ld int, dst []T)
	// PackBTrans is PackB of a transposed B: dst[p·NR+j] = src[j·ld+p].
	PackBTrans func(k int, src []T, ld int, dst []T)

	// Dot returns Σ x[i]·y[i]. len(y) ≥ len(x).
	Dot func(x, y []T) T
	// DotStream is Dot for an x that comes from memory, and goes on there: what lies behind
	// it is asked for, beyond its end, too.
	DotStream func(x, y []T) T
	// Dotxf returns the dot products of four vectors with y, which is read once. All
	// are at least as long as x0. (BLIS's name: a fused dot product.)
	Dotxf func(x0, x1, x2, x3, y []T) (s0, s1, s2, s3 T)
	// Asum returns Σ |x[i]|.
	Asum func(x []T) T
	// AbsMax returns max |x[i]|, 0 for no elements, NaN if there is a NaN.
	AbsMax func(x []T) T

	// Axpy computes y := alpha·x + y. len(y) ≥ len(x).
	Axpy func(alpha T, x, y []T)
	// AxpyStream is Axpy for an x that comes from memory, as with DotStream.
	AxpyStream func(alpha T, x, y []T)
	// Axpyf computes y := a0·x0 + a1·x1 + a2·x2 + a3·x3 + y, and reads and writes y
	// once; it adds in this order. All are at least as long as x0.
	Axpyf func(a0, a1, a2, a3 T, x0, x1, x2, x3, y []T)
	// Scal computes x := alpha·x.
	Scal func(alpha T, x []T)
	// Clamp projects x on the box: x[i] := min(max(x[i], l[i]), u[i]). A NaN in
	// x stays. len(l), len(u) ≥ len(x).
	Clamp func(x, l, u []T)
	// Relu computes dst[i] := max(0, z[i]); a NaN stays. dst may be z.
	// len(z) ≥ len(dst).
	Relu func(dst, z []T)
	// ReluGrad sets g[i] to 0 unless u[i] > 0: the gradient of u = max(0, z) by z,
	// given that by u. len(u) ≥ len(g).
	ReluGrad func(g, u []T)

	// The next five are steps of gradient methods. The slices are as long as w, or
	// longer, and don't overlap: w are weights, g a gradient, the others histories.
	// γ = g + lambda·w is the gradient with weight decay.

	// Momentum: h := momentum·h + rate·γ, w := w − h.
	Momentum func(w, g, h []T, rate, momentum, lambda T)
	// Nesterov: as Momentum, but w := w − ((1+momentum)·h − momentum·(the old h)).
	Nesterov func(w, g, h []T, rate, momentum, lambda T)
	// RMSStep: h := decay·h + gain·γ², w := w − rate·γ/(√h + delta).
	RMSStep func(w, g, h []T, rate, decay, gain, delta, lambda T)
	// AdaDelta: h := h + gain·(γ² − h), s = γ·√((k+delta)/(h+delta)),
	// k := k + gain·(s² − k), w := w − rate·s.
	AdaDelta func(w, g, h, k []T, rate, gain, delta, lambda T)
	// Adam: m := m + gain1·(γ − m), v := v + gain2·(γ² − v),
	// w := w − rate·m/(√v + delta).
	Adam func(w, g, m, v []T, rate, gain1, gain2, delta, lambda T)

	// Accelerate is a projected gradient step on u ≥ 0 from y, and Nesterov's
	// extrapolation: u := max(0, y − t·g), y := u + beta·(u − the old u). A NaN
	// stays. len(y), len(g) ≥ len(u), and they don't overlap.
	Accelerate func(u, y, g []T, t, beta T)
	// LiftSlope computes d[i] := max(0, z[i]) − max(0, z0[i]) − r[i]; a NaN stays.
	// d may be any of them. All are at least as long as d.
	LiftSlope func(d, z, z0, r []T)
	// ScaledDifference computes dst := c·(a − b). dst may be a or b, which are at
	// least as long.
	ScaledDifference func(dst []T, c T, a, b []T)
	// Blend computes dst := dst + c·(src − dst). len(src) ≥ len(dst).
	Blend func(dst, src []T, c T)
}
