package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// tinyFromBytes reads a problem of at most four variables: H = BᵀB + δI from small numbers, so that
// ties, zeros, equal bounds and degenerate multipliers are common.
func tinyFromBytes(data []byte) (Problem[float64], []float64) {
	b := numbers(data)
	n := 1 + b.next()&3
	delta := math.Pow(10, -float64(b.next()&7))
	root := mat.NewDense[float64](n, n)
	for i := range root.Data {
		root.Data[i] = float64(b.next()) / 16
	}
	p := Problem[float64]{mat.NewDense[float64](n, n), make([]float64, n), make([]float64, n), make([]float64, n)}
	for i := range n {
		for j := range n {
			for k := range n {
				p.H.Data[i*n+j] += root.At(k, i) * root.At(k, j)
			}
		}
		p.H.Data[i*n+i] += delta
	}
	x0 := make([]float64, n)
	for i := range n {
		p.G[i], x0[i] = float64(b.next())/4, float64(b.next())
		p.Lower[i], p.Upper[i] = b.box(false)
	}
	return p, x0
}

func FuzzSolve(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 16, 0, 0, 16, 200, 3, 4, 0, 8, 40, 1, 5, 248, 8})
	f.Add([]byte{3, 6, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 100, 1, 4, 250, 10, 156, 9, 1, 3, 3, 90,
		200, 2, 7, 7, 60, 0, 5, 250, 250})
	f.Add([]byte{2, 7, 127, 127, 127, 127, 127, 127, 127, 127, 127, 1, 0, 4, 0, 9, 2, 0, 4, 0, 9, 255, 0, 4, 0, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, x0 := tinyFromBytes(data)
		want := enumerate(p)
		res, err := Solve(background, p, x0, Options{})
		requireSolvedOrRounded(t, err)
		requireAsGood(t, p, res, want)

		const m = fewProblems // the smallest number of problems that are swept
		n := len(p.G)
		b := Batch[float64]{
			G: mat.NewDense[float64](m, n), Lower: mat.DenseOf(1, n, p.Lower), Upper: mat.DenseOf(1, n, p.Upper),
			X: mat.NewDense[float64](m, n), Problems: make([]Info, m),
		}
		for i := range m {
			copy(b.G.Row(i), p.G)
			copy(b.X.Row(i), x0)
		}
		s, err := NewSolver(p.H, Options{})
		require.NoError(t, err)
		_, err = s.SolveBatch(background, b)
		requireSolvedOrRounded(t, err)
		for i := range m {
			requireAsGood(t, p, Result[float64]{X: b.X.Row(i), Info: b.Problems[i]}, want)
		}
	})
}

// requireSolvedOrRounded accepts a solution, or an answer that is as good as rounding allows.
func requireSolvedOrRounded(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var status *StatusError
	require.ErrorAs(t, err, &status)
	require.Equal(t, PrecisionLimit, status.Status, "%v", err)
}

// requireAsGood checks that an answer is as good as the enumeration's.
func requireAsGood(t *testing.T, p Problem[float64], res Result[float64], want []float64) {
	t.Helper()
	require.True(t, insideOf(res.X, p.Lower, p.Upper))
	kkt, scale, rounding, unit := naiveKKT(p, res.X), naiveScale(p), roundingOf(p, res.X), naiveUnits(p)
	require.InDelta(t, kkt, res.KKT()*scale, rounding+1e-15*kkt)
	if res.Status == Optimal {
		require.LessOrEqual(t, kkt, 1e-9*scale+rounding)
	} else { // or what follows holds for any x
		require.LessOrEqual(t, kkt, max(rounding, ulp(p, res.X)))
	}
	// f(x) − f(x*) ≤ ∇f(x)ᵀ(x − x*). A term of it is at most the residual times |x − x*| or, where
	// the bound is nearer than the gradient is long, times |∇f(x)|.
	grad := naiveGradient(p, res.X)
	above := rise(res.X, grad, want, naiveGradient(p, want))
	allowed := 0.0
	for i := range want {
		allowed += (kkt + naiveKKT(p, want) + rounding + roundingOf(p, want)) * max(math.Abs(res.X[i]-want[i])*unit[i],
			math.Abs(grad[i])/unit[i])
	}
	require.LessOrEqual(t, above, 2*allowed)
}
