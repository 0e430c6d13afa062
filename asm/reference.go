package asm

// reference has the reference kernels as its methods, in Go: they define what each kernel computes.
// They are the oracle of the tests, and run in place of assembly where there is none. Unless its
// contract fixes the order of a sum, a kernel may take another one; it may fuse multiplications and
// additions. Apart from that it agrees with its reference, NaN and signed zeros included.
type reference[T Float] struct {
	mr, nr int // the register tile, of at most maxTile elements
}

// maxTile is the largest MR·NR of any table.
const maxTile = 14 * 32

func (r reference[T]) Gemm(m, n, k int, alpha T, a, b []T, beta T, c []T, ldc int) {
	gemmTiles(r.mr, r.nr, m, n, k, alpha, a, b, beta, c, ldc)
}

// gemmTiles makes one rank-1 update of a tile for each p. (It is a function because the compiler
// keeps fewer values in registers if mr and nr are fields.)
func gemmTiles[T Float](mr, nr, m, n, k int, alpha T, a, b []T, beta T, c []T, ldc int) {
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

func (r reference[T]) GemmDirect(m, n, k int, alpha T, a []T, rsa, csa int, b []T, ldb int, beta T, c []T, ldc int) {
	for i := 0; i < m; i += r.mr {
		directTile(min(r.mr, m-i), n, k, alpha, a[min(i*rsa, len(a)):], rsa, csa, b, ldb, beta, c[i*ldc:], ldc)
	}
}

// directTile computes a tile of C, which may share elements with B.
func directTile[T Float](m, n, k int, alpha T, a []T, rsa, csa int, b []T, ldb int, beta T, c []T, ldc int) {
	var tile [maxTile]T
	for i := range m {
		sums := tile[i*n : i*n+n]
		for p := range k {
			aip := a[i*rsa+p*csa]
			for j, v := range b[p*ldb : p*ldb+n] {
				sums[j] += aip * v
			}
		}
	}
	for i := range m {
		ci := c[i*ldc : i*ldc+n]
		for j, s := range tile[i*n : i*n+n] {
			s *= alpha
			if beta != 0 {
				s += beta * ci[j]
			}
			ci[j] = s
		}
	}
}

func (reference[T]) Trsm(m, n, k int, a []T, a0, rsa, csa int, dinv []T, x []T, x0, ldx int) {
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

func (r reference[T]) Sweep(rows, k, i0 int, h, diag, dinv, x, g, l, u, moved []T) {
	sweepTiles(r.mr, r.nr, rows, k, i0, h, diag, dinv, x, g, l, u, moved)
}

func sweepTiles[T Float](mr, nr, rows, k, i0 int, h, diag, dinv, x, g, l, u, moved []T) {
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

func abs[T Float](v T) T {
	if v < 0 {
		return -v
	}
	return v + 0 // −0 becomes +0
}

// clamp returns v clamped to l and u, or v itself if it is NaN: the comparisons are those of the
// MAXPS and MINPS instructions with v as the second operand.
func clamp[T Float](v, l, u T) T {
	if l > v {
		v = l
	}
	if u < v {
		v = u
	}
	return v
}
