package nn

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoBitOfAModelFileMayChange: every one that does is an error, or the network is the same.
func TestNoBitOfAModelFileMayChange(t *testing.T) {
	for name, net := range map[string]*Network[float32]{
		"dense":  modelNetwork[float32](t),
		"sparse": sparseNetwork[float32](t),
	} {
		file := encode(t, net)
		_, err := Decode[float32](bytes.NewReader(file), "x")
		require.NoError(t, err, name)
		for i := range file {
			bit := i % 8 // each byte loses one, because a file is read for each
			flipped := bytes.Clone(file)
			flipped[i] ^= 1 << bit
			if have, err := Decode[float32](bytes.NewReader(flipped), "x"); err == nil {
				require.Equal(t, encode(t, net), encode(t, have), "%s: bit %d of byte %d", name, bit, i)
			}
		}
	}
}

func TestAModelIsReadOnceFromAnything(t *testing.T) {
	net := modelNetwork[float64](t)
	m, err := ReadModel(bytes.NewBuffer(encode(t, net)), "pipe")
	require.NoError(t, err)
	assert.Equal(t, 64, m.Precision())
	have, err := NetworkOf[float64](m)
	require.NoError(t, err)
	assert.Equal(t, net, have)
	_, err = NetworkOf[float64](m)
	assert.ErrorContains(t, err, "pipe: a network has been made of it already")
}

func TestSaveKeepsModeAndLinks(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "m"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Symlink("m", link))
	require.NoError(t, modelNetwork[float32](t).Save(link))
	info, err := os.Lstat(path)
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode())
	info, err = os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2)
}

// TestSaveWritesWhatALinkLeadsTo, even if that does not exist yet.
func TestSaveWritesWhatALinkLeadsTo(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "m"), filepath.Join(dir, "link")
	require.NoError(t, os.Symlink("m", link))
	require.NoError(t, modelNetwork[float32](t).Save(link))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
	assert.FileExists(t, path)
}

// TestSaveRemovesWhatAKilledProcessLeft in the folder.
func TestSaveRemovesWhatAKilledProcessLeft(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".ridge-ABCDEFGHIJKL.tmp"), []byte("half a mod"), 0o600))
	require.NoError(t, modelNetwork[float32](t).Save(filepath.Join(dir, "m")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}
