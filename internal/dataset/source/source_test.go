package source

import (
	"bytes"
	"context"
	"errors"
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
)

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, content, 0o644))
	return path
}

func readAll(t *testing.T, f *File) string {
	t.Helper()
	r, err := f.Reader()
	require.NoError(t, err)
	all, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(all)
}

func TestAFileCanBeReadAgainPlainAndPacked(t *testing.T) {
	text := strings.Repeat("some text\n", 20000)
	for name, content := range map[string][]byte{
		"plain": []byte(text), "gzip": datasettest.Gzip(text),
		"two members": append(datasettest.Gzip(text[:777]), datasettest.Gzip(text[777:])...),
	} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(t.Context(), write(t, "f", content))
			require.NoError(t, err)
			defer f.Close()
			assert.Equal(t, text[:Buffer], string(f.Head()))
			assert.False(t, f.Probe().All)
			assert.Equal(t, text, readAll(t, f))
			assert.Equal(t, text, readAll(t, f))
			assert.EqualValues(t, len(content), f.Size())
		})
	}
}

func TestAFolderIsAFile(t *testing.T) {
	f, err := Open(t.Context(), t.TempDir())
	require.NoError(t, err)
	assert.True(t, f.Dir)
	assert.True(t, f.Probe().Dir)
	require.NoError(t, f.Close())
}

func TestOpenFailsForWhatIsNotThere(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "absent.csv"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, "absent.csv")
}

func TestCancellingEndsTheReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, err := OfBytes(ctx, "f", make([]byte, 3*Buffer))
	require.NoError(t, err)
	cancel()
	r, err := f.Reader()
	require.NoError(t, err)
	_, err = io.ReadAll(r)
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "f: ")
}

