package compare

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/sealed"
)

// TestAFolderOfOtherSamplesIsRefused before anything is written, even if name and counts are the
// same, and with or without its plan.
func TestAFolderOfOtherSamplesIsRefused(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, 1)
	before := contents(t, dir)
	for _, change := range []string{"a pixel", "a test label"} {
		set := digits(t)
		if change == "a pixel" {
			set.Train.X[100]++
		} else {
			set.Test.Labels[0] = 9 - set.Test.Labels[0]
		}
		_, err := NewStudy(testPlan(), set, dir)
		var wrong *sealed.FileError
		require.ErrorAs(t, err, &wrong, change)
		assert.Equal(t, filepath.Join(dir, planName), wrong.Path)
		assert.Contains(t, err.Error(), "another folder")
		assert.Equal(t, before, contents(t, dir))
	}
	require.NoError(t, os.Remove(filepath.Join(dir, planName)))
	set := digits(t)
	set.Train.X[100]++
	_, err := NewStudy(testPlan(), set, dir)
	require.ErrorContains(t, err, "another folder")
	_, err = NewStudy(testPlan(), digits(t), dir)
	require.NoError(t, err)
}

func TestAnotherPlanIsKept(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, 1)
	first := contents(t, dir)[planName]
	plan := testPlan()
	plan.Networks = plan.Networks[:2]
	plan.TuneOn = []string{"6", "5"}
	s, err := NewStudy(plan, digits(t), dir)
	require.NoError(t, err)
	_, err = s.store.savePlan(s.plan, s.data)
	require.NoError(t, err)
	assert.Equal(t, first, contents(t, dir)[keptPlan])
	assert.NotEqual(t, first, contents(t, dir)[planName])
	kept, err := s.store.savePlan(s.plan, s.data)
	require.NoError(t, err)
	assert.Empty(t, kept, "the same plan again")

	second := contents(t, dir)[planName]
	s.plan.Trials++
	kept, err = s.store.savePlan(s.plan, s.data)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "plan.before.2.json"), kept)
	assert.Equal(t, first, contents(t, dir)[keptPlan], "none is lost")
	assert.Equal(t, second, contents(t, dir)["plan.before.2.json"])

	// A process that was killed between the two names goes on with the one that is there.
	require.NoError(t, os.Link(filepath.Join(dir, planName), filepath.Join(dir, "plan.before.3.json")))
	s.plan.Trials++
	kept, err = s.store.savePlan(s.plan, s.data)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "plan.before.3.json"), kept)
}

// TestResultsWithoutAHashAreReported are reported, but the comparison continues from them only after somebody
// has said which samples they belong to.
func TestResultsWithoutAHashAreReported(t *testing.T) {
	dir := t.TempDir()
	summary, _ := run(t, dir, 1)
	want := summary.study.data.Hash
	old := filepath.Join(t.TempDir(), ArchiveName)
	summary.study.data.Hash = ""
	for _, r := range summary.study.store.loaded {
		r.Data.Hash = ""
	}
	summary.study.plan.Solvers = []string{"adam"} // of the last command; the other runs are older
	var b bytes.Buffer
	require.NoError(t, summary.WriteArchive(&b))
	require.NoError(t, os.WriteFile(old, b.Bytes(), 0o600))
	_, err := NewStudy(testPlan(), digits(t), filepath.Dir(old))
	require.ErrorContains(t, err, "train compare --report OLD --data NAME --pack FILE")

	again, err := Collect(old)
	require.NoError(t, err)
	assert.Equal(t, 16, again.Finished)
	other := digits(t)
	other.Name = "other"
	require.ErrorContains(t, again.Identify(other), "not of")
	require.NoError(t, again.Identify(digits(t)))
	require.ErrorContains(t, again.Identify(digits(t)), "already")
	assert.Equal(t, want, again.study.data.Hash)
	b.Reset()
	require.NoError(t, again.WriteArchive(&b))
	assert.Empty(t, again.Problems())
	require.NoError(t, os.WriteFile(old, b.Bytes(), 0o600))
	s, err := NewStudy(testPlan(), digits(t), filepath.Dir(old))
	require.NoError(t, err)
	o, err := s.Outlook()
	require.NoError(t, err)
	finished, _ := o.Count()
	assert.Equal(t, 32, finished)
}

// TestTwoComparisonsOfAFolderShareTheWork: each run is trained once.
func TestTwoComparisonsOfAFolderShareTheWork(t *testing.T) {
	dir := t.TempDir()
	var mutex sync.Mutex
	begun := map[string]int{}
	var group sync.WaitGroup
	summaries := make([]*Summary, 2)
	for i := range summaries {
		s, set := testStudy(t, dir)
		s.Workers = 1
		s.trained = func(r Run) {
			mutex.Lock()
			defer mutex.Unlock()
			begun[r.String()]++
		}
		group.Go(func() {
			var err error
			summaries[i], err = s.Run(t.Context(), set)
			assert.NoError(t, err)
		})
	}
	group.Wait()
	assert.Len(t, begun, 32)
	for name, times := range begun {
		assert.Equal(t, 1, times, name)
	}
	assert.Equal(t, withoutNaN(t, summaries[0]), withoutNaN(t, summaries[1]))
	assert.Len(t, contents(t, dir), 33, "no lock stays")
}
