package cli

import (
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATrainingThatDoesNotFitIsRefused(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	for line, want := range map[string]string{
		"--net 65536 --limit 50":                            "train: 64-65536-10 and what bcd needs to train it on 50 samples take 34.4 GB of memory, the limit is ",
		"--net 65536 --limit 50 --precision 64":             "take 68.9 GB",
		"--net 20000,20000 --solver adam":                   "64-20000-20000-10 and what adam needs to train it on 1,438 samples take 6.4 GB",
		"--net 60000 --limit 1000 --batch 0":                "take 29.4 GB",
		"--net 9,30000 --skip 0:2 --limit 5 --loss squared": "take 7.3 GB",
	} {
		o := execute(t.Context(), strings.Fields(line)...)
		assert.Equal(t, exitFailed, o.code, line)
		assert.Contains(t, o.stderr, want)
	}
	assert.Equal(t, int64(math.MaxInt64), add(math.MaxInt64, 5))
}

// The Gram matrix of 20,000 columns would take 1.6 GB, that of 20 rows next to nothing.
func TestAWideTableTakesTheMemoryOfItsCells(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	file := filepath.Join(t.TempDir(), "wide.csv")
	row := strings.Repeat("1,2,", 10000)
	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat(row+"a\n"+strings.ReplaceAll(row, "1,2", "3,1")+"b\n", 10)), 0o600))
	o := execute(t.Context(), "--data", file, "--net", "5", "--epochs", "1")
	assert.Equal(t, exitDone, o.code, o.stderr)
	assert.Contains(t, o.stdout, "20000-5-2")
	o = execute(t.Context(), "--data", file, "--net", "5", "--epochs", "1", "--l1", "0.01")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "take 3.2 GB")
}
