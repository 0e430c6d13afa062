package cli

import (
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The last of the networks would only be trained after hours.
func TestAComparisonThatDoesNotFitIsRefused(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(100 << 20))
	for _, more := range []string{"", " --plan"} {
		out := filepath.Join(t.TempDir(), "out")
		o := execute(t.Context(), argsOf("compare --net 5 --net 3000,3000 --tune-on 5 --solver adam --limit 60 "+
			"--trials 1 --epochs 1 --seeds 1"+more, "--out", out)...)
		assert.Equal(t, exitFailed, o.code)
		assert.Contains(t, o.stderr, "the networks 2x3000, between 64 inputs and 10 classes, take 2")
		assert.NoDirExists(t, out)
	}
}
