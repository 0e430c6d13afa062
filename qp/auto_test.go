package qp

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
)

// family is a problem from one of the families in these tests.
type family struct {
	name string
	Problem[float64]
}

// families lists problems in n variables: random ones, well-conditioned and ill-conditioned, smooth kernels, penalties,
// and problems with known solutions and multipliers from ordinary to vanishing.
func families(n int) (all []family) {
	add := func(p Problem[float64], format string, args ...any) {
		all = append(all, family{fmt.Sprintf(format, args...), p})
	}
	for _, kind := range benchKinds {
		h, g, l, u := benchProblem(kind, n)
		add(Problem[float64]{h, g, l, u}, "%s/%d", kind, n)
	}
	for k := range kernels {
		for _, noise := range []float64{0, 0.01, 1} {
			add(smoothKernel(k, n, noise), "%s/%d/noise=%g", kernels[k].name, n, noise)
		}
	}
	for _, rho := range []float64{1, 1e3, 1e6} {
		add(penalty(n, n/4, rho, newRand(7)), "penalty/%d/rho=%g", n, rho)
		add(portfolio(n, rho, newRand(7)), "portfolio/%d/rho=%g", n, rho)
	}
	for _, cond := range []float64{1e2, 1e4, 1e6, 1e8, 1e10, 1e12} {
		for _, active := range []float64{0.1, 0.5, 0.9} {
			for _, degeneracy := range []float64{0, 3, 12} {
				add(makeKnown(n, cond, active, degeneracy, newRand(90)).Problem, "known/%d/%g/active=%g/%g",
					n, cond, active, degeneracy)
			}
		}
	}
	return all
}

// maxSweeps is the number of sweeps after which coordinate descent is not the best method for any of them.
const maxSweeps = 300

// cost solves p from zeros by m, and returns the number of operations, where those that wait for memory are weighted by
// sweepCost. It includes the four products of H with a vector that NewSolver and the certificate take.
func (f family) cost(t *testing.T, m Method) (work float64, info Info) {
	t.Helper()
	o := Options{Method: m}
	if m == CoordinateDescent {
		o.MaxIterations = maxSweeps
	}
	s, err := NewSolver(f.H, o)
	require.NoError(t, err)
	info, _ = s.Solve(background, f.G, f.Lower, f.Upper, make([]float64, len(f.G)))
	n := float64(len(f.G))
	return s.one.effort.work + s.one.spectrum.work + 4*sweepCost*2*n*n, info
}

// Auto does not know which method will be the fastest. Its unsuccessful attempts may cost at most half of what the
// fastest takes, and it must converge whenever one of the methods does.
func TestAutoCostsLittleMoreThanTheBestMethod(t *testing.T) {
	t.Parallel()
	sizes := []int{20, 40, 60, 150}
	if !thorough.Tests() {
		sizes = sizes[1:3]
	}
	sum, count, worst := 0.0, 0, 0.0
	for _, n := range sizes {
		for _, f := range families(n) {
			ratio, info := f.shareOfBest(t)
			assert.LessOrEqual(t, ratio, 1.5, "%s: by %v", f.name, info.Method)
			worst = max(worst, ratio)
			sum += math.Log(ratio)
			count++
		}
	}
	assert.LessOrEqual(t, math.Exp(sum/float64(count)), 0.8, "in the geometric mean it is faster than each of them")
	t.Logf("mean %.2f, at most %.2f, of %d", math.Exp(sum/float64(count)), worst, count)
}

// shareOfBest is the number of operations of Auto, relative to that of the best method, and the result of Auto, which
// must be optimal.
func (f family) shareOfBest(t *testing.T) (float64, Info) {
	t.Helper()
	auto, info := f.cost(t, Auto)
	require.Equal(t, Optimal, info.Status, f.name)
	best := math.Inf(1)
	for m := CoordinateDescent; m < methodCount; m++ {
		if work, other := f.cost(t, m); other.Status == Optimal {
			best = min(best, work)
		}
	}
	return auto / best, info
}

