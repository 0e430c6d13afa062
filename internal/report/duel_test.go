package report

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPooledStandardError(t *testing.T) {
	// Sums of squares 2 and 8, 3 + 3 − 2 degrees of freedom: s² = 2.5.
	assert.InDelta(t, math.Sqrt(2.5*(1./3+1./3)), PooledStandardError([]float64{1, 2, 3}, []float64{2, 4, 6}), 1e-15)
	// 2 and 2 with 3 and 2 numbers: s² = 4/3.
	assert.InDelta(t, math.Sqrt(4./3*(1./3+1./2)), PooledStandardError([]float64{1, 2, 3}, []float64{0, 2}), 1e-15)
	assert.Zero(t, PooledStandardError([]float64{1, 1}, []float64{2, 2}))
	assert.True(t, math.IsNaN(PooledStandardError([]float64{1}, []float64{1, 2})))
}

func TestDuelIsWithTheBestOfTheOthers(t *testing.T) {
	cells := []Cell{
		{Network: "300", Solver: "sgd", Errors: []float64{0.03, 0.02}, Seconds: []float64{9, 11}},
		{Network: "300", Solver: "bcd", Errors: []float64{0.01, 0.02}, Seconds: []float64{30, 30}},
		{Network: "300", Solver: "adam", Errors: []float64{0.001}, Failed: 1},
		{Network: "300", Solver: "rmsprop"},
		{Network: "300", Solver: "adagrad", Errors: []float64{0.04, 0.04}},
	}
	d, ok := NewDuel("bcd", cells)
	require.True(t, ok)
	assert.Equal(t, "sgd", d.Rival, "adam failed once")
	assert.InDelta(t, 0.025, d.Goal, 1e-15)
	assert.InDelta(t, 0.01, d.Difference, 1e-15)
	assert.InDelta(t, PooledStandardError(cells[0].Errors, cells[1].Errors), d.StandardError, 1e-15)
	assert.Equal(t, 10.0, d.RivalSeconds)

	_, ok = NewDuel("rmsprop", cells)
	assert.False(t, ok, "nothing of it is finished")
	_, ok = NewDuel("nesterov", cells)
	assert.False(t, ok)
	d, ok = NewDuel("bcd", cells[1:4])
	assert.True(t, ok)
	assert.Empty(t, d.Rival)
}

// TestMeansThatDifferByRoundingAreATie: 0.3 + 0.2 + 0.1 is not 0.1 + 0.2 + 0.3.
func TestMeansThatDifferByRoundingAreATie(t *testing.T) {
	up, down := []float64{0.1, 0.2, 0.3}, []float64{0.3, 0.2, 0.1}
	require.NotEqual(t, meanOf(up), meanOf(down))
	for name, c := range map[string]struct{ own, first, second []float64 }{
		"lower by rounding":  {down, up, down},
		"higher by rounding": {up, down, up},
		"the same errors":    {up, up, down},
		"other errors":       {[]float64{0.2, 0.2, 0.2}, up, down},
	} {
		d, ok := NewDuel("bcd", []Cell{
			{Network: "300", Solver: "bcd", Errors: c.own},
			{Network: "300", Solver: "adam", Errors: c.first},
			{Network: "300", Solver: "sgd", Errors: c.second},
		})
		require.True(t, ok)
		d.ToGoal = []float64{1, 1, 1}
		assert.Equal(t, "adam", d.Rival, "%s: the first of equal ones", name)
		assert.Zero(t, d.Difference, name)
		assert.Equal(t, "even", d.errorVerdict(), name)
		page := Comparison{Duels: []Duel{d}}
		assert.Contains(t, page.standing(), "is the lowest on 0 of 1 network", name)
		assert.Contains(t, page.standing(), "On 300 it is that of adam.", name)
	}
}

