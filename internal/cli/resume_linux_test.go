package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A state that is removed would take its place on the disk for as long as it is open.
func TestAResumedTrainingKeepsNoStateOpen(t *testing.T) {
	states := filepath.Join(t.TempDir(), "states")
	args := endless(t, "--checkpoint", states, "--checkpoint-every", "1h")
	for _, more := range []string{"--resume=false", "--resume"} {
		c := start(t, nil, append(args, more)...)
		c.until(t, "iteration ")
		dir := fmt.Sprintf("/proc/%d/fd", c.cmd.Process.Pid)
		open, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.NotEmpty(t, open)
		for _, e := range open {
			path, _ := os.Readlink(filepath.Join(dir, e.Name()))
			assert.NotContains(t, path, "state-", more)
		}
		require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
		assert.Equal(t, exitInterrupted, c.end().ExitCode())
		if more == "--resume" {
			assert.Contains(t, c.seen.String(), "continuing from ")
		}
	}
}
