package fit

import (
	"cmp"
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

// One of ten thousand numbers may be a hundred standard deviations from the mean.
func TestNoTrainingNumberIsAnInputFarFromTheOthers(t *testing.T) {
	last := func(i int) float64 { return float64(i / 9999) } // 1 of the last number, 0 of others
	for name, c := range map[string]struct {
		change func(i int, v float64) float64
		want   float64 // the divisor
	}{
		"normal":                 {func(_ int, v float64) float64 { return v }, 1},
		"an outlier":             {func(i int, v float64) float64 { return v + 1e6*last(i) }, 1e6 / farthestInput},
		"an outlier to the left": {func(i int, v float64) float64 { return v - 1e6*last(i) }, 1e6 / farthestInput},
		"rare and alike":         {func(i int, _ float64) float64 { return float64(i / 9990) }, 1. / farthestInput},
		"less rare":              {func(i int, _ float64) float64 { return float64(i / 9900) }, math.Sqrt(0.01 * 0.99)},
		"other units":            {func(i int, v float64) float64 { return 1e-6*v + last(i) }, 1. / farthestInput},
	} {
		in := fit(t, tableOf(normal(10000, c.change)...), columns.Standard)
		assert.InEpsilon(t, c.want, in.Columns[0].Divisor, 0.02, name)
		x, err := Matrix(in, tableOf(normal(10000, c.change)...), nil, 1)
		require.NoError(t, err)
		assert.LessOrEqual(t, float64(max(slices.Max(x), -slices.Min(x))), farthestInput*(1+1e-6), name)
	}
}

func TestACurveIsTheRank(t *testing.T) {
	rows := normal(1000, func(i int, v float64) float64 { return v + 1e6*float64(i/995) })
	in := fit(t, tableOf(rows...), columns.Auto)
	c := in.Columns[0].Curve
	require.NotNil(t, c)
	sorted := slices.Sorted(slices.Values(slices.Concat(rows...)))
	for i, v := range sorted {
		assert.InDelta(t, (float64(i)+0.5)/1000, c.Value(float64(v)), 0.03, v)
	}
	x, err := Matrix(in, tableOf(rows...), nil, 1)
	require.NoError(t, err)
	for part := range 2 {
		var inputs []float64
		for i := part; i < len(x); i += 2 {
			inputs = append(inputs, float64(x[i]))
		}
		mean, deviation := moments(inputs)
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
	assert.Nil(t, curveOf([]float32{1, 1, 1}))
	assert.Nil(t, curveOf([]float32{0, 0, 0, 1}))
	assert.Nil(t, curveOf(append(make([]float32, 999), 1)))
	for n := range 40 {
		values := make([]float32, n)
		for i := range values {
			values[i] = float32(i * i)
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

// TestALinearTargetIsStillLinear: besides its rank, a column with heavy tails has the input that other columns have,
// which is not bounded.
func TestALinearTargetIsStillLinear(t *testing.T) {
	rows := normal(1000, func(_ int, v float64) float64 { return math.Exp(2 * v) })
	in := fit(t, tableOf(rows...), columns.Auto)
	require.NotNil(t, in.Columns[0].Curve)
	x, err := Matrix(in, tableOf(rows...), nil, 1)
	require.NoError(t, err)
	for i, row := range rows {
		assert.InDelta(t, (float64(row[0])-in.Columns[0].Mean)/in.Columns[0].Divisor, x[2*i], 1e-5)
	}
}

// TestTheOrderOfRowsDoesNotMatterToACurve: periods in a file may have any length.
func TestTheOrderOfRowsDoesNotMatterToACurve(t *testing.T) {
	rows := normal(1<<15, func(i int, v float64) float64 { return math.Exp(2*v) * float64(1+i%2) })
	want := fit(t, tableOf(rows...), columns.Auto).Columns[0].Curve
	require.NotNil(t, want)
	slices.SortFunc(rows, func(a, b []float32) int { return cmp.Compare(a[0], b[0]) })
	got := fit(t, tableOf(rows...), columns.Auto).Columns[0].Curve
	assert.Equal(t, want.At, got.At)
	assert.Equal(t, want.To, got.To)
}

func TestMissingCellsHaveTheMeanRank(t *testing.T) {
	rows := normal(1000, func(i int, v float64) float64 {
		if i%10 == 0 {
			return math.NaN()
		}
		return math.Exp(2 * v)
	})
	in := fit(t, tableOf(rows...), columns.Auto)
	require.NotNil(t, in.Columns[0].Curve)
	z := make([]float32, in.Width())
	in.Apply(z, rows[0])
	assert.Equal(t, []float32{0, 0}, z[:2])
}

func TestColumnsWithARankAreNamed(t *testing.T) {
	rows := normal(1000, func(_ int, v float64) float64 { return math.Exp(2 * v) })
	tab := tableOf(rows...)
	tab.Inputs[0].Name = "price"
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t,
		[]string{`columns with outliers or heavy tails: 1 "price": one more input has the rank of each number`}, notes)
}

// TestOutliersAreNoCommonRange: counts share a unit, but not with a code for what is unknown.
func TestOutliersAreNoCommonRange(t *testing.T) {
	for code, want := range map[float32]columns.Scale{20: columns.Common, 1e6: columns.Standard} {
		var rows [][]float32
		for i := range 1000 {
			row := []float32{float32(i % 11), 0, 0, float32(min(1, i/999))}
			if i%100 == 0 {
				row[1], row[2] = code, code
			}
			rows = append(rows, row)
		}
		assert.Equal(t, want, fit(t, tableOf(rows...), columns.Auto).Scale, code)
	}
}
