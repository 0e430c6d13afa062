package tune

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/sealed"
)

// FuzzRecord: a file is refused with one reason, or holds an outcome that can be kept again. Most inputs get a
// right checksum, as no others get beyond it.
func FuzzRecord(f *testing.F) {
	identity := []byte(`{"trial":"step 1","fold":0,"seed":0}`)
	f.Add([]byte(`{"run":{"trial":"step 1","fold":0,"seed":0},"error":0.25,"seconds":1.5}`), true)
	f.Add([]byte(`{"run":{"trial":"step 1","fold":0,"seed":0},"error":null,"failed":"diverged","seconds":0}`), true)
	f.Add([]byte(`{"run":{"trial":"step 1","fold":0,"seed":0},"error":-1,"seconds":1e300}`), true)
	f.Add([]byte(`{"run":{"trial":"step 1","fold":0,"seed":0},"error":0.25,"seconds":1.5}`), false)
	f.Add([]byte(`null`), false)
	f.Fuzz(func(t *testing.T, content []byte, checksum bool) {
		path := filepath.Join(t.TempDir(), "run")
		if !checksum {
			require.NoError(t, os.WriteFile(path, content, 0o600))
		} else if sealed.Write(path, json.RawMessage(content)) != nil {
			return // it is not a JSON object
		}
		s := &Search{}
		outcome, _, err := s.load(path, identity)
		require.NoError(t, err)
		if outcome == nil {
			assert.Len(t, s.Problems, 1)
			return
		}
		assert.Empty(t, s.Problems)
		assert.Equal(t, outcome.Failed != "", math.IsNaN(outcome.Error))
		assert.False(t, outcome.Error < 0 || math.IsInf(outcome.Error, 0), "error %v", outcome.Error)
		assert.True(t, outcome.Seconds >= 0, "%v seconds", outcome.Seconds)
		require.NoError(t, save(path, identity, "", *outcome))
		again, _, err := s.load(path, identity)
		require.NoError(t, err)
		require.NotNil(t, again)
		if outcome.Failed != "" {
			outcome.Error, again.Error = 0, 0 // NaN does not equal itself
		}
		assert.Equal(t, outcome, again)
	})
}