func TestBadCompressionIsTheFilesFault(t *testing.T) {
	noise := make([]byte, 3000) // does not compress, so that cuts fall into the data
	for i, x := 0, uint32(1); i < len(noise); i++ {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	gz := datasettest.Gzip(string(noise))
	flip := func(i int) []byte {
		b := bytes.Clone(gz)
		b[(i+len(b))%len(b)] ^= 0xff
		return b
	}
	const behind = "something that is not gzip follows the compressed data"
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"header cut":     {gz[:5], "the compressed data is cut off"},
		"data cut":       {gz[:1000], "the compressed data is cut off"},
		"trailer cut":    {gz[:len(gz)-1], "the compressed data is cut off"},
		"wrong method":   {flip(2), "the compressed data is corrupt"},
		"wrong checksum": {flip(-8), "the compressed data is corrupt: gzip: invalid checksum"},
		"junk behind":    {append(bytes.Clone(gz), "not gzip at all"...), behind},
		"a byte behind":  {append(bytes.Clone(gz), '\n'), behind},
		"zeros behind":   {append(bytes.Clone(gz), make([]byte, 512)...), behind},
		"a second cut":   {append(bytes.Clone(gz), gz[:5]...), "the compressed data is cut off"},
		"two bytes more": {append(bytes.Clone(gz), gz[:2]...), "the compressed data is cut off"},
		"a second bad":   {append(bytes.Clone(gz), flip(2)...), "the compressed data is corrupt"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OfBytes(t.Context(), "dir/f.gz", c.content)
			bad, ok := errors.AsType[*FormatError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, "dir/f.gz", bad.File)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// A file that somebody writes anew is first cut off. What is left of it must not pass for all of it.
func TestAFileThatBecomesShorterIsRefused(t *testing.T) {
	long := strings.Repeat("1,2\n", 3*Buffer)
	noise := make([]byte, 3*Buffer)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	for name, content := range map[string][]byte{"a.csv": []byte(long), "a.gz": datasettest.Gzip(string(noise)),
		"utf16.txt": append([]byte("\xff\xfe"), long...)} {
		path := write(t, name, content)
		f, err := Open(t.Context(), path)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(path, 2*Buffer))
		r, err := f.Reader()
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, r)
		var format *FormatError
		require.ErrorAs(t, err, &format, name)
		assert.Equal(t, "changed while it was read", format.Reason, name)
		require.NoError(t, f.Close())
	}
}

func TestDoneIsTheShareThatWasRead(t *testing.T) {
	text := strings.Repeat("0123456789abcde\n", 1<<16)
	for name, content := range map[string]string{"plain": text, "gzip": string(datasettest.Gzip(text))} {
		r, err := NewReader(strings.NewReader(content), "f", int64(len(content)))
		require.NoError(t, err)
		assert.LessOrEqual(t, int64(len(text)), r.MayHold())
		part := make([]byte, len(text)/4)
		_, err = io.ReadFull(r, part)
		require.NoError(t, err)
		assert.InDelta(t, 0.25, r.Done(), 0.05, name)
		_, err = io.Copy(io.Discard, r)
		require.NoError(t, err)
		assert.EqualValues(t, 1, r.Done())
	}
	r, err := NewReader(strings.NewReader(text), "f", -1)
	require.NoError(t, err)
	assert.Zero(t, r.Done())
	assert.EqualValues(t, -1, r.MayHold())
}

func TestFormatErrorNamesLineAndColumn(t *testing.T) {
	cause := errors.New("cause")
	for want, e := range map[string]*FormatError{
		"f: no":                          {File: "f", Reason: "no"},
		"f: line 3: no":                  {File: "f", Line: 3, Reason: "no"},
		`f: column 2 "age": no`:          {File: "f", Column: `2 "age"`, Reason: "no"},
		`f: line 3, column 2: no: cause`: {File: "f", Line: 3, Column: "2", Reason: "no", Err: cause},
	} {
		assert.EqualError(t, e, want)
		assert.Equal(t, e.Err, errors.Unwrap(e))
	}
}

func TestProbeLooksThroughTheGz(t *testing.T) {
	for path, want := range map[string]string{
		"a/B.CSV": ".csv", "x.csv.gz": ".csv", "x.gz": "", "-": "", "train-images-idx3-ubyte.GZ": "",
		"t.idx3-ubyte": ".idx3-ubyte",
	} {
		assert.Equal(t, want, Ext(path), path)
	}
	assert.True(t, Probe{Head: []byte("a\x00b")}.Binary())
	assert.False(t, Probe{Head: []byte("a\tb\r\nä\n")}.Binary())
}

func TestWhatNoTextHasIsNamed(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"f.csv", "a,b\n1,\x002\n", "f.csv: line 2: byte 3 of the line is 0x00, which cannot occur in text: remove it"},
		{"f.csv", "a\x07,b\n", "f.csv: line 1: byte 2 of the line is 0x07, which cannot occur in text: remove it"},
		{"f.csv", "a\x00,\x00b\x00", "is the file UTF-16 without a byte order mark? Save it as UTF-8"},
		{"f.csv", "\xff\xfe\x00\x00a\x00\x00\x00", "f.csv: is in UTF-32, which is not read: save it as UTF-8"},
		{"f", "\x00\x00\xfe\xff\x00\x00\x00a", "f: is in UTF-32, which is not read: save it as UTF-8"},
		{"f", strings.Repeat("é,1\n", 100) + "\x01,2\n", "f: line 101: byte 1 of the line is 0x01"},
		{"f", "\x00\x01\x02abc\x03\xff\xfe", ""},
		{"f.csv", "a,b\n", ""},
	} {
		f, err := OfBytes(t.Context(), c.name, []byte(c.content))
		require.NoError(t, err)
		if err := f.Probe().BadByte(c.name); c.want == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, c.want)
		}
	}
}

func TestUnpackingEndsWhereNothingIsBehindIt(t *testing.T) {
	f, err := OfBytes(t.Context(), "f.gz", datasettest.Gzip(strings.Repeat("\n", minSample+2*Buffer)))
	require.NoError(t, err)
	r, err := f.Reader()
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, r)
	assert.EqualError(t, err,
		"f.gz: the compressed data unpacks to more than 150 times its size: if that is intended, unpack it")
	assert.GreaterOrEqual(t, n, int64(minSample), "the beginning says too little")
}

// A beginning that packs well says nothing of a file whose size is known.
func TestUnpackingGoesOnWhereTheRestPacksWorse(t *testing.T) {
	rest := make([]byte, 256<<10)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(rest)
	content := strings.Repeat("\n", minSample+2*Buffer) + string(rest)
	f, err := OfBytes(t.Context(), "f.gz", datasettest.Gzip(content))
	require.NoError(t, err)
	r, err := f.Reader()
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, r)
	require.NoError(t, err)
	assert.EqualValues(t, len(content), n)

	r, err = NewReader(bytes.NewReader(datasettest.Gzip(content)), "stream", -1)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, r)
	assert.ErrorContains(t, err, "more than 150 times", "so far, which is all that is known of a stream")
}
