package files

import (
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Processes that begin in one folder sweep it while others make their temporary files there.
func TestSweepingLeavesTheFilesOfOthers(t *testing.T) {
	dir := t.TempDir()
	var done atomic.Bool
	var sweepers, writers sync.WaitGroup
	for range 2 {
		sweepers.Go(func() {
			for !done.Load() {
				sweep(dir)
			}
		})
	}
	for range 2 {
		writers.Go(func() {
			for range 300 {
				assert.NoError(t, Probe(dir))
				f, err := create(dir, 0o600)
				if !assert.NoError(t, err) {
					return
				}
				sweep(dir) // long enough for those who had found it before it was locked
				assert.True(t, isStill(f, f.Name()))
				assert.NoError(t, discard(f))
			}
		})
	}
	writers.Wait()
	done.Store(true)
	sweepers.Wait()
	sweep(dir)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
}
