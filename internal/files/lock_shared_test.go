//go:build linux

package files

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestUsersShareAFolder: the second one learns who has the lock, and takes it when that process has ended.
func TestUsersShareAFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be another user")
	}
	const other = 65534
	dir := t.TempDir()
	path := filepath.Join(dir, "lock")
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	require.NoError(t, os.Chmod(dir, 0o777))
	defer unix.Umask(unix.Umask(0o022))
	asAnother := func(f func()) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		_, err := unix.SetfsuidRetUid(other)
		require.NoError(t, err)
		defer func() { _, _ = unix.SetfsuidRetUid(0) }()
		f()
	}
	first, _, err := TryLock(path)
	require.NoError(t, err)
	if !first.Sure() {
		t.Skip("this system has no locks")
	}
	asAnother(func() {
		_, err := os.OpenFile(path, os.O_RDWR, 0)
		require.ErrorIs(t, err, os.ErrPermission)
		second, holder, err := TryLock(path)
		require.NoError(t, err)
		assert.Nil(t, second)
		require.NotNil(t, holder)
		assert.Equal(t, os.Getpid(), holder.PID)
	})
	require.NoError(t, first.f.Close()) // as if it had been killed
	assert.FileExists(t, path)
	asAnother(func() {
		second, _, err := TryLock(path)
		require.NoError(t, err)
		require.NotNil(t, second)
		assert.True(t, second.Held())
		require.NoError(t, second.Unlock())
	})
	assert.NoFileExists(t, path)
}
