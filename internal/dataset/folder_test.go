package dataset

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFolderWithoutDataNamesAFileInIt(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "a"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".hidden"), nil, 0o644))
	_, err := Load(t.Context(), Request{Data: dir})
	assert.ErrorContains(t, err, dir+": the folder holds no files; a folder must hold folders of PNG or JPEG images")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.csv"), []byte("1,2\n"), 0o644))
	_, err = Load(t.Context(), Request{Data: dir})
	assert.ErrorContains(t, err,
		`: the folder has neither images nor IDX files; to read "b.csv", name that file; a folder must hold`)
	assert.ErrorContains(t, err, "or IDX files (train-images-idx3-ubyte, ")
}
