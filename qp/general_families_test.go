package qp

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/countdown"
	"ridge/mat"
)

// The generators below write the problems of well-known test sets from their published formulas.

// differences has the k-th differences of n variables as rows.
func differences(n, k int) mat.Dense[float64] {
	d := mat.NewDense[float64](n-k, n)
	for i := range d.Rows {
		v := 1.0
		for j := range k + 1 {
			d.Set(i, i+k-j, v)
			v *= -float64(k-j) / float64(j+1)
		}
	}
	return d
}

// fit looks for the values next to noisy ones of a curve whose k-th differences are not negative (LISWET; YAO for k =
// 2).
func fit(n, k int, curve func(t float64) float64) GeneralProblem[float64] {
	p := GeneralProblem[float64]{H: identity(n), G: make([]float64, n), A: differences(n, k),
		RowLower: make([]float64, n-k)}
	for j := range p.G {
		p.G[j] = -curve(float64(j)/float64(n-1)) - math.Sin(float64(j+1))/10
	}
	return p
}

// steps has differences of neighbours, in a circle, that must exceed large numbers of both signs (POWELL20).
func steps(n int) GeneralProblem[float64] {
	p := GeneralProblem[float64]{H: identity(n), G: make([]float64, n), A: mat.NewDense[float64](n, n),
		RowLower: make([]float64, n)}
	for i := range n {
		p.A.Set(i, i, -1)
		p.A.Set(i, (i+1)%n, 1)
		p.RowLower[i] = float64(i+1)*math.Pow(-1, float64(i+1)) - 0.5
	}
	p.RowLower[n-1] = float64(n) - 0.5
	return p
}

// control moves a point to rest at 0 in the given number of steps, with forces of at most 1 and no cost of anything but
// forces (UBH1).
func control(times int) GeneralProblem[float64] {
	const size = 9 // three positions, velocities and forces
	n, inf := size*(times+1), math.Inf(1)
	p := GeneralProblem[float64]{H: mat.NewDense[float64](n, n), G: make([]float64, n),
		A: mat.NewDense[float64](6*times, n), Lower: constant(n, -inf), Upper: constant(n, inf),
		RowLower: make([]float64, 6*times), RowUpper: make([]float64, 6*times)}
	h := 1 / float64(times)
	for t := range times + 1 {
		for j := range size {
			k := size*t + j
			switch {
			case j >= 6:
				p.H.Set(k, k, h)
				p.Lower[k], p.Upper[k] = -1, 1
			case t == 0:
				p.Lower[k], p.Upper[k] = 0.03/float64(j+1), 0.03/float64(j+1)
			case t == times:
				p.Lower[k], p.Upper[k] = 0, 0
			}
			if j < 6 && t > 0 {
				row := p.A.Row(6*(t-1) + j)
				row[k], row[k-size], row[k+3], row[k+3-size] = 1, -1, -h/2, -h/2
			}
		}
	}
	return p
}

// huge has two equalities with coefficients of up to 10¹² (HUESTIS).
func huge(n int) GeneralProblem[float64] {
	p := GeneralProblem[float64]{H: identity(n), G: make([]float64, n), Lower: make([]float64, n),
		A: mat.NewDense[float64](2, n), RowLower: make([]float64, 2)}
	for j := range n {
		t := float64(j+1) / float64(n)
		p.A.Set(0, j, 1.835e11*t*t)
		p.A.Set(1, j, 6.82e11*t*t*t*t)
		p.RowLower[0] += 3 * p.A.At(0, j)
		p.RowLower[1] += 4 * p.A.At(1, j)
	}
	p.RowUpper = p.RowLower
	return p
}

// transport is a degenerate linear program: n suppliers and n customers of one unit each.
func transport(n int) GeneralProblem[float64] {
	p := GeneralProblem[float64]{G: make([]float64, n*n), Lower: make([]float64, n*n),
		A: mat.NewDense[float64](2*n, n*n), RowLower: constant(2*n, 1), RowUpper: constant(2*n, 1)}
	for i := range n {
		for j := range n {
			p.G[i*n+j] = float64((7*i*i + 3*j + 5*i*j) % 19)
			p.A.Set(i, i*n+j, 1)
			p.A.Set(n+j, i*n+j, 1)
		}
	}
	return p
}

