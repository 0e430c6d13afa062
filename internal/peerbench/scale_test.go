package main

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/train"
	"ridge/mat"
)

func TestScalePrintsARowForEachNumberOfWorkers(t *testing.T) {
	status, stdout, stderr := runQuietly(t, nil, "scale", "-workers", "1,2", "-sizes", "20", "-reps", "1", "-only",
		"potrf")
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

func TestScaleTrains(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x := mat.NewDense[float32](40, 3)
	labels := make([]int, 40)
	for i := range labels {
		labels[i] = i % 2
		x.Set(i, i%2, 1)
	}
	var out bytes.Buffer
	s := scaling{workers: []int{1, 2}, epochs: 1, only: "train", out: &out, samples: func() (trainingSet, error) {
		return trainingSet{train.Data[float32]{X: x, Labels: labels}, 2}, nil
	}}
	require.NoError(t, s.run())
	require.Equal(t, 1+2*len(networks), strings.Count(out.String(), "\n"))
}

func TestScaleRefusesBadCommandLines(t *testing.T) {
	for _, args := range []string{"-workers 0", "-sizes a", "-epochs 0", "-reps -1", "more", "-nonsense"} {
		status, _, stderr := runQuietly(t, nil, append([]string{"scale"}, strings.Fields(args)...)...)
		require.Equal(t, 2, status, args)
		require.NotEmpty(t, stderr, args)
	}
	status, _, stderr := runQuietly(t, nil, "scale", "-data", "/no such folder", "-only", "train")
	require.Equal(t, 1, status)
	require.NotEmpty(t, stderr)
}

func TestWorkersDoubleUpToAllProcessors(t *testing.T) {
	for most, want := range map[int][]int{1: {1}, 2: {1, 2}, 6: {1, 2, 4, 6}, 16: {1, 2, 4, 8, 16}} {
		require.Equal(t, want, doubling(most))
	}
}
