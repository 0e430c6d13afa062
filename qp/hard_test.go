package qp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// degenerateTiny is randomTiny with a linear term for which the multipliers of about half of the
// active bounds are zero, and with its solution.
func degenerateTiny(n int, cond float64, r *rand.Rand) (Problem[float64], []float64) {
	p := randomTiny(n, cond, r)
	y := make([]float64, n)
	for i := range y {
		y[i] = min(max(r.NormFloat64(), p.Lower[i]), p.Upper[i])
		if kind := r.IntN(3); kind == 0 && !math.IsInf(p.Lower[i], 0) {
			y[i] = p.Lower[i]
		} else if kind == 1 && !math.IsInf(p.Upper[i], 0) {
			y[i] = p.Upper[i]
		}
	}
	clear(p.G)
	for i, d := range naiveGradient(p, y) {
		p.G[i] = -d
		m := max(0, r.NormFloat64()) // half of the time 0
		switch {
		case y[i] == p.Lower[i]:
			p.G[i] += m
		case y[i] == p.Upper[i]:
			p.G[i] -= m
		}
	}
	return p, y
}

func TestEveryMethodFindsWhatEnumerationFinds(t *testing.T) {
	counts := map[int]int{1: 60, 2: 60, 3: 60, 4: 40, 5: 20, 6: 8, 7: 3, 8: 2, 10: 1}
	for n, count := range counts {
		if !thorough.Tests() {
			count = count / 8
		}
		for _, cond := range []float64{1, 1e2, 1e5} {
			r := newRand(uint64(100 + n))
			for range count {
				ordinary := randomTiny(n, cond, r)
				degenerate, known := degenerateTiny(n, cond, r)
				want := [][]float64{enumerate(ordinary), known}
				for _, m := range everyMethod {
					for k, p := range []Problem[float64]{ordinary, degenerate} {
						res, err := solveHonestly(t, p, nil, Options{Method: m})
						requireNoFailure(t, err)
						if !settles(m) && res.Status == IterationLimit {
							continue
						}
						require.Equal(t, Optimal, res.Status, "n = %d, condition %g, %v", n, cond, m)
						require.InDeltaSlice(t, want[k], res.X, 1e-8*cond*(1+mat.AbsMax(want[k])))
					}
				}
			}
		}
	}
}

func TestEveryMethodFindsKnownSolutions(t *testing.T) {
	n, conds := 40, []float64{1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12}
	if !thorough.Tests() {
		n, conds = 12, []float64{1e6, 1e12}
	}
	forEveryMethod(t, func(t *testing.T, m Method) {
		for _, cond := range conds {
			for _, active := range []float64{0, 0.1, 0.5, 0.9, 1} {
				for _, degeneracy := range []float64{0, 3, 12} {
					k := makeKnown(n, cond, active, degeneracy, newRand(90))
					res, err := solveHonestly(t, k.Problem, nil, Options{Method: m})
					requireNoFailure(t, err)
					if !settles(m) && res.Status == IterationLimit {
						continue
					}
					require.Equal(t, Optimal, res.Status,
						"condition %g, %g active, degeneracy %g", cond, active, degeneracy)
					// See TestSolveFindsKnownSolutions.
					within := 10 * cond * float64(n) * (res.KKT() + 1e-15)
					require.InDeltaSlice(t, k.solution, res.X, within,
						"condition %g, %g active, degeneracy %g", cond, active, degeneracy)
				}
			}
		}
	})
}

func TestEveryMethodReachesTightTolerances(t *testing.T) {
	forEveryMethod(t, func(t *testing.T, m Method) {
		for _, cond := range []float64{1, 1e3, 1e6} {
			for seed := range uint64(4) {
				k := makeKnown(40, cond, 0.5, 2, newRand(seed))
				res, err := solveHonestly(t, k.Problem, nil, Options{Method: m, Tolerance: 1e-12})
				requireNoFailure(t, err)
				if settles(m) || cond == 1 {
					require.Equal(t, Optimal, res.Status, "condition %g", cond)
				}
			}
		}
	})
}

func TestEveryMethodStartsFromTheSolutionWithoutAStep(t *testing.T) {
	semidefinite := withSolution(lowRank(30, 12, 91), constant(30, -1), constant(30, 1), constant(30, 0.5))
	definite := makeKnown(60, 1e4, 0.5, 1, newRand(92)).Problem
	for _, p := range []Problem[float64]{definite, semidefinite} {
		cold, err := Solve(background, p, nil, Options{})
		requireNoFailure(t, err)
		require.Equal(t, Optimal, cold.Status)
		for _, m := range everyMethod {
			warm, err := solveHonestly(t, p, cold.X, Options{Method: m})
			requireNoFailure(t, err)
			assert.Equal(t, Optimal, warm.Status)
			assert.Zero(t, warm.Iterations, "%v", m)
			assert.Zero(t, warm.Factorizations, "%v", m)
			assert.Equal(t, cold.X, warm.X, "%v", m)
		}
	}
}

