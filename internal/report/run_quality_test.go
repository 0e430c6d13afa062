package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
)

func TestRecallsOfTheTestSamples(t *testing.T) {
	r := sampleRun(2)
	r.Names, r.Classes, r.Test, r.Largest = []string{"a", "b", "none"}, 3, 10, Largest{"b", 8}
	r.TestConfusion = CountConfusion([]int{0, 0, 1, 1, 1, 1, 1, 1, 1, 1}, []int{0, 1, 1, 1, 1, 1, 1, 1, 0, 2})
	require.True(t, r.Lopsided())
	facts := r.qualityFacts(r.kept())
	require.Len(t, facts, 3)
	assert.Equal(t, `20.00 % (2 of 10), always "b"`, strings.Split(fmt.Sprint(facts[0][1]), ":")[0])
	assert.Equal(t, table.Row{"recall", `"a" 50.00 % (1 of 2), "b" 75.00 % (6 of 8); balanced accuracy 62.50 %`},
		facts[1])
	assert.Equal(t, table.Row{"precision", `"a" 50.00 % (1 of 2), "b" 85.71 % (6 of 7), "none" 0.00 % (0 of 1)`},
		facts[2])
	assert.InDelta(t, 0.625, r.balancedAccuracy(), 1e-15)
	never := r.classFact(CountConfusion([]int{0, 1}, []int{0, 0}).perClass(3), func(c classCounts) (int, int) {
		return c.right, c.answered
	})
	assert.Equal(t, `"a" 50.00 % (1 of 2), "b" – (0 of 0)`, never)
	assert.Equal(t, []JSONNumber{0.5, 0.75}, r.recalls()[:2])
	assert.True(t, math.IsNaN(float64(r.recalls()[2])), "it has no samples")
	assert.Contains(t, strings.Join(strings.Fields(tableOf(t, r, false)), " "), "balanced accuracy 62.50 %")
	measured := r.TestConfusion
	r.TestConfusion = nil
	assert.NotContains(t, tableOf(t, r, false), "recall", "it could not be measured")
	r.TestConfusion = measured
	r.Largest.Count = 7
	assert.False(t, r.Lopsided())
	r.Weight = "balanced"
	assert.True(t, r.Lopsided())
	r.Test = 0
	assert.False(t, r.Lopsided())
}

// TestTheLowestRecallsOfManyClassesAreShown with how many samples they are.
func TestTheLowestRecallsOfManyClassesAreShown(t *testing.T) {
	const nextThree = `"1" 100.00 % (1 of 1), "2" 100.00 % (1 of 1), "3" 100.00 % (1 of 1)`
	for classes, want := range map[int]string{
		2: `"0" 0.00 % (0 of 1), "1" 100.00 % (1 of 1); balanced accuracy 50.00 %`,
		5: `"0" 0.00 % (0 of 1), ` + nextThree + `, "4" 0.00 % (0 of 1); balanced accuracy 60.00 %`,
		6: `the lowest of 6 classes: "0" 0.00 % (0 of 1), "5" 0.00 % (0 of 1), ` + nextThree +
			`; balanced accuracy 66.67 %`,
		100: `the lowest of 100 classes: "0" 0.00 % (0 of 1), "99" 0.00 % (0 of 1), ` + nextThree +
			`; balanced accuracy 98.00 %`,
	} {
		r := sampleRun(1)
		r.Names, r.Classes, r.Test, r.Largest, r.Weight = nil, classes, classes, Largest{"0", 1}, "balanced"
		var labels []int
		for k := range classes {
			r.Names, labels = append(r.Names, fmt.Sprint(k)), append(labels, k)
		}
		answers := slices.Clone(labels)
		answers[0], answers[classes-1] = 1, 1 // the first and the last one are wrong
		if classes == 2 {
			answers[1] = 1
		}
		r.TestConfusion = CountConfusion(labels, answers)
		assert.Equal(t, want, r.qualityFacts(r.kept())[1][1])
		if r.Weighted = []string{"4", "3"}; classes == 100 {
			assert.Equal(t, `"3" 100.00 % (1 of 1), "4" 100.00 % (1 of 1); `+want, r.qualityFacts(r.kept())[1][1])
		}
		r.TestConfusion = CountConfusion(labels, labels)
		if classes > 5 {
			assert.Equal(t, "100.00 % of each class; balanced accuracy 100.00 %", r.qualityFacts(r.kept())[1][1])
		}
	}
}

// The error of guessing is shown next to one that is at least half of it, and next to all if one class is far larger.
func TestTheErrorOfGuessingIsShownWhereItTells(t *testing.T) {
	for _, c := range []struct {
		largest int
		err     float64
		want    string
	}{
		{70, 0.1499, ""},
		{70, 0.15, `30.00 % (30 of 100), always "b"`},
		{70, 0.3, `30.00 % (30 of 100), always "b": the network does no better`},
		{100, 1, ""},
		{80, 0, `20.00 % (20 of 100), always "b"`},
		{99, 0.01,
			`1.00 % (1 of 100), always "b": the network does no better; ` +
				"--weight balanced makes it look at the other classes"},
	} {
		r := sampleRun(1)
		r.Classes, r.Test, r.Largest = 2, 100, Largest{"b", c.largest}
		facts := r.qualityFacts(train.Epoch{TestError: c.err})
		if c.want == "" {
			assert.Empty(t, facts)
			continue
		}
		assert.Equal(t, []table.Row{{"by guessing", c.want}}, facts)
	}
	r := sampleRun(1)
	r.Classes = 0
	assert.Empty(t, r.qualityFacts(train.Epoch{TestError: 9}), "a regression has no class to guess")
	assert.True(t, math.IsNaN(r.guessError()))
}
