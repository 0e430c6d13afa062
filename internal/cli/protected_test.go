//go:build linux || darwin

package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProtectedOutputIsRefused(t *testing.T) {
	dir, err := os.MkdirTemp("", "ridge-protected-") // a folder of the test would be for its user alone
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	for name, mode := range map[string]os.FileMode{"protected": 0o555, "open": 0o777} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
		require.NoError(t, os.Chmod(filepath.Join(dir, name), mode))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o444))
	for path, code := range map[string]int{"file": exitFailed, "protected/new": exitFailed, "open/new": exitDone} {
		cmd := command(t, nil, "--epochs", "1", "--net", "2", "--limit", "50", "--save", path)
		var stderr bytes.Buffer
		cmd.Dir, cmd.Stderr = dir, &stderr
		asNobody(t, cmd)
		if err := cmd.Start(); os.Getuid() == 0 && err != nil {
			t.Skipf("root may write everywhere, and not become somebody else: %v", err)
		}
		_ = cmd.Wait() // the exit code tells
		assert.Equal(t, code, cmd.ProcessState.ExitCode(), "%s: %s", path, &stderr)
		if code == exitFailed {
			assert.Contains(t, stderr.String(), "--save "+path+": can't be written: permission denied")
		}
	}
}

// asNobody has a program run without the rights of root, who may write everywhere.
func asNobody(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	const nobody = 65534
	switch {
	case os.Getuid() != 0:
		return
	case runtime.GOOS != "linux":
		t.Skip("root may write everywhere, and a program in a folder of root is for root alone")
	}
	cmd.Path = "/proc/self/exe" // whoever may see the folder of the program
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}
