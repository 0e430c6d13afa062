package asm

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSweepAgreesWithItsReference(t *testing.T) {
	testSweep[float32](t)
	testSweep[float64](t)
}

// testSweep compares one sweep with the reference, in pieces of every number of tiles. H is
// diagonally dominant, so that errors of one variable are not amplified on their way to later ones.
func testSweep[T Float](t *testing.T) {
	eachTable(t, func(t *testing.T, kern *Kernels[T]) {
		r := rand.New(rand.NewPCG(19, 20))
		for tiles := 1; tiles <= 5; tiles++ {
			for _, p := range newSweepProblems(t, r, kern, tiles*kern.MR) {
				for step := 1; step <= tiles; step++ {
					p.check(t, step*kern.MR, true)
					p.check(t, step*kern.MR, false)
				}
			}
		}
	})
}

// sweepProblem is NR problems in n variables.
type sweepProblem[T Float] struct {
	kern          *Kernels[T]
	n             int
	h, diag, dinv []T // H[i, p] at h[(i/mr)·mr·n + p·mr + i%mr]
	x, g, l, u    []T
}

// newSweepProblems returns the same problems twice, one at either edge of inaccessible pages.
func newSweepProblems[T Float](t *testing.T, r *rand.Rand, kern *Kernels[T], n int) (ps [2]sweepProblem[T]) {
	mr, size := kern.MR, n*kern.NR
	h, x, g := random(r, make([]T, n*n)), random(r, make([]T, size)), random(r, make([]T, size))
	l, u := random(r, make([]T, size)), random(r, make([]T, size))
	diag, dinv := make([]T, n), make([]T, n)
	for i := range n {
		for p := range n {
			h[i/mr*mr*n+p*mr+i%mr] /= T(n)
		}
		h[i/mr*mr*n+i*mr+i%mr] = 2
		diag[i], dinv[i] = 2, 0.5
	}
	dinv[n-1] = 0 // must not move
	for i := range l {
		l[i], u[i] = -abs(l[i]), abs(u[i])
		if i%7 == 0 {
			l[i], u[i] = T(math.Inf(-1)), T(math.Inf(1))
		}
		x[i] = min(max(x[i], l[i]), u[i])
	}
	guard := func(s []T) (atStart, atEnd []T) {
		atStart, atEnd = guarded[T](t, len(s))
		copy(atStart, s)
		copy(atEnd, s)
		return atStart, atEnd
	}
	for e := range ps {
		ps[e] = sweepProblem[T]{kern: kern, n: n, diag: diag, dinv: dinv}
	}
	ps[0].h, ps[1].h = guard(h)
	ps[0].x, ps[1].x = guard(x)
	ps[0].g, ps[1].g = guard(g)
	ps[0].l, ps[1].l = guard(l)
	ps[0].u, ps[1].u = guard(u)
	return ps
}

// check sweeps in pieces of step rows. If known is true, all of x takes part from the beginning;
// otherwise rows that have not been swept are zero.
func (p *sweepProblem[T]) check(t *testing.T, step int, known bool) {
	mr, nr, before := p.kern.MR, p.kern.NR, slices.Clone(p.x)
	defer copy(p.x, before)
	if !known {
		clear(p.x)
	}
	start := slices.Clone(p.x)
	want, moved, wantMoved := slices.Clone(p.x), make([]T, nr), make([]T, nr)
	for i0 := 0; i0 < p.n; i0 += step {
		rows, k := min(step, p.n-i0), p.n
		if !known {
			k = i0 + rows
		}
		p.kern.Sweep(rows, k, i0, p.h[i0*p.n:], p.diag, p.dinv, p.x, p.g, p.l, p.u, moved)
		reference[T]{mr, nr}.Sweep(rows, k, i0, p.h[i0*p.n:], p.diag, p.dinv, want, p.g, p.l, p.u, wantMoved)
	}
	bound := 40 * float64(p.n) * eps[T]()
	for i := range want {
		near(t, float64(want[i]), float64(p.x[i]), bound, "n=%d step=%d: x[%d,%d]", p.n, step, i/nr, i%nr)
	}
	for j := range moved {
		near(t, float64(wantMoved[j]), float64(moved[j]), 2*bound, "n=%d: moved[%d]", p.n, j)
	}
	require.Equal(t, start[(p.n-1)*nr:], p.x[(p.n-1)*nr:], "a variable with dinv = 0 moved")
}

func TestSweepKeepsNaN(t *testing.T) {
	testSweepNaN[float32](t)
	testSweepNaN[float64](t)
}

func testSweepNaN[T Float](t *testing.T) {
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
