package main

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/internal/processors"
	"ridge/mat"
)

func TestScalePrintsARowForEachNumberOfWorkers(t *testing.T) {
	t.Cleanup(processors.Pretend(2))
	status, stdout, stderr := runQuietly(t, nil, "scale",
		"-workers", "1,2", "-sizes", "20", "-reps", "1", "-only", "potrf")
	require.Zero(t, status, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, 1+2*2)
	for _, line := range lines {
		require.Len(t, strings.Split(line, "\t"), 8, line)
	}
	first := strings.Split(lines[1], "\t")
	require.Equal(t, []string{"potrf", "20", "f32", "1"}, first[:4])
	require.Equal(t, []string{"1.00", "1.00"}, first[6:])
}

func TestScaleTrainsEachNetworkWithEachNumberOfWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x := mat.NewDense[float32](40, 3)
	labels := make([]int, 40)
	for i := range labels {
		labels[i] = i % 2
		x.Set(i, i%2, 1)
	}
	var out bytes.Buffer
	samples := func() (trainingSet, error) {
		return trainingSet{train.Data[float32]{X: x, Labels: labels}, 2}, nil
	}
	s := scaling{workers: []int{1, 2}, epochs: 1, rounds: 1, only: "train", out: &out, samples: samples}
	require.NoError(t, s.run())
	require.Equal(t, 1+2*len(networks), strings.Count(out.String(), "\n"))
}

func TestScaleRefusesBadCommandLines(t *testing.T) {
	for _, args := range []string{"-workers 0", "-sizes a", "-epochs 0", "-reps -1", "-rounds 0", "more", "-nonsense"} {
		status, _, stderr := runQuietly(t, nil, append([]string{"scale"}, strings.Fields(args)...)...)
		require.Equal(t, 2, status, args)
		require.NotEmpty(t, stderr, args)
	}
	status, _, stderr := runQuietly(t, nil, "scale", "-data", "/no such folder", "-only", "train")
	require.Equal(t, 1, status)
	require.NotEmpty(t, stderr)
}

// A row of eight workers would be one of the three that there are.
func TestScaleMeasuresNoMoreWorkersThanCanRun(t *testing.T) {
	t.Cleanup(processors.Pretend(3))
	args := []string{"scale", "-sizes", "20", "-reps", "1", "-rounds", "1", "-only", "potrf 20 f32"}
	status, stdout, stderr := runQuietly(t, nil, args...)
	require.Zero(t, status, stderr)
	var workers []string
	for _, line := range strings.Split(strings.TrimSpace(stdout), "\n")[1:] {
		workers = append(workers, strings.Split(line, "\t")[3])
	}
	require.Equal(t, []string{"1", "2", "3"}, workers)

	status, _, stderr = runQuietly(t, nil, append(args, "-workers", "1,8")...)
	require.Equal(t, 2, status)
	require.Contains(t, stderr, "-workers 8: only 3 can run at the same time here")
}

func TestScaleTakesTheLeastOfTheRoundsForEachNumberOfWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	s, turn := scaling{workers: []int{1, 2}, rounds: 3}, 0
	seconds := []float64{5, 4, 3, 9, 6, 2} // of 1, 2, 1, 2, 1 and 2 workers
	least, err := s.turns(func(workers int) (float64, error) {
		require.Equal(t, 1+turn%2, workers)
		require.Equal(t, workers, runtime.GOMAXPROCS(0))
		turn++
		return seconds[turn-1], nil
	})
	require.NoError(t, err)
	require.Equal(t, []float64{3, 2}, least)
}

func TestScaleMeasuresWhatTheFirstColumnsName(t *testing.T) {
	t.Cleanup(processors.Pretend(2))
	for only, rows := range map[string]int{"potrf": 4, "potrf 20 f64": 2, "f64": 12} {
		status, stdout, stderr := runQuietly(t, nil, "scale", "-workers", "1,2", "-sizes", "20", "-reps", "1",
			"-rounds", "1", "-only", only)
		require.Zero(t, status, stderr)
		require.Equal(t, 1+rows, strings.Count(stdout, "\n"), only)
	}
	status, _, stderr := runQuietly(t, nil, "scale", "-only", "gemv")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, `nothing has "gemv" in its first columns`)
}

func TestWorkersDoubleUpToAllProcessors(t *testing.T) {
	for most, want := range map[int][]int{1: {1}, 2: {1, 2}, 6: {1, 2, 4, 6}, 16: {1, 2, 4, 8, 16}} {
		require.Equal(t, want, doubling(most))
	}
}
