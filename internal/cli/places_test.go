//go:build linux || darwin

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
)

// A folder may hold anything under a name that the command does not write.
func TestOnlyWhatIsReplacedIsInTheWayOfResults(t *testing.T) {
	data, dir := flowers(t, 40), t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, resultsName), 0o700))
	succeed(t, "tune", "--data", data, "--folds", "2", "--trials", "1", "--epochs", "1", "--net", "2", "--out", dir)
	succeed(t, "man", dir)
	o := execute(t.Context(), "compare", "--data", data, "--quick", "--out", dir)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "--out "+filepath.Join(dir, resultsName)+": it is a folder")
}

// TestNoResultTakesThePlaceOfTheData, of any command.
func TestNoResultTakesThePlaceOfTheData(t *testing.T) {
	data := flowers(t, 40)
	dir := filepath.Dir(data)
	before := read(t, data)
	model := filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--epochs", "1", "--net", "2", "--save", model)
	named := func(name string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, before, 0o600))
		return path
	}
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(data, link))
	for _, args := range [][]string{
		{"--data", data, "--save", data},
		{"--data", data, "--json", link},
		{"--data", data, "--csv", filepath.Join(dir, "..", filepath.Base(dir), "flowers.csv")},
		{"--data", data, "--test", named("t.csv"), "--report", named("t.csv")},
		{"eval", "--model", model, "--data", data, "--json", data},
		{"eval", "--model", model, "--data", data, "--report", data},
		{"eval", "--model", model, "--data", data, "--report", model},
		{"export", "--model", model, "--onnx", model},
		{"tune", "--data", data, "--csv", link},
		{"tune", "--data", data, "--test", named("t.csv"), "--csv", named("t.csv")},
		{"compare", "--quick", "--data", named("results.csv"), "--out", dir},
		{"compare", "--quick", "--data", data, "--test", named("tuning.csv"), "--out", dir},
	} {
		o := execute(t.Context(), args...)
		assert.Equal(t, exitUsage, o.code, "%v: %s", args, o.stderr)
		assert.Regexp(t, "reads that file|name the same file", o.stderr, "%v", args)
	}
	for _, name := range []string{"flowers.csv", "t.csv", "results.csv", "tuning.csv"} {
		assert.Equal(t, before, read(t, filepath.Join(dir, name)), name)
	}
	assert.Equal(t, exitDone, execute(t.Context(), "eval", "--model", model, "--data", data).code)

	images := shapes(t, 30, 9)
	beside := filepath.Join(t.TempDir(), "train-images-idx3-ubyte")
	require.NoError(t, os.WriteFile(beside, nil, 0o600))
	// It is not in the folder that is read.
	succeed(t, "--data", images, "--epochs", "1", "--net", "2", "--save", beside)
}

// TestNoResultTakesThePlaceOfLabels that are an array in a file of their own.
func TestNoResultTakesThePlaceOfLabels(t *testing.T) {
	dir := t.TempDir()
	named := func(name string) string { return filepath.Join(dir, name) }
	x, y := arrayOf("(8, 2)", 16, 3), arrayOf("(8,)", 8, 2)
	for name, content := range map[string][]byte{"X.npy": x, "y.npy": y, "y2.npy": y, "X_test.npy": x, "y_test.npy": y,
		"y2_test.npy": y} {
		require.NoError(t, os.WriteFile(named(name), content, 0o600))
	}
	data, test, chosen := named("X.npy"), named("X_test.npy"), named("y2.npy")
	usual, model := named("m"), named("m2")
	short := []string{"--net", "2", "--epochs", "1", "--task", "classes", "--split", "0.25", "--data", data}
	succeed(t, append(short, "--save", usual)...)
	succeed(t, append(short, "--target", chosen, "--save", model)...)
	for _, c := range []struct {
		args  []string
		taken string
	}{
		{[]string{"--data", data, "--target", chosen, "--json"}, "y2.npy"},
		{[]string{"--data", data, "--csv"}, "y.npy"},
		{[]string{"--data", data, "--test", test, "--save"}, "y_test.npy"},
		{[]string{"--data", data, "--target", chosen, "--test", test, "--report"}, "y2_test.npy"},
		{[]string{"tune", "--data", data, "--csv"}, "y.npy"},
		{[]string{"eval", "--model", usual, "--data", data, "--json"}, "y.npy"},
		{[]string{"eval", "--model", model, "--data", test, "--report"}, "y2_test.npy"},
	} {
		o := execute(t.Context(), append(c.args, named(c.taken))...)
		assert.Equal(t, exitUsage, o.code, "%v: %s", c.args, o.stderr)
		assert.Contains(t, o.stderr, "reads that file", "%v", c.args)
		assert.Equal(t, y, read(t, named(c.taken)), "%v", c.args)
	}
	succeed(t, "eval", "--model", model, "--data", data, "--json", named("y.npy")) // it is not read
}

