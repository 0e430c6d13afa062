//go:build linux

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// untilItSpeaks takes the place of timeout in the examples. A busy machine may not have started the program after a
// second, so the signal is sent when the program has written something (or has been silent for long). It reads on,
// because a closed pipe would change the exit code.
const untilItSpeaks = `#!/usr/bin/env bash
[[ $1 == --preserve-status ]] || exit 99
shift
signal=TERM
[[ $1 != -s ]] || { signal=$2; shift 2; }
shift
mkfifo speech
"$@" >speech 2>&1 &
exec 3<speech
IFS= read -r -N 1 -t 20 -u 3
kill -s "$signal" $!
cat <&3
wait $!
`

// TestTheTableOfExitCodes runs its examples.
func TestTheTableOfExitCodes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	page := string(read(t, filepath.Join("..", "..", "docs", "reliability.md")))
	_, table, _ := strings.Cut(page, "|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	codes := map[int]bool{}
	bin := t.TempDir()
	require.NoError(t, os.Symlink(os.Args[0], filepath.Join(bin, "train")))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "timeout"), []byte(untilItSpeaks), 0o700))
	for line := range strings.SplitSeq(table, "\n") {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
		require.Len(t, cells, 5, line)
		code, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		require.NoError(t, err)
		codes[code] = true
		example := strings.ReplaceAll(strings.Trim(cells[3], " `"), "\x00", "|")
		cmd := exec.CommandContext(t.Context(), bash, "-c", example)
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), asProgram+"=1", "PATH="+bin+":"+os.Getenv("PATH"))
		output, _ := cmd.CombinedOutput()
		assert.Equal(t, code, cmd.ProcessState.ExitCode(), "%s\n%s", example, output)
	}
	for _, code := range []int{exitDone, exitFailed, exitUsage, exitInterrupted, exitPipe} {
		assert.True(t, codes[code], "no example of %d", code)
		assert.Contains(t, trainLong, "\n  "+strconv.Itoa(code)+" ", "the help names it")
	}
	assert.Len(t, codes, 5)
}
