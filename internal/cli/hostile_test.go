//go:build linux || darwin

package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/compare"
	"ridge/internal/report"
)

// evilNames do harm where they are taken for more than names.
var evilNames = []string{"\x1b[2Jred", "=1+1", "<script>alert(1)</script>", "a|b`c`", "two\nlines", "\u202ereversed"}

// evilTable is a table of evil columns and classes, in a file of an evil name.
func evilTable(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	require.NoError(t, err)
	w := csv.NewWriter(f)
	require.NoError(t, w.Write([]string{"=x\x1b[2J", "<img src=x>|", "the\nclass"}))
	for i := range 20 * len(evilNames) {
		class := i % len(evilNames)
		require.NoError(t, w.Write([]string{fmt.Sprint(class + i%3), fmt.Sprint(class*class - i%5), evilNames[class]}))
	}
	w.Flush()
	require.NoError(t, w.Error())
	require.NoError(t, f.Close())
	return path
}

const evilFile = "-e;$(touch pwned)'<script>\x1b[2J`|\n.csv"

// TestEvilNamesReachATerminalOnlyAsText, whatever the command.
func TestEvilNamesReachATerminalOnlyAsText(t *testing.T) {
	here := t.TempDir()
	t.Chdir(here)
	data := evilTable(t, evilFile)
	for _, line := range []struct {
		code int
		args []string
	}{
		{exitDone, []string{"--data", data, "--epochs", "1", "--net", "3", "--save", "m"}},
		{exitDone, []string{"--data", data, "--epochs", "1", "--net", "3", "--json", "-"}},
		{exitDone, []string{"--data", data, "--epochs", "1", "--net", "3", "--limit", "30", "--checkpoint",
			"k\x1b[2J"}},
		{exitDone, []string{"--data", data, "--epochs", "1", "--net", "3", "--limit", "30", "--checkpoint", "k\x1b[2J",
			"--resume"}},
		{exitDone, []string{"eval", "--model", "m", "--data", data}},
		{exitDone, []string{"eval", "--model", "m", "--data", data, "--json"}},
		{exitDone, []string{"predict", "--model", "m", "--data", data, "--scores"}},
		{exitDone, []string{"predict", "--model", "m", "--data", data, "--json"}},
		{exitDone, []string{"tune", "--data", data, "--trials", "1", "--epochs", "1", "--net", "3"}},
		{exitDone, []string{"compare", "--data", data, "--quick", "--solver", "adam", "--net", "3", "--out",
			"c;$(touch pwned)\x1b"}},
		{exitDone, []string{"compare", "--report", "c;$(touch pwned)\x1b"}},
		{exitFailed, []string{"eval", "--model", data}},
		{exitFailed, []string{"--data", data, "--target", "none\x1b[2J"}},
		{exitFailed, []string{"--data", data + "\x1b[2J"}},
	} {
		c := start(t, []string{"TERM=dumb"}, line.args...)
		state := c.end()
		assert.Equal(t, line.code, state.ExitCode(), "%q: %s", line.args, &c.seen)
		assert.NotContains(t, c.seen.String(), "\x1b", "%q", line.args)
		assert.NotContains(t, c.seen.String(), "\u202e", "%q", line.args)
	}
	assert.FileExists(t, "m")
	assert.NoFileExists(t, "pwned")
}

// TestEvilNamesOfFoldersAndTargets: the folder with the state of an interrupted training, and the targets of a
// regression.
func TestEvilNamesOfFoldersAndTargets(t *testing.T) {
	t.Chdir(t.TempDir())
	c := start(t, []string{"TERM=dumb"}, endless(t, "--checkpoint", "k\x1b[2J")...)
	c.until(t, " iter")
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, exitInterrupted, c.end().ExitCode())
	assert.Contains(t, c.seen.String(), `the state is in k\x1b[2J: `)
	assert.NotContains(t, c.seen.String(), "\x1b")

	require.NoError(t,
		os.WriteFile("t.csv", []byte("x,y\x1b[2J\n"+strings.Repeat("1,2.5\n2,3.25\n3,4.125\n", 10)), 0o600))
	succeed(t, "--data", "t.csv", "--task", "regression", "--epochs", "1", "--net", "2", "--save", "m")
	for _, args := range [][]string{
		{"predict", "--model", "m", "--data", "t.csv"},
		{"predict", "--model", "m", "--data", "t.csv", "--json"},
	} {
		c := start(t, []string{"TERM=dumb"}, args...)
		assert.Zero(t, c.end().ExitCode())
		assert.Regexp(t, `y\\(x1b|u001b)\[2J`, c.seen.String(), "%v", args)
		assert.NotContains(t, c.seen.String(), "\x1b", "%v", args)
	}
}

