package cli

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
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
