package asm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSweepAgreesWithItsReference(t *testing.T) {
	sweepReference[float32](t)
	sweepReference[float64](t)
}

// sweepReference compares one sweep, in pieces of every number of tiles, with its reference in
// float64. Errors of one variable reach the later ones through a diagonally dominant H,
// which does not amplify them.
func sweepReference[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(19, 20))
		mr, nr := kern.MR, kern.NR
		for tiles := 1; tiles <= 5; tiles++ {
			n := tiles * mr
			h := random(r, make([]T, n*n)) // packed: H[i, p] at (i/mr)·mr·n + p·mr + i%mr
			hStart, hEnd := guarded[T](t, n*n)
			diag, dinv := make([]T, n), make([]T, n)
			for i := range n {
				for p := range n {
					h[i/mr*mr*n+p*mr+i%mr] /= T(n)
				}
				h[i/mr*mr*n+i*mr+i%mr] = 2
				diag[i], dinv[i] = 2, 0.5
			}
			dinv[n-1] = 0 // must not move
			copy(hStart, h)
			copy(hEnd, h)
			size := n * nr
			var ops [2][4][]T // x, g, l, u at either edge of their pages
			for q := range 4 {
				ops[0][q], ops[1][q] = guarded[T](t, size)
				random(r, ops[0][q])
				copy(ops[1][q], ops[0][q])
			}
			for i, l := range ops[0][2] {
				u := ops[0][3][i]
				lo, hi := -abs(l), abs(u)
				if i%7 == 0 {
					lo, hi = T(math.Inf(-1)), T(math.Inf(1))
				}
				for e := range 2 {
					ops[e][2][i], ops[e][3][i] = lo, hi
					ops[e][0][i] = min(max(ops[e][0][i], lo), hi)
				}
			}
			for e, hp := range [][]T{hStart, hEnd} {
				for step := 1; step <= tiles; step++ {
					x, g, l, u := append([]T(nil), ops[e][0]...), ops[e][1], ops[e][2], ops[e][3]
					for _, known := range []bool{true, false} {
						if !known {
							clear(x) // rows that were not swept yet are zero
						}
						want := append([]T(nil), x...)
						moved, wantMoved := make([]T, nr), make([]T, nr)
						copy(ops[e][0], x)
						for i0 := 0; i0 < n; i0 += step * mr {
							rows, k := min(step*mr, n-i0), n
							if !known {
								k = i0 + rows
							}
							kern.Sweep(rows, k, i0, hp[i0*n:], diag, dinv, ops[e][0], g, l, u, moved)
							reference[T]{mr, nr}.Sweep(rows, k, i0, hp[i0*n:], diag, dinv, want, g, l, u, wantMoved)
						}
						for i := range want {
							near(t, float64(want[i]), float64(ops[e][0][i]), 40*float64(n)*eps[T](), "n=%d step=%d: x[%d,%d]", n, step, i/nr, i%nr)
						}
						for j := range moved {
							near(t, float64(wantMoved[j]), float64(moved[j]), 80*float64(n)*eps[T](), "n=%d: moved[%d]", n, j)
						}
						require.Equal(t, x[(n-1)*nr:], ops[e][0][(n-1)*nr:], "a variable with dinv = 0 moved")
						copy(ops[e][0], x)
					}
				}
			}
		}
	})
}

func TestSweepKeepsNaN(t *testing.T) {
	sweepNaN[float32](t)
	sweepNaN[float64](t)
}

func sweepNaN[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		mr, nr := kern.MR, kern.NR
		h, diag, x := make([]T, mr*mr), make([]T, mr), make([]T, mr*nr)
		g, l, u, moved := make([]T, mr*nr), make([]T, mr*nr), make([]T, mr*nr), make([]T, nr)
		for i := range mr {
			diag[i] = 1
			h[i*mr+i] = 1
		}
		for i := range u {
			u[i] = 1
		}
		g[0] = T(math.NaN())
		moved[2] = T(math.NaN()) // from an earlier call
		kern.Sweep(mr, mr, 0, h, diag, diag, x, g, l, u, moved)
		require.True(t, math.IsNaN(float64(x[0])), "x hides a NaN")
		require.True(t, math.IsNaN(float64(moved[0])), "moved hides a NaN")
		require.True(t, math.IsNaN(float64(moved[2])), "a NaN in moved did not stay")
		require.False(t, math.IsNaN(float64(x[1])), "a NaN reached another problem")
		require.False(t, math.IsNaN(float64(moved[1])), "a NaN reached another problem")
	})
}
