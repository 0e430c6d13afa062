package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// semidefiniteFromBytes reads a problem of at most three variables, a method and a start. H = BᵀB
// is computed from integers, and so is exact, of any rank.
func semidefiniteFromBytes(data []byte) (p Problem[float64], x0 []float64, m Method) {
	b := numbers(data)
	m = everyMethod[b.next()&127%len(everyMethod)]
	n := 1 + b.next()&127%3
	root := mat.NewDense[float64](b.next()&3, n)
	for i := range root.Data {
		root.Data[i] = float64(b.next() % 16)
	}
	p = Problem[float64]{gram(root), make([]float64, n), make([]float64, n), make([]float64, n)}
	x0 = make([]float64, n)
	for i := range n {
		p.G[i], x0[i] = float64(b.next())/4, float64(b.next())
		p.Lower[i], p.Upper[i] = b.box(true)
	}
	return p, x0, m
}

// enumerateFlat is enumerate for a semidefinite H. If there is a minimum, there is one for which
// the variables between their bounds have a nonsingular block of H, once enough of the variables
// without bounds are zero. Moving along a direction without curvature and slope leads to a bound
// or, if there is none, to where a variable is zero. enumerate returns zeros if it finds no point.
func enumerateFlat(p Problem[float64]) []float64 {
	var best []float64
	lowest := math.Inf(1)
	for zeros := range 1 << len(p.G) {
		q := p
		q.Lower, q.Upper = slices.Clone(p.Lower), slices.Clone(p.Upper)
		possible := true
		for i := range p.G {
			if zeros>>i&1 == 1 {
				possible = possible && math.IsInf(p.Lower[i], -1) && math.IsInf(p.Upper[i], 1)
				q.Lower[i], q.Upper[i] = 0, 0
			}
		}
		if !possible {
			continue
		}
		if x := enumerate(q); naiveKKT(p, x) < lowest && insideOf(x, p.Lower, p.Upper) {
			best, lowest = x, naiveKKT(p, x)
		}
	}
	return best
}

func FuzzMethods(f *testing.F) {
	f.Add([]byte{})
	for m := range byte(len(everyMethod)) {
		f.Add([]byte{m, 1, 1, 1, 255, 4, 0, 0, 0, 0, 252, 0, 0, 0, 0})
		f.Add([]byte{m, 2, 2, 1, 2, 3, 2, 4, 6, 9, 3, 5, 0, 8, 7, 1, 1, 16, 8, 249, 40, 2, 30, 8})
		f.Add([]byte{m, 2, 1, 3, 253, 0, 4, 0, 1, 0, 0, 252, 9, 1, 0, 0, 1, 0, 6, 200, 8})
		f.Add([]byte{m, 0, 0, 100, 9, 1, 250, 0})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, x0, m := semidefiniteFromBytes(data)
		res, _ := solveHonestly(t, p, x0, Options{Method: m})
		if res.Status == IterationLimit {
			return // allowed; TestSolveIsNeverWrongOnRandomProblems limits how often
		}
		require.Contains(t, []Status{Optimal, PrecisionLimit, Unbounded}, res.Status, "%v", m)
		want := enumerateFlat(p)
		if res.Status == Unbounded {
			require.True(t, want == nil || naiveKKT(p, want) > 1e-9, "%v is a minimum", want)
			return
		}
		requireAsGood(t, p, res, want)
	})
}
