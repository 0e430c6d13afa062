package qp

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// nearlyRepeated has the rows x₀ + x₁ = 1 and x₀ + (1 + 2^−by)x₁ = 1 + gap, which meet at x₁ = gap·2^by, and others
// that do not matter there.
func nearlyRepeated(rows, by int, gap float64) (p GeneralProblem[float64], meet float64) {
	p = GeneralProblem[float64]{G: make([]float64, 2), A: mat.NewDense[float64](rows, 2)}
	p.A.Fill(1)
	for i := range rows {
		p.RowLower, p.RowUpper = append(p.RowLower, math.Inf(-1)), append(p.RowUpper, float64(1+i))
	}
	p.A.Set(1, 1, 1+math.Ldexp(1, -by))
	p.RowLower[0], p.RowLower[1], p.RowUpper[1] = 1, 1+gap, 1+gap
	return p, math.Ldexp(gap, by)
}

// Two rows that nearly repeat each other meet far out, and are no contradiction, however many other rows there are.
// Farther out than a proof must reach they may be one, which then ends before they meet.
func TestRowsThatMeetFarOutAreNoContradiction(t *testing.T) {
	limited, step := 0, 3
	if thorough.Tests() {
		step = 1
	}
	for _, rows := range []int{2, 40, 400} {
		for by := 30; by <= 52; by += step {
			for _, gap := range []float64{2.5e-9, 1e-7, 1e-3} {
				if rows > 40 && (by%16 > 0 || gap != 1e-7) { // they take long
					continue
				}
				p, meet := nearlyRepeated(rows, by, gap)
				_, err := SolveGeneral(background, p, Options{})
				var refuted *InfeasibleError
				if !errors.As(err, &refuted) {
					continue
				}
				limited++
				assert.Greater(t, meet, 0x1p32, "%d rows, 2^-%d, %g", rows, by, gap)
				if assert.Len(t, refuted.Reach, 2, "%d rows, 2^-%d, %g", rows, by, gap) {
					assert.Less(t, refuted.Reach[1], meet)
					assert.Greater(t, refuted.Reach[1], 0x1p32)
					assert.Contains(t, err.Error(), "within Reach")
				}
			}
		}
	}
	assert.Positive(t, limited)
}

// dependent has rows of which one is the sum of multiples of others, in free variables: exactly if the elements are
// integers, else up to rounding. What that row must be is wrong by gap, relative to the sum.
func dependent(integer bool, gap float64, r *rand.Rand) GeneralProblem[float64] {
	n, m, some := 2+r.IntN(6), 5+r.IntN(30), 1+r.IntN(3)
	p := GeneralProblem[float64]{G: make([]float64, n), A: mat.NewDense[float64](m, n)}
	for i := range p.A.Data {
		if p.A.Data[i] = r.NormFloat64(); integer {
			p.A.Data[i] = float64(r.IntN(9) - 4)
		}
	}
	for range m {
		p.RowLower, p.RowUpper = append(p.RowLower, math.Inf(-1)), append(p.RowUpper, 10)
	}
	clear(p.A.Row(some))
	sum, size := 0.0, 1.0
	for i := range some {
		by, value := []float64{-1, 3, 7}[r.IntN(3)], float64(r.IntN(9)-4)
		mat.Axpy(by, p.A.Row(i), p.A.Row(some))
		p.RowLower[i], p.RowUpper[i] = value, value
		sum += by * value
		size += math.Abs(by * value)
	}
	p.RowLower[some] = sum + gap*size
	p.RowUpper[some] = p.RowLower[some]
	return p
}

// Rows that depend on each other are a contradiction however far out x is, though the weights of the rows, thirds and
// sevenths, are rounded, and even if the contradiction is small.
func TestRowsThatDependOnEachOtherAreRefutedForAllX(t *testing.T) {
	r := newRand(433)
	for round := range repeats(t, 400) {
		gap := []float64{1, 1e-3, 1e-6, 1e-7}[round%4]
		_, err := SolveGeneral(background, dependent(true, gap, r), Options{})
		var refuted *InfeasibleError
		require.ErrorAs(t, err, &refuted, "round %d, %g", round, gap)
		require.Nil(t, refuted.Reach, "round %d, %g", round, gap)
		require.NotContains(t, err.Error(), "Reach")
	}
}

