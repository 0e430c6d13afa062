package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/array"
	"ridge/internal/dataset/source"
)

// noise is content that gzip cannot shrink, so that downloads take several pieces.
func noise(seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 0))
	content := make([]byte, 3*source.Buffer)
	for i := range content {
		content[i] = byte(random.Uint32())
	}
	return content
}

// The file to fetch, and another one.
var (
	right, wrong     = noise(1), noise(2)
	rightGz, wrongGz = packed(right), packed(wrong)
)

func fileOf(name string, content []byte) File {
	return File{Name: name, Size: int64(len(content)), SHA256: fmt.Sprintf("%x", sha256.Sum256(content))}
}

// mirror is a server on the loopback interface that notes what it is asked for, as
// "NAME" or "NAME RANGE".
type mirror struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newMirror(t *testing.T, answer http.HandlerFunc) *mirror {
	t.Helper()
	m := &mirror{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := path.Base(r.URL.Path)
		if ask := r.Header.Get("Range"); ask != "" {
			request += " " + ask
		}
		m.mu.Lock()
		m.asked = append(m.asked, request)
		m.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *mirror) requests() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

// serves answers as a good mirror does, ranges included.
func serves(files map[string][]byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content, ok := files[path.Base(r.URL.Path)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// ignoresRanges sends the whole file whatever is asked.
func ignoresRanges(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) }
}

// breaks promises the whole content, sends the first n bytes of what was asked for
// and drops the connection.
func breaks(content []byte, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = w.Write(content[:n])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// job is a Fetch of one file, "x", into a new folder.
type job struct {
	options FetchOptions
}

func newJob(t *testing.T, mirrors ...*mirror) *job {
	j := &job{FetchOptions{Dir: filepath.Join(t.TempDir(), "new", "cache"), Files: []File{fileOf("x", right)}}}
	for _, m := range mirrors {
		j.options.Mirrors = append(j.options.Mirrors, m.URL+"/some/folder/")
	}
	return j
}

func (j *job) path(name string) string { return filepath.Join(j.options.Dir, name) }

// put writes a file into the folder before the fetch.
func (j *job) put(t *testing.T, name string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(j.options.Dir, 0o755))
	require.NoError(t, os.WriteFile(j.path(name), content, 0o644))
}

// requireDone checks that the folder holds the right x.gz and nothing else.
func (j *job) requireDone(t *testing.T) {
	t.Helper()
	got, err := os.ReadFile(j.path("x.gz"))
	require.NoError(t, err)
	require.True(t, bytes.Equal(rightGz, got), "x.gz is not what the mirror has")
	require.NoFileExists(t, j.path("x.gz.part"))
}

func TestFetchDownloadsEveryFile(t *testing.T) {
	contents := map[string][]byte{"x": right, "y": wrong}
	m := newMirror(t, serves(map[string][]byte{"x.gz": packed(contents["x"]), "y.gz": packed(contents["y"])}))
	dir := filepath.Join(t.TempDir(), "new", "cache")

	last := map[string]int64{}
	err := Fetch(t.Context(), FetchOptions{
		Dir:     dir,
		Mirrors: []string{m.URL},
		Files:   []File{fileOf("x", contents["x"]), fileOf("y", contents["y"])},
		Progress: func(file string, done, total int64) {
			assert.Greater(t, done, last[file])
			assert.EqualValues(t, len(packed(contents[file[:1]])), total)
			last[file] = done
		},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"x.gz", "y.gz"}, m.requests())
	for name, content := range contents {
		got, err := os.ReadFile(filepath.Join(dir, name+".gz"))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(packed(content), got))
		assert.EqualValues(t, len(got), last[name+".gz"])
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "something was left behind")
}

func TestFetchThenOpen(t *testing.T) {
	t.Setenv("RIDGE_CACHE", t.TempDir())
	served := map[string][]byte{}
	var files []File
	for name, content := range smallSet() {
		served[name+".gz"] = packed(content)
		files = append(files, fileOf(name, content))
	}
	m := newMirror(t, serves(served))
	require.NoError(t, Fetch(t.Context(), FetchOptions{Mirrors: []string{m.URL}, Files: files}))
	dir, err := CacheDir()
	require.NoError(t, err)
	set, err := Open(t.Context(), dir)
	require.NoError(t, err)
	requireSmallSet(t, set)
}

