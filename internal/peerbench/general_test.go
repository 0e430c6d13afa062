package main

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func writeText(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "problem")
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	return name
}

func readFloats(t *testing.T, name string) []float64 {
	t.Helper()
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	v := make([]float64, len(raw)/8)
	for i := range v {
		v[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
	}
	return v
}

func TestQuadraticProgramsFromFiles(t *testing.T) {
	// min x² + y² + 1 with x + y = 2 and x ≥ 1.5
	file := writeText(t, "X 2 2 2 3 1  0 0 2 1 1 2  0 0  0 0 1 0 1 1 1 0 2  2 3  2 inf")
	for _, dtype := range []string{"f64", "f32"} {
		out := filepath.Join(t.TempDir(), "x")
		status, stdout, stderr := runQuietly(t, map[string]string{"REPS": "1", "QP_OUT": out}, "qp", file, dtype, "1")
		require.Zero(t, status, stderr)
		words := strings.Fields(stdout)
		require.Len(t, words, 6)
		assert.Equal(t, "optimal", words[1])
		f, err := strconv.ParseFloat(words[5], 64)
		require.NoError(t, err)
		assert.InDelta(t, 3.5, f, 1e-5)
		assert.InDeltaSlice(t, []float64{1.5, 0.5, 1, 1}, readFloats(t, out), 1e-5,
			"x, and the multipliers of the rows")
	}
}

func TestAProblemWithoutASolutionIsAnAnswer(t *testing.T) {
	file := writeText(t, "X 1 2 0 2 0  1  0 0 1 1 0 1  2 -inf  inf 1")
	status, stdout, stderr := runQuietly(t, map[string]string{"REPS": "1"}, "qp", file, "f64", "1")
	require.Zero(t, status, stderr)
	require.Equal(t, "infeasible", strings.Fields(stdout)[1])
}

func TestNonNegativeLeastSquaresFromFiles(t *testing.T) {
	file := writeText(t, "3 2\n1 0 2\n0 1 -1\n1 0 4\n")
	out := filepath.Join(t.TempDir(), "x")
	status, stdout, stderr := runQuietly(t, map[string]string{"REPS": "1", "QP_OUT": out}, "nnls", file, "f64", "2")
	require.Zero(t, status, stderr)
	words := strings.Fields(stdout)
	assert.Equal(t, "optimal", words[1])
	assert.Equal(t, "3", words[5], "1 + 1 + 1")
	assert.InDeltaSlice(t, []float64{3, 0}, readFloats(t, out), 1e-12)
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for text, message := range map[string]string{
		"":              "EOF",
		"0 1":           "not a size",
		"1 300000000":   "not a size",
		"100000 100000": "more than can be stored",
		"1 1 2":         "EOF",
		"1 1 2 x":       "not a finite number",
		"1 1 2 inf":     "not a finite number",
		"1 1 2 3 4":     "after the last number",
	} {
		status, _, stderr := runQuietly(t, nil, "nnls", writeText(t, text), "f64", "1")
		require.Equal(t, 1, status)
		require.Contains(t, stderr, message)
	}
	status, _, stderr := runQuietly(t, nil, "qp", "no such file", "f64", "1")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "no such file")
}
