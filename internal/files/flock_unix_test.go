//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// flocks makes the calls of the system return these errors one after the other, and then what they are.
func flocks(t *testing.T, errs ...error) {
	t.Helper()
	before := flock
	t.Cleanup(func() { flock = before })
	flock = func(fd, how int) error {
		if len(errs) == 0 {
			return before(fd, how)
		}
		err := errs[0]
		errs = errs[1:]
		return err
	}
}

// Only some errors say that there are no locks.
func TestAnErrorOfTheDiskIsNoLock(t *testing.T) {
	for err, want := range map[error]struct{ sure, fails bool }{
		unix.EINTR:   {sure: true},
		unix.ESTALE:  {sure: true},
		unix.ENOSYS:  {},
		unix.ENOLCK:  {},
		unix.ENOTSUP: {},
		unix.EPERM:   {},
		unix.EIO:     {fails: true},
	} {
		path := filepath.Join(t.TempDir(), "lock")
		flocks(t, err)
		lock, _, got := TryLock(path)
		if want.fails {
			require.ErrorIs(t, got, err)
			require.ErrorContains(t, got, path)
			assert.Nil(t, lock)
		} else {
			require.NoError(t, got, err)
			assert.Equal(t, want.sure, lock.Sure(), err)
			require.NoError(t, lock.Unlock())
			assert.NoFileExists(t, path)
		}

		dir := t.TempDir()
		flocks(t, err)
		f, got := create(dir, 0o600)
		if want.fails {
			require.ErrorIs(t, got, err)
			assert.Empty(t, entries(t, dir))
			continue
		}
		require.NoError(t, got, err)
		assert.True(t, isStill(f, f.Name()))
		require.NoError(t, discard(f))
	}
}

// A file may have been removed, on another machine, since it was opened: the lock is of the file that is there then.
func TestAFileThatIsGoneIsMadeAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	before := flock
	t.Cleanup(func() { flock = before })
	calls := 0
	flock = func(fd, how int) error {
		if calls++; calls == 1 {
			require.NoError(t, os.Remove(path))
			return unix.ESTALE
		}
		return before(fd, how)
	}
	lock, _, err := TryLock(path)
	require.NoError(t, err)
	assert.True(t, lock.Held())
	require.NoError(t, lock.Unlock())
}

// In a folder that users share, the lock of one of them may be there for another to be read only.
func TestALockOfAnotherUserIsAnyonesOnceItsProcessHasEnded(t *testing.T) {
	const theirs = `{"pid":12,"host":"h","since":"2026-01-01T00:00:00Z"}`
	path := filepath.Join(t.TempDir(), "lock")
	readOnly := func() *os.File {
		f, err := os.Open(path)
		require.NoError(t, err)
		return f
	}
	require.NoError(t, os.WriteFile(path, []byte(theirs), 0o600))
	holder := readOnly()
	require.NoError(t, flock(int(holder.Fd()), unix.LOCK_EX))
	lock, by, err := tryOpen(readOnly(), path, fs.ErrPermission)
	require.NoError(t, err)
	assert.Nil(t, lock)
	assert.Equal(t, 12, by.PID)

	require.NoError(t, holder.Close())
	lock, by, err = tryOpen(readOnly(), path, fs.ErrPermission)
	require.NoError(t, err)
	assert.Nil(t, lock, "a file that tells who has it takes its place")
	assert.Nil(t, by)
	assert.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, []byte(theirs), 0o600))
	flocks(t, unix.EBADF) // as NFS says
	_, _, err = tryOpen(readOnly(), path, fs.ErrPermission)
	require.ErrorIs(t, err, fs.ErrPermission)
	flocks(t, unix.ENOSYS)
	lock, _, err = tryOpen(readOnly(), path, fs.ErrPermission)
	require.NoError(t, err)
	assert.False(t, lock.Sure())
	assert.Equal(t, theirs, content(t, path), "its process may be there still")
	require.NoError(t, lock.Unlock())
}