// arrayOf is an array of NumPy of n bytes, which count up and begin again after so many.
func arrayOf(shape string, n, period int) []byte {
	elements := make([]byte, n)
	for i := range elements {
		elements[i] = byte(i % period)
	}
	return datasettest.NPY("|u1", false, shape, elements)
}

// TestAPipeIsNotReadAndWritten by one program, which would wait for itself.
func TestAPipeIsNotReadAndWritten(t *testing.T) {
	dir := t.TempDir()
	pipe, model := filepath.Join(dir, "pipe"), filepath.Join(dir, "m")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	succeed(t, "--net", "2", "--epochs", "1", "--save", model)
	for _, args := range [][]string{
		{"--data", pipe, "--save", pipe},
		{"--data", "digits", "--test", pipe, "--json", pipe},
		{"eval", "--model", model, "--data", pipe, "--json", pipe},
		{"tune", "--data", pipe, "--csv", pipe},
		{"export", "--model", pipe, "--onnx", pipe},
	} {
		o := execute(t.Context(), args...)
		assert.Equal(t, exitUsage, o.code, "%v: %s", args, o.stderr)
		assert.Regexp(t, "reads that file|name the same file", o.stderr, "%v", args)
		assert.Equal(t, 2, strings.Count(o.stderr, "\n"), "it is said once: %s", o.stderr)
	}
}

// The network would have no place when the training has ended.
func TestStatesAndResultsHaveDifferentPlaces(t *testing.T) {
	t.Chdir(t.TempDir())
	o := execute(t.Context(), "--save", "d", "--checkpoint", "d")
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "--checkpoint and --save name the same file, d")
	o = execute(t.Context(), "tune", "--csv", "d", "--out", "d")
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "--out and --csv name the same file, d")
	assert.Empty(t, entries(t, "."))
}

// The folder of the runs is made when there is something to keep in it, and its table's with it.
func TestATableMayLieInTheFolderOfItsRuns(t *testing.T) {
	for _, out := range []string{"runs", "of/today/"} {
		t.Chdir(t.TempDir())
		o := execute(t.Context(), "tune", "--data", shapes(t, 40, 9), "--net", "2", "--epochs", "1", "--trials", "2",
			"--folds", "2", "--out", out, "--csv", filepath.Join(out, "trials.csv"))
		require.Zero(t, o.code, o.stderr)
		assert.FileExists(t, filepath.Join(out, "trials.csv"))
	}
}

// Weights of classes say nothing of numbers: that is known before there is a run, or a folder for it.
func TestARegressionIsNotSearchedWithWeights(t *testing.T) {
	t.Chdir(t.TempDir())
	text := "x,y\n" + strings.Repeat("1.5,2.25\n2.5,6.25\n3.5,12.25\n", 20)
	require.NoError(t, os.WriteFile("t.csv", []byte(text), 0o666))
	o := execute(t.Context(), "tune", "--data", "t.csv", "--task", "regression", "--weight", "balanced",
		"--out", "runs")
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "--weight balanced: t.csv has no classes: a regression has no weights")
	assert.Equal(t, []string{"t.csv"}, entries(t, "."))
}

// TestEvalWritesWhatItCan: another output that fails is no reason to lose the others.
func TestEvalWritesWhatItCan(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	model, object := savedModel(t, shapes(t, 30, 9)), filepath.Join(t.TempDir(), "e.json")
	o := execute(t.Context(), "eval", "--model", model, "--data", shapes(t, 30, 9), "--report", "/dev/full", "--json",
		object)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "--report /dev/full: no space left on device")
	assert.Contains(t, string(read(t, object)), "confusion")
	assert.Contains(t, o.stdout, "recall")
}

