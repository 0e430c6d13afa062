package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// inPowers is a problem in small integers, with variables in units of powers of two.
type inPowers struct {
	h               []float64
	g, lower, upper []float64
	unit            []int
	f               int // the exponent of the unit of f
	start           []float64
}

func (p inPowers) problem() Problem[float64] {
	n := len(p.g)
	q := Problem[float64]{H: mat.DenseOf(n, n, slices.Clone(p.h)), G: make([]float64, n),
		Lower: make([]float64, n), Upper: make([]float64, n)}
	for i, k := range p.unit {
		q.G[i] = math.Ldexp(p.g[i], k+p.f)
		q.Lower[i], q.Upper[i] = math.Ldexp(p.lower[i], -k), math.Ldexp(p.upper[i], -k)
		for j, l := range p.unit {
			q.H.Set(i, j, math.Ldexp(q.H.At(i, j), k+l+p.f))
		}
	}
	return q
}

var inf = math.Inf(1)

// endElsewhere are problems on which rounding errors end the methods in different places, named for what has ended well
// where the methods that Auto chooses did not.
var endElsewhere = map[string]inPowers{
	"interior points": {
		h: []float64{14, 1, -10, 5, -4, -5, 4, -1, 5, 1, 11, 7, -2, -10, 2, -11, 1, -3, -10, 7, 21, 2, 4, 13, -9, 5,
			-1, 5, -2, 2, 14, 2, 13, 10, 14, 8, -4, -10, 4, 2, 23, -2, 6, -9, 5, -5, 2, 13, 13, -2, 23, 5, 22, 4, 4,
			-11, -9, 10, 6, 5, 17, 9, 7, -1, 1, 5, 14, -9, 22, 9, 26, 4, 5, -3, -1, 8, 5, 4, 7, 4, 6},
		g:     []float64{16.75, 7.5, 18, 21.75, 18.5, 11.75, 0, 0.5, 18},
		lower: []float64{-inf, -0.75, -inf, -1, -5.5, -inf, -inf, -inf, -5},
		upper: []float64{0, inf, 4, 0, 2.5, 0, inf, inf, 0},
		unit:  make([]int, 9),
		start: []float64{0.011752890281007254, 7.862616021553777e+07, 7.078340955236991e-06, -0.008436016898939516,
			-0.019438564956371782, -0.6895477296869386, 331560.3130233068, -56.65782695229013, 3.792850935732865},
	},
	"coordinate descent": {
		h: []float64{5, -4, 0, 1, 1, 0, 6, -1, 0, -5, -4, 4, 0, 0, 0, 0, -6, 4, 0, 6, 0, 0, 1, 0, 3, 1, 0, 2, -1, 0, 1,
			0, 0, 1, 1, 0, 0, 3, 0, 1, 1, 0, 3, 1, 10, 3, 0, 9, -3, 1, 0, 0, 1, 0, 3, 1, 0, 2, -1, 0, 6, -6, 0, 0, 0,
			0, 9, -6, 0, -9, -1, 4, 2, 3, 9, 2, -6, 17, -2, 9, 0, 0, -1, 0, -3, -1, 0, -2, 1, 0, -5, 6, 0, 1, 1, 0, -9,
			9, 0, 10},
		g:     []float64{-1.5, 0, -0.25, -1.5, -2.25, -0.25, 0, -3.25, 0.5, -1.5},
		lower: []float64{1.5, -inf, -4, -4, -inf, -inf, -inf, 0, -1.5, -inf},
		upper: []float64{1.5, 5, inf, inf, 5, inf, 0, 1, -1.5, inf},
		unit:  []int{-17, 8, 20, 24, -15, -2, 26, 11, 9, -24},
		f:     -26,
		start: []float64{0.0038667528446293493, -0.33618689543317787, -1.3244092667881053e-05, 8620.174333322646,
			-0.07464101529552594, -928.0347692044955, -204.54226432848716, -5.040565272208898e-06, -0.04123679332826328,
			1538.836270078589},
	},
	"pivoting": {
		h: []float64{5, 2, 2, 0, 0, 0, 1, 0, 2, -4, 1, 2, 4, 4, 0, 4, 0, 2, 4, 0, 0, 6, 2, 4, 4, 0, 4, 0, 2, 4, 0,
			0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 0, 5, 0, 2, 5, -1, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
			1, 2, 2, 0, 2, 0, 10, 5, 0, 0, 3, 0, 4, 4, 0, 5, 0, 5, 6, -1, 2, 7, 2, 0, 0, 0, -1, 0, 0, -1, 1, -2, -1,
			-4, 0, 0, 0, 2, 0, 0, 2, -2, 4, 2, 1, 6, 6, 0, 7, 0, 3, 7, -1, 2, 10},
		g: []float64{44.75, 59.5, 59.5, -2, 48.5, 0, 27.5, 52.5, 7.5, -15, 79.75},
		lower: []float64{-1.6777216e+27, -7.450580596923828e+11, -5.9604644775390625e+12, -2, -5,
			-1.52587890625e+15, -2.75, 0, -3.2e+21, -4.194304e+26, -6.25e+18},
		upper: []float64{1.6777216e+27, -2, 5.9604644775390625e+12, 0, 0, 1.52587890625e+15, 1.1920928955078125e+13,
			1.31072e+25, 3.2e+21, 4.194304e+26, 0},
		unit: []int{24, -27, -24, -18, 26, -16, -23, 17, 5, 22, -4},
		f:    -5,
		start: []float64{76.85189709430571, -21.747180654175708, -355.3475476244313, 440798.2206441123,
			-154.83553696767493, 12.379920905556249, 0.003739326659543314, 269.5359766283866, -1.2782821717568066e-05,
			23598.348554075827, 1.2472010844413328e-08},
	},
	"Newton steps, and there is no minimum": {
		h: []float64{27, -9, 69, 0, 21, -3, -3, -12, 9, 0, -9, 36, -66, 0, -9, -3, 6, -6, 0, 3, 69, -66, 268, 0, 51, 7,
			-32, -6, 22, -15, 0, 0, 0, 9, 0, -3, 0, -3, 9, -9, 21, -9, 51, 0, 34, -3, 0, -2, 8, 0, -3, -3, 7, -3, -3,
			14, -5, 12, 0, -3, -3, 6, -32, 0, 0, -5, 10, -6, -2, 6, -12, -6, -6, -3, -2, 12, -6, 30, -5, -3, 9, 0, 22,
			9, 8, 0, -2, -5, 23, -9, 0, 3, -15, -9, 0, -3, 6, -3, -9, 14},
		g:     []float64{3, -2, -22, -1, 0, -1, 5, -2, -4, 4},
		lower: []float64{-inf, -1, -inf, 8, -2, 1, -1, 1.5, -inf, 2},
		upper: []float64{1.5, inf, inf, 8, 0, 4, inf, 2.5, 4, 3},
		unit:  make([]int, 10),
		start: make([]float64, 10),
	},
	"interior points beside variables without curvature": {
		h: []float64{9, 3, 6, 6, 0, 9, 0, 0, 6, 0, 0, 3, 1, 2, 2, 0, 3, 0, 0, 2, 0, 0, 6, 2, 4, 4, 0, 6, 0, 0, 4,
			0, 0, 6, 2, 4, 4, 0, 6, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 3, 6, 6, 0, 9, 0, 0, 6, 0, 0,
			0, 0, 0, 0, 0, 0, 4, -6, 6, 0, 0, 0, 0, 0, 0, 0, 0, -6, 9, -9, 0, 0, 6, 2, 4, 4, 0, 6, 6, -9, 13, 0, 0,
			0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		g:     []float64{0, 0, 0, 0, 0, 3, 3, -4.5, 4.5, 0.5, -3},
		lower: []float64{-inf, -inf, -inf, -inf, -inf, -5, -inf, -inf, 0, 0, -inf},
		upper: []float64{inf, 9, inf, 5, inf, inf, inf, inf, 0, inf, -8},
		unit:  []int{-1, 19, 9, 16, -5, 17, -25, -9, -3, -24, 24},
		f:     14,
		start: []float64{-24.297237866030674, 23.1745927929319, -629.1462529836632, -0.02001489071778643,
			666.9505542759515, -30.348642488662026, 0.002062355015073393, -0.000521588642735969, -5.6624056654234325,
			-6.937120389146799, 3.585399266804514},
	},
}

// With some kernels no method alone ends well on some of these, and Auto does.
func TestAutoEndsWellWhereAnyMethodDoes(t *testing.T) {
	for name, p := range endElsewhere {
		t.Run(name, func(t *testing.T) {
			q := p.problem()
			auto, _ := Solve(background, q, p.start, Options{})
			assert.Contains(t, []Status{Optimal, Unbounded}, auto.Status)
			for _, m := range everyMethod[1:] {
				if res, _ := Solve(background, q, p.start, Options{Method: m}); res.Status == Optimal ||
					res.Status == Unbounded {
					assert.Equal(t, res.Status, auto.Status, "%v ends well", m)
				}
			}
		})
	}
}

// Alone, coordinate descent sweeps to the end, unless it is a last resort.
func TestSweepsAsALastResortMayCostNoMoreThanAllowed(t *testing.T) {
	k := makeKnown(30, 1e6, 0.5, 0, newRand(8))
	for _, share := range []float64{0, 0.1} {
		s, err := NewSolver(k.H, Options{Method: CoordinateDescent, MaxIterations: 500})
		require.NoError(t, err)
		r := s.one
		copy(r.g, k.G)
		copy(r.lower, k.Lower)
		copy(r.upper, k.Upper)
		r.budget = budget{method: CoordinateDescent, limit: 500}
		r.goal.tolerance = 1e-9
		r.startOver()
		status, err := r.alone(background, []stage{{CoordinateDescent, share, false}})
		require.NoError(t, err)
		assert.Equal(t, undecided, status)
		if share == 0 {
			assert.Equal(t, 500, r.effort.iterations)
			continue
		}
		assert.Greater(t, r.effort.work, share*r.interiorCost())
		assert.Less(t, r.effort.work, share*r.interiorCost()+2*sweepCost*2*30*30)
	}
}
