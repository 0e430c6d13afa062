package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset"
)

func TestFetch(t *testing.T) {
	content := []byte("a file of the data set")
	sum := sha256.Sum256(content)
	mirror := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) }))
	defer mirror.Close()
	o := dataset.FetchOptions{
		Dir:     filepath.Join(t.TempDir(), "cache"),
		Mirrors: []string{mirror.URL},
		Files:   []dataset.File{{Name: "a", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}},
	}
	var cmd cobra.Command
	var stdout, stderr bytes.Buffer
	cmd.SetContext(t.Context())
	cmd.SetOut(&stdout)
	cmd.SetErr(&stderr)
	require.NoError(t, fetch(&cmd, o))
	assert.Equal(t, content, read(t, filepath.Join(o.Dir, "a.gz")))
	assert.Equal(t, "mnist is in "+o.Dir+": train --data mnist\n", stdout.String())
	assert.Empty(t, stderr.String(), "no progress where there is no terminal")

	mirror.Close()
	require.NoError(t, fetch(&cmd, o), "what is there is not fetched again")

	o.Dir = t.TempDir()
	err := fetch(&cmd, o)
	assert.ErrorContains(t, err, mirror.URL)
	assert.Equal(t, exitFailed, exitCode(t.Context(), err))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	cmd.SetContext(ctx)
	assert.Equal(t, exitInterrupted, exitCode(ctx, fetch(&cmd, o)))
}
