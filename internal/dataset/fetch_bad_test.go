package dataset

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/array"
	"ridge/internal/dataset/source"
)

func TestFetchTriesTheNextMirror(t *testing.T) {
	for name, c := range map[string]struct {
		first    http.HandlerFunc
		requests []string
	}{
		"not found":     {status(http.StatusNotFound), []string{"x.gz"}},
		"server error":  {status(http.StatusServiceUnavailable), []string{"x.gz"}},
		"wrong content": {ignoresRanges(wrongGz), []string{"x.gz"}},
		"a login page":  {ignoresRanges([]byte("<html>pay here</html>")), []string{"x.gz"}},
		"corrupt":       {ignoresRanges(flipped(rightGz, -6)), []string{"x.gz"}},
		"cut short":     {ignoresRanges(rightGz[:len(rightGz)-1]), []string{"x.gz"}},
		"too much":      {ignoresRanges(append(bytes.Clone(rightGz), 0)), []string{"x.gz"}},
		"endless":       {endless, []string{"x.gz"}},
		"a gzip bomb":   {ignoresRanges(packed(make([]byte, 64<<20))), []string{"x.gz"}},
		"breaks off":    {breaks(rightGz, 1000), []string{"x.gz bytes=1000-"}},
	} {
		t.Run(name, func(t *testing.T) {
			bad, good := newMirror(t, c.first), newMirror(t, serves(map[string][]byte{"x.gz": rightGz}))
			j := newJob(t, bad, good)
			require.NoError(t, Fetch(t.Context(), j.options))
			assert.Equal(t, []string{"x.gz"}, bad.requests())
			assert.Equal(t, c.requests, good.requests())
			j.requireDone(t)
		})
	}
}

func endless(w http.ResponseWriter, _ *http.Request) {
	for piece := make([]byte, source.Buffer); ; {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

func TestFetchAcceptsAMirrorThatUnpacks(t *testing.T) {
	m := newMirror(t, ignoresRanges(right))
	j := newJob(t, m)
	require.NoError(t, Fetch(t.Context(), j.options))
	assert.NoError(t, j.options.Files[0].verify(j.path("x.gz")))
}

func TestFetchKeepsNothingWrong(t *testing.T) {
	other := serves(map[string][]byte{"x.gz": wrongGz})
	a, b := newMirror(t, other), newMirror(t, other)
	j := newJob(t, a, b)
	err := Fetch(t.Context(), j.options)

	failure, ok := errors.AsType[*FetchError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "x.gz", failure.File)
	require.Len(t, failure.Mirrors, 2)
	for i, m := range []*mirror{a, b} {
		assert.ErrorContains(t, failure.Mirrors[i], m.URL)
		assert.ErrorContains(t, failure.Mirrors[i], "SHA-256 of the unpacked content is ")
	}
	entries, err := os.ReadDir(j.options.Dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestFetchKeepsTheOldFileUntilTheNewOneIsRight(t *testing.T) {
	j := newJob(t, newMirror(t, breaks(rightGz, 1000)))
	j.put(t, "x.gz", []byte("old"))
	require.Error(t, Fetch(t.Context(), j.options))
	old, err := os.ReadFile(j.path("x.gz"))
	require.NoError(t, err)
	assert.Equal(t, "old", string(old))
}

func TestFetchWithoutNetworkSaysWhatToPutWhere(t *testing.T) {
	m := newMirror(t, status(http.StatusOK))
	m.Close()
	small := smallSet()
	j := newJob(t, m)
	j.options.Files = nil
	for _, name := range array.Layout {
		j.options.Files = append(j.options.Files, fileOf(name, small[name]))
	}
	j.put(t, trainLabels, small[trainLabels])

	err := Fetch(t.Context(), j.options)
	failure, ok := errors.AsType[*FetchError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, []string{trainImages + ".gz", testImages + ".gz", testLabels + ".gz"}, failure.Missing)
	for _, want := range append(failure.Missing, j.options.Dir, m.URL, "refused") {
		assert.ErrorContains(t, err, want)
	}
	entries, err := os.ReadDir(j.options.Dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "an empty partial file was left behind")
}

func TestFetchContinuesAfterAnInterruption(t *testing.T) {
	var answer http.HandlerFunc = breaks(rightGz, 1000)
	m := newMirror(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	j := newJob(t, m)
	require.ErrorIs(t, Fetch(t.Context(), j.options), io.ErrUnexpectedEOF)

	answer = serves(map[string][]byte{"x.gz": rightGz})
	require.NoError(t, Fetch(t.Context(), j.options))
	assert.Equal(t, []string{"x.gz", "x.gz bytes=1000-"}, m.requests())
	j.requireDone(t)
}

func TestFetchContinuesAfterItWasCancelled(t *testing.T) {
	var answer http.HandlerFunc = func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(rightGz[:1000])
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	m := newMirror(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	never := newMirror(t, status(http.StatusTeapot))
	j := newJob(t, m, never)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	j.options.Progress = func(string, int64, int64) { cancel() }
	err := Fetch(ctx, j.options)
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "x.gz")
	_, isFailure := errors.AsType[*FetchError](err)
	assert.False(t, isFailure, "the mirrors are not to blame: %v", err)
	assert.Empty(t, never.requests(), "no other mirror should be tried")
	part, err := os.ReadFile(j.path("x.gz.part"))
	require.NoError(t, err)
	require.Equal(t, rightGz[:1000], part)

	answer = serves(map[string][]byte{"x.gz": rightGz})
	j.options.Progress = nil
	require.NoError(t, Fetch(t.Context(), j.options))
	assert.Equal(t, []string{"x.gz", "x.gz bytes=1000-"}, m.requests())
	j.requireDone(t)
}

func TestFetchReportsALocalFailureAsItIs(t *testing.T) {
	m := newMirror(t, serves(map[string][]byte{"x.gz": rightGz}))
	t.Run("folder", func(t *testing.T) {
		j := newJob(t, m)
		j.options.Dir = filepath.Join(t.TempDir(), "file", "cache")
		require.NoError(t, os.WriteFile(filepath.Dir(j.options.Dir), nil, 0o644))
		_, isPath := errors.AsType[*os.PathError](Fetch(t.Context(), j.options))
		assert.True(t, isPath)
	})
	t.Run("rename", func(t *testing.T) {
		j := newJob(t, m)
		require.NoError(t, os.MkdirAll(j.path("x.gz"), 0o755))
		_, isLink := errors.AsType[*os.LinkError](Fetch(t.Context(), j.options))
		assert.True(t, isLink)
	})
}

// roundTrip answers requests without a network, so that time can be faked.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFetchGivesUpOnASilentMirror(t *testing.T) {
	for name, c := range map[string]struct {
		answer roundTrip
		kept   int64
	}{
		"before it answers": {func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}, -1},
		"in the middle": {func(r *http.Request) (*http.Response, error) {
			return answerOf(io.MultiReader(bytes.NewReader(rightGz[:1000]), silence{r.Context()})), nil
		}, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := newJob(t)
				j.options.Mirrors = []string{"http://mirror.invalid/"}
				j.options.Client = &http.Client{Transport: c.answer}
				j.options.Stall = time.Minute
				start := time.Now()
				err := Fetch(t.Context(), j.options)
				require.ErrorIs(t, err, errStalled)
				assert.ErrorContains(t, err, "http://mirror.invalid/: the mirror stopped answering for 1m0s")
				assert.Equal(t, time.Minute, time.Since(start), "by the faked clock")
				if c.kept < 0 {
					assert.NoFileExists(t, j.path("x.gz.part"))
					return
				}
				info, err := os.Stat(j.path("x.gz.part"))
				require.NoError(t, err)
				assert.Equal(t, c.kept, info.Size())
			})
		})
	}
}