func TestAVerdictComparesErrorsAndTimes(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		duel         Duel
		error_, time string
	}{
		{Duel{Rival: "adam", Difference: 0.0012, StandardError: 0.0003, ToGoal: []float64{4, 6}, RivalSeconds: 10},
			"won by 0.12 ± 0.03", "won, × 0.50"},
		{Duel{Rival: "adam", Difference: -0.0012, StandardError: 0.0003, ToGoal: []float64{nan, nan}, RivalSeconds: 10},
			"lost by 0.12 ± 0.03", "–"},
		{Duel{Rival: "adam", Difference: 0.0003, StandardError: 0.0003, ToGoal: []float64{4, nan}, RivalSeconds: 10},
			"even, lower by 0.03 ± 0.03", "lost, × 0.40"},
		{Duel{Rival: "adam", Difference: -0.0001, StandardError: 0.0003, ToGoal: []float64{20, 10}, RivalSeconds: 10},
			"even, higher by 0.01 ± 0.03", "lost, × 1.50"},
		{Duel{Rival: "adam", Difference: 0.0012, StandardError: nan, ToGoal: []float64{10}, RivalSeconds: 10},
			"lower by 0.12, one seed", "won, × 1.00"},
		{
			Duel{Rival: "adam", Difference: 0.0012, StandardError: 0.0003, ToGoal: []float64{4, 6}, RivalSeconds: 10,
				Failed: 1}, "lost, 1 of 3 failed", "lost, × 0.50",
		},
		{Duel{Difference: nan, StandardError: nan, ToGoal: []float64{nan}, RivalSeconds: nan}, "–", "–"},
	} {
		assert.Equal(t, c.error_, c.duel.errorVerdict())
		assert.Equal(t, c.time, c.duel.timeVerdict())
	}
}

func TestComparisonAnswersItsQuestions(t *testing.T) {
	c := sampleComparison()
	day := func(d int) time.Time { return time.Date(2026, 5, d, 23, 0, 0, 0, time.UTC) }
	c.Duels = []Duel{
		{Network: "3x300_0to2_0to3_1to3", Solver: "bcd", Rival: "nesterov", Goal: 0.0182, Difference: 0.0012,
			StandardError: 0.0003, ToGoal: []float64{20, 22, 21}, RivalSeconds: 25.3},
		{Network: "10x100", Solver: "bcd", Rival: "adam", Goal: 0.02, Difference: -0.0112, StandardError: 0.0103,
			ToGoal: []float64{20, math.NaN(), 22}, RivalToGoal: []float64{18, 20, math.NaN()}, RivalSeconds: 25.3},
	}
	c.Origins = []Origin{
		{Commit: "0123456789abcdef", CPU: "A Processor", Runs: 1200, Solvers: []string{"adam"}, First: day(1),
			Last: day(2)},
		{Commit: "f00", Modified: true, Runs: 1, Solvers: []string{"bcd", "adam"}, First: day(3), Last: day(3)},
		{Runs: 7, Solvers: []string{"bcd", "adam"}},
	}
	c.Shapes = []Shape{{"300", "784-300-10", "the best on itself"}}
	c.Jobs = 2
	c.Command = "train compare --data mnist --out DIR"

	var b strings.Builder
	require.NoError(t, c.WriteTable(&b, false))
	squeezed := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"3x300_0to2_0to3_1to3 nesterov won by 0.12 ± 0.03 21.0 s 25.3 s",
		"10x100 adam lost by 1.12 ± 1.03 21.0 s (2 of 3) 25.3 s",
		"machine avx2, 2 workers, float32, 2 runs at a time",
		"program commit 0123456789ab, 1,200 runs of adam, 2026-05-01 to 2026-05-02, A Processor",
		"program commit f00 with uncommitted changes, 1 run, 2026-05-03 program unknown commit, 7 runs",
	} {
		assert.Contains(t, squeezed, want)
	}
	for line := range strings.Lines(b.String()) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), Width, line)
	}

	b.Reset()
	require.NoError(t, c.WriteMarkdown(&b, func(string) string { return "" }))
	for _, want := range []string{
		"\n\nThe mean test error of bcd is the lowest on 1 of 2 networks, on 1 by more than the standard error of " +
			"the difference. On\n10x100 it is higher than that of adam by 1.12 ± 1.03.\n\n",
		"| 10x100 | adam | 2.00 % | lost by 1.12 ± 1.03 | 21.0 s (2 of 3) | 19.0 s (2 of 3) | 25.3 s | " +
			"lost, × 0.83 |\n",
		"\n- commit 0123456789ab, 1,200 runs of adam, 2026-05-01 to 2026-05-02, A Processor\n",
		"\n```sh\ntrain compare --data mnist --out DIR\n```\n",
		"\n| 300 | 784-300-10 | the best on itself |\n",
	} {
		assert.Contains(t, b.String(), want)
	}
}

