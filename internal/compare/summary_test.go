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
