package files

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilesThatAreTooLargeAndDevicesAreNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(path, []byte("0123456789"), 0o600))
	have, err := Read(path, 10)
	require.NoError(t, err)
	assert.Equal(t, "0123456789", string(have))
	var limit *LimitError
	_, err = Read(path, 9)
	require.ErrorAs(t, err, &limit)
	assert.EqualError(t, err, path+": larger than 9 B, which no such file is")
	for _, device := range []string{"/dev/zero", filepath.Dir(path)} {
		_, err = Read(device, 10)
		require.ErrorAs(t, err, &limit, device)
		assert.Contains(t, err.Error(), "no regular file")
	}
	_, err = Read(filepath.Join(path, "none"), 10)
	require.Error(t, err)
}
