package cli

import (
	"math"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestATrainingThatDoesNotFitIsRefused(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	for line, want := range map[string]string{
		"--net 65536 --limit 50":                            "train: 64-65536-10 and what bcd needs to train it on 50 samples take 34.4 GB of memory, the limit is ",
		"--net 65536 --limit 50 --precision 64":             "take 68.9 GB",
		"--net 20000,20000 --solver adam":                   "64-20000-20000-10 and what adam needs to train it on 1,438 samples take 6.4 GB",
		"--net 60000 --limit 1000 --batch 0":                "take 29.4 GB",
		"--net 9,30000 --skip 0:2 --limit 5 --loss squared": "take 7.2 GB",
	} {
		o := execute(t.Context(), strings.Fields(line)...)
		assert.Equal(t, exitFailed, o.code, line)
		assert.Contains(t, o.stderr, want)
	}
	assert.Equal(t, int64(math.MaxInt64), add(math.MaxInt64, 5))
}
