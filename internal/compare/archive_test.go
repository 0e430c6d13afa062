package compare

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	for _, text := range files(t, dir) {
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

	other, err := NewStudy(plan, set, dir)
	require.NoError(t, err)
	other.data.Train++
	_, err = other.Run(t.Context(), set)
	var wrong *FileError
	assert.ErrorAs(t, err, &wrong, "an archive of other samples")
}

func TestArchivesThatAreNotWhatTheyShouldBe(t *testing.T) {
	const plan = `{"plan":{"solvers":["sgd"],"networks":[{"hidden":[6]}],"seeds":1,"epochs":1,"trials":1,"target":0.1},"data":{"name":"digits","train":60}}` + "\n"
	pack := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write([]byte(text))
		require.NoError(t, err)
		require.NoError(t, z.Close())
		return b.Bytes()
	}
	path := filepath.Join(t.TempDir(), "archive")
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":                {nil, "EOF"},
		"not gzip":             {[]byte(plan), "invalid header"},
		"no plan":              {pack(""), "EOF"},
		"bad plan":             {pack("{}"), "solver: none"},
		"cut off":              {pack(plan)[:60], "unexpected EOF"},
		"no result":            {pack(plan + "7"), "cannot unmarshal number"},
		"other data":           {pack(plan + `{"stage":"final","epochs":1,"data":{"name":"digits","train":61}}`), "is a run on digits (61 training"},
		"tuned on all samples": {pack(plan + `{"stage":"tune","epochs":1,"data":{"name":"digits","train":60}}`), "not on digits (50 training, 10 validation"},
		"no epochs":            {pack(plan + `{"stage":"tune","epochs":0,"trace":[],"data":{"name":"digits","train":50,"validation":10}}`), "has 0 epochs"},
		"no stage":             {pack(plan + `{"epochs":1,"data":{"name":"digits","train":60}}`), "is of the stage"},
		"too many seeds":       {pack(strings.Replace(plan, `"seeds":1`, `"seeds":300000000`, 1)), "want at most 10000"},
	} {
		require.NoError(t, os.WriteFile(path, c.content, 0o600))
		_, err := Collect(path)
		var wrong *FileError
		require.ErrorAs(t, err, &wrong, name)
		assert.Equal(t, path, wrong.Path)
		assert.Contains(t, err.Error(), "not the archive of a comparison: ", name)
		assert.Contains(t, err.Error(), c.want, name)
	}
	require.NoError(t, os.WriteFile(path, pack(plan), 0o600))
	summary, err := Collect(path)
	require.NoError(t, err, "nothing has run yet")
	assert.Equal(t, []int{0, 4}, []int{summary.Finished, summary.Runs})
}