// TestEvalEndsWhereItsStreamDoes: whoever asked for the JSON there does not want a table in its place.
func TestEvalEndsWhereItsStreamDoes(t *testing.T) {
	cmd := command(t, nil, "eval", "--model", savedModel(t, shapes(t, 30, 9)), "--data", shapes(t, 30, 9),
		"--json", "-")
	r, w, err := os.Pipe()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	var stderr strings.Builder
	cmd.Stdout, cmd.Stderr = w, &stderr
	require.Error(t, cmd.Run())
	assert.Equal(t, exitPipe, cmd.ProcessState.ExitCode())
	assert.NotContains(t, stderr.String(), "recall")
}

// TestTuneKeepsItsResultIfItsFileIsLost: the trials are shown, and saved elsewhere.
func TestTuneKeepsItsResultIfItsFileIsLost(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full")
	}
	t.Chdir(t.TempDir())
	o := execute(t.Context(), "tune", "--data", flowers(t, 40), "--trials", "1",
		"--epochs", "1", "--net", "2", "--csv", "/dev/full")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "no space left on device; it is in ")
	assert.Contains(t, o.stdout, "This command trains with\nthem")
	assert.Contains(t, string(read(t, "full")), "defaults,")
}

func TestTuneSaysWhatItCantDoBeforeItBegins(t *testing.T) {
	data := flowers(t, 40)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for want, args := range map[string][]string{
		"not a directory":                         {"--out", file},
		"can't be written: not a directory":       {"--csv", filepath.Join(file, "x")},
		"are too many: want at most 1000000 runs": {"--seeds", "1000000000"},
		"2 folds and 9223372036854775807 seeds are too many": {"--folds", "2", "--seeds", "9223372036854775807",
			"--trials", "9223372036854775807"},
	} {
		o := execute(t.Context(), append([]string{"tune", "--data", data}, args...)...)
		assert.Contains(t, []int{exitFailed, exitUsage}, o.code)
		assert.Contains(t, o.stderr, want)
		assert.Empty(t, o.stdout)
	}
}

// TestExportReadsItsModelOnce, so that it may come through a pipe. A signal ends the waiting for
// one.
func TestExportReadsItsModelOnce(t *testing.T) {
	dir := t.TempDir()
	model, pipe := filepath.Join(dir, "m"), filepath.Join(dir, "pipe")
	graph, direct := filepath.Join(dir, "g"), filepath.Join(dir, "d")
	succeed(t, "--epochs", "1", "--net", "2", "--save", model)
	succeed(t, "export", "--model", model, "--onnx", direct)
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	content := read(t, model)
	go func() { _ = os.WriteFile(pipe, content, 0) }()
	succeed(t, "export", "--model", pipe, "--onnx", graph)
	assert.Equal(t, read(t, direct), read(t, graph))

	o := execute(t.Context(), "export", "--model", graph, "--onnx", direct)
	assert.Equal(t, exitFailed, o.code)
	assert.NotContains(t, o.stderr, "--onnx", "it is the model that is wrong")

	cmd := command(t, nil, "export", "--model", pipe, "--onnx", graph)
	require.NoError(t, cmd.Start())
	writer, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits for the reader, which by then listens to signals
	require.NoError(t, err)
	defer writer.Close()
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	assert.Equal(t, exitInterrupted, endOf(t, cmd).ExitCode())
}

// They are a wrong command line.
func TestUnknownShellsAreRefused(t *testing.T) {
	for _, args := range [][]string{{"completion", "command.com"}, {"completion", "bash", "more"}} {
		o := execute(t.Context(), args...)
		assert.Equal(t, exitUsage, o.code, "%v: %s", args, o.stderr)
		assert.Empty(t, o.stdout, "%v", args)
	}
	assert.Contains(t, execute(t.Context(), "completion", "command.com").stderr,
		"want one of bash, fish, powershell, zsh")
	assert.Contains(t, succeed(t, "completion", "bash").stdout, "__start_train")
	succeed(t, "completion")
}

// TestManPagesAreWholeOrNotThere.
func TestManPagesAreWholeOrNotThere(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "train.1"), []byte("old"), 0o600))
	require.NoError(t, os.Symlink("train.1", filepath.Join(dir, "train-eval.1")))
	succeed(t, "man", dir)
	info, err := os.Lstat(filepath.Join(dir, "train-eval.1"))
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "links stay")
	info, err = os.Stat(filepath.Join(dir, "train.1"))
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode().Perm(), "it is replaced by a file of the same mode")
}
