package compare

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/sealed"
)

func TestArchiveHasAllRuns(t *testing.T) {
	dir := t.TempDir()
	summary, _ := run(t, dir, 1)
	var archive, again bytes.Buffer
	require.NoError(t, summary.WriteArchive(&archive))

	kept := t.TempDir()
	path := filepath.Join(kept, ArchiveName)
	require.NoError(t, os.WriteFile(path, archive.Bytes(), 0o600))
	for _, place := range []string{path, kept} {
		have, err := Collect(place)
		require.NoError(t, err)
		assert.Equal(t, withoutNaN(t, summary), withoutNaN(t, have))
		again.Reset()
		require.NoError(t, have.WriteArchive(&again))
		assert.Equal(t, archive.Bytes(), again.Bytes(), "the same results give the same bytes")
	}
	var all int
	for _, text := range contents(t, dir) {
		all += len(text)
	}
	assert.Less(t, archive.Len(), all/5)
}

// TestAComparisonGoesOnFromAnArchive: what is in it is not repeated.
func TestAComparisonGoesOnFromAnArchive(t *testing.T) {
	plan := testPlan()
	plan.Solvers = []string{"adam"}
	set := digits(t)
	first, err := NewStudy(plan, set, t.TempDir())
	require.NoError(t, err)
	summary, err := first.Run(t.Context(), set)
	require.NoError(t, err)
	var archive bytes.Buffer
	require.NoError(t, summary.WriteArchive(&archive))

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ArchiveName), archive.Bytes(), 0o600))
	plan.Solvers = []string{"adam", "sgd"}
	second, err := NewStudy(plan, set, dir)
	require.NoError(t, err)
	summary, err = second.Run(t.Context(), set)
	require.NoError(t, err)
	assert.Equal(t, 32, summary.Finished)
	written, err := filepath.Glob(filepath.Join(dir, "*adam*"))
	require.NoError(t, err)
	assert.Empty(t, written)
	again, err := Collect(dir)
	require.NoError(t, err)
	assert.Equal(t, 32, again.Finished, "files and archive together")

	set.Train.X[7]++
	before := contents(t, dir)
	_, err = NewStudy(plan, set, dir)
	var wrong *sealed.FileError
	require.ErrorAs(t, err, &wrong, "an archive of other samples")
	assert.Equal(t, before, contents(t, dir))
}

// A folder, or the archive in it, may have runs that the last plan does not ask for: of other solvers, of more seeds,
// or of trials that the tuning no longer goes on with.
func TestAnArchiveHasTheRunsOfOtherPlans(t *testing.T) {
	dir := t.TempDir()
	set := digits(t)
	for _, solvers := range [][]string{{BCD, "adam"}, {"sgd"}, {"adam"}} {
		plan := testPlan()
		plan.Solvers = solvers
		study, err := NewStudy(plan, set, dir)
		require.NoError(t, err)
		_, err = study.Run(t.Context(), set)
		require.NoError(t, err)
	}
	all, err := filepath.Glob(filepath.Join(dir, "*_seed*.json"))
	require.NoError(t, err)
	require.Len(t, all, 3*16)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "old_seed1.json"), []byte("{}"), 0o600))

	summary, err := Collect(dir)
	require.NoError(t, err)
	assert.Empty(t, summary.Problems())
	path := filepath.Join(t.TempDir(), ArchiveName)
	pack := func(s *Summary) {
		var archive bytes.Buffer
		require.NoError(t, s.WriteArchive(&archive))
		require.NoError(t, os.WriteFile(path, archive.Bytes(), 0o600))
	}
	pack(summary)
	require.Len(t, summary.Problems(), 1)
	assert.Contains(t, summary.Problems()[0], "old_seed1.json: not the result of a run")
	for range 2 { // of the folder, then of the archive
		kept, err := openArchive(path)
		require.NoError(t, err)
		assert.Len(t, kept.store.archived, len(all))
		again, err := Collect(path)
		require.NoError(t, err)
		assert.Equal(t, withoutNaN(t, summary), withoutNaN(t, again))
		pack(again)
	}
}

// To decode a result is most of the work.
func TestAllResultsAreReadOnce(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, 1)
	s, err := open(dir)
	require.NoError(t, err)
	paths, err := s.store.resultFiles()
	require.NoError(t, err)
	require.Len(t, paths, 32)
	once := testing.AllocsPerRun(1, func() {
		for _, path := range paths {
			_, err := readResult(path)
			require.NoError(t, err)
		}
	})
	all := testing.AllocsPerRun(1, func() {
		again := newStore(dir)
		require.NoError(t, again.readAll(s.data))
		assert.Len(t, again.loaded, len(paths))
	})
	assert.Less(t, all, 1.5*once)
}

func TestNoArchiveIsWrittenThatIsTooLargeToBeRead(t *testing.T) {
	var b bytes.Buffer
	size := len(text(t, goodResult())) + 1
	lines := &lineWriter{w: &b, left: 2 * size}
	require.NoError(t, lines.write(goodResult()))
	require.NoError(t, lines.write(goodResult()))
	require.ErrorContains(t, lines.write(goodResult()), "not read back")
	assert.Equal(t, 2*size, b.Len())
}