func TestFetchLeavesRightFilesAlone(t *testing.T) {
	small := smallSet()
	for spelling, content := range map[string][]byte{
		trainImages + ".gz":          packed(small[trainImages]),
		trainImages:                  small[trainImages],
		"train-images.idx3-ubyte":    small[trainImages],
		"train-images.idx3-ubyte.gz": packed(small[trainImages]),
	} {
		t.Run(spelling, func(t *testing.T) {
			m := newMirror(t, status(http.StatusTeapot))
			j := newJob(t, m)
			j.options.Files = []File{fileOf(trainImages, small[trainImages])}
			j.put(t, spelling, content)
			calls := 0
			j.options.Progress = func(file string, done, total int64) {
				calls++
				assert.Equal(t, trainImages+".gz", file)
				assert.EqualValues(t, len(content), done)
				assert.EqualValues(t, len(content), total)
			}
			require.NoError(t, Fetch(t.Context(), j.options))
			assert.Empty(t, m.requests())
			assert.Equal(t, 1, calls)
		})
	}
}

func TestFetchReplacesWrongFiles(t *testing.T) {
	for name, wrong := range map[string][]byte{
		"other content": wrongGz,
		"damaged":       rightGz[:1000],
		"empty":         nil,
	} {
		t.Run(name, func(t *testing.T) {
			m := newMirror(t, serves(map[string][]byte{"x.gz": rightGz}))
			j := newJob(t, m)
			j.put(t, "x.gz", wrong)
			require.NoError(t, Fetch(t.Context(), j.options))
			assert.Equal(t, []string{"x.gz"}, m.requests())
			j.requireDone(t)
		})
	}
}

// A partial file of an earlier run, and what the mirror makes of it.
func TestFetchGoesOnWhereItStopped(t *testing.T) {
	good := serves(map[string][]byte{"x.gz": rightGz})
	half := len(rightGz) / 2
	rest := fmt.Sprintf("x.gz bytes=%d-", half)
	long := append(bytes.Clone(rightGz), 0)

	for name, c := range map[string]struct {
		part     []byte
		answer   http.HandlerFunc
		requests []string
	}{
		"the rest is sent":       {rightGz[:half], good, []string{rest}},
		"ranges are ignored":     {rightGz[:half], ignoresRanges(rightGz), []string{rest}},
		"nothing was there yet":  {nil, good, []string{"x.gz"}},
		"all was there":          {rightGz, good, nil},
		"more than all (416)":    {long, good, []string{fmt.Sprintf("x.gz bytes=%d-", len(long)), "x.gz"}},
		"the file has changed":   {wrongGz[:half], good, []string{rest, "x.gz"}},
		"another range is sent":  {rightGz[:half], shiftsRanges(rightGz), []string{rest, "x.gz"}},
		"range without a header": {rightGz[:half], forgetsContentRange(rightGz), []string{rest, "x.gz"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMirror(t, c.answer)
			j := newJob(t, m)
			j.put(t, "x.gz.part", c.part)
			require.NoError(t, Fetch(t.Context(), j.options))
			assert.Equal(t, c.requests, m.requests())
			j.requireDone(t)
		})
	}
}

func shiftsRanges(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			r.Header.Set("Range", "bytes=100-")
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func forgetsContentRange(content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			w.WriteHeader(http.StatusPartialContent)
		}
		_, _ = w.Write(content)
	}
}

func TestFetchReportsProgressOfTheWholeFileWhenResuming(t *testing.T) {
	m := newMirror(t, serves(map[string][]byte{"x.gz": rightGz}))
	j := newJob(t, m)
	half := len(rightGz) / 2
	j.put(t, "x.gz.part", rightGz[:half])
	var last int64
	j.options.Progress = func(_ string, done, total int64) {
		assert.Greater(t, done, int64(half))
		assert.EqualValues(t, len(rightGz), total)
		last = done
	}
	require.NoError(t, Fetch(t.Context(), j.options))
	assert.EqualValues(t, len(rightGz), last)
}

// A first mirror that fails, and what the second one is asked for.
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

func TestFetchBrokenOffGoesOnNextTime(t *testing.T) {
	var answer http.HandlerFunc = breaks(rightGz, 1000)
	m := newMirror(t, func(w http.ResponseWriter, r *http.Request) { answer(w, r) })
	j := newJob(t, m)
	require.ErrorIs(t, Fetch(t.Context(), j.options), io.ErrUnexpectedEOF)

	answer = serves(map[string][]byte{"x.gz": rightGz})
	require.NoError(t, Fetch(t.Context(), j.options))
	assert.Equal(t, []string{"x.gz", "x.gz bytes=1000-"}, m.requests())
	j.requireDone(t)
}

func TestFetchCancelledGoesOnNextTime(t *testing.T) {
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

func TestFetchGivesASilentMirrorUp(t *testing.T) {
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

func TestFetchBearsWithASlowMirror(t *testing.T) {
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