func TestFetchToleratesASlowMirror(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJob(t)
		j.options.Mirrors = []string{"http://mirror.invalid/"}
		j.options.Stall = time.Minute
		j.options.Client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			time.Sleep(50 * time.Second)
			return answerOf(slow{r.Context(), bytes.NewReader(rightGz)}), nil
		})}
		require.NoError(t, Fetch(t.Context(), j.options))
		j.requireDone(t)
	})
}

func answerOf(body io.Reader) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, ContentLength: -1, Body: io.NopCloser(body)}
}

// silence delivers nothing until its request ends.
type silence struct{ ctx context.Context }

func (s silence) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

// slow delivers a piece every 50 seconds while its request lasts.
type slow struct {
	ctx context.Context
	r   io.Reader
}

func (s slow) Read(p []byte) (int, error) {
	time.Sleep(50 * time.Second)
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p[:min(len(p), 20000)])
}

func TestVerifySaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"short":         {packed(right[1:]), "bytes unpacked, want "},
		"long":          {packed(append(bytes.Clone(right), 0)), "more than the "},
		"other":         {wrongGz, "SHA-256 of the unpacked content is "},
		"plain and cut": {right[:10], "10 bytes unpacked, want "},
		"cut":           {rightGz[:1000], "compressed data is cut off"},
		"corrupt":       {flipped(rightGz, -8), "compressed data is corrupt"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.gz.part")
			require.NoError(t, os.WriteFile(path, c.file, 0o644))
			err := fileOf("x", right).verify(path)
			assert.ErrorContains(t, err, "x.gz: ")
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestFetchDefaultsToMNISTInTheCache(t *testing.T) {
	t.Setenv("RIDGE_CACHE", t.TempDir())
	o, err := FetchOptions{}.withDefaults()
	require.NoError(t, err)
	cache, err := CacheDir()
	require.NoError(t, err)
	assert.Equal(t, cache, o.Dir)
	assert.NotEmpty(t, o.Mirrors)
	assert.Len(t, o.Files, 4)
	for _, file := range o.Files {
		assert.Contains(t, array.Layout, file.Name)
		assert.Len(t, file.SHA256, 64)
	}
	assert.Positive(t, o.Stall)
}
