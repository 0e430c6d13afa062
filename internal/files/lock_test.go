package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTwoProcessesNeverHaveALockTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, holder, err := TryLock(path)
	require.NoError(t, err)
	require.NotNil(t, first)
	assert.Nil(t, holder)
	if !first.Sure() {
		t.Skip("this system has no locks")
	}
	second, holder, err := TryLock(path) // as another process: the file was opened again
	require.NoError(t, err)
	assert.Nil(t, second)
	require.NotNil(t, holder)
	assert.Equal(t, os.Getpid(), holder.PID)
	assert.Contains(t, holder.String(), "process ")

	ctx, cancel := context.WithCancel(t.Context())
	_, err = Acquire(ctx, path, func(h *Holder) {
		assert.Equal(t, holder, h)
		cancel()
	})
	require.ErrorIs(t, err, context.Canceled)
	second, err = Acquire(t.Context(), path, func(*Holder) { assert.NoError(t, first.Unlock()) })
	require.NoError(t, err)
	require.NoError(t, second.Unlock())
	assert.NoFileExists(t, path)
}

// TestAFileThatIsNoLongerThereIsNoLock: who waited for one that was removed takes a new one.
func TestAFileThatIsNoLongerThereIsNoLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, _, err := TryLock(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	second, _, err := TryLock(path)
	require.NoError(t, err)
	require.NotNil(t, second)
	assert.True(t, isStill(second.f, path))
	assert.False(t, isStill(first.f, path))
	require.NoError(t, first.Unlock())
	assert.True(t, isStill(second.f, path), "the first one must not remove it")
	require.NoError(t, second.Unlock())
	assert.NoFileExists(t, path)
}

// TestNoTwoHaveALock although its file is removed and made again all the time.
func TestNoTwoHaveALock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if lock, _, err := TryLock(path); err != nil || !lock.Sure() {
		t.Skip("this system has no locks")
	} else {
		require.NoError(t, lock.Unlock())
	}
	var holders atomic.Int32
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 1000 {
				lock, _, err := TryLock(path)
				if !assert.NoError(t, err) || lock == nil {
					continue
				}
				assert.EqualValues(t, 1, holders.Add(1))
				holders.Add(-1)
				assert.NoError(t, lock.Unlock())
			}
		})
	}
	group.Wait()
}

// What a process that was killed has left in its lock, as far as that has reached the disk, is anyone's.
func TestALockThatNobodyHasIsAnyones(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	for _, left := range []string{
		"", `{"p`, `{"pid":`, `{"pid":12,"host":"h","since":"2026-01-01T00:00:00Z"}`, `{"pid":12,"` + "\x00\x00",
		strings.Repeat("\x00", 80), `{"pid":12` + strings.Repeat(" ", 2000),
	} {
		require.NoError(t, os.WriteFile(path, []byte(left), 0o600))
		lock, _, err := TryLock(path)
		require.NoError(t, err)
		if lock.Sure() {
			f, err := os.Open(path)
			require.NoError(t, err)
			assert.Equal(t, os.Getpid(), readHolder(f).PID, "%q", left)
			require.NoError(t, f.Close())
		}
		require.NoError(t, lock.Unlock())
		assert.NoFileExists(t, path)
	}
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, _, err := TryLock(filepath.Join(path, "lock"))
	require.Error(t, err)
}

// A file of the user that is called as a lock is called would be lost.
func TestAFileWithOtherContentIsNoLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	for _, mine := range []string{"mine", "12345\n", `{"host":"h"}`, "\x00\x1b[", " ", strings.Repeat("long ", 1000)} {
		require.NoError(t, os.WriteFile(path, []byte(mine), 0o600))
		lock, holder, err := TryLock(path)
		require.ErrorContains(t, err, path+": it is in the place of a lock")
		assert.Nil(t, lock)
		assert.Nil(t, holder)
		assert.Equal(t, mine, content(t, path))
	}
}

func TestAHolderThatCannotBeReadIsAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	require.NoError(t, os.WriteFile(path, []byte("\x00\x1b["), 0o600))
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	assert.Equal(t, "another process", readHolder(f).String())
}

// A link would be another file than the one that is locked, again and again.
func TestWhatIsNoRegularFileIsNoLock(t *testing.T) {
	dir := t.TempDir()
	for name, target := range map[string]string{"dangling": "nowhere", "link": "there", "round": "round"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "there"), nil, 0o600))
		path := filepath.Join(dir, name)
		require.NoError(t, os.Symlink(target, path))
		_, _, err := TryLock(path)
		require.ErrorContains(t, err, path+": it is no regular file")
	}
	assert.NoFileExists(t, filepath.Join(dir, "nowhere"))
	_, _, err := TryLock(dir)
	require.Error(t, err)
}

func TestReleaseKeepsTheFirstError(t *testing.T) {
	first := errors.New("first")
	for _, before := range []error{nil, first} {
		path := LockPath(filepath.Join(t.TempDir(), "run.json"))
		assert.Equal(t, ".run.json.lock", filepath.Base(path))
		lock, _, err := TryLock(path)
		require.NoError(t, err)
		require.NoError(t, lock.f.Close()) // so that unlocking fails
		err = before
		lock.Release(&err)
		if before == nil {
			require.Error(t, err)
			continue
		}
		assert.Equal(t, first, err)
	}
}
