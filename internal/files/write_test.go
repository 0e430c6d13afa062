package files

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// text encodes a string.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// content of a file.
func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

// entries lists a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestWriteReplacesAndKeepsTheMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	require.NoError(t, Write(path, text("one")))
	require.NoError(t, os.Chmod(path, 0o666))
	require.NoError(t, Write(path, text("two")))
	assert.Equal(t, "two", content(t, path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.EqualValues(t, 0o666, info.Mode().Perm(), "whatever the umask is")
	assert.Equal(t, []string{"a"}, entries(t, filepath.Dir(path)))
}

func TestProbeLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".ridge-ABCDEFGHIJKL.tmp"), nil, 0o600))
	require.NoError(t, Probe(dir))
	assert.Empty(t, entries(t, dir), "not even what a killed process left")
	assert.ErrorIs(t, Probe(filepath.Join(dir, "nowhere")), os.ErrNotExist)
}

// TestNobodyReadsTheTemporaryFileOfAPrivateOne looks at it while it is written.
func TestNobodyReadsTheTemporaryFileOfAPrivateOne(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, Write(path, func(io.Writer) error {
		for _, name := range entries(t, dir) {
			info, err := os.Stat(filepath.Join(dir, name))
			require.NoError(t, err)
			assert.EqualValues(t, 0o600, info.Mode().Perm(), name)
		}
		assert.Len(t, entries(t, dir), 2, "the temporary file is in the same folder")
		return nil
	}))
}

// In a folder that all users share another one may have put a link in the place of the file.
func TestAPrivateFileIsNotWrittenThroughALink(t *testing.T) {
	dir := t.TempDir()
	theirs, path := filepath.Join(dir, "theirs"), filepath.Join(dir, "a")
	require.NoError(t, os.WriteFile(theirs, []byte("theirs"), 0o644))
	require.NoError(t, os.Symlink(theirs, path))
	require.NoError(t, WritePrivate(path, text("ours")))
	assert.Equal(t, "theirs", content(t, theirs))
	assert.Equal(t, "ours", content(t, path))
	info, err := os.Lstat(path)
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode(), "a file of its own, whatever the mode of theirs is")
}

// A new folder is in a file of the folder that it is in, which a crash of the machine may lose like any other.
func TestNewFoldersOutliveACrash(t *testing.T) {
	before := syncFolder
	defer func() { syncFolder = before }()
	var synced []string
	syncFolder = func(path string) { synced = append(synced, path) }
	dir := t.TempDir()
	require.NoError(t, MakeFolder(filepath.Join(dir, "a", "b", "c")+"/"))
	assert.ElementsMatch(t, []string{dir, filepath.Join(dir, "a"), filepath.Join(dir, "a", "b")}, synced)
	assert.DirExists(t, filepath.Join(dir, "a", "b", "c"))
	synced = nil
	require.NoError(t, MakeFolder(filepath.Join(dir, "a", "b")))
	assert.Empty(t, synced, "it was there")
	require.NoError(t, Write(filepath.Join(dir, "file"), text("")))
	assert.Equal(t, []string{dir}, synced)
	require.Error(t, MakeFolder(filepath.Join(dir, "file", "d")))
	t.Chdir(dir)
	synced = nil
	require.NoError(t, MakeFolder("d"))
	assert.Equal(t, []string{"."}, synced)
}

func TestAnErrorLeavesWhatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	require.NoError(t, Write(path, text("one")))
	failure := errors.New("no more")
	require.ErrorIs(t, Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Repeat("two", 1<<16))
		return errors.Join(err, failure)
	}), failure)
	assert.Equal(t, "one", content(t, path))
	assert.Equal(t, []string{"a"}, entries(t, filepath.Dir(path)))
	require.Error(t, Write(filepath.Join(filepath.Dir(path), "none", "a"), text("")))
}

// TestAFailedReplacementLeavesNothing: a folder is in the way of the file.
func TestAFailedReplacementLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	require.NoError(t, os.Mkdir(path, 0o755))
	require.Error(t, Write(path, text("one")))
	require.DirExists(t, path)
	assert.Equal(t, []string{"a"}, entries(t, dir))
}

func TestLinksStayLinks(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
	for link, to := range map[string]string{"link": "sub/file", "chain": "link", "dangling": "sub/new"} {
		require.NoError(t, os.Symlink(to, filepath.Join(dir, link)))
	}
	require.NoError(t, Write(filepath.Join(dir, "sub", "file"), text("old")))
	require.NoError(t, Write(filepath.Join(dir, "chain"), text("one")))
	require.NoError(t, Write(filepath.Join(dir, "dangling"), text("two")))
	assert.Equal(t, "one", content(t, filepath.Join(dir, "sub", "file")))
	assert.Equal(t, "two", content(t, filepath.Join(dir, "sub", "new")))
	assert.Equal(t, []string{"chain", "dangling", "link", "sub"}, entries(t, dir))
	for _, link := range []string{"chain", "dangling", "link"} {
		info, err := os.Lstat(filepath.Join(dir, link))
		require.NoError(t, err)
		assert.NotZero(t, info.Mode()&os.ModeSymlink, link)
	}

	require.NoError(t, os.Symlink("b", filepath.Join(dir, "a")))
	require.NoError(t, os.Symlink("a", filepath.Join(dir, "b")))
	require.ErrorContains(t, Write(filepath.Join(dir, "a"), text("")), "symbolic links")
}

// TestOnlyTemporaryFilesOfTheDeadAreSwept: those of the living are locked.
func TestOnlyTemporaryFilesOfTheDeadAreSwept(t *testing.T) {
	dir := t.TempDir()
	dead := filepath.Join(dir, tempPrefix+"ABCDEF"+tempSuffix)
	require.NoError(t, os.WriteFile(dead, []byte("half of a"), 0o600))
	other := filepath.Join(dir, ".ridge-notes")
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	foreign := filepath.Join(dir, "theirs"+tempSuffix)
	require.NoError(t, os.WriteFile(foreign, nil, 0o600))
	living, err := create(dir, 0o600)
	require.NoError(t, err)
	if is, err := lockFile(living); err != nil || is == unknown {
		t.Skip("this system has no locks")
	}
	require.NoError(t, Write(filepath.Join(dir, "a"), text("one")))
	assert.NoFileExists(t, dead)
	assert.FileExists(t, other)
	assert.FileExists(t, living.Name())
	require.NoError(t, living.Close())
	sweep(dir)
	assert.Equal(t, []string{filepath.Base(other), "a", filepath.Base(foreign)}, entries(t, dir))
}
