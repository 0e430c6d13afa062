package qp

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// everyMethod lists Auto and all methods that can be selected.
var everyMethod = []Method{Auto, CoordinateDescent, BlockPivoting, InteriorPoint, ProjectedNewton}

// gram returns BᵀB for a k×n matrix B, summed in the same order for both triangles.
func gram(b mat.Dense[float64]) mat.Dense[float64] {
	h := mat.NewDense[float64](b.Cols, b.Cols)
	for i := range b.Cols {
		for j := range i + 1 {
			s := 0.0
			for k := range b.Rows {
				s += b.At(k, i) * b.At(k, j)
			}
			h.Set(i, j, s)
			h.Set(j, i, s)
		}
	}
	return h
}

// rescale replaces H by DHD.
func rescale(h mat.Dense[float64], d []float64) {
	for i, di := range d {
		for j, dj := range d {
			h.Set(i, j, h.At(i, j)*di*dj)
		}
	}
}

// randomHessian returns an n×n positive semidefinite matrix of one of many kinds, and the name of
// the kind.
func randomHessian(n int, r *rand.Rand) (mat.Dense[float64], string) {
	rank := r.IntN(n + 1)
	switch r.IntN(8) {
	case 0:
		return hessian(n, math.Pow(10, 6*r.Float64()), r), "definite"
	case 1:
		return hessian(n, math.Pow(10, 6+6*r.Float64()), r), "ill-conditioned"
	case 2: // exact, because all elements are small integers
		b := mat.NewDense[float64](rank, n)
		for i := range b.Data {
			b.Data[i] = float64(r.IntN(7) - 3)
		}
		return gram(b), "integers of low rank"
	case 3: // singular up to rounding
		b := mat.NewDense[float64](rank, n)
		for i := range b.Data {
			b.Data[i] = r.NormFloat64()
		}
		return gram(b), "low rank"
	case 4: // some variables are the same, or opposite
		b := mat.NewDense[float64](n, n)
		for i := range b.Data {
			b.Data[i] = r.NormFloat64()
		}
		for j := range n {
			from, sign := r.IntN(j+1), float64(2*r.IntN(2)-1)
			for k := range n {
				b.Set(k, j, sign*b.At(k, from))
			}
		}
		return gram(b), "duplicates"
	case 5: // variables with zero rows in H
		h := hessian(n, 100, r)
		d := constant(n, 1)
		for i := range d {
			d[i] = float64(r.IntN(2))
		}
		rescale(h, d)
		return h, "zero rows"
	case 6:
		h := hessian(n, 100, r)
		d := make([]float64, n)
		for i := range d {
			d[i] = math.Exp2(math.Round(20 * (2*r.Float64() - 1)))
		}
		rescale(h, d)
		return h, "badly scaled"
	default:
		h := mat.NewDense[float64](n, n)
		for i := range n {
			h.Set(i, i, float64(r.IntN(4)))
		}
		return h, "diagonal"
	}
}

// randomBounds returns bounds of every kind around numbers of about the given size.
func randomBounds(n int, size, huge float64, r *rand.Rand) (lower, upper []float64) {
	lower, upper = infinite(n, -1), infinite(n, 1)
	only := r.IntN(10) // the kind of all bounds, or a mixture
	for i := range n {
		kind := only
		if kind > 4 {
			kind = r.IntN(9)
		}
		a, b := size*r.NormFloat64(), size*r.NormFloat64()
		switch kind {
		case 0: // none
		case 1:
			lower[i] = 0
		case 2:
			lower[i], upper[i] = min(a, b), max(a, b)
		case 3:
			lower[i], upper[i] = 0, size
		case 4:
			lower[i], upper[i] = -huge, huge // a common substitute for infinity
		case 5:
			upper[i] = a
		case 6:
			lower[i], upper[i] = a, a
		case 7:
			lower[i], upper[i] = a, math.Nextafter(a, math.Inf(1))
		case 8:
			lower[i] = a
		}
	}
	return lower, upper
}

// withMinimum ends the name of a problem that was constructed to have a minimum.
const withMinimum = ", with a minimum"

