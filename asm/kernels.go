package asm

// Float is the element type of everything in ridge.
type Float interface{ float32 | float64 }

// Kernels is the table of one instruction set and one element type for linear algebra and bounded
// quadratic programs. All matrices are row-major. A panel is a packed slice of a matrix, stored in
// the order in which the micro-kernel reads it.
//
// From its fields ../gen writes all tables: a kernel is a field, its contract is the comment, and
// the directive gen:access says in Go what it reads and writes, for the race detector (race.go).
// The table has so many fields because it is chosen as a whole. Most routines of mat need several
// kernels; smaller tables would have to be passed together, and could belong to different
// instruction sets.
type Kernels[T Float] struct {
	// ISA is the instruction set that the kernels use.
	ISA ISA

	// MR×NR is the tile of C that the micro-kernel keeps in registers.
	MR, NR int

	// KC, MC, NC are the cache blocks: sums are cut at about KC (mat takes up to a quarter more),
	// an MC×KC block of A stays in L2, a KC×NC block of B in L3. MC is a multiple of MR and NC of
	// NR.
	KC, MC, NC int

	// Gemm is the micro-kernel, applied to a stack of A panels and one panel of B:
	//
	//	C := alpha·A·B + beta·C,   A m×k, B k×n, C m×n, n ≤ NR, k ≥ 0.
	//
	// a holds ⌈m/MR⌉ panels of MR·k elements, element (i, p) of a panel at a[p·MR+i]; b holds one
	// panel of NR·k elements, element (p, j) at b[p·NR+j]. Both are padded; the padding may have
	// any values, but must be readable. C has row stride ldc. With beta = 0, C is not read and may
	// hold NaN. Every element of the product is summed over p in increasing order, whatever its
	// position in the tile.
	//
	//gen:access reads(a[:roundUp(m, table.MR)*k], b[:table.NR*k]); writesRows(c, m, n, ldc)
	Gemm func(m, n, k int, alpha T, a, b []T, beta T, c []T, ldc int)

	// GemmDirect is the micro-kernel for operands that are not packed:
	//
	//	C := alpha·A·B + beta·C,   A m×k, B k×n, C m×n, n ≤ NR, k ≥ 0,
	//
	// with element (i, p) of A at a[i·rsa+p·csa], (p, j) of B at b[p·ldb+j] and C with row stride
	// ldc. It sums in the order of Gemm, and reads nothing outside of the operands. A row of C may
	// share elements with the same row of A, which is read first. If m ≤ MR, C may share elements
	// with B: all of B is read first.
	//
	//gen:access readsElements(a, m, k, rsa, csa)
	//gen:access readsRows(b, k, n, ldb)
	//gen:access writesRows(c, m, n, ldc)
	GemmDirect func(m, n, k int, alpha T, a []T, rsa, csa int, b []T, ldb int, beta T, c []T, ldc int)

	// Trsm solves a block of rows of a lower triangular system A·X = B, in place:
	// given the first k rows of X it turns the next m rows of x from B into X,
	//
	//	X[i] := (B[i] − Σ_{p<i} A[i, p]·X[p]) · dinv[i],   k ≤ i < k+m,
	//
	// on n ≤ NR columns. Element (i, p) of A is a[a0+i·rsa+p·csa], (i, j) of X is
	// x[x0+i·ldx+j], and dinv holds the reciprocals of A's diagonal, which is
	// not read. Strides may be negative: an upper triangle, solved from the last row, is thus a
	// lower one.
	//
	//gen:access readsTriangle(a, a0, k, m, rsa, csa)
	//gen:access reads(dinv[:k+m])
	//gen:access readsRowsWritesNext(x, x0, k, m, n, ldx)
	Trsm func(m, n, k int, a []T, a0, rsa, csa int, dinv []T, x []T, x0, ldx int)

	// Sweep is projected Gauss–Seidel on the variables i0 ≤ i < i0+rows of NR
	// problems min ½xᵀHx + gᵀx, l ≤ x ≤ u that share H:
	//
	//	X[i] := min(max(X[i] − dinv[i]·(Σ_{p<k} H[i, p]·X[p] + G[i]), L[i]), U[i])
	//
	// one variable after the other. It raises moved[j] to the largest diag[i]·|change of X[i, j]|.
	// X, G, L and U have a row of NR elements, one for each problem, for each variable. h holds the
	// panels of MR rows of H from i0 on, packed as for Gemm; their length is the number of rows of
	// X. i0, rows, k and that number are multiples of MR, k ≥ i0+rows, and rows of X from k on
	// count as zero. diag is H's diagonal and dinv its reciprocals, or 0 for a variable that must
	// not move.
	//
	//gen:access from, to := i0*table.NR, (i0+rows)*table.NR
	//gen:access reads(h[:rows*len(x)/table.NR], x[:k*table.NR], diag[i0:i0+rows], dinv[i0:i0+rows])
	//gen:access reads(g[from:to], l[from:to], u[from:to]); writes(x[from:to], moved[:table.NR])
	Sweep func(rows, k, i0 int, h, diag, dinv, x, g, l, u, moved []T)

	// Rotate applies plane rotations, one after the other, to rows of 2·NR elements. Rotation q
	// acts on rows q and q+1:
	//
	//	X[q], X[q+1] := c[q]·X[q] + s[q]·X[q+1], c[q]·X[q+1] − s[q]·X[q]
	//
	// Row q begins at x[x0+q·ldx]; ldx may be negative. len(s) ≥ len(c).
	//
	//gen:access reads(c, s[:len(c)]); writesRowsFrom(x, x0, len(c)+1, 2*table.NR, ldx)
	Rotate func(c, s, x []T, x0, ldx int)

	// Transpose writes dst[j·ldd+i] = src[i·lds+j], i < m, j < n.
	//
	//gen:access readsRows(src, m, n, lds); writesRows(dst, n, m, ldd)
	Transpose func(m, n int, src []T, lds int, dst []T, ldd int)

	// Lacpy writes dst[i·ldd+j] = src[i·lds+j], i < m, j < n ≤ NR. (LAPACK's name.) It prefetches
	// some KiB ahead, because its source may be part of a long row that comes from memory; where
	// that is useless, it costs 2 %.
	//
	//gen:access readsRows(src, m, n, lds); writesRows(dst, m, n, ldd)
	Lacpy func(m, n int, src []T, lds int, dst []T, ldd int)

	// PackA writes one panel of A: dst[p·MR+i] = src[i·ld+p], i < MR, p < k.
	//
	//gen:access readsRows(src, table.MR, k, ld); writes(dst[:table.MR*k])
	PackA func(k int, src []T, ld int, dst []T)

	// PackATrans is PackA for a transposed A: dst[p·MR+i] = src[p·ld+i].
	//
	//gen:access readsRows(src, k, table.MR, ld); writes(dst[:table.MR*k])
	PackATrans func(k int, src []T, ld int, dst []T)

	// PackB writes one panel of B: dst[p·NR+j] = src[p·ld+j], j < NR, p < k.
	//
	//gen:access readsRows(src, k, table.NR, ld); writes(dst[:table.NR*k])
	PackB func(k int, src []T, ld int, dst []T)

	// PackBTrans is PackB for a transposed B: dst[p·NR+j] = src[j·ld+p].
	//
	//gen:access readsRows(src, table.NR, k, ld); writes(dst[:table.NR*k])
	PackBTrans func(k int, src []T, ld int, dst []T)

	// Dot returns Σ x[i]·y[i]. len(y) ≥ len(x).
	//
	//gen:access reads(x, y[:len(x)])
	Dot func(x, y []T) T

	// DotStream is Dot for an x that comes from memory and is followed there by more such vectors:
	// it prefetches, even beyond the end of x.
	//
	//gen:access reads(x, y[:len(x)])
	DotStream func(x, y []T) T

	// Dotxf returns the dot products of four vectors with y, which is read once. All vectors are at
	// least as long as x0. (BLIS's name: a fused dot product.)
	//
	//gen:access reads(x0, x1[:len(x0)], x2[:len(x0)], x3[:len(x0)], y[:len(x0)])
	Dotxf func(x0, x1, x2, x3, y []T) (s0, s1, s2, s3 T)

	// Asum returns Σ |x[i]|.
	//
	//gen:access reads(x)
	Asum func(x []T) T

	// AbsMax returns max |x[i]|, 0 for no elements, NaN if there is a NaN.
	//
	//gen:access reads(x)
	AbsMax func(x []T) T

	// Axpy computes y := alpha·x + y. len(y) ≥ len(x).
	//
	//gen:access reads(x); writes(y[:len(x)])
	Axpy func(alpha T, x, y []T)

	// Axpyf computes y := a0·x0 + a1·x1 + a2·x2 + a3·x3 + y, in this order; it reads and writes y
	// once. All vectors are at least as long as x0.
	//
	//gen:access reads(x0, x1[:len(x0)], x2[:len(x0)], x3[:len(x0)]); writes(y[:len(x0)])
	Axpyf func(a0, a1, a2, a3 T, x0, x1, x2, x3, y []T)

	// Scal computes x := alpha·x.
	//
	//gen:access writes(x)
	Scal func(alpha T, x []T)

	// Clamp projects x onto the box: x[i] := min(max(x[i], l[i]), u[i]). A NaN in x stays. l and u
	// are at least as long as x.
	//
	//gen:access writes(x); reads(l[:len(x)], u[:len(x)])
	Clamp func(x, l, u []T)
}
