package compare

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/sealed"
)

// unsealed is the file of v without the checksum: as before there were any.
func unsealed(f *testing.F, v any) []byte {
	f.Helper()
	text, err := sealed.Encode(v)
	require.NoError(f, err)
	return []byte(withoutChecksum(string(text)))
}

// FuzzResult: what is taken for a result can be written, and read again.
func FuzzResult(f *testing.F) {
	good, err := sealed.Encode(goodResult())
	require.NoError(f, err)
	f.Add(good)
	old := unsealed(f, goodResult())
	_, err = decodeResult(old)
	require.NoError(f, err, "a seed that is refused leads nowhere")
	f.Add(old)
	f.Add([]byte(`{"trace":[null]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		result, err := decodeResult(content)
		if err != nil {
			return
		}
		again, err := decodeResult([]byte(text(t, result)))
		require.NoError(t, err)
		assert.Equal(t, text(t, result), text(t, again))
		_ = result.String()
		_ = result.Settings.words()
	})
}

// FuzzPlan: what is taken for a plan can be reported.
func FuzzPlan(f *testing.F) {
	good, err := sealed.Encode(goodPlan())
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte(`{
		"plan": {
			"solvers": ["bcd", "adam"],
			"networks": [{"hidden": [3, 3], "skips": [{"From": 0, "To": 2}]}, {"hidden": [4], "init": "gaussian:0.1"}],
			"seeds": 2, "epochs": 9, "trials": 3, "target": 0.5
		},
		"data": {"name": "x", "train": 12, "test": 2, "validation": 0, "inputs": 1, "classes": 2}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		saved, err := decodePlan(content)
		if err != nil || len(saved.Plan.Networks)*(saved.Plan.Seeds+saved.Plan.Trials) > 1000 {
			return
		}
		s := &Study{plan: saved.Plan, data: saved.Data, store: newStore("")}
		summary, err := s.summary()
		require.NoError(t, err)
		require.NoError(t, summary.WriteMarkdown(&bytes.Buffer{}, func(string) string { return "" }))
	})
}

// FuzzArchive: what is taken for an archive can be written, and read again.
func FuzzArchive(f *testing.F) {
	plan, err := sealed.Encode(goodPlan())
	require.NoError(f, err)
	good, err := sealed.Encode(goodResult())
	require.NoError(f, err)
	for _, seed := range [][]byte{
		slices.Concat(plan, []byte{'\n'}, good),
		slices.Concat(unsealed(f, goodPlan()), []byte{'\n'}, unsealed(f, goodResult())),
	} {
		s, err := readLines(bufio.NewScanner(bytes.NewReader(seed)), "")
		require.NoError(f, err)
		require.Len(f, s.store.archived, 1, "a seed that is refused leads nowhere")
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines []byte) {
		path := filepath.Join(t.TempDir(), "archive")
		require.NoError(t, os.WriteFile(path, packed(string(lines)), 0o600))
		s, err := openArchive(path)
		if err != nil {
			return
		}
		for _, r := range s.store.archived {
			s.store.loaded[r.String()] = r
		}
		var b bytes.Buffer
		require.NoError(t, (&Summary{study: s}).WriteArchive(&b))
		again, err := readArchive(&b, path, 1<<20)
		require.NoError(t, err)
		require.Len(t, again.store.archived, len(s.store.archived))
		for name, r := range s.store.archived {
			require.Contains(t, again.store.archived, name)
			assert.Equal(t, text(t, r), text(t, again.store.archived[name]), name)
		}
	})
}
