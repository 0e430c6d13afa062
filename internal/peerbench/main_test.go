package main

import (
	"bytes"
	"math"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// runQuietly calls run and undoes what it changes in the process.
func runQuietly(t *testing.T, env map[string]string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	procs := runtime.GOMAXPROCS(0)
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	defer func() {
		runtime.GOMAXPROCS(procs)
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(math.MaxInt64)
	}()
	var out, err bytes.Buffer
	status = run(args, func(name string) string { return env[name] }, &out, &err)
	return status, out.String(), err.String()
}

func TestRunPrintsThreeNumbers(t *testing.T) {
	for _, threads := range []string{"1", "2"} {
		status, stdout, stderr := runQuietly(t, map[string]string{"REPS": "1"}, "gemmNN", "3x4x5", "f64", threads)
		require.Zero(t, status, stderr)
		require.Len(t, strings.Fields(stdout), 3)
		require.Empty(t, stderr)
	}
}

func TestRunSaysWhatIsNotAvailable(t *testing.T) {
	status, stdout, _ := runQuietly(t, nil, "gesv", "10", "f32", "1")
	require.Zero(t, status)
	require.Equal(t, "NA 0 0\n", stdout)
}

func TestRunRefusesBadCommandLines(t *testing.T) {
	for _, c := range []struct {
		name, args, message string
		env                 map[string]string
	}{
		{"too few", "gemmNN 3x4x5 f32", "3 arguments, want 4", nil},
		{"too many", "gemmNN 3x4x5 f32 1 2", "5 arguments, want 4", nil},
		{"dtype", "gemmNN 3x4x5 f16 1", `dtype "f16"`, nil},
		{"threads", "gemmNN 3x4x5 f32 0", `threads: "0" is not a positive number`, nil},
		{"shape", "gemmNN 3x4xq f32 1", `shape "3x4xq"`, nil},
		{"REPS", "gemmNN 3x4x5 f32 1", `REPS: "many"`, map[string]string{"REPS": "many"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, stdout, stderr := runQuietly(t, c.env, strings.Fields(c.args)...)
			require.Equal(t, 2, status)
			require.Empty(t, stdout)
			require.Contains(t, stderr, c.message)
			require.Contains(t, stderr, "usage: peerbench OP SHAPE DTYPE THREADS")
		})
	}
}

func TestRunFailsWithoutTheProblem(t *testing.T) {
	status, stdout, stderr := runQuietly(t, map[string]string{"PEERS_DATA": t.TempDir()}, "nnqp", "w3", "f64", "1")
	require.Equal(t, 1, status)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "nnqp_w3.qp")
}

func TestEnvironmentChoosesClockAndRepetitions(t *testing.T) {
	parse := func(threads string, env map[string]string) request {
		r, err := parseRequest([]string{"dot", "7", "f32", threads}, func(name string) string { return env[name] })
		require.NoError(t, err)
		return r
	}
	r := parse("1", nil)
	require.Equal(t, 7, r.watch.reps)
	require.True(t, r.single)
	require.Equal(t, qpFiles{folder: "data"}, r.files)

	r = parse("2", map[string]string{"REPS": "3", "PEERS_DATA": "d", "QP_OUT": "x"})
	require.Equal(t, 3, r.watch.reps)
	require.Equal(t, 2, r.threads)
	require.Equal(t, qpFiles{folder: "d", output: "x"}, r.files)

	require.True(t, timesCPU(1, ""))
	require.False(t, timesCPU(2, ""))
	require.False(t, timesCPU(1, "1"))
}
