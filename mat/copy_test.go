package mat

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/asm"
)

func TestTransposingInSeveralCallsIsTransposing(t *testing.T) {
	kern := *asm.For[float64]()
	var calls, most int
	one := kern.Transpose
	kern.Transpose = func(m, n int, src []float64, lds int, dst []float64, ldd int) {
		calls, most = calls+1, max(most, m*n)
		one(m, n, src, lds, dst, ldd)
	}
	for _, c := range []struct{ m, n, calls int }{
		{3, 5, 1}, {32, transposeCall / 32, 1}, {32, transposeCall/32 + 1, 2}, {transposeCall/32 + 1, 32, 2},
		{7, 30_000, 4}, {30_000, 7, 4}, {1, 2 * transposeCall, 2}, {2500, 2600, 82},
	} {
		calls, most = 0, 0
		lds, ldd := c.n+3, c.m+1
		src, dst := make([]float64, c.m*lds), make([]float64, c.n*ldd)
		for i := range src {
			src[i] = float64(i)
		}
		transpose(&kern, c.m, c.n, src, lds, dst, ldd)
		for i := range c.m {
			for j := range c.n {
				if dst[j*ldd+i] != src[i*lds+j] {
					require.Equal(t, src[i*lds+j], dst[j*ldd+i], "%d×%d: %d, %d", c.m, c.n, i, j)
				}
			}
		}
		require.Zero(t, dst[len(dst)-1], "beyond the last row")
		require.Equal(t, c.calls, calls, "%d×%d", c.m, c.n)
		require.LessOrEqual(t, most, max(transposeCall, 32*min(c.m, c.n)))
	}
}

// A kernel call can't be preempted.
func TestNoKernelCallTransposesForLong(t *testing.T) {
	const m, n, longest = 6000, 64, 1 << 16
	wide, tall := NewDense[float32](n, m), NewDense[float32](m, n)
	few, tau := NewDense[float32](m, 2), make([]float32, n)
	for name, run := range map[string]func(){
		"TransposeTo":  func() { TransposeTo(tall, wide) },
		"a wide one":   func() { TransposeTo(wide, tall) },
		"Getrf":        func() { _ = Getrf(tall, make([]int, n), 1) },
		"Geqrf":        func() { Geqrf(tall, tau, 1) },
		"Geqp3":        func() { Geqp3(tall, make([]int, n), tau, 1) },
		"Ormqr":        func() { Ormqr(Left, Trans, tall, tau, tall.Clone(), 1) },
		"Ormqr of few": func() { Ormqr(Left, Trans, tall, tau, few, 1) },
		"rotations": func() {
			r := newRotations(Trans, wide, 1)
			defer r.release()
			o := newOrder(m)
			defer o.release()
			r.store(Trans, wide, o.index)
		},
	} {
		most := 0
		count[float32](1, func(Workers) {
			kern := asm.For[float32]()
			one := kern.Transpose
			kern.Transpose = func(m, n int, src []float32, lds int, dst []float32, ldd int) {
				most = max(most, m*n)
				one(m, n, src, lds, dst, ldd)
			}
			run()
		})
		require.Positive(t, most, name)
		assert.LessOrEqual(t, most, longest, name)
	}
}