// TestEvilNamesInFiles: data keeps them, and pages and documents show them.
func TestEvilNamesInFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	data := evilTable(t, evilFile)
	succeed(t, "--data", data, "--epochs", "1", "--net", "3", "--json", "j", "--report", "r", "--save", "m")
	succeed(t, "eval", "--model", "m", "--data", data, "--report", "e")
	succeed(t, "compare", "--data", data, "--quick", "--solver", "adam", "--net", "3", "--out", "c")
	succeed(t, "compare", "--report", "c", "--markdown", "d")
	for _, page := range []string{"r", "e", "d", "c/report.html", "c/error-3.svg"} {
		text := string(read(t, page))
		if before, code, ok := strings.Cut(text, "\n```sh\n"); ok { // a block of code, where they mean nothing
			_, after, _ := strings.Cut(code, "\n```\n")
			text = before + after
		}
		for _, bad := range []string{"<script", "<img src=x", "\x1b", "\u202e"} {
			assert.Equal(t, -1, strings.Index(text, bad), "%q in %s", bad, page)
		}
	}
	var run struct{ Classes []string }
	require.NoError(t, json.Unmarshal(read(t, "j"), &run))
	assert.ElementsMatch(t, evilNames, run.Classes)

	rows := parseCSV(t, succeed(t, "predict", "--model", "m", "--data", data).stdout)
	for _, row := range rows[1:] {
		assert.Contains(t, append(evilNames, "'=1+1"), row[1])
		assert.NotEqual(t, "=1+1", row[1])
	}
}

// TestSuggestedCommandsAreTheOnesThatWereMeant, and a shell runs nothing else.
func TestSuggestedCommandsAreTheOnesThatWereMeant(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash, which knows $'…'")
	}
	words := []string{"plain", "", "it's", `"q"`, "a b", "$(touch pwned)", "`touch pwned`", "; touch pwned", "--x",
		"\x1b[2J'\\", "two\nlines", "größer\u202e", "\xff\xfe", "*", "~", "#", "\t"}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = report.ShellWord(word)
		assert.Equal(t, -1, strings.IndexFunc(quoted[i], func(r rune) bool { return r < ' ' || r == 0x202e }),
			"%q", quoted[i])
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), bash, "-c", `printf '%s\0' `+strings.Join(quoted, " "))
	cmd.Dir = dir
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Equal(t, strings.Join(words, "\x00")+"\x00", string(out))
	assert.Empty(t, entries(t, dir))
	out, err = exec.CommandContext(t.Context(), bash, "-c",
		`printf '%s\0' `+commandOf(compare.DefaultPlan(), evilFile, 1)).Output()
	require.NoError(t, err)
	assert.Equal(t, "train\x00compare\x00--data\x00"+evilFile+"\x00--out\x00DIR\x00", string(out))

	t.Chdir(dir)
	data := evilTable(t, evilFile)
	shown := succeed(t, "tune", "--data", data, "--trials", "1", "--epochs", "1",
		"--net", "3", "--target", "the\nclass").stdout
	_, suggested, ok := strings.Cut(shown, "\n  train ")
	require.True(t, ok, shown)
	out, err = exec.CommandContext(t.Context(), bash, "-c", `printf '%s\0' `+suggested).Output()
	require.NoError(t, err)
	assert.Contains(t, string(out), "--data\x00"+data+"\x00")
	assert.Contains(t, string(out), "--target\x00the\nclass\x00")
	assert.Empty(t, entries(t, dir))
}

// TestPicturesInFoldersOfAnyName are found by readers of Markdown.
func TestPicturesInFoldersOfAnyName(t *testing.T) {
	t.Chdir(t.TempDir())
	dir := "my (runs) <b>"
	succeed(t, "compare", "--quick", "--solver", "adam", "--net", "3", "--out", dir)
	assert.Contains(t, succeed(t, "compare", "--report", dir).stdout, "](my%20%28runs%29%20%3Cb%3E/error-3.svg)\n")
}
