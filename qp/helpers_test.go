package qp

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	_ "ridge/internal/testgc"
	"ridge/mat"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

func infinite(n int, sign int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Inf(sign)
	}
	return v
}

func constant(n int, c float64) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = c
	}
	return v
}

// hessian returns a dense matrix with eigenvalues from 1 down to 1/cond, equally spaced in the
// logarithm: a diagonal matrix after three random reflections.
func hessian(n int, cond float64, r *rand.Rand) mat.Dense[float64] {
	h := mat.NewDense[float64](n, n)
	for i := range n {
		h.Set(i, i, math.Pow(cond, -float64(i)/float64(max(1, n-1))))
	}
	v, hv := make([]float64, n), make([]float64, n)
	for range 3 {
		norm := 0.0
		for i := range v {
			v[i] = r.NormFloat64()
			norm += v[i] * v[i]
		}
		vhv := 0.0
		for i := range n {
			hv[i] = 0
			for j := range n {
				hv[i] += h.At(i, j) * v[j] / math.Sqrt(norm)
			}
			vhv += v[i] * hv[i] / math.Sqrt(norm)
		}
		for i := range n { // (I − 2vvᵀ)H(I − 2vvᵀ)
			vi := v[i] / math.Sqrt(norm)
			for j := range i + 1 {
				vj := v[j] / math.Sqrt(norm)
				h.Data[i*n+j] += -2*vi*hv[j] - 2*hv[i]*vj + 4*vhv*vi*vj
				h.Data[j*n+i] = h.Data[i*n+j]
			}
		}
	}
	return h
}

// fixes reports whether the bounds fix variable i.
func (p Problem[T]) fixes(i int) bool {
	return p.Lower != nil && p.Upper != nil && p.Lower[i] == p.Upper[i]
}

// insideOf reports whether x is between the bounds, where nil stands for none.
func insideOf(x, lower, upper []float64) bool {
	for i, v := range x {
		if lower != nil && !(lower[i] <= v) || upper != nil && !(v <= upper[i]) {
			return false
		}
	}
	return true
}

// enumerate solves a tiny problem by trying every active set and taking the point with the smallest
// residual.
func enumerate(p Problem[float64]) []float64 {
	n := len(p.G)
	best, lowest := make([]float64, n), math.Inf(1)
	at := make([]int, n) // 0 free, 1 lower, 2 upper
	for {
		if x, ok := solveFree(p, at); ok {
			if kkt := naiveKKT(p, x); kkt < lowest {
				best, lowest = x, kkt
			}
		}
		i := 0
		for ; i < n; i++ {
			if at[i]++; at[i] < 3 {
				break
			}
			at[i] = 0
		}
		if i == n {
			return best
		}
	}
}

// solveFree minimizes over the free variables by Gaussian elimination with pivoting, and projects
// the result on the bounds.
func solveFree(p Problem[float64], at []int) ([]float64, bool) {
	n := len(at)
	x := make([]float64, n)
	var free []int
	for i, a := range at {
		switch a {
		case 0:
			free = append(free, i)
		case 1:
			x[i] = p.Lower[i]
		case 2:
			x[i] = p.Upper[i]
		}
		if math.IsInf(x[i], 0) {
			return nil, false
		}
	}
	grad := naiveGradient(p, x)
	k := len(free)
	a := make([][]float64, k)
	for r, i := range free {
		a[r] = make([]float64, k+1)
		for c, j := range free {
			a[r][c] = p.H.At(i, j)
		}
		a[r][k] = -grad[i]
	}
	for c := range k {
		pivot := c
		for r := c + 1; r < k; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[pivot][c]) {
				pivot = r
			}
		}
		a[c], a[pivot] = a[pivot], a[c]
		if math.Abs(a[c][c]) <= 1e-14*mat.AbsMax(p.H.Data) { // numerically singular
			return nil, false
		}
		for r := c + 1; r < k; r++ {
			f := a[r][c] / a[c][c]
			for q := c; q <= k; q++ {
				a[r][q] -= f * a[c][q]
			}
		}
	}
	for r := k - 1; r >= 0; r-- {
		s := a[r][k]
		for c := r + 1; c < k; c++ {
			s -= a[r][c] * x[free[c]]
		}
		x[free[r]] = s / a[r][r]
	}
	for i := range x {
		x[i] = min(max(x[i], p.Lower[i]), p.Upper[i])
	}
	return x, true
}

// known is a problem with a known solution, made as in Moré and Toraldo (1991, section 6): choose
// the solution, which bounds are active there and their multipliers, and compute g from these.
type known struct {
	Problem[float64]
	solution []float64
}