// Where a sweep costs as much as a factorization, trying a method costs as much as others take to end. So a few
// problems cost more than 1.5 times what the best method does.
func TestAutoSeldomCostsMuchMoreThanTheBestMethodForFewVariables(t *testing.T) {
	t.Parallel()
	count, above, worst := 0, 0, 0.0
	for n := 8; n <= 36; n += 2 {
		if !thorough.Tests() && n%7 != 0 {
			continue
		}
		for _, f := range families(n) {
			ratio, _ := f.shareOfBest(t)
			if count++; ratio > 1.5 {
				above++
			}
			worst = max(worst, ratio)
		}
	}
	assert.LessOrEqual(t, above, count/33)
	assert.LessOrEqual(t, worst, 2.5)
	t.Logf("%d of %d above 1.5, at most %.2f", above, count, worst)
}

// Few variables, all free after a sweep, and an H in whose few stiff directions sweeps are lost: one sweep is enough.
// If H is very stiff, pivoting is left out, too.
func TestFewFreeVariablesWithAStiffHessianAreSweptOnce(t *testing.T) {
	for _, c := range []struct {
		n, sweeps int
		spread    float64
		bound     float64
		method    Method
		what      string
	}{
		{20, 1, 0.2, 1e9, BlockPivoting, "stiff"},
		{20, 1, 0.3, 1e9, ProjectedNewton, "very stiff"},
		{20, 2, 0.1, 1e9, BlockPivoting, "not stiff"},
		{20, 2, 0.2, 3, BlockPivoting, "bounds are found"},
	} {
		p := boxed(c.n, 612)
		p.Lower, p.Upper = constant(c.n, -c.bound), constant(c.n, c.bound)
		s, err := NewSolver(p.H, Options{})
		require.NoError(t, err)
		s.one.spectrum.spread = c.spread * float64(c.n)
		s.one.pivotingOf().exchanger.triedWrong = c.n // as an earlier solve may leave it
		info, err := s.Solve(background, p.G, p.Lower, p.Upper, make([]float64, c.n))
		require.NoError(t, err, c.what)
		assert.Equal(t, c.sweeps, s.one.use(CoordinateDescent).(*descent).sweeps-1, c.what)
		assert.Zero(t, s.one.pivotingOf().exchanger.triedWrong, c.what)
		assert.Equal(t, c.method, info.Method, c.what)
	}
}

// BenchmarkAuto compares Auto with the methods that it chooses from.
func BenchmarkAuto(b *testing.B) {
	for _, f := range families(200) {
		for _, m := range everyMethod {
			if m == CoordinateDescent {
				continue
			}
			b.Run(fmt.Sprintf("%s/%v", f.name, m), func(b *testing.B) {
				for b.Loop() {
					_, _ = Solve(background, f.Problem, nil, Options{Method: m})
				}
			})
		}
	}
}

// A float32 factor leaves a small part of the slopes in every step. If that does not matter, no step is factored in
// float64.
func TestInteriorStepsStayInFloat32OnBoxesOfModerateCondition(t *testing.T) {
	for _, n := range []int{60, 200} {
		p := widelyBoxed(n)
		s, err := NewSolver(p.H, Options{Method: InteriorPoint})
		require.NoError(t, err)
		_, err = s.Solve(background, p.G, p.Lower, p.Upper, make([]float64, n))
		require.NoError(t, err)
		assert.False(t, s.one.use(InteriorPoint).(*interior).central.factor.inWide, "%d variables", n)
	}
}

// widelyBoxed has condition 1e6 and a box such that the solution is at about half of the bounds.
func widelyBoxed(n int) Problem[float64] {
	r := newRand(uint64(n))
	p := Problem[float64]{H: hessian(n, 1e6, r), G: make([]float64, n), Lower: constant(n, -2.5*float64(n)),
		Upper: constant(n, 2.5*float64(n))}
	for i := range p.G {
		p.G[i] = r.NormFloat64()
	}
	return p
}