// margins is the dual of a support vector machine with a kernel of rank 2.
func margins(n int, c float64) GeneralProblem[float64] {
	p := GeneralProblem[float64]{H: mat.NewDense[float64](n, n), G: constant(n, -1), Lower: make([]float64, n),
		Upper: constant(n, c), A: mat.NewDense[float64](1, n), RowLower: make([]float64, 1),
		RowUpper: make([]float64, 1)}
	point := func(i int) (x, y, class float64) {
		x, y = math.Sin(float64(3*i)), math.Cos(float64(7*i*i))
		return x, y, math.Copysign(1, x+y/2+math.Sin(float64(i))/3)
	}
	for i := range n {
		x, y, class := point(i)
		p.A.Set(0, i, class)
		for j := range n {
			v, w, other := point(j)
			p.H.Set(i, j, class*other*(x*v+y*w))
		}
	}
	return p
}

func TestFamiliesOfPublishedProblems(t *testing.T) {
	slow := func(t float64) float64 { return 1 / (1 + 4*t) }
	for name, p := range map[string]GeneralProblem[float64]{
		"convex, 100":             fit(100, 2, math.Sqrt),
		"third differences, 100":  fit(100, 3, func(t float64) float64 { return math.Exp(-t) }),
		"fourth differences, 60":  fit(60, 4, slow),
		"fourth differences, 200": fit(200, 4, func(t float64) float64 { return math.Sin(3 * math.Pi * t) }),
		"fifth differences, 100":  fit(100, 5, func(t float64) float64 { return math.Sin(3 * math.Pi * t) }),
		"sixth differences, 60":   fit(60, 6, math.Sqrt),
		"steps, 100":              steps(100),
		"control, 10":             control(10),
		"huge, 100":               huge(100),
		"transport, 8":            transport(8),
		"margins, 1e-3":           margins(60, 1e-3),
		"margins, 1e3":            margins(60, 1e3),
	} {
		t.Run(name, func(t *testing.T) {
			res, err := SolveGeneral(context.Background(), p, Options{})
			require.NoError(t, err, fmt.Sprint(res.Certificate))
			requireBalanced(t, p, res, 1e-8)
		})
	}
}

// requireBalanced checks, in plain loops, that res is feasible, that its multipliers balance the slopes and have the
// right signs, and that there is no duality gap.
func requireBalanced(t *testing.T, p GeneralProblem[float64], res GeneralResult[float64], tolerance float64) {
	t.Helper()
	slope, steepest, f := slices.Clone(p.G), mat.AbsMax(p.G), mat.Dot(p.G, res.X)
	dual, size := 0.0, math.Abs(f)
	for j := range p.H.Rows {
		v := mat.Dot(p.H.Row(j), res.X)
		slope[j] += v
		steepest, f, dual, size = max(steepest, math.Abs(v)), f+v*res.X[j]/2, dual-v*res.X[j]/2, size+v*res.X[j]/2
	}
	bounded := func(what string, value, terms, multiplier float64, lower, upper []float64, k int) {
		l, u := boundsOf(len(lower)+len(upper), lower, upper, nil, nil)(k)
		require.GreaterOrEqual(t, value, l-tolerance*max(terms, math.Abs(l)), "%s %d", what, k)
		require.LessOrEqual(t, value, u+tolerance*max(terms, math.Abs(u)), "%s %d", what, k)
		if multiplier < 0 {
			l = u
		}
		if multiplier != 0 {
			dual, size = dual+multiplier*l, size+math.Abs(multiplier*l) // infinite if there is no such bound
		}
	}
	for i, y := range res.RowMultipliers {
		row, terms := p.A.Row(i), 0.0
		for j, v := range row {
			terms = max(terms, math.Abs(v*res.X[j]))
			steepest = max(steepest, math.Abs(v*y))
		}
		mat.Axpy(-y, row, slope)
		bounded("row", mat.Dot(row, res.X), terms, y, p.RowLower, p.RowUpper, i)
	}
	for j, z := range res.BoundMultipliers {
		bounded("variable", res.X[j], 0, z, p.Lower, p.Upper, j)
		require.InDelta(t, 0, slope[j]-z, tolerance*steepest, "slope %d", j)
	}
	require.InDelta(t, dual, f, tolerance*size)
}

// A solve that is canceled during its last run does not return the point where that begins.
func TestCanceledGeneralSolvesKeepTheirBestPoint(t *testing.T) {
	p := fit(60, 5, func(t float64) float64 { return math.Sin(3 * math.Pi * t) })
	const near, far = 1e-2, 1
	found := false
	for checks := 1; ; checks += 3 { // there are some hundred
		res, err := SolveGeneral(countdown.After(checks), p, Options{})
		if err == nil {
			break
		}
		require.Equal(t, Canceled, res.Status, "%d checks: %v", checks, err)
		require.False(t, found && res.Certificate.worst() > far, "%d checks: %v", checks, res.Certificate)
		found = found || res.Certificate.worst() <= near
	}
	require.True(t, found)
}
