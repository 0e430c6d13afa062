package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// lowRank returns BᵀB for a rank×n matrix B.
func lowRank(n, rank int, seed uint64) mat.Dense[float64] {
	r := newRand(seed)
	b := mat.NewDense[float64](rank, n)
	for i := range b.Data {
		b.Data[i] = r.NormFloat64()
	}
	return gram(b)
}

// duplicated returns H for n variables, each of which equals another one or its opposite.
func duplicated(n int, seed uint64) mat.Dense[float64] {
	half := hessian(n/2, 10, newRand(seed))
	h := mat.NewDense[float64](n, n)
	sign := func(i int) float64 { return float64(1 - 2*(i/(n/2)*(i%2))) }
	for i := range n {
		for j := range n {
			h.Set(i, j, sign(i)*sign(j)*half.At(i%(n/2), j%(n/2)))
		}
	}
	return h
}

// blind returns H for n variables in which every third row is zero.
func blind(n int, seed uint64) mat.Dense[float64] {
	h, d := hessian(n, 100, newRand(seed)), constant(n, 1)
	for i := range d {
		if i%3 == 0 {
			d[i] = 0
		}
	}
	rescale(h, d)
	return h
}

// withSolution computes the linear term for which y is a solution inside the given bounds, with
// multipliers where y is at a bound; every fifth of them is zero.
func withSolution(h mat.Dense[float64], lower, upper, y []float64) Problem[float64] {
	p := Problem[float64]{h, make([]float64, len(y)), lower, upper}
	for i, d := range naiveGradient(p, y) {
		p.G[i] = -d
		m := float64(i%5) / 4
		switch {
		case y[i] == lower[i]:
			p.G[i] += m
		case y[i] == upper[i]:
			p.G[i] -= m
		}
	}
	return p
}

func TestSemidefiniteProblemsWithASolution(t *testing.T) {
	for _, c := range []struct {
		name string
		h    mat.Dense[float64]
	}{
		{"rank 0", mat.NewDense[float64](10, 10)},
		{"rank 1", lowRank(20, 1, 70)},
		{"rank 1, one variable", mat.DenseOf(1, 1, []float64{3})},
		{"rank 0, one variable", mat.DenseOf(1, 1, []float64{0})},
		{"low rank", lowRank(30, 12, 71)},
		{"nearly full rank", lowRank(30, 29, 72)},
		{"low rank, large", lowRank(130, 60, 73)},
		{"duplicated variables", duplicated(24, 74)},
		{"duplicated variables, large", duplicated(120, 75)},
		{"zero rows", blind(30, 76)},
		{"zero rows, large", blind(120, 77)},
	} {
		if c.h.Rows > 25 && !thorough.Tests() {
			continue
		}
		for _, s := range solvable(t, c.h) {
			t.Run(c.name+"/"+s.name, func(t *testing.T) {
				forEveryMethod(t, func(t *testing.T, m Method) { requireSolved(t, s, m) })
			})
		}
	}
}

// solvableProblem is a problem with a known solution, and a start with variables at their bounds.
type solvableProblem struct {
	name            string
	p               Problem[float64]
	solution, start []float64
}

// solvable returns problems with Hessian h and a known solution, with and without bounds.
func solvable(t *testing.T, h mat.Dense[float64]) []solvableProblem {
	n, r := h.Rows, newRand(78)
	inside := make([]float64, n)
	for i := range inside {
		inside[i] = 1.8*r.Float64() - 0.9
	}
	cornered := slices.Clone(inside)
	oneSided := infinite(n, 1)
	for i := 0; i < n; i += 2 {
		cornered[i] = 1 - 2*float64(i/2%2)
	}
	for i := range n {
		if cornered[i] == 1 {
			oneSided[i] = 1
		}
	}
	low, high := constant(n, -1), constant(n, 1)
	anyG := Problem[float64]{h, inside, low, high}
	res, err := Solve(background, anyG, nil, Options{Method: ProjectedNewton})
	require.NoError(t, err)
	return []solvableProblem{
		{"g in the range of H, no bounds", withSolution(h, infinite(n, -1), infinite(n, 1), inside), inside, cornered},
		{"solution inside the box", withSolution(h, low, high, inside), inside, cornered},
		{"solution at bounds", withSolution(h, low, high, cornered), cornered, cornered},
		{"bounds on one side", withSolution(h, low, oneSided, cornered), cornered, cornered},
		{"any g", anyG, res.X, cornered}, // the methods agree
	}
}

