package report

import (
	"bytes"
	"encoding/csv"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sampleComparison has a cell of each kind: all seeds, one that failed, targets that not
// all or none reached, one seed, and none.
func sampleComparison() *Comparison {
	nan := math.NaN()
	return &Comparison{
		Design: Design{
			Dataset: "mnist", Train: 60000, Validation: 10000, Test: 10000,
			Solvers: []string{"bcd", "adam"}, Networks: []string{"300", "10x100"}, Tuned: []string{"300"},
			Seeds: 3, Epochs: 20, Trials: 24, Target: 0.02,
		},
		Conditions: Conditions{Execution: Execution{ISA: "avx2", Workers: 2}},
		Cells: []Cell{
			{"300", "bcd", "hinge, λ ×1", 0.0175, []float64{0.016, 0.018, 0.017}, []float64{40, 41, 42},
				[]float64{20, 22, 21}, 0},
			{"300", "adam", "softmax, rate 0.002", 0.018, []float64{0.015, 0.016}, []float64{10, 12}, []float64{8, nan},
				1},
			{"10x100", "bcd", "hinge, λ ×2", nan, []float64{0.025}, []float64{4}, []float64{nan}, 0},
			{Network: "10x100", Solver: "adam", ValidationError: nan},
		},
	}
}

func TestTheTableOfAComparisonHasErrorsTimesAndSettings(t *testing.T) {
	var b strings.Builder
	require.NoError(t, sampleComparison().WriteTable(&b, false))
	const want = ` network  solver              test error (%)    time           to 2 %
───────────────────────────────────────────────────────────────────
 300      bcd                    1.70 ± 0.10  41.0 s           21.0 s
          adam    1.55 ± 0.07 (1 of 3 failed)  11.0 s  8.00 s (1 of 3)
 10x100   bcd                           2.50  4.00 s                –
          adam                              –       –               –

 network  solver  settings             val. err
───────────────────────────────────────────────
 300      bcd     hinge, λ ×1            1.75 %
          adam    softmax, rate 0.002    1.80 %
 10x100   bcd     hinge, λ ×2                 –
          adam    –                           –

 data     mnist: 60,000 training, 10,000 test samples
 tuning   24 settings of each solver on 300, judged by 10,000 held-out
          training samples
 runs     3 seeds, 20 epochs each
 machine  avx2, 2 workers, float32
`
	squeeze := func(s string) string { // columns are another test's concern
		var lines []string
		for line := range strings.Lines(s) {
			lines = append(lines, strings.Join(strings.Fields(strings.ReplaceAll(line, "─", "")), " "))
		}
		return strings.Join(lines, "\n")
	}
	assert.Equal(t, squeeze(want), squeeze(b.String()))
	for line := range strings.Lines(b.String()) {
		assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), Width)
	}
	b.Reset()
	require.NoError(t, sampleComparison().WriteTable(&b, true))
	assert.Contains(t, b.String(), string(emphasize("1.70 ± 0.10", true)),
		"the best of the solvers of which no seed failed")
	assert.NotContains(t, b.String(), string(emphasize("1.55 ± 0.07 (1 of 3 failed)", true)))
}

func TestEveryCellOfAComparisonIsALineOfCSV(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, sampleComparison().WriteCSV(&b))
	lines, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	require.Len(t, lines, 5)
	field := func(line int, name string) string {
		for i, column := range lines[0] {
			if column == name {
				return lines[line][i]
			}
		}
		require.Fail(t, name)
		return ""
	}
	for _, c := range []struct {
		line       int
		name, want string
	}{
		{1, "network", "300"},
		{1, "solver", "bcd"},
		{1, "seeds", "3"},
		{1, "seconds", "41"},
		{1, "seconds_to_target", "21"},
		{2, "failed", "1"},
		{2, "seeds_to_target", "1"},
		{2, "seconds_to_target", "8"},
		{3, "validation_error", ""},
		{3, "test_error", "0.025"},
		{3, "test_error_deviation", ""},
		{3, "seconds_to_target", ""},
		{4, "test_error", ""},
		{4, "seconds", ""},
		{4, "seeds", "0"},
	} {
		assert.Equal(t, c.want, field(c.line, c.name), "line %d, %s", c.line, c.name)
	}
}

