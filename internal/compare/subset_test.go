package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSolversOneAfterTheOtherMakeTheSameComparison: the baselines now and bcd later make the same comparison
// as all at once, and nothing is repeated.
func TestSolversOneAfterTheOtherMakeTheSameComparison(t *testing.T) {
	dir := t.TempDir()
	with := func(solvers ...string) *Summary {
		plan := testPlan()
		plan.Solvers = solvers
		set := digits(t)
		s, err := NewStudy(plan, set, dir)
		require.NoError(t, err)
		s.Workers = 1
		summary, err := s.Run(t.Context(), set)
		require.NoError(t, err)
		return summary
	}
	with("adam")
	before := contents(t, dir)
	assert.Len(t, before, 16+1)
	summary := with(BCD, "adam")
	after := contents(t, dir)
	assert.Equal(t, before[planName], after[keptPlan])
	delete(after, keptPlan)
	assert.Len(t, after, 32+1)
	for name, text := range before {
		if name != planName {
			assert.Equal(t, text, after[name], "%s was repeated", name)
		}
	}
	assert.Len(t, summary.Duels, 3)
	if testing.Short() {
		t.Skip("what was not repeated is compared; that it is what all at once would make is left out")
	}
	whole := t.TempDir()
	run(t, whole, 1)
	assert.Equal(t, withoutTimes(contents(t, whole)), withoutTimes(after))
}

// TestSolversWhoseTuningIsDoneAreReported: those of the others are not known yet.
func TestSolversWhoseTuningIsDoneAreReported(t *testing.T) {
	dir := t.TempDir()
	plan := testPlan()
	plan.Solvers = []string{"adam"}
	set := digits(t)
	s, err := NewStudy(plan, set, dir)
	require.NoError(t, err)
	_, err = s.Run(t.Context(), set)
	require.NoError(t, err)
	_, err = s.store.savePlan(testPlan(), s.data) // as if bcd had just begun
	require.NoError(t, err)
	summary, err := Collect(dir)
	require.NoError(t, err)
	assert.Equal(t, []int{16, 32}, []int{summary.Finished, summary.Runs})
	assert.Empty(t, summary.Duels)
	for _, cell := range summary.Cells {
		if cell.Solver == BCD {
			assert.Empty(t, cell.Errors)
			assert.Empty(t, cell.Settings)
		} else {
			assert.Len(t, cell.Errors, 2)
		}
	}
}