// Where only rounding errors keep rows from depending on each other, a contradiction far above these is one as far as
// these allow, in any units.
func TestRowsThatDependOnEachOtherUpToRoundingAreRefuted(t *testing.T) {
	r := newRand(434)
	limited := 0
	for round := range repeats(t, 200) {
		p := dependent(false, []float64{1, 1e-3}[round%2], r)
		_, err := SolveGeneral(background, p, Options{})
		var refuted, scaled *InfeasibleError
		require.ErrorAs(t, err, &refuted, "round %d", round)
		if refuted.Reach == nil {
			continue
		}
		limited++
		require.Greater(t, refuted.Reach[0], 1e9, "round %d", round)
		for i := range p.A.Rows {
			p.A.Row(i)[0] *= 0x1p-20
		}
		_, err = SolveGeneral(background, p, Options{})
		require.ErrorAs(t, err, &scaled, "round %d", round)
		require.Equal(t, 0x1p20*refuted.Reach[0], scaled.Reach[0], "round %d", round)
	}
	require.Positive(t, limited)
}

// Weights of float64 leave rounding errors of the sums, weights of twice the digits next to them do not. Beside a bound
// of 10¹⁰ these errors are larger than the contradiction.
func TestFarkasVectorsHaveTwiceTheDigits(t *testing.T) {
	inf := math.Inf(1)
	for name, bound := range map[string]float64{"no bounds": inf, "far bounds": 1e10} {
		t.Run(name, func(t *testing.T) {
			p := exactProgram(make([]float64, 2), []float64{0.25, 0.75}, []float64{0.75, 2.25}, []float64{1, 2})
			p.lower = []float64{-bound, -bound, 1, -inf, -inf}
			p.upper = []float64{bound, bound, inf, 3 - 1e-6, inf}
			rounded := []doubleDouble{{1, 0}, {-1.0 / 3, 0}, {}}
			assert.Zero(t, p.refutationBy(rounded).proves(0))
			assert.Positive(t, p.refined([]float64{1, -1.0 / 3, 0}).proves(0))
		})
	}
}

// What a vector proves is what its margin leaves after all rounding errors: those of the numbers of the problem, and
// those of sums of twice the digits, beside bounds that are farther out than these reach.
func TestWhatAFarkasVectorProves(t *testing.T) {
	inf := math.Inf(1)
	// The sums are 2⁻¹²⁰, which is lost, and 2.5·2⁻¹¹², of which what is not lost has another sign.
	left := []float64{1, 0x1p-44 - 1}
	lost, other := []float64{1, 0x1p-60, 0x1p-120, -1, -0x1p-60}, []float64{1, 0x1p-60}
	other = append(append(other, constant(8, 0x1.cp-114)...), -1, -0x1p-60, -0x1p-112)
	for name, c := range map[string]struct {
		a, y         []float64 // of one variable
		lower, upper float64   // of the variable
		least        float64   // of all rows
		taken, reach float64
		want         bool
	}{
		"a bound":                          {[]float64{1}, []float64{1}, 0, 1, 2, 0, 0, true},
		"a margin as small as the numbers": {[]float64{1}, []float64{1}, 0, 1, 1 + 1e-9, 0, 0, false},
		"fixed variables":                  {[]float64{1}, []float64{1}, 0, 1, 2, 1e10, 0, false},
		"a sum that is left":               {left, constant(2, 1), -inf, inf, 1, 0, 0, true},
		"one that is left where x counts":  {left, constant(2, 1), -inf, inf, 1, 0, 0x1p46, false},
		"a sum in which nothing cancels":   {[]float64{0x1p-40}, []float64{1}, -inf, inf, 1, 0, 0, false},
		"a sum that is lost":               {lost, constant(5, 1), -0x1p125, 0x1p125, 1, 0, 0, false},
		"bounds as far as it allows":       {lost, constant(5, 1), -0x1p95, 0x1p95, 1, 0, 0, true},
		"a sum whose sign may be another":  {other, constant(13, 1), 0, 0x1p125, 1, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := len(c.a)
			p := &program{a: indexMatrix(mat.DenseOf(m, 1, c.a)), taken: constant(m, c.taken),
				lower: append([]float64{c.lower}, constant(m, c.least)...),
				upper: append([]float64{c.upper}, infinite(m, 1)...)}
			y := make([]doubleDouble, m)
			for i, v := range c.y {
				y[i].high = v
			}
			limit := p.refutationBy(y).proves(c.reach)
			assert.Equal(t, c.want, limit > 0, "%g", limit)
		})
	}
}

// A weight of 10⁻¹³ is no rounding error if the bound of its row is 10¹⁴.
func TestSmallWeightsOfFarBoundsCount(t *testing.T) {
	inf := math.Inf(1)
	p := exactProgram(make([]float64, 2), []float64{1, -1e-13}, []float64{0, 1})
	p.lower = []float64{-inf, -inf, 0, 1e14}
	p.upper = []float64{1, inf, inf, inf}
	y := []float64{1, 1e-13}
	require.Nil(t, farkasOf(p, y))
	exact, limit := p.proof(background, y, 1)
	require.InDeltaSlice(t, y, exact, 1e-28)
	require.Equal(t, inf, limit)
}
