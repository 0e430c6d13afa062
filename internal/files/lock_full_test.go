//go:build linux

package files

import (
	"os/signal"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestALockHoldsWhereNothingCanBeWritten, as on a full disk: it only does not say who has it.
func TestALockHoldsWhereNothingCanBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	signal.Ignore(unix.SIGXFSZ) // writing fails instead
	defer signal.Reset(unix.SIGXFSZ)
	var old unix.Rlimit
	require.NoError(t, unix.Getrlimit(unix.RLIMIT_FSIZE, &old))
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 0, Max: old.Max}))
	lock, _, err := TryLock(path)
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &old))
	require.NoError(t, err)
	require.NotNil(t, lock)
	if lock.Sure() {
		other, holder, err := TryLock(path)
		require.NoError(t, err)
		assert.Nil(t, other)
		assert.Equal(t, "another process", holder.String())
	}
	require.NoError(t, lock.Unlock())
	assert.NoFileExists(t, path)
}
