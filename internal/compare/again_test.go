package compare

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Two processes find the same damaged file, and one of them has trained its run again by the time the other has the
// lock.
func TestARunThatAnotherProcessHasMendedIsNotRepeated(t *testing.T) {
	dir := t.TempDir()
	first, set := testStudy(t, dir)
	_, err := first.Run(t.Context(), set)
	require.NoError(t, err)
	outlook, err := first.Outlook()
	require.NoError(t, err)
	damaged := first.finals(outlook.choice)[0]
	path := filepath.Join(dir, damaged.String()+suffix)
	require.NoError(t, os.WriteFile(path, []byte("damaged"), 0o600))

	waiting, _ := testStudy(t, dir)
	_, err = waiting.Outlook()
	require.NoError(t, err)
	require.Len(t, waiting.Problems(), 1)
	mending, _ := testStudy(t, dir)
	_, err = mending.Run(t.Context(), set)
	require.NoError(t, err)
	mended := contents(t, dir)

	waiting.trained = func(r Run) { assert.Fail(t, "trained twice", "%v", r) }
	_, err = waiting.claim(t.Context(), damaged, newSamples(waiting.data, set.Train, set.Test.Head(0), set.Test),
		mat.Workers(1), true)
	require.NoError(t, err)
	assert.Equal(t, mended, contents(t, dir))
	assert.Equal(t, "damaged", mended[damaged.String()+".bad"])

	require.NoError(t, os.WriteFile(path, []byte("damaged again"), 0o600))
	still, _ := testStudy(t, dir)
	_, err = still.Run(t.Context(), set)
	require.NoError(t, err)
	assert.Len(t, still.Problems(), 1, "the same file is named once")
}
