package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

// normal makes rows of one column, of n normal numbers, each changed.
func normal(n int, change func(i int, v float64) float64) [][]float32 {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([][]float32, n)
	for i := range rows {
		rows[i] = []float32{float32(change(i, r.NormFloat64()))}
	}
	return rows
}

func TestColumnsWithOutliersOrHeavyTailsHaveACurve(t *testing.T) {
	for name, c := range map[string]struct {
		change func(i int, v float64) float64
		want   bool
	}{
		"normal":          {func(_ int, v float64) float64 { return v }, false},
		"uniform":         {func(i int, _ float64) float64 { return float64(i) }, false},
		"exponential":     {func(i int, _ float64) float64 { return -math.Log(1 - float64(i)/1000) }, false},
		"rare and alike":  {func(i int, _ float64) float64 { return float64(i / 990) }, false},
		"lognormal":       {func(_ int, v float64) float64 { return math.Exp(2 * v) }, true},
		"one outlier":     {func(i int, v float64) float64 { return v + 1e6*float64(i/999) }, true},
		"outliers":        {func(i int, v float64) float64 { return v - 1e6*float64(i/990) }, true},
		"a code for gaps": {func(i int, v float64) float64 { return v - 999*float64(i/950) }, true},
	} {
		in := fit(t, tableOf(normal(1000, c.change)...), columns.Auto)
		assert.Equal(t, c.want, in.Columns[0].Curve != nil, name)
		in = fit(t, tableOf(normal(1000, c.change)...), columns.None)
		assert.Nil(t, in.Columns[0].Curve, name)
	}
}

func TestACurveIsTheRankBetweenItsBounds(t *testing.T) {
	rows := normal(1000, func(i int, v float64) float64 { return v + 1e6*float64(i/995) })
	in := fit(t, tableOf(rows...), columns.Auto)
	c := in.Columns[0].Curve
	require.NotNil(t, c)
	assert.Less(t, c.At[len(c.At)-1], 20., "outliers are bounded")
	assert.Greater(t, c.At[len(c.At)-1], 10., "all others are not")
	sorted := slices.Sorted(slices.Values(slices.Concat(rows...)))
	for i, v := range sorted {
		assert.InDelta(t, (float64(i)+0.5)/1000, c.Value(c.Bound(float64(v))), 0.03, v)
	}
	x, err := Matrix(in, tableOf(rows...), nil, 1)
	require.NoError(t, err)
	for part := range 2 {
		mean, deviation := moments(func(do func(v float64)) {
			for i := part; i < len(x); i += 2 {
				do(float64(x[i]))
			}
		})
		assert.InDelta(t, 0, mean, 1e-6)
		assert.InDelta(t, 1, deviation, 1e-6)
	}
}

func TestCurvesDoNotDependOnUnits(t *testing.T) {
	rows := normal(500, func(_ int, v float64) float64 { return math.Exp(2 * v) })
	want, err := Matrix(fit(t, tableOf(rows...), columns.Auto), tableOf(rows...), nil, 1)
	require.NoError(t, err)
	for _, unit := range []float32{0x1p20, 0x1p-20} {
		scaled := normal(500, func(_ int, v float64) float64 { return float64(unit * float32(math.Exp(2*v))) })
		in := fit(t, tableOf(scaled...), columns.Auto)
		got, err := Matrix(in, tableOf(scaled...), nil, 1)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestColumnsOfFewDifferentNumbersHaveNoCurve(t *testing.T) {
	assert.Nil(t, curveOf(nil))
	assert.Nil(t, curveOf([]float64{1, 1, 1}))
	assert.Nil(t, curveOf([]float64{0, 0, 0, 1}))
	assert.Nil(t, curveOf(append(make([]float64, 999), 1)))
	for n := range 40 {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i * i)
		}
		if c := curveOf(values); c != nil {
			c.Divisor = 1
			d := columns.Description{
				Inputs:  columns.Inputs{Columns: []columns.Column{{Kind: columns.Number, Divisor: 1, Curve: c}}},
				Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{}}, Classes: []string{"a"}},
			}
			assert.NoError(t, d.Validate(), n)
		}
	}
}
