package qp

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Rows with one element that contradict each other, or the bounds of the variable, by less than proves anything are
// equal within the tolerance. By more they are refuted by their weights. There is no claim without a proof.
func TestBoundsThatCrossAreRefutedOrEqual(t *testing.T) {
	none := math.Inf(1)
	for name, p := range map[string]func(most float64) GeneralProblem[float64]{
		"two rows": func(most float64) GeneralProblem[float64] {
			return GeneralProblem[float64]{G: []float64{1}, A: mat.DenseOf(2, 1, []float64{4, -8}),
				RowLower: []float64{4, -8 * most}, RowUpper: []float64{none, none}}
		},
		"a lower bound and a row": func(most float64) GeneralProblem[float64] {
			return GeneralProblem[float64]{G: []float64{1}, Lower: []float64{1}, A: mat.DenseOf(1, 1, []float64{-2}),
				RowLower: []float64{-2 * most}, RowUpper: []float64{none}}
		},
		"an upper bound and a row": func(most float64) GeneralProblem[float64] {
			return GeneralProblem[float64]{G: []float64{-1}, Upper: []float64{most}, A: mat.DenseOf(1, 1, []float64{2}),
				RowLower: []float64{2}, RowUpper: []float64{none}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for k := 8; k <= 54; k++ {
				by := math.Ldexp(1, -k)
				res, err := SolveGeneral(background, p(1-by), Options{})
				switch {
				case by <= provenShare:
					require.NoError(t, err, "2^-%d: %+v", k, res.GeneralInfo)
					require.InDelta(t, 1, res.X[0], by)
					continue
				case by <= 2*provenShare: // the gap is a little too large, and so is the proof's rounding error
					require.Contains(t, []Status{Optimal, PrecisionLimit}, res.Status)
					continue
				}
				var refuted *InfeasibleError
				require.True(t, errors.As(err, &refuted), "2^-%d: %v", k, err)
				assert.Equal(t, Infeasible, res.Status)
				assert.NotNil(t, refuted.Farkas)
			}
		})
	}
}

// Equations that one x satisfies may contradict each other by the rounding of their numbers to float32, whether they
// have one element each or several.
func TestEquationsRoundedToFloat32AreNoContradiction(t *testing.T) {
	r := newRand(433)
	for round := range repeats(t, 300) {
		const m = 5
		n := 1 + round%3
		p := GeneralProblem[float32]{G: make([]float32, n), A: mat.NewDense[float32](m*n, n)}
		x := make([]float64, n)
		for j := range x {
			x[j] = r.NormFloat64()
		}
		for i := range p.A.Rows {
			j, v := i%n, r.NormFloat64() // one element for each variable m times, and a whole row for the last one
			sum := v * x[j]
			p.A.Set(i, j, float32(v))
			for k := 0; i == p.A.Rows-1 && k < j; k++ {
				p.A.Set(i, k, float32(v))
				sum += v * x[k]
			}
			p.RowLower = append(p.RowLower, float32(sum))
		}
		p.RowUpper = p.RowLower
		res, err := SolveGeneral(background, p, Options{})
		require.NoError(t, err, "round %d", round)
		for j, v := range res.X {
			require.InEpsilon(t, x[j], v, 0x1p-20)
		}
	}
}

// By more than rounding explains, they do.
func TestEquationsInFloat32ContradictEachOtherByMoreThanRounding(t *testing.T) {
	_, err := SolveGeneral(background, GeneralProblem[float32]{G: []float32{1}, A: mat.DenseOf(2, 1, []float32{1, 3}),
		RowLower: []float32{1, 3 + 0x1p-18}, RowUpper: []float32{1, 3 + 0x1p-18}}, Options{})
	var refuted *InfeasibleError
	require.ErrorAs(t, err, &refuted)
	assert.NotNil(t, refuted.Farkas)
}

// An answer within a tolerance below the difference of two bounds is not within it, but there is no proof, either.
func TestBoundsThatCrossByMoreThanTheTolerance(t *testing.T) {
	res, err := SolveGeneral(background, GeneralProblem[float64]{G: []float64{1}, Lower: []float64{1},
		A: mat.DenseOf(1, 1, []float64{2}), RowUpper: []float64{2 - 0x1p-32}}, Options{Tolerance: 1e-11})
	require.Error(t, err)
	assert.Equal(t, PrecisionLimit, res.Status)
	assert.Equal(t, []float64{1}, res.X)
	assert.InDelta(t, 0x1p-34, res.Primal, 0x1p-37)
}

// Rows that fix all variables contradict another one by about as much as proves anything, or by far more.
func TestContradictionsOfFixedVariablesAreProven(t *testing.T) {
	r := newRand(431)
	for round := range 200 {
		by := []float64{1, 1 + 1e-12, 10, 1e8}[round%4]
		const n = 3
		p := GeneralProblem[float64]{G: make([]float64, n), A: mat.NewDense[float64](n+1, n)}
		sum, size := 0.0, 0.0
		for j := range n {
			a, x, c := r.NormFloat64(), r.NormFloat64(), r.NormFloat64()
			p.A.Set(j, j, a)
			p.RowLower = append(p.RowLower, a*x)
			p.A.Set(n, j, c)
			sum += c * x
			size += math.Abs(c * x)
		}
		p.RowUpper = append(slices.Clone(p.RowLower), math.Inf(1))
		p.RowLower = append(p.RowLower, sum+by*provenShare*(size+math.Abs(sum)))
		_, err := SolveGeneral(background, p, Options{})
		var refuted *InfeasibleError
		var status *StatusError
		switch {
		case errors.As(err, &refuted):
			assert.NotNil(t, refuted.Farkas)
		case errors.As(err, &status):
			assert.Equal(t, PrecisionLimit, status.Status, "round %d", round)
			assert.Less(t, by, 2.0, "round %d", round)
		default:
			assert.NoError(t, err)
			assert.Less(t, by, 2.0, "round %d", round)
		}
	}
}
