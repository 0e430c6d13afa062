package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRatiosToGonumAreDrawnAgainstSize(t *testing.T) {
	folder, path := write(t, "goos: linux\n"+
		"BenchmarkVersus/Dgemm/NN \t 1\t 13.8 x@100\t 3.0 x@10\t 33.17 µs@100\n"+
		"BenchmarkVersus/Dgetrf   \t 1\t 3.0 x@100\t 17 µs@100\nPASS\n")
	require.NoError(t, run([]string{"-gonum", "-out", folder, path}, io.Discard))
	svg, err := os.ReadFile(filepath.Join(folder, "gonum.svg"))
	require.NoError(t, err)
	for _, text := range []string{">Dgemm/NN<", ">Dgetrf<"} {
		require.Contains(t, string(svg), text)
	}

	curves, err := readGonum(strings.NewReader("BenchmarkVersus/Dgemm/NN 1 13.8 x@100 3.0 x@10"))
	require.NoError(t, err)
	require.Len(t, curves, 1)
	require.Equal(t, "Dgemm/NN", curves[0].what)
	require.Equal(t, 10.0, curves[0].points[0].X)
	require.Equal(t, 3.0, curves[0].points[0].Y)
}

func TestRatiosToGonumThatMakeNoSenseAreRefused(t *testing.T) {
	for _, line := range []string{
		"", "PASS", "BenchmarkVersus/Dgemm 1 x x@100", "BenchmarkVersus/Dgemm 1 2 x@y",
		"BenchmarkVersus/Dgemm 1 -2 x@10", "BenchmarkVersus/Dgemm 1 NaN x@10",
		"BenchmarkVersus/Dgemm 1 2 x@0", "BenchmarkVersus/ 1 3.0 x@10",
	} {
		_, err := readGonum(strings.NewReader(line))
		require.Error(t, err, line)
	}
}
