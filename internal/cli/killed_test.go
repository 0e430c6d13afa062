//go:build linux || darwin

package cli

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// trainings are short ones of all kinds of methods.
var trainings = map[string]string{
	"mini-batches": "--net 60,40 --epochs 12 --limit 900 --validation 200",
	"sparse":       "--net 60 --epochs 5 --limit 600 --l1 1e-3 --precision 64",
	"full batches": "--net 30 --batch 0 --iterations 5 --limit 400 --theta 0.9",
	"gradients":    "--net 100 --solver adam --epochs 12 --batch 10",
}

// kills is how often each training is killed in tests; RIDGE_KILLS sets another number.
func kills(t *testing.T) int {
	if text := os.Getenv("RIDGE_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		require.NoError(t, err)
		return n
	}
	return 1
}

// withoutTimes are the columns of a trace that do not depend on the clock.
func withoutTimes(t *testing.T, path string) [][]string {
	t.Helper()
	lines := parseCSV(t, string(read(t, path)))
	for i := range lines {
		var kept []string
		for j, name := range lines[0] {
			if !strings.HasPrefix(name, "seconds") {
				kept = append(kept, lines[i][j])
			}
		}
		if i > 0 {
			lines[i] = kept
		}
	}
	return lines[1:]
}

// killedWithAState starts a training and kills it at a random moment after its first state. It returns false if the
// training has finished before.
func killedWithAState(t *testing.T, cmd *exec.Cmd, states string, most time.Duration) bool {
	t.Helper()
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	for saved := []string(nil); saved == nil; saved, _ = filepath.Glob(filepath.Join(states, "state-*")) {
		select {
		case <-ended:
			return false
		case <-time.After(time.Millisecond):
		}
	}
	kill := time.AfterFunc(time.Duration(rand.Int64N(int64(most))), func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	<-ended
	return cmd.ProcessState.Sys().(syscall.WaitStatus).Signaled()
}

// TestKilledTrainingsGoOn: a training that is killed at random moments, again and again, and resumed from its last
// state, ends with the same bits as one that was left alone.
func TestKilledTrainingsGoOn(t *testing.T) {
	t.Parallel()
	for name, flags := range trainings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			args := func(name string) []string {
				return append(strings.Fields(flags), "--save", filepath.Join(dir, name+".model"), "--csv",
					filepath.Join(dir, name+".csv"), "--workers", "1")
			}
			begin := time.Now()
			o := program(t, nil, args("whole")...)
			require.Zero(t, o.code, o.stderr)
			whole := time.Since(begin)

			states := filepath.Join(dir, "states")
			resumed := append(args("killed"), "--checkpoint", states, "--checkpoint-every", "5ms", "--resume")
			killed := 0
			for tries := 0; killed < kills(t) && tries < 10*kills(t); tries++ {
				if killedWithAState(t, command(t, nil, resumed...), states, whole/2) {
					killed++
					continue
				}
				same(t, dir)
				require.NoError(t, os.RemoveAll(states)) // it finished: begin again
			}
			o = program(t, nil, resumed...)
			require.Zero(t, o.code, o.stderr)
			require.Contains(t, o.stderr, "continuing from "+filepath.Join(states, "state-"))
			same(t, dir)
		})
	}
}

// same compares the results of the training that was killed with those of the one that was not.
func same(t *testing.T, dir string) {
	t.Helper()
	assert.Equal(t, read(t, filepath.Join(dir, "whole.model")), read(t, filepath.Join(dir, "killed.model")))
	assert.Equal(t, withoutTimes(t, filepath.Join(dir, "whole.csv")), withoutTimes(t, filepath.Join(dir, "killed.csv")))
}
