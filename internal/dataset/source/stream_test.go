package source

import (
	"bytes"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
	"ridge/internal/misuse"
)

// standardInput makes standard input a pipe into which write writes.
func standardInput(t *testing.T, write func(io.Writer)) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stdin := os.Stdin
	os.Stdin = r
	t.Cleanup(func() {
		os.Stdin = stdin
		_ = r.Close()
	})
	go func() {
		write(w)
		_ = w.Close()
	}()
}

func TestAPipeIsReadAgainToo(t *testing.T) {
	long := strings.Repeat("3,4\n", streamHead)
	noise := string(misuse.Bytes(rand.New(rand.NewPCG(1, 2)), 2*streamHead, "", misuse.AnyByte()))
	for name, content := range map[string]string{
		"short":                    "1,2\n3,4\n",
		"long":                     long,
		"as long as its beginning": long[:streamHead],
		"noise":                    noise,
	} {
		for form, bytes := range map[string][]byte{"plain": []byte(content), "gzip": datasettest.Gzip(content)} {
			t.Run(name+" "+form, func(t *testing.T) {
				standardInput(t, func(w io.Writer) { _, _ = w.Write(bytes) })
				t.Setenv("TMPDIR", t.TempDir())
				f, err := Open(t.Context(), Stdin)
				require.NoError(t, err)
				assert.Equal(t, "standard input", f.Name())
				assert.Equal(t, content[:min(len(content), Buffer)], string(f.Head()))
				require.NoError(t, f.Complete())
				assert.EqualValues(t, len(bytes), f.Size())
				assert.Equal(t, content, readAll(t, f))
				assert.Equal(t, content, readAll(t, f))
				require.NoError(t, f.Close())
				left, err := os.ReadDir(os.TempDir())
				require.NoError(t, err)
				assert.Empty(t, left, "the temporary file should be gone")
			})
		}
	}
}

func TestStdinSaysWhereItCouldNotBeCopiedTo(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "absent"))
	standardInput(t, func(w io.Writer) { _, _ = w.Write(bytes.Repeat([]byte("1,2\n"), streamHead)) })
	f, err := Open(t.Context(), Stdin)
	require.NoError(t, err)
	err = f.Complete()
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "standard input could not be copied to a temporary file")
	require.NoError(t, f.Close())
}

// TestAStreamWithoutEndIsNotCopiedForEver: neither one that is no data nor one that might be.
func TestAStreamWithoutEndIsNotCopiedForEver(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	standardInput(t, func(w io.Writer) {
		for err := error(nil); err == nil; {
			_, err = io.WriteString(w, "1,2\n")
		}
	})
	f, err := Open(t.Context(), Stdin)
	require.NoError(t, err)
	left, err := os.ReadDir(os.TempDir())
	require.NoError(t, err)
	assert.Empty(t, left, "nothing is copied before a format is known")
	assert.ErrorContains(t, f.complete(1<<20), "standard input: 1.0 MB have come through a pipe, with no end in sight")
	require.NoError(t, f.Close())
}
