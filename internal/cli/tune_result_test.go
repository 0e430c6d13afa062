package cli

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/sealed"
)

func TestASearchInWhichAllTrialsDivergeChoosesNone(t *testing.T) {
	table := filepath.Join(t.TempDir(), "t.csv")
	o := execute(t.Context(), argsOf("tune --solver sgd --loss squared --rate 1e10 --trials 1 --folds 2 --net 4 "+
		"--epochs 3 --limit 60 --csv", table)...)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "all trials failed: each diverged, or its error was not a number, on some fold")
	assert.Contains(t, o.stdout, "defaults (2 of 2 failed)")
	assert.NotContains(t, o.stdout, "chosen")
	assert.NotContains(t, o.stdout, "train --")
	assert.Contains(t, string(read(t, table)), "\ndefaults,,,2,2,")
}

// The command that a search prints shows a test error only where there are test samples.
func TestASearchSaysWhatItsCommandShows(t *testing.T) {
	data := flowers(t, 40)
	for name, c := range map[string]struct {
		args   []string
		tested bool
	}{
		"drawn":           {[]string{"--data", data}, true},
		"none":            {[]string{"--data", data, "--split", "0"}, false},
		"a file":          {[]string{"--data", data, "--test", data}, true},
		"one of the data": {[]string{"--data", shapes(t, 30, 9)}, true},
	} {
		o := succeed(t, append(argsOf("tune --trials 1 --folds 2 --net 2 --epochs 1"), c.args...)...)
		if c.tested {
			assert.Contains(t, o.stdout, "shows the test error", name)
		} else {
			assert.NotContains(t, o.stdout, "test error", name)
		}
	}
}

// A search goes on with another version of the program, whose runs may have other errors.
func TestASearchSaysThatRunsAreByAnotherProgram(t *testing.T) {
	dir := t.TempDir()
	args := append(argsOf("tune --trials 1 --folds 3 --net 2 --epochs 1 --data", flowers(t, 40)), "--out", dir)
	succeed(t, args...)
	assert.NotContains(t, succeed(t, args...).stderr, "another version")
	files, err := filepath.Glob(filepath.Join(dir, "tune_*.json"))
	require.NoError(t, err)
	require.Len(t, files, 3)
	var run map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(read(t, files[0]), &run))
	require.Contains(t, run, "program")
	run["program"] = json.RawMessage(`"older"`)
	delete(run, "checksum")
	require.NoError(t, sealed.Write(files[0], run))
	o := succeed(t, args...)
	assert.Contains(t, o.stderr, "warning: 1 of 3 runs in "+dir+" were done by another version of this program")
	assert.NotContains(t, o.stderr, "trained again")
}
