package compare

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTrialsThatAllFailedHaveNoError(t *testing.T) {
	saved := goodPlan()
	s := &Study{plan: saved.Plan, data: saved.Data, store: newStore("")}
	for _, rung := range s.plan.rungs() {
		for _, h := range s.halvings() {
			for _, r := range h.runs(rung) {
				s.store.loaded[r.String()] = &Result{Run: r, Data: s.data.of(r.Stage), Failed: "diverged"}
			}
		}
	}
	summary, err := s.summary()
	require.NoError(t, err)
	require.Len(t, summary.Cells, 1)
	assert.NotEmpty(t, summary.Cells[0].Settings)
	assert.True(t, math.IsNaN(summary.Cells[0].ValidationError))
	var b bytes.Buffer
	require.NoError(t, summary.WriteCSV(&b))
	require.NoError(t, summary.WriteTable(&b, false))
	require.NoError(t, summary.WriteMarkdown(&b, func(string) string { return "" }))
	assert.NotContains(t, b.String(), "Inf")
}

func TestSecondsToATargetEndWithTheFirstEpochThatMeetsIt(t *testing.T) {
	trace := []Epoch{{TestError: 0.5, Seconds: 1}, {TestError: 0.02, Seconds: 2}, {TestError: 0.03, Seconds: 3},
		{TestError: 0.01, Seconds: 4}}
	assert.Equal(t, 2.0, secondsTo(trace, 0.02))
	assert.Equal(t, 4.0, secondsTo(trace, 0.019))
	assert.True(t, math.IsNaN(secondsTo(trace, 0.001)))

	sum := 0.
	for range 10 { // runs that all end at 0.1
		sum += 0.1
	}
	require.Less(t, sum/10, 0.1)
	assert.Equal(t, 5.0, secondsTo([]Epoch{{TestError: 0.1, Seconds: 5}}, sum/10), "its own mean")
}