// Seconds of one instruction set, number of workers or of runs at a time are not those of another.
func TestRunsThatWereMadeInOtherWaysHaveNoVerdictOnTheTime(t *testing.T) {
	c := sampleComparison()
	c.Duels = []Duel{{Network: "300", Solver: "bcd", Rival: "adam", Goal: 0.02, Difference: 0.01, StandardError: 0.003,
		ToGoal: []float64{20, 22}, RivalSeconds: 25.3}}
	c.Conditions = Conditions{}
	assert.Empty(t, c.MachineFact())
	for range 2 {
		c.NoteExecution(Execution{"avx2", 2, 1})
		assert.Equal(t, "avx2, 2 workers, float32", c.MachineFact())
	}
	var b strings.Builder
	require.NoError(t, c.WriteMarkdown(&b, func(string) string { return "" }))
	assert.Contains(t, b.String(), "| 25.3 s | won, × 0.83 |\n")

	b.Reset()
	c.NoteExecution(Execution{"avx512", 1, 2})
	c.NoteExecution(Execution{"avx512", 1, 2})
	require.NoError(t, c.WriteMarkdown(&b, func(string) string { return "" }))
	assert.Contains(t, b.String(), "Machine: avx2, 2 workers, float32; other runs: avx512, 1 worker, float32, "+
		"2 runs at a time; the seconds of these can't\nbe compared.")
	assert.Contains(t, b.String(), "| 25.3 s | – |\n")
}

func TestStandingIsOfTheNetworksWithARival(t *testing.T) {
	c := Comparison{Duels: []Duel{
		{Network: "a", Solver: "bcd"},
		{Network: "b", Solver: "bcd", Rival: "adam", Difference: 0.0001, StandardError: 0.0002, ToGoal: []float64{1}},
		{Network: "c", Solver: "bcd", Rival: "adam", Difference: 0.0001, ToGoal: []float64{1, 2}, Failed: 1},
	}}
	assert.Equal(t, "The mean test error of bcd is the lowest on 1 of 2 networks, on 0 by more than the standard "+
		"error of the difference. On c 1 of its 3 seeds failed.", c.standing())

	c.Duels[2] = Duel{Network: "c", Solver: "bcd", Rival: "adam", Difference: -0.01, StandardError: math.NaN()}
	assert.Contains(t, c.standing(), "On c it is higher than that of adam by 1.00, with one seed.")

	c.Duels[2].Difference = 0
	assert.Contains(t, c.standing(), "is the lowest on 1 of 2 networks, on 0 by more")
	assert.Contains(t, c.standing(), "On c it is that of adam.")

	c.Duels = c.Duels[:1]
	assert.Empty(t, c.standing(), "no other solver")
}

func TestTrialsThatFailedHaveNoErrorInCSV(t *testing.T) {
	c := Comparison{Tried: []Trial{{"300", "sgd", "hinge, rate 0.2, decay 0", 3, 0, 0.0175},
		{"300", "sgd", "hinge, rate 9, decay 0", 3, 7, math.Inf(1)}}}
	var b bytes.Buffer
	require.NoError(t, c.WriteTrialsCSV(&b))
	assert.Equal(t, "network,solver,settings,epochs,seed,validation_error\n"+
		"300,sgd,\"hinge, rate 0.2, decay 0\",3,0,0.0175\n"+
		"300,sgd,\"hinge, rate 9, decay 0\",3,7,\n", b.String())
}
