package cli

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLinesComeWithTheirEpochs: what a training has written before it is killed is there, in the
// table, which goes through a pipe, and in the file.
func TestLinesComeWithTheirEpochs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trace.csv")
	cmd := command(t, nil, "--net", "20", "--limit", "300", "--epochs", "1000000", "--csv", file)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	assert.Contains(t, lines.Text(), "epoch")
	require.True(t, lines.Scan())
	require.True(t, lines.Scan())
	assert.Contains(t, lines.Text(), " 1 ")
	rows := func() []string {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil
		}
		whole := string(content)
		return strings.Split(whole[:strings.LastIndexByte(whole, '\n')+1], "\n")
	}
	require.Eventually(t, func() bool { return len(rows()) > 21 }, time.Minute, time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	trace := parseCSV(t, strings.Join(rows(), "\n"))
	assert.Equal(t, "iteration", trace[0][0])
	assert.Equal(t, "20", trace[20][0])
}

// TestStandardOutputGetsTheTraceAsItComes: below one header, without the table.
func TestStandardOutputGetsTheTraceAsItComes(t *testing.T) {
	o := succeed(t, "--net", "5", "--limit", "100", "--epochs", "4", "--csv", "-")
	trace := parseCSV(t, o.stdout)
	require.Len(t, trace, 5)
	assert.Equal(t, "4", trace[4][0])
	assert.Contains(t, o.stderr, "test error")
}

// TestRunsAreRepeatedFromTheirJSON: the command in it gives the same network, from samples with the
// same hash.
func TestRunsAreRepeatedFromTheirJSON(t *testing.T) {
	dir := t.TempDir()
	file, model := filepath.Join(dir, "r.json"), filepath.Join(dir, "m")
	flags := "--net 6,5,4 --skip 0:2 --skip 1:3 --limit 200 --validation 0.1 --epochs 4 --early-stop 3 --lambda 0.01 " +
		"--center=false --seed 3"
	succeed(t, append(strings.Fields(flags), "--json", file, "--save", model)...)
	type run struct {
		Command []string
		Skips   []string
		Hash    string `json:"samples_sha256"`
		Limit   int
	}
	var first, second run
	before := read(t, model)
	require.NoError(t, json.Unmarshal(read(t, file), &first))
	require.NoError(t, os.Remove(model))
	succeed(t, first.Command...)
	require.NoError(t, json.Unmarshal(read(t, file), &second))
	assert.Equal(t, first, second)
	assert.Equal(t, before, read(t, model))
	assert.Equal(t, []string{"0:2", "1:3"}, first.Skips)
	assert.Len(t, first.Hash, 64)
	assert.Equal(t, 200, first.Limit)
}