// requireSolved solves s from several starts: f must not be above its minimum by more than the
// residual explains.
func requireSolved(t *testing.T, s solvableProblem, m Method) {
	n := len(s.solution)
	starts := [][]float64{nil, constant(n, 5), s.start}
	if n > 100 || !thorough.Tests() {
		starts = starts[:1]
	}
	for _, x0 := range starts {
		res, err := solveHonestly(t, s.p, x0, Options{Method: m})
		requireNoFailure(t, err)
		if !settles(m) {
			continue
		}
		require.Equal(t, Optimal, res.Status, "%+v", res.Info)
		grad, room := naiveGradient(s.p, res.X), 0.0
		above := rise(res.X, grad, s.solution, naiveGradient(s.p, s.solution))
		for i, v := range res.X {
			room += math.Abs(v-s.solution[i]) + math.Abs(grad[i])
		}
		require.LessOrEqual(t, above, 1e-9*naiveScale(s.p)*room*10+1e-13)
	}
}

func TestProblemsWithoutAMinimumHaveARay(t *testing.T) {
	inf := math.Inf(1)
	r := newRand(80)
	random := make([]float64, 60)
	for i := range random {
		random[i] = r.NormFloat64()
	}
	alternate := func(n int, a, b float64) []float64 {
		v := constant(n, a)
		for i := 1; i < n; i += 2 {
			v[i] = b
		}
		return v
	}
	for _, c := range []struct {
		name string
		p    Problem[float64]
	}{
		{"one variable, no bounds",
			Problem[float64]{mat.DenseOf(1, 1, []float64{0}), []float64{1}, []float64{-inf}, []float64{inf}}},
		{"one variable, upwards",
			Problem[float64]{mat.DenseOf(1, 1, []float64{0}), []float64{-2}, []float64{3}, []float64{inf}}},
		{"one variable, downwards",
			Problem[float64]{mat.DenseOf(1, 1, []float64{0}), []float64{2}, []float64{-inf}, []float64{7}}},
		{"linear, one way out",
			Problem[float64]{mat.NewDense[float64](4, 4), []float64{1, -1, 1, -1}, constant(4, 0),
				[]float64{1, 1, 1, inf}}},
		{"the difference of two variables",
			Problem[float64]{mat.DenseOf(2, 2, []float64{1, 1, 1, 1}), []float64{1, 0}, infinite(2, -1),
				infinite(2, 1)}},
		{"along the diagonal of a quadrant",
			Problem[float64]{mat.DenseOf(2, 2, []float64{1, -1, -1, 1}), []float64{-1, 0}, constant(2, 0),
				infinite(2, 1)}},
		{"rank 1, no bounds", Problem[float64]{lowRank(20, 1, 81), random[:20], infinite(20, -1), infinite(20, 1)}},
		{"low rank, no bounds", Problem[float64]{lowRank(30, 20, 82), random[:30], infinite(30, -1), infinite(30, 1)}},
		{"low rank, half of the bounds",
			Problem[float64]{lowRank(60, 20, 83), random, alternate(60, -1, -inf), alternate(60, 1, inf)}},
		{"low rank, bounds on one side",
			Problem[float64]{lowRank(60, 20, 84), random, alternate(60, -1, -inf), alternate(60, inf, 1)}},
		{"zero rows", Problem[float64]{blind(30, 85), random[:30], alternate(30, 0, -inf), infinite(30, 1)}},
		{"duplicated variables", Problem[float64]{duplicated(24, 86), random[:24], infinite(24, -1), infinite(24, 1)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			forEveryMethod(t, func(t *testing.T, m Method) {
				starts := [][]float64{nil, constant(len(c.p.G), 5)}
				if !thorough.Tests() {
					starts = starts[1:]
				}
				for _, x0 := range starts {
					res, _ := solveHonestly(t, c.p, x0, Options{Method: m}) // this checks the ray
					if settles(m) {
						require.Equal(t, Unbounded, res.Status)
					} else {
						require.Contains(t, []Status{IterationLimit, Unbounded}, res.Status)
					}
				}
			})
		})
	}
}

