package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset"
)

// toFetch is a data set of one file, which has this content.
const toFetch = "a file of the data set"

func fetchOptions(address, dir string) dataset.FetchOptions {
	sum := sha256.Sum256([]byte(toFetch))
	return dataset.FetchOptions{
		Dir: dir, Mirrors: []string{address},
		Files: []dataset.FetchedFile{{Name: "a", Size: int64(len(toFetch)), SHA256: hex.EncodeToString(sum[:])}},
	}
}

// fetchFrom is a process that fetches.
func fetchFrom(address, dir string) int {
	var cmd cobra.Command
	cmd.SetContext(context.Background())
	if err := fetch(&cmd, fetchOptions(address, dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	return exitDone
}

func TestFetchSaysWhereTheDataAre(t *testing.T) {
	content := []byte(toFetch)
	mirror := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(content)
	}))
	defer mirror.Close()
	o := fetchOptions(mirror.URL, filepath.Join(t.TempDir(), "cache"))
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
