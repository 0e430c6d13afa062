package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/internal/report"
)

func TestInterruptedBeforeTheFirstIteration(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := execute(ctx, "--data", shapes(t, 30, 9))
	assert.Equal(t, exitInterrupted, o.code)
	assert.Equal(t, "train: interrupted\n", o.stderr)
}

// TestInterruptedWithoutAnIterationKeepsOlderFiles: the digits are read without a
// look at the context, and so the training is what is interrupted.
func TestInterruptedWithoutAnIterationKeepsOlderFiles(t *testing.T) {
	out := t.TempDir()
	args := []string{}
	for _, flag := range []string{"--save", "--json", "--csv"} {
		file := filepath.Join(out, flag)
		require.NoError(t, os.WriteFile(file, []byte("precious"), 0o644))
		args = append(args, flag, file)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := execute(ctx, args...)
	assert.Equal(t, exitInterrupted, o.code)
	assert.Equal(t, "no network was saved: no epoch was finished\ntrain: interrupted\n", o.stderr)
	assert.Empty(t, o.stdout)
	for _, name := range entries(t, out) {
		assert.Equal(t, "precious", string(read(t, filepath.Join(out, name))), name)
	}
	assert.Len(t, entries(t, out), 3)
}

// What the network has learnt until then is as good as after the end of a training.
func TestAnInterruptedRegressionIsMeasured(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t,
		os.WriteFile(path, []byte(bands(60, func(band int) string { return strconv.Itoa(band * band) })), 0o644))
	r := preparedOf(t, "--data", path, "--task", "regression", "--loss", "squared", "--validation", "9", "--split", "8",
		"--net", "4")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.cmd.SetContext(ctx)
	r.report = new(report.Run)
	require.NoError(t, r.measure())
	assert.Len(t, r.report.ValidationFit, 1)
	assert.Len(t, r.report.TestFit, 1)

	wide, err := nn.New(nn.Spec{Inputs: r.set.Train.Dim + 1, Hidden: []int{4}, Outputs: 1}, r.net.Loss, nn.Init{}, 1)
	require.NoError(t, err)
	wide.Columns = r.net.Columns
	r.net = wide
	all := r.samples
	r.samples = parts{train: all.train, validation: all.validation}
	assert.Error(t, r.measure())
	r.samples = parts{train: all.train, test: all.test}
	assert.Error(t, r.measure())
}

func TestWhyATrainingEndedBeforeItsTime(t *testing.T) {
	for want, got := range map[string]string{
		"no smaller validation error for 3": ending(nil, 3, 3),
		"within the tolerance":              ending(nil, 3, 2),
		"interrupted":                       ending(fmt.Errorf("epoch 2: %w", context.Canceled), 3, 3),
		"failed":                            ending(os.ErrNotExist, 3, 3),
	} {
		assert.Equal(t, want, got)
	}
	assert.Equal(t, "within the tolerance", ending(nil, 0, 0), "nobody asked for an early stop")
}
