//go:build linux || darwin

package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
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