// An element of a direction that is only a rounding error does not lead to a bound.
func TestFlatDirectionsAreFreeOfNoise(t *testing.T) {
	h := mat.NewDense[float64](3, 3)
	copy(h.Data, []float64{0.1, 0.3, 0, 0.3, 0.9, 0, 0, 0, 0.7})
	f := freeFactor{effort: new(effort)}
	v := viewOf(h)
	require.False(t, f.factor(v, []int{2, 0, 1}, []float64{1, 0, 2}))
	require.Len(t, f.dependent, 1)
	d := make([]float64, 3)
	f.flat(v, f.dependent[0], d)
	assert.Equal(t, 1.0, d[f.dependent[0]])
	assert.Zero(t, d[2])

	d = []float64{1, -1e-17, 1e-15}
	viewOf(mat.DenseOf(3, 3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1e6})).dropNoise(d)
	assert.Equal(t, []float64{1, 0, 1e-15}, d, "1e-15 of a variable that counts a thousand times as much")
}

func TestAPivotOfRoundingErrorsIsNotTrusted(t *testing.T) {
	// In the order 0, 1, 2 the leading block has the condition 1e10, and the last variable is (x₁ −
	// x₀)·1e5: a rounding error of 1e-16 becomes 1e-6 in its pivot.
	b := mat.DenseOf(2, 3, []float64{1, 1, 0, 0, 1e-5, 1})
	f := freeFactor{effort: new(effort)}
	v := viewOf(gram(b))
	require.False(t, f.factor(v, []int{0, 1, 2}, []float64{3, 2, 1}))
	assert.Len(t, f.dependent, 1)
	assert.Len(t, f.order, 2)
	f.forget()
	assert.True(t, f.factor(v, []int{0, 1}, []float64{3, 2, 1}), "the others are trusted")
}

// hiddenIndefinite is a matrix with the eigenvalue −0.2 that no two variables reveal.
func hiddenIndefinite() mat.Dense[float64] {
	return mat.DenseOf(3, 3, []float64{1, 0.6, -0.6, 0.6, 1, 0.6, -0.6, 0.6, 1})
}

func TestIndefiniteMatricesAreRefused(t *testing.T) {
	for _, m := range everyMethod {
		if !settles(m) {
			continue
		}
		res, err := Solve(background, Problem[float64]{H: hiddenIndefinite(), G: []float64{1, 0, 1}},
			nil, Options{Method: m})
		var indefinite *IndefiniteError
		require.ErrorAs(t, err, &indefinite, "%v", m)
		assert.Equal(t, Indefinite, res.Status)
	}
}

func TestIndefinitePairsAreDetectedEvenIfBoundsHideThem(t *testing.T) {
	h := mat.DenseOf(2, 2, []float64{1, 2, 2, 1})
	for _, c := range []float64{1, 1e-20, 1e20} {
		for _, v := range [][]float64{{1, 1}, {1e9, 1e-9}} {
			p := inUnits(Problem[float64]{h, []float64{0, 0}, []float64{-1, -1}, []float64{1, 1}}, c, v)
			res, err := Solve(background, p, nil, Options{})
			var indefinite *IndefiniteError
			require.ErrorAs(t, err, &indefinite)
			assert.Equal(t, 1, indefinite.Variable)
			assert.Equal(t, Indefinite, res.Status)
			_, err = NewSolver(problemAs[float32](p).H, Options{})
			require.ErrorAs(t, err, &indefinite)
		}
	}
}

// If no factorization meets it, a direction in which f curves downwards is still detected if x has
// moved along it.
func TestNegativeCurvatureAlongThePathOfXIsDetected(t *testing.T) {
	p := Problem[float64]{hiddenIndefinite(), []float64{-0.1, 0.1, -0.1}, constant(3, -1), constant(3, 1)}
	res, err := Solve(background, p, nil, Options{Method: CoordinateDescent})
	var indefinite *IndefiniteError
	require.ErrorAs(t, err, &indefinite)
	assert.Equal(t, Indefinite, res.Status)
	assert.Len(t, res.X, 3)
}