func TestTheMarkdownOfAComparisonIsASectionOfADocument(t *testing.T) {
	var b strings.Builder
	require.NoError(t, sampleComparison().WriteMarkdown(&b, func(n string) string {
		if n == "300" {
			return "error-300.svg"
		}
		return ""
	}))
	for _, want := range []string{
		"## Solvers on mnist\n",
		"| solver | 300 | 10x100 |\n|---|---:|---:|\n| bcd | **1.70 ± 0.10** | **2.50** |\n| adam | 1.55 ± 0.07 (1 " +
			"of 3 failed) | – |\n",
		"| bcd | 41.0 s | 4.00 s |\n",
		"at most 2 % test error",
		"| adam | 8.00 s (1 of 3) | – |\n",
		"](error-300.svg)\n",
		"| 10x100 | adam | – | – |\n",
	} {
		assert.Contains(t, b.String(), want)
	}
	assert.Equal(t, 1, strings.Count(b.String(), "!["))
	assert.NotContains(t, b.String(), "nfinished")

	assert.NotContains(t, b.String(), "No training came")

	far := sampleComparison()
	for i := range far.Cells {
		for k := range far.Cells[i].ToTarget {
			far.Cells[i].ToTarget[k] = math.NaN()
		}
	}
	b.Reset()
	require.NoError(t, far.WriteMarkdown(&b, func(string) string { return "" }))
	assert.Contains(t, b.String(), "\nNo training came to a test error of at most 2 %.\n")
	assert.NotContains(t, b.String(), "Time to the first epoch", "a table without a number")

	part := sampleComparison()
	part.Finished, part.Runs = 20, 48
	b.Reset()
	require.NoError(t, part.WriteMarkdown(&b, func(string) string { return "" }))
	assert.Contains(t, b.String(), "Unfinished: 20 of 48 runs are done.")
	b.Reset()
	require.NoError(t, part.WriteTable(&b, false))
	assert.Contains(t, b.String(), " unfinished  20 of 48 runs are done\n")
}

// People also read pages as text: only tables, commands and long words go beyond the width of prose.
func TestLinesOfProseInMarkdownAreWrapped(t *testing.T) {
	c := sampleComparison()
	c.Duels = []Duel{{Network: "300", Solver: "bcd", Rival: "adam", Goal: 0.02, Difference: 0.01, StandardError: 0.003,
		ToGoal: []float64{20, 22}, RivalSeconds: 25.3}}
	c.Origins = []Origin{{CPU: strings.Repeat("processor ", 30), Runs: 1, Solvers: c.Solvers}}
	var b strings.Builder
	require.NoError(t, c.WriteMarkdown(&b, func(n string) string { return "error-" + n + ".svg" }))
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "|") {
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimRight(line, "\n")), 120, line)
		}
	}
	assert.Contains(t, b.String(), "\n  processor", "the list goes on")
}

func TestTheTableOfAPlanShowsWhatIsLeft(t *testing.T) {
	p := Plan{
		Rows: []PlanRow{
			{"tune", "bcd", "300", 3, 24, 24, 6},
			{"tune", "adam", "300", 3, 24, 10, 2},
			{"final", "bcd", "300", 20, 5, 0, math.NaN()},
		},
		Seconds: 3725.4,
	}
	var b strings.Builder
	require.NoError(t, p.WriteTable(&b, false))
	for _, want := range []string{
		"tune   300      bcd", " 6.00 s\n", " –\n", "runs       53, 34 finished\n", "time left  about 1h2m5s\n",
	} {
		assert.Contains(t, b.String(), want)
	}
	p.Seconds = math.NaN()
	b.Reset()
	require.NoError(t, p.WriteTable(&b, false))
	assert.Contains(t, b.String(), "no finished run to estimate from")
}
