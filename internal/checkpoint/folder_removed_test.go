package checkpoint

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/files"
)

// locked opens a folder and locks it.
func locked(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := OpenFolder(dir)
	require.NoError(t, err)
	holder, err := f.Lock()
	require.NoError(t, err)
	require.Nil(t, holder)
	return f
}

// TestAFolderThatIsRemovedMayBeUsedByAnotherTraining, whose states stay.
func TestAFolderThatIsRemovedMayBeUsedByAnotherTraining(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	f := locked(t, dir)
	require.NoError(t, f.SaveChoice(state("choice")))
	for range 3 {
		require.NoError(t, f.Save(state("ours")))
	}
	require.NoError(t, os.Remove(filepath.Join(dir, lockName)))
	require.NoError(t, f.Save(state("ours")), "the states are ours")
	assert.Equal(t, []string{"choice.ridge", "lock", "state-000003.ridge", "state-000004.ridge"}, entries(t, dir))

	require.NoError(t, os.RemoveAll(dir))
	g := locked(t, dir)
	assert.ErrorContains(t, f.Save(state("ours")), "trains with it now")
	assert.ErrorContains(t, f.SaveChoice(state("ours")), "trains with it now")
	require.NoError(t, g.Save(state("theirs")))
	require.NoError(t, g.Save(state("theirs")))
	assert.ErrorContains(t, f.Save(state("ours")), "trains with it now")
	require.NoError(t, g.Close())
	assert.ErrorContains(t, f.Save(state("ours")), "has what another training has saved")
	assert.Equal(t, []string{"state-000001.ridge", "state-000002.ridge"}, entries(t, dir))

	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, f.Save(state("ours")))
	assert.Equal(t, []string{"lock", "state-000005.ridge"}, entries(t, dir), "it is locked again")
	require.NoError(t, f.Close())
}

// What another training knows of its choice is kept as its states are, whatever this training had saved before.
func TestTheChoiceOfAnotherTrainingIsKept(t *testing.T) {
	save := func(f *Folder, kinds ...string) {
		by := map[string]func(write func(io.Writer) error) error{"choice": f.SaveChoice, "state": f.Save}
		for _, kind := range kinds {
			require.NoError(t, by[kind](state("ours")))
		}
	}
	for name, before := range map[string][]string{
		"nothing": nil, "a choice": {"choice"}, "a state": {"state"}, "both": {"choice", "state"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			f := locked(t, dir)
			save(f, before...)
			require.NoError(t, os.Remove(filepath.Join(dir, lockName)))
			save(f, before...) // without the file of the lock, they are ours still
			require.NoError(t, os.RemoveAll(dir))
			other := locked(t, dir)
			require.NoError(t, other.SaveChoice(state("theirs")))
			require.NoError(t, other.Close())
			assert.ErrorContains(t, f.SaveChoice(state("ours")), "has what another training has saved")
			assert.ErrorContains(t, f.Save(state("ours")), "has what another training has saved")
			assert.Equal(t, []string{"choice.ridge"}, entries(t, dir))
			known, err := other.Choice()
			require.NoError(t, err)
			assert.Equal(t, "theirs", string(known.About))
		})
	}
}

// A file is the known one only if all that tells files apart is the same.
func TestAFileThatDiffersInAnythingIsAnother(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		inPlace bool
		seconds int64 // when it was written
		same    bool
	}{
		"nothing":                   {"ours", true, 1, true},
		"another length":            {"theirs", true, 1, false},
		"another time":              {"ours", true, 2, false},
		"another file in its place": {"ours", false, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "f")
			write := func(path, content string, seconds int64) {
				require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
				require.NoError(t, os.Chtimes(path, time.Time{}, time.Unix(seconds, 0)))
			}
			write(path, "ours", 1)
			known := lstat(path)
			if c.inPlace {
				write(path, c.content, c.seconds)
			} else {
				write(path+"2", c.content, c.seconds)
				require.NoError(t, os.Rename(path+"2", path))
			}
			assert.Equal(t, c.same, isNoOther(path, known))
		})
	}
}

// Where there are no locks, two trainings can begin in one folder at the same time. The one that saves first has it.
func TestWithoutLocksStatesOfAnotherTrainingStay(t *testing.T) {
	defer files.PretendNoLocks()()
	for name, first := range map[string]func(f *Folder) error{
		"a state":  func(f *Folder) error { return f.Save(state("theirs")) },
		"a choice": func(f *Folder) error { return f.SaveChoice(state("theirs")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			f, g := locked(t, dir), locked(t, dir)
			require.NoError(t, first(f))
			before := entries(t, dir)
			for range 2 {
				assert.ErrorContains(t, g.Save(state("ours")), "has what another training has saved")
				assert.ErrorContains(t, g.SaveChoice(state("ours")), "has what another training has saved")
			}
			assert.Equal(t, before, entries(t, dir))
			for range 3 {
				require.NoError(t, f.Save(state("theirs")))
				require.NoError(t, f.SaveChoice(state("theirs")))
			}
			last, err := f.Last()
			require.NoError(t, err)
			assert.Equal(t, "theirs", string(last.About))
			require.NoError(t, os.RemoveAll(dir))
			require.NoError(t, g.Save(state("ours")), "there is nothing of theirs")
		})
	}
}