// randomProblem returns a problem with a positive semidefinite H, a starting point and a
// description. It may be unbounded, unless the description ends with withMinimum.
func randomProblem(n int, r *rand.Rand) (p Problem[float64], x0 []float64, name string) {
	p.H, name = randomHessian(n, r)
	p.G = make([]float64, n)
	size := []float64{1, 1, 1, 1e-6, 1e6}[r.IntN(5)]
	huge := 1e20
	if name != "definite" && name != "ill-conditioned" {
		huge = 1e3 * size // a solution may be there, where gradients are inaccurate
	}
	p.Lower, p.Upper = randomBounds(n, size, huge, r)
	x0 = make([]float64, n)
	y := make([]float64, n)
	for i := range n {
		y[i] = min(max(size*r.NormFloat64(), p.Lower[i]), p.Upper[i])
	}
	switch r.IntN(5) {
	case 0: // y is a solution
		name += withMinimum
		for i := range n {
			switch kind := r.IntN(4); {
			case kind == 0 && !math.IsInf(p.Lower[i], 0):
				y[i] = p.Lower[i]
			case kind == 1 && !math.IsInf(p.Upper[i], 0):
				y[i] = p.Upper[i]
			}
		}
		for i, d := range naiveGradient(p, y) {
			p.G[i] = -d
			multiplier := float64(r.IntN(3)) * r.Float64() // often 0
			switch {
			case y[i] == p.Lower[i]:
				p.G[i] += multiplier
			case y[i] == p.Upper[i]:
				p.G[i] -= multiplier
			}
		}
	case 1: // no linear term
	case 2:
		for i := range n {
			p.G[i] = float64(r.IntN(5) - 2)
		}
	default:
		for i := range n {
			p.G[i] = r.NormFloat64() * size
		}
	}
	if r.IntN(2) == 0 {
		for i := range n {
			x0[i] = size * r.NormFloat64()
		}
	}
	return p, x0, name
}

// forEveryMethod runs a test for Auto and for each of the methods that can be selected.
func forEveryMethod(t *testing.T, test func(t *testing.T, m Method)) {
	for _, m := range everyMethod {
		t.Run(m.String(), func(t *testing.T) { test(t, m) })
	}
}

// solveHonestly solves p and requires that nothing is wrong with the answer.
func solveHonestly(t testing.TB, p Problem[float64], x0 []float64, o Options) (Result[float64], error) {
	t.Helper()
	if x0 == nil {
		x0 = make([]float64, len(p.G))
	}
	res, err := Solve(background, p, x0, o)
	tolerance := o.Tolerance
	if tolerance == 0 {
		tolerance = 1e-9
	}
	require.Empty(t, complaint(p, x0, tolerance, res, err), "%v: %+v", o.Method, res.Info)
	return res, err
}

// settles reports whether a method must not run out of iterations on a problem: only
// CoordinateDescent may, because it is slow if H is ill-conditioned.
func settles(m Method) bool { return m != CoordinateDescent }

func TestSolveIsNeverWrongOnRandomProblems(t *testing.T) {
	t.Parallel()
	count := 10000
	if !thorough.Tests() {
		count = 500
	}
	r := newRand(60)
	unsettled, seen := 0, map[Status]int{}
	for k := range count {
		p, x0, name := randomProblem(1+r.IntN(12), r)
		m := everyMethod[k%len(everyMethod)]
		res, err := Solve(background, p, x0, Options{Method: m})
		if c := complaint(p, x0, 1e-9, res, err); c != "" {
			t.Fatalf("problem %d (%s), %v: %s\n%+v\nx0 = %v\n%+v", k, name, m, c, p, x0, res.Info)
		}
		if strings.HasSuffix(name, withMinimum) {
			require.NotEqual(t, Unbounded, res.Status, "problem %d (%s), %v", k, name, m)
		}
		if res.Status == IterationLimit && settles(m) {
			unsettled++
		}
		seen[res.Status]++
	}
	// If H is singular up to rounding, and x is large, more than float64 may be needed to decide
	// that no step is left.
	assert.LessOrEqual(t, unsettled, 1+count/10000)
	for _, s := range []Status{Optimal, PrecisionLimit, IterationLimit, Unbounded} {
		assert.Positive(t, seen[s], "%v", s)
	}
}
