package files

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatAnotherProcessDoesIsNotDoneAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var kept *int // by one of the processes
	done := 0
	load := func() (*int, error) { return kept, nil }
	do := func() (*int, error) { done++; kept = &done; return kept, nil }

	other, _, err := TryLock(path)
	require.NoError(t, err)
	if !other.Sure() {
		t.Skip("this system has no locks")
	}
	result, busy, err := Once(t.Context(), path, false, nil, load, do)
	require.NoError(t, err)
	assert.True(t, busy)
	assert.Nil(t, result)

	its := 7
	result, busy, err = Once(t.Context(), path, true, func(*Holder) {
		kept = &its
		assert.NoError(t, other.Unlock())
	}, load, do)
	require.NoError(t, err)
	assert.False(t, busy)
	assert.Equal(t, &its, result, "that of the other process")
	assert.Zero(t, done)

	kept = nil
	for range 2 {
		result, busy, err = Once(t.Context(), path, false, nil, load, do)
		require.NoError(t, err)
		assert.False(t, busy)
		assert.Equal(t, &done, result)
		assert.Equal(t, 1, done)
	}
	assert.NoFileExists(t, path)
}

func TestWorkThatFailsLeavesNoLock(t *testing.T) {
	path, wrong := filepath.Join(t.TempDir(), "lock"), errors.New("wrong")
	none := func() (*int, error) { return nil, nil }
	fails := func() (*int, error) { return nil, wrong }
	for _, c := range [][2]func() (*int, error){{fails, none}, {none, fails}} {
		_, busy, err := Once(t.Context(), path, false, nil, c[0], c[1])
		require.ErrorIs(t, err, wrong)
		assert.False(t, busy)
		assert.NoFileExists(t, path)
	}
}
