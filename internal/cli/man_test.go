package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestManPagesOfAllCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	t.Setenv("SOURCE_DATE_EPOCH", "86400")
	succeed(t, "man", dir)
	for _, name := range []string{
		"train", "train-compare", "train-tune", "train-eval",
		"train-predict", "train-export", "train-fetch", "train-version",
	} {
		text := string(read(t, filepath.Join(dir, name+".1")))
		assert.True(t, strings.HasPrefix(text, ".nh\n.TH \"TRAIN"), name)
		assert.Contains(t, text, "Jan 1970")
	}
	assert.NoFileExists(t, filepath.Join(dir, "train-man.1"))
	page := string(read(t, filepath.Join(dir, "train.1")))
	assert.Contains(t, page, "130  interrupted; results up to the last finished epoch are saved\n  141 ",
		"a table keeps its lines")
	require.Equal(t, exitUsage, execute(t.Context(), "man").code)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Equal(t, exitFailed, execute(t.Context(), "man", file).code)
}

func TestValuesAreCompleted(t *testing.T) {
	for want, args := range map[string][]string{
		"adam\n":          {"--solver", ""},
		"softmax\n":       {"--loss", ""},
		"regression\n":    {"--task", ""},
		"spectral\n":      {"--metric", ""},
		"tikhonov\n":      {"--objective", ""},
		"cosine\n":        {"--rate-policy", ""},
		"mnist\n:0\n":     {"--data", ""},
		":4\n":            {"--epochs", ""},
		":0\n":            {"--save", ""},
		":16\n":           {"--checkpoint", ""},
		"bcd-full\n":      {"compare", "--solver", ""},
		"standard\n":      {"tune", "--scale", ""},
		"all\n:4\n":       {"eval", "--part", ""},
		"auto\nyes\nno\n": {"--pieces", ""},
		"train\n:4\n":     {"predict", "--part", ""},
		"--lambda-out\t":  {"tune", "--lamb"},
		"yes\nno\n:4\n":   {"tune", "--pieces", ""},

		"auto\nyes\nno\n:4\n": {"--choose-lambda", ""},
		"no\n:4\n":            {"compare", "--choose-lambda", ""},
		"mnist\n:4\n":         {"fetch", ""},
		":0":                  {"compare", "--report", ""},
	} {
		o := succeed(t, append([]string{"__complete"}, args...)...)
		assert.Contains(t, o.stdout, want, "%v", args)
	}
}
