package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScaleIsDrawnAsEfficiencyAgainstWorkers(t *testing.T) {
	folder, path := write(t, scaleColumns+"\n"+
		"gemmNN\t50x300x784\tf32\t1\t1\t1\t1.00\t1.00\n"+
		"gemmNN\t50x300x784\tf32\t2\t1\t1\t1.00\t0.50\n"+
		"gemmNN\t784x784x784\tf32\t1\t1\t1\t1.00\t1.00\n"+
		"gemmNN\t784x784x784\tf32\t16\t1\t1\t8.00\t0.50\n"+
		"potrf\t784\tf64\t16\t1\t1\t8.00\t0.50\n"+
		"train\t500-500\tf32\t1\t1\t\t1.00\t1.00\n")
	require.NoError(t, run([]string{"-scale", "-out", folder, path}, io.Discard))
	svg, err := os.ReadFile(filepath.Join(folder, "scale.svg"))
	require.NoError(t, err)
	for _, text := range []string{">gemmNN 784x784x784<", ">500-500<", ">16<"} {
		require.Contains(t, string(svg), text)
	}
	require.NotContains(t, string(svg), "50x300x784")
	require.NotContains(t, string(svg), "potrf")
}

func TestScaleOfTrainingsHasOnePanel(t *testing.T) {
	folder, path := write(t, scaleColumns+"\n"+
		"train\t300\tf32\t1\t1\t\t1.00\t1.00\n"+
		"train\t300\tf32\t16\t1\t\t8.00\t0.50\n"+
		"train\t500-500\tf32\t16\t1\t\t8.00\t0.50\n")
	require.NoError(t, run([]string{"-scale", "-out", folder, path}, io.Discard))
	svg, err := os.ReadFile(filepath.Join(folder, "scale.svg"))
	require.NoError(t, err)
	require.NotContains(t, string(svg), "level 3")
	require.Equal(t, 1, strings.Count(string(svg), ">16<"), "a tick is drawn once")
}

func TestScaleRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for _, line := range []string{
		"gemmNN", "a\tb\tf32\t0\t1\t1\t1\t1", "a\tb\tf32\t1\t1\t1\t1\tNaN",
		"a\tb\tf32\t1\t1\t1\t1\t-1", "a\tb\tf32\tx\t1\t1\t1\t1",
	} {
		_, err := readScale(strings.NewReader(line))
		require.Error(t, err, line)
	}
}