func TestMaxIterationsIsKept(t *testing.T) {
	step := 1
	if !thorough.Tests() {
		step = 7
	}
	forEveryMethod(t, func(t *testing.T, m Method) {
		for _, p := range []Problem[float64]{
			makeKnown(40, 1e8, 0.5, 3, newRand(93)).Problem,
			withSolution(lowRank(30, 12, 94), constant(30, -1), constant(30, 1), constant(30, 0.5)),
		} {
			for limit := 1; limit < 30; limit += step {
				res, _ := solveHonestly(t, p, nil, Options{Method: m, MaxIterations: limit})
				require.LessOrEqual(t, res.Iterations, limit)
				require.Contains(t, []Status{Optimal, IterationLimit}, res.Status)
			}
		}
	})
}

func TestMethodsOutOfRangeAreRefused(t *testing.T) {
	_, err := NewSolver(hessian(2, 1, newRand(1)), Options{Method: ProjectedNewton + 1})
	require.EqualError(t, err, "qp: Options.Method = 5 is not a method")
	assert.Equal(t, "Method(5)", (ProjectedNewton + 1).String())
	for _, m := range everyMethod {
		assert.NotContains(t, m.String(), "Method(")
	}
}

// One ulp leaves no room for an interior point, and is less than the effect of rounding on a
// gradient.
func TestBoundsThatAreNearlyEqualHugeOrTiny(t *testing.T) {
	const n = 12
	bounds := map[string]func(i int) (lower, upper float64){
		"one ulp apart": func(i int) (float64, float64) {
			v := math.Sin(float64(i))
			return v, math.Nextafter(v, 9)
		},
		"some fixed":       func(i int) (float64, float64) { return -float64(i % 2), 0 },
		"all fixed":        func(i int) (float64, float64) { return float64(i), float64(i) },
		"huge":             func(i int) (float64, float64) { return -1e20, 1e20 },
		"nearly infinite":  func(i int) (float64, float64) { return -math.MaxFloat64, math.MaxFloat64 },
		"huge on one side": func(i int) (float64, float64) { return 0, 1e200 },
		"tiny":             func(i int) (float64, float64) { return -1e-20, 1e-20 },
		"denormal":         func(i int) (float64, float64) { return -5e-324, 5e-324 },
		"far from zero":    func(i int) (float64, float64) { return 1e6, 1e6 + 1 },
		"of all magnitudes": func(i int) (float64, float64) {
			return -math.Pow(10, float64(3*i-15)), math.Pow(10,
				float64(2*i-12))
		},
		"touching zero": func(i int) (float64, float64) { return 0, math.Pow(10, float64(-i)) },
	}
	for name, bound := range bounds {
		t.Run(name, func(t *testing.T) {
			forEveryMethod(t, func(t *testing.T, m Method) {
				for _, cond := range []float64{1, 1e3, 1e6} {
					r := newRand(95)
					p := Problem[float64]{hessian(n, cond, r), make([]float64, n), make([]float64, n),
						make([]float64, n)}
					for i := range n {
						p.G[i] = r.NormFloat64()
						p.Lower[i], p.Upper[i] = bound(i)
					}
					res, err := solveHonestly(t, p, nil, Options{Method: m})
					requireNoFailure(t, err)
					if settles(m) {
						require.LessOrEqual(t, res.Status, PrecisionLimit, "condition %g: %+v", cond, res.Info)
					}
				}
			})
		})
	}
}

// Variables in units that differ by 24 orders of magnitude: H → DHD.
func TestEveryMethodTakesBadlyScaledProblems(t *testing.T) {
	forEveryMethod(t, func(t *testing.T, m Method) {
		for seed := range uint64(5) {
			r := newRand(seed)
			const n = 20
			k := makeKnown(n, 1e2, 0.5, 0, r)
			p := Problem[float64]{k.H.Clone(), make([]float64, n), make([]float64, n), make([]float64, n)}
			d := make([]float64, n)
			for i := range d {
				d[i] = math.Exp2(math.Round(20 * (2*r.Float64() - 1)))
				p.G[i], p.Lower[i], p.Upper[i] = k.G[i]*d[i], k.Lower[i]/d[i], k.Upper[i]/d[i]
			}
			rescale(p.H, d)
			res, err := solveHonestly(t, p, nil, Options{Method: m})
			requireNoFailure(t, err)
			if settles(m) {
				require.Equal(t, Optimal, res.Status)
			}
			for i := range d {
				if settles(m) {
					require.InDelta(t, k.solution[i], res.X[i]*d[i], 1e-6, "seed %d", seed)
				}
			}
		}
	})
}

