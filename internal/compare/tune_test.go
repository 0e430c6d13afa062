package compare

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// settings returns n different ones.
func settings(n int) []Settings {
	list := make([]Settings, n)
	for i := range list {
		list[i] = Settings{Solver: "sgd", Loss: "hinge"}.with([]float64{float64(i + 1), 0})
	}
	return list
}

// rates tell which they are.
func rates(list []Settings) []float64 {
	var rates []float64
	for _, s := range list {
		rates = append(rates, s.at(0))
	}
	return rates
}

// hundred samples are judged by.
var hundred = DataFacts{Validation: 100}

func TestHalvingKeepsTheBetterHalf(t *testing.T) {
	results := newStore(t.TempDir())
	h := &halving{solver: "sgd", network: Network{Hidden: []int{3}}, ranking: settings(5)}
	finish := func(r rung, errors map[float64]float64) {
		for _, run := range h.runs(r) {
			result := &Result{Run: run, Data: hundred}
			e, ok := errors[run.Settings.at(0)]
			require.True(t, ok, "rate %v runs for %d epochs", run.Settings.at(0), r.epochs)
			for range r.epochs {
				result.Trace = append(result.Trace, Epoch{ValidationError: 1})
			}
			result.Trace[r.epochs-1].ValidationError = number(e)
			if e < 0 {
				result.Failed = "diverged"
			}
			require.NoError(t, results.save(result))
		}
		require.NoError(t, h.judge(r, results, hundred))
	}
	const failed = -1
	finish(rung{5, 1, 1}, map[float64]float64{1: 0.3, 2: failed, 3: 0.1, 4: math.NaN(), 5: 0.2})
	assert.Equal(t, []float64{3, 5, 1, 2, 4}, rates(h.ranking), "those that failed are last")
	finish(rung{3, 2, 1}, map[float64]float64{3: 0.2, 5: 0.2, 1: 0.1})
	assert.Equal(t, []float64{1, 3, 5, 2, 4}, rates(h.ranking), "equal ones stay in their order")
	finish(rung{2, 4, 3}, map[float64]float64{1: 0.05, 3: 0.04})
	assert.Equal(t, []float64{3, 1, 5, 2, 4}, rates(h.ranking))
	assert.Equal(t, 0.04, h.best)
}

// The second is better with one seed and worse in the mean.
func TestHalvingJudgesByTheMeanOverTheSeeds(t *testing.T) {
	results := newStore(t.TempDir())
	h := &halving{solver: "sgd", network: Network{Hidden: []int{3}}, ranking: settings(2)}
	last := rung{2, 1, 3}
	errors := map[float64][]number{1: {0.2, 0.2, 0.2}, 2: {0.1, 0.3, 0.35}}
	runs := h.runs(last)
	require.Len(t, runs, 6)
	for i, run := range runs {
		assert.Equal(t, tuningSeeds[i%3], run.Seed)
		e := Epoch{ValidationError: errors[run.Settings.at(0)][i%3]}
		require.NoError(t, results.save(&Result{Run: run, Data: hundred, Trace: []Epoch{e}}))
	}
	require.NoError(t, h.judge(last, results, hundred))
	assert.Equal(t, []float64{1, 2}, rates(h.ranking))
	assert.InDelta(t, 0.2, h.best, 1e-15)
}

// In floating point 0.07 + 0.29 + 0.1 is more than 0.1 + 0.07 + 0.29, and 0.01 + 0.05 less than 0.06.
func TestSettingsWithAsManyErrorsAreEqual(t *testing.T) {
	for _, errors := range []map[float64][]number{
		{1: {0.07, 0.29, 0.1}, 2: {0.1, 0.07, 0.29}},
		{1: {0.29, 0.1, 0.07}, 2: {0.1, 0.07, 0.29}},
		{1: {0.3, 0.2, 0.1}, 2: {0.1, 0.2, 0.3}},
		{1: {0.1, 0.2, 0.3}, 2: {0.3, 0.2, 0.1}},
		{1: {0.3, 0.3, 0}, 2: {0.1, 0.2, 0.3}},
	} {
		results := newStore(t.TempDir())
		h := &halving{solver: "sgd", network: Network{Hidden: []int{3}}, ranking: settings(2)}
		last := rung{2, 1, 3}
		for i, run := range h.runs(last) {
			e := Epoch{ValidationError: errors[run.Settings.at(0)][i%3]}
			require.NoError(t, results.save(&Result{Run: run, Data: hundred, Trace: []Epoch{e}}))
		}
		require.NoError(t, h.judge(last, results, hundred))
		assert.Equal(t, []float64{1, 2}, rates(h.ranking), "%v", errors)
	}
}

func TestSettingsCarryOverByTheirMeanRank(t *testing.T) {
	p := testPlan()
	p.Solvers, p.Trials = []string{"sgd"}, 3
	all := trialsOf("sgd", 3)
	a, b, c := all[0], all[1], all[2]
	for _, test := range []struct {
		name        string
		first, last []Settings
		want        Settings
	}{
		{"the best of both", []Settings{b, a, c}, []Settings{b, c, a}, b},
		{"the best mean", []Settings{a, b, c}, []Settings{b, c, a}, b},
		{"of equal means the better worse rank", []Settings{a, b, c}, []Settings{c, b, a}, b},
		{"the first of equals", []Settings{a, b, c}, []Settings{b, a, c}, a},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &Study{plan: p} // of networks with one and two layers
			tuned := p.TunedNetworks()
			choice := s.choose([]*halving{
				{solver: "sgd", network: tuned[0], ranking: test.first},
				{solver: "sgd", network: tuned[1], ranking: test.last},
			})
			assert.Equal(t, test.first[0], choice.Settings("sgd", tuned[0]), "its own best")
			assert.Equal(t, test.last[0], choice.Settings("sgd", tuned[1]), "its own best")
			assert.Equal(t, test.want, choice.Settings("sgd", Network{Hidden: []int{5}}))
		})
	}
}
