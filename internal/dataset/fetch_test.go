package dataset

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

func fileOf(name string, content []byte) FetchedFile {
	return FetchedFile{Name: name, Size: int64(len(content)), SHA256: fmt.Sprintf("%x", sha256.Sum256(content))}
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
	j := &job{FetchOptions{Dir: filepath.Join(t.TempDir(), "new", "cache"), Files: []FetchedFile{fileOf("x", right)}}}
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
		Files:   []FetchedFile{fileOf("x", contents["x"]), fileOf("y", contents["y"])},
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
	var files []FetchedFile
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
			j.options.Files = []FetchedFile{fileOf(trainImages, small[trainImages])}
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

// TestFetchLeavesNoWrongFileInAnotherSpelling, of which nobody could know that it is not meant.
func TestFetchLeavesNoWrongFileInAnotherSpelling(t *testing.T) {
	small := smallSet()
	for name, files := range map[string]map[string][]byte{
		"plain":             {trainImages: small[trainImages][:20]},
		"the other dot":     {"train-images.idx3-ubyte.gz": wrongGz, "train-images.idx3-ubyte": nil},
		"beside a right":    {trainImages: small[trainImages], trainImages + ".gz": wrongGz},
		"of an older fetch": {trainImages + ".gz": packed(small[trainImages]), trainImages: []byte("old")},
	} {
		m := newMirror(t, serves(map[string][]byte{trainImages + ".gz": packed(small[trainImages])}))
		j := newJob(t, m)
		j.options.Files = []FetchedFile{fileOf(trainImages, small[trainImages])}
		for spelling, content := range files {
			j.put(t, spelling, content)
		}
		require.NoError(t, Fetch(t.Context(), j.options), name)
		paths := located(j.options.Dir, trainImages)
		require.Len(t, paths, 1, name)
		assert.NoError(t, j.options.Files[0].verify(paths[0]), name)
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