// On these problems pivoting without a safeguard cycles.
func TestEveryMethodEndsWhereNaivePivotingCycles(t *testing.T) {
	r := newRand(96)
	cycling := 0
	for range 4000 {
		n := 3 + r.IntN(4)
		p := Problem[float64]{hessian(n, math.Pow(10, 1+3*r.Float64()), r), make([]float64, n), constant(n, 0),
			constant(n, 1e3)}
		for i := range p.G {
			p.G[i] = r.NormFloat64()
		}
		if naivePivoting(p) {
			continue
		}
		if cycling++; cycling > 20 {
			break
		}
		want := enumerate(p)
		for _, m := range everyMethod {
			res, err := solveHonestly(t, p, nil, Options{Method: m})
			requireNoFailure(t, err)
			if settles(m) {
				require.Equal(t, Optimal, res.Status, "%v", m)
				require.InDeltaSlice(t, want, res.X, 1e-4*(1+mat.AbsMax(want)))
				require.LessOrEqual(t, res.Iterations, 60, "%v", m)
			}
		}
	}
	assert.Greater(t, cycling, 10, "the problems are not what they are meant to be")
}

// A Solver that has solved other problems answers as well as a new one, whatever it has kept of
// them, even after one that overflowed.
func TestSolversMayBeUsedAgain(t *testing.T) {
	n := 25
	if !thorough.Tests() {
		n = 12
	}
	for name, h := range map[string]mat.Dense[float64]{
		"definite":        hessian(n, 1e3, newRand(97)),
		"ill-conditioned": hessian(n, 1e9, newRand(97)),
		"semidefinite":    lowRank(n, n/2, 97),
		"badly scaled": func() mat.Dense[float64] {
			h, d := hessian(n, 10, newRand(97)), constant(n, 1)
			for i := range d {
				d[i] = math.Exp2(float64(i - n/2))
			}
			rescale(h, d)
			return h
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			forEveryMethod(t, func(t *testing.T, m Method) {
				s, err := NewSolver(h, Options{Method: m})
				requireNoFailure(t, err)
				r := newRand(98)
				x := make([]float64, n)
				for k := range 12 {
					p := Problem[float64]{H: h, G: make([]float64, n)}
					p.Lower, p.Upper = constant(n, -r.Float64()), constant(n, r.Float64())
					for i := range n {
						p.G[i] = r.NormFloat64() + float64(3*(k%3-1))
						if r.IntN(5) == 0 {
							p.Lower[i] = p.Upper[i]
						}
					}
					if k%4 == 3 {
						huge := constant(n, 1e300)
						_, _ = s.Solve(background, huge, nil, nil, make([]float64, n))
					}
					x0 := slices.Clone(x)
					info, err := s.Solve(background, p.G, p.Lower, p.Upper, x)
					res := Result[float64]{slices.Clone(x), make([]float64, n), make([]float64, n), info}
					s.Multipliers(res.LowerMultipliers, res.UpperMultipliers)
					require.Empty(t, complaint(p, x0, 1e-9, res, err), "solve %d", k)
					fresh, err := Solve(background, p, x0, Options{Method: m})
					requireNoFailure(t, err)
					if settles(m) {
						require.Equal(t, Optimal, info.Status, "solve %d", k)
						require.InDelta(t, fresh.Objective, info.Objective, 1e-7*(1+math.Abs(fresh.Objective)))
					}
				}
			})
		})
	}
}

func TestEveryMethodTakesNoVariablesAndNoBounds(t *testing.T) {
	forEveryMethod(t, func(t *testing.T, m Method) {
		res, err := Solve(background, Problem[float64]{}, nil, Options{Method: m})
		requireNoFailure(t, err)
		assert.Equal(t, Optimal, res.Status)
		for _, cond := range []float64{1, 1e6, 1e12} {
			k := makeKnown(30, cond, 0, 0, newRand(101))
			k.Lower, k.Upper = infinite(30, -1), infinite(30, 1)
			res, err := solveHonestly(t, k.Problem, nil, Options{Method: m})
			requireNoFailure(t, err)
			if settles(m) {
				require.Equal(t, Optimal, res.Status, "condition %g", cond)
			}
		}
	})
}
