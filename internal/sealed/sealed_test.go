package sealed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type thing struct {
	Name  string  `json:"name"`
	Error float64 `json:"error"`
}

func TestWhatIsWrittenIsReadAndEveryChangeIsFound(t *testing.T) {
	path, want := filepath.Join(t.TempDir(), "thing.json"), thing{"a", 0.1}
	var have thing
	ok, err := Read(path, &have)
	require.NoError(t, err)
	assert.False(t, ok, "there is no file")
	require.NoError(t, Write(path, want))
	ok, err = Read(path, &have)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, want, have)

	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for i, b := range text {
		if strings.ContainsRune(" \n", rune(b)) {
			continue // spaces may change
		}
		changed := []byte(string(text[:i]) + string(b^1) + string(text[i+1:]))
		require.NoError(t, os.WriteFile(path, changed, 0o600))
		_, err := Read(path, &have)
		var wrong *FileError
		require.ErrorAs(t, err, &wrong, "byte %d", i)
		assert.Equal(t, path, wrong.Path)
	}
}

func TestObjectsThatWereNotWrittenAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "thing.json")
	for content, want := range map[string]string{
		`{"name":"a","error":1}`: "it has lost its checksum",
		`[1]`:                    "it is not a JSON object",
		string(Seal([]byte(`{"name":"a","error":1,"Name":"b"}`))):        `"name" occurs twice`,
		string(Seal([]byte(`{"namek":"a","error":1,"name\u212a":"b"}`))): `"namek" occurs twice`,
		string(Seal([]byte(`{"seconds":1,"\u017feconds":2}`))):           `"seconds" occurs twice`,
		string(Seal([]byte(`{"name":"a","more":1}`))):                    "unknown field",
		strings.Repeat(" ", Limit+1):                                     "larger than",
	} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := Read(path, new(thing))
		var wrong *FileError
		require.ErrorAs(t, err, &wrong, want)
		assert.Contains(t, wrong.Reason, want)
	}
}

func TestASealedObjectIsThatObjectWithAChecksum(t *testing.T) {
	const object = `{"name":"a","error":0.1}`
	text, err := Encode(thing{"a", 0.1})
	require.NoError(t, err)
	assert.Equal(t, text, Seal([]byte(object)))
	assert.Regexp(t, `^{"name":"a","error":0.1,"checksum":"[0-9a-f]{16}"}$`, string(text))
}
