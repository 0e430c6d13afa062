package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A file that is mounted can't be replaced, as in a container that has been given one file of its host: that is said
// before the training, not after it.
func TestAFileThatIsMountedIsRefusedAsAnOutput(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"host", "model"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600))
	}
	mounting := func(more ...string) *exec.Cmd {
		script := []string{"-rm", "sh", "-c", `mount --bind host model && "$@"`, "sh"}
		cmd := exec.CommandContext(t.Context(), "unshare", append(script, more...)...)
		cmd.Dir = dir
		return cmd
	}
	if out, err := mounting("true").CombinedOutput(); err != nil {
		t.Skipf("nothing may be mounted here: %v: %s", err, out)
	}
	for _, flag := range []string{"--json", "--csv", "--save", "--report"} {
		train := command(t, nil, "--epochs", "1", "--net", "2", "--limit", "50", flag, "model")
		cmd := mounting(train.Args...)
		cmd.Env = train.Env
		said, err := cmd.CombinedOutput()
		require.Error(t, err, flag)
		assert.Equal(t, exitFailed, cmd.ProcessState.ExitCode(), flag)
		assert.Contains(t, string(said), flag+" model: can't be written: it is a mount point of its own")
		assert.NotContains(t, string(said), "test error", "%s: nothing is trained", flag)
		assert.Equal(t, []string{"host", "model"}, entries(t, dir), flag)
		assert.Equal(t, "old", string(read(t, filepath.Join(dir, "host"))), flag)
	}
}
