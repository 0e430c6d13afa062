//go:build linux || darwin

package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/checkpoint"
)

// Making room is of no use if the folder belongs to another training: the warning must not promise states.
func TestTheWarningThatNoStateCouldBeSavedSaysWhatFollows(t *testing.T) {
	const planned, never = "the next one will be saved as planned", "nothing of this one is saved"
	full := func(*testing.T, string) error { return errors.New("no space left") }
	removed := func(end bool) func(t *testing.T, dir string) error {
		return func(t *testing.T, dir string) error {
			write := func(w io.Writer) error { _, err := w.Write([]byte("theirs")); return err }
			ours := lockedFolder(t, dir)
			require.NoError(t, os.RemoveAll(dir))
			theirs := lockedFolder(t, dir)
			require.NoError(t, theirs.Save(write))
			if end {
				require.NoError(t, theirs.Close())
			}
			return ours.Save(write)
		}
	}
	for name, c := range map[string]struct {
		fails     func(t *testing.T, dir string) error
		want, not string
	}{
		"a full disk":              {full, planned, never},
		"another one that trains":  {removed(false), never, planned},
		"another one that is over": {removed(true), never, planned},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "states")
			said := new(strings.Builder)
			cmd := new(cobra.Command)
			cmd.SetErr(said)
			k := &keeper{flags: &keepFlags{dir: dir}, clock: checkpoint.NewClock(time.Minute), speaker: newSpeaker(cmd)}
			assert.False(t, k.saving(func() error { return c.fails(t, dir) }))
			assert.Contains(t, said.String(), "warning: --checkpoint "+dir+": ")
			assert.Contains(t, said.String(), c.want)
			assert.NotContains(t, said.String(), c.not)
		})
	}
}

// lockedFolder opens a folder of states and locks it.
func lockedFolder(t *testing.T, dir string) *checkpoint.Folder {
	t.Helper()
	folder, err := checkpoint.OpenFolder(dir)
	require.NoError(t, err)
	holder, err := folder.Lock()
	require.NoError(t, err)
	require.Nil(t, holder)
	return folder
}

// A file of the user's may have the name of the lock.
func TestAFileInThePlaceOfTheLockStays(t *testing.T) {
	data, states := shapes(t, 60, 30), t.TempDir()
	mine := filepath.Join(states, "lock")
	require.NoError(t, os.WriteFile(mine, []byte("mine"), 0o644))
	o := execute(t.Context(), "--data", data, "--net", "4", "--epochs", "1", "--checkpoint", states)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "--checkpoint "+states+": "+mine+": it is in the place of a lock")
	assert.Equal(t, "mine", string(read(t, mine)))
	assert.Equal(t, []string{"lock"}, entries(t, states))
}

// The disk, or who may read a file, is no fault of the file's, which may be all that there is of a training.
func TestAStateThatCannotBeReadIsNotCalledDamaged(t *testing.T) {
	states := filepath.Join(t.TempDir(), "states")
	args := []string{"--data", shapes(t, 60, 30), "--net", "4", "--epochs", "1", "--choose-lambda", "no",
		"--checkpoint", states}
	succeed(t, args...)
	before := entries(t, states)
	for _, name := range []string{"state-000009.ridge", "choice.ridge"} {
		unreadable := filepath.Join(states, name)
		require.NoError(t, os.Symlink(name, unreadable)) // by root, too
		o := execute(t.Context(), instead(args, "--resume", "--choose-lambda", "yes")...)
		assert.Equal(t, exitFailed, o.code, o.stderr)
		assert.Contains(t, o.stderr, unreadable)
		assert.Contains(t, o.stderr, "may be a good one")
		assert.NotContains(t, o.stderr, "damaged")
		require.NoError(t, os.Remove(unreadable))
		assert.Equal(t, before, entries(t, states))
	}
}

// Which networks a choice has to choose from depends on the memory that is free: then it is not the files that differ.
func TestAResumedTrainingSaysThatItLacksMemory(t *testing.T) {
	r := preparedOf(t, "--data", flowers(t, 100))
	var said strings.Builder
	r.say = &speaker{w: &said}
	r.keeper = &keeper{speaker: r.say, flags: new(keepFlags)}
	before := debug.SetMemoryLimit(1)
	list, err := r.candidates()
	debug.SetMemoryLimit(before)
	require.NoError(t, err)
	assert.Len(t, list, 1)
	assert.Contains(t, said.String(), "leaves --net 300,100 out, for lack of memory: ")
	r.keeper.recipe, err = r.plan.recipe(r.problem())
	require.NoError(t, err)
	for _, name := range []string{checkpoint.Samples, "networks to choose from", "--net"} {
		of := func(value string) checkpoint.Identity {
			return checkpoint.Identity{Settings: []checkpoint.Setting{{Name: name, Value: value}}}
		}
		about, err := of("one").Encode()
		require.NoError(t, err)
		theirs, err := of("two").Compare(about)
		refused := r.keeper.refuse("f", err, theirs, of("two"))
		assert.ErrorContains(t, refused, "leaves --net 300,100 and --net 100,100 out, for lack of memory")
		assert.NotContains(t, refused.Error(), "has changed")
		refused = (&keeper{flags: new(keepFlags), recipe: r.keeper.recipe}).refuse("f", err, theirs, of("two"))
		assert.NotContains(t, refused.Error(), "memory")
		assert.Equal(t, name == checkpoint.Samples, strings.Contains(refused.Error(), "has changed"))
	}
}