// makeKnown makes a problem with n variables in [−1, 1]. A fraction of them ends at a bound, with
// multipliers of 10^−(degeneracy·random): 1 for degeneracy 0, while for a large one many nearly
// vanish.
func makeKnown(n int, cond, active, degeneracy float64, r *rand.Rand) known {
	k := known{Problem[float64]{hessian(n, cond, r), make([]float64, n), constant(n, -1), constant(n, 1)},
		make([]float64, n)}
	multiplier := make([]float64, n)
	for i := range n {
		k.solution[i] = 1.8*r.Float64() - 0.9
		if float64(i) < active*float64(n) {
			m := math.Pow(10, -degeneracy*r.Float64())
			k.solution[i], multiplier[i] = -1, m
			if r.IntN(2) == 0 {
				k.solution[i], multiplier[i] = 1, -m
			}
		}
	}
	for i, d := range naiveGradient(k.Problem, k.solution) {
		k.G[i] = multiplier[i] - d
	}
	return k
}

// requireCertified checks everything that a Result claims against plain loops.
func requireCertified(t testing.TB, p Problem[float64], res Result[float64]) {
	t.Helper()
	require.Equal(t, Optimal, res.Status)
	require.LessOrEqual(t, res.KKT(), 1e-9)
	require.LessOrEqual(t, res.Gap, 1e-9)
	scale := naiveScale(p)
	require.InDelta(t, naiveKKT(p, res.X), res.KKT()*scale, roundingOf(p, res.X))
	slack := 1e-15 * float64(len(p.G)+1) * (mat.AbsMax(p.G) + float64(len(p.G))*mat.AbsMax(p.H.Data)*mat.AbsMax(res.X))
	require.InDelta(t, naiveObjective(p, res.X), res.Objective, slack*(1+float64(len(p.G))*mat.AbsMax(res.X)))
	atLower, atUpper, grad, unit := 0, 0, naiveGradient(p, res.X), naiveUnits(p)
	for i, x := range res.X {
		if p.Lower != nil {
			require.GreaterOrEqual(t, x, p.Lower[i])
		}
		if p.Upper != nil {
			require.LessOrEqual(t, x, p.Upper[i])
		}
		switch {
		case p.Lower != nil && x == p.Lower[i]:
			atLower++
		case p.Upper != nil && x == p.Upper[i]:
			atUpper++
		}
		requireMultipliers(t, p, res, i)
		net := res.LowerMultipliers[i] - res.UpperMultipliers[i]
		require.False(t, lacksMultiplier(p, res.X, i, unit[i], grad[i], net), "%g for the slope %g", net, grad[i])
	}
	require.Equal(t, atLower, res.AtLower)
	require.Equal(t, atUpper, res.AtUpper)
}

// requireMultipliers checks the signs of variable i's multipliers, and that they are positive only
// if the bound is close enough.
func requireMultipliers(t testing.TB, p Problem[float64], res Result[float64], i int) {
	t.Helper()
	lower, upper, e := res.LowerMultipliers[i], res.UpperMultipliers[i], math.Sqrt(p.H.At(i, i))
	require.GreaterOrEqual(t, lower, 0.0)
	require.GreaterOrEqual(t, upper, 0.0)
	if lower > 0 {
		require.LessOrEqual(t, (res.X[i]-p.Lower[i])*e, lower/e)
	}
	if upper > 0 {
		require.LessOrEqual(t, (p.Upper[i]-res.X[i])*e, upper/e)
	}
}

// roundingOf bounds the difference of two evaluations of the KKT residual.
func roundingOf(p Problem[float64], x []float64) float64 {
	worst, unit := 0.0, naiveUnits(p)
	for i, g := range p.G {
		s := math.Abs(g)
		for j, v := range x {
			s += math.Abs(p.H.At(i, j) * v)
		}
		worst = max(worst, s/unit[i])
	}
	return float64(4*len(x)+8) * 0x1p-53 * worst
}

// requireNoFailure accepts the error of an answer that is not optimal, but no other.
func requireNoFailure(t testing.TB, err error) {
	t.Helper()
	var incomplete *StatusError
	if err != nil && !errors.As(err, &incomplete) {
		require.NoError(t, err)
	}
}

// viewOf returns a view that holds only h.
func viewOf(h mat.Dense[float64]) *view {
	return &view{h: h, g: make([]float64, h.Rows), units: curvatureUnits(h), precision: roundoff[float64](), workers: 1}
}

// runOf returns a run of p with natural units.
func runOf(p Problem[float64]) *run {
	r := newRun(p.H, curvatureUnits(p.H), 1)
	copy(r.g, p.G)
	r.units.copyFrom(r.curvature)
	loadBound(r.lower, p.Lower, math.Inf(-1))
	loadBound(r.upper, p.Upper, math.Inf(1))
	r.precision, r.workers = roundoff[float64](), 1
	return r
}
