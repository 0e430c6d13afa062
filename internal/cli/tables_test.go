package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
)

// flowers writes a table with a header, text and gaps, whose class depends on both columns.
func flowers(t *testing.T, rows int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("length,soil,kind\n")
	soils, kinds := []string{"sand", "clay", "loam"}, []string{"rose", "tulip", "lily"}
	for i := range rows {
		length := fmt.Sprintf("%d.%d", 100*(1+i%3), i%7)
		if i%20 == 0 {
			length = "?"
		}
		fmt.Fprintf(&b, "%s,%s,%s\n", length, soils[i%3], kinds[i%3])
	}
	path := filepath.Join(t.TempDir(), "flowers.csv")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	return path
}

func TestATableIsTrainedOn(t *testing.T) {
	data, model := flowers(t, 200), filepath.Join(t.TempDir(), "m")
	o := succeed(t, "--data", data, "--net", "8", "--epochs", "3", "--validation", "0.1", "--save", model)
	assertHasAll(t, inOneLine(o.stdout),
		"144 training, 16 validation, 40 test samples (drawn by seed 1), 3 classes: lily, rose, tulip",
		"5-8-3", "standardized inputs", "val. err", "test error")
	assert.Contains(t, o.stderr, `note: the target is the last column, 3 "kind"`)
	net, err := nn.Load[float32](model)
	require.NoError(t, err)
	assert.Equal(t, []string{"lily", "rose", "tulip"}, net.Classes)
	assert.Nil(t, net.Mean, "the columns are centred already")
	p, err := nn.NewRowPredictor(net)
	require.NoError(t, err)
	class, err := p.Predict([]string{"300", "loam"})
	require.NoError(t, err)
	assert.Equal(t, "lily", net.Classes[class])

	var run struct {
		Classes []string
		Scale   string
		Fold    *int
		Test    int `json:"test_samples"`
	}
	o = succeed(t, "--data", data, "--net", "8", "--epochs", "1", "--split", "0", "--target", "soil", "--json", "-")
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
	assert.Equal(t, []string{"clay", "loam", "sand"}, run.Classes)
	assert.Equal(t, "standard", run.Scale)
	assert.Zero(t, run.Test)
	assert.Nil(t, run.Fold)
	assert.NotContains(t, o.stderr, "test err")
}

func TestTablesThatCannotBeTrainedOnAsAsked(t *testing.T) {
	data := flowers(t, 60)
	for line, want := range map[string]string{
		"--split 60":      "--split 60: flowers.csv: cannot hold out 60 of 60 samples",
		"--validation 48": "--validation 48: flowers.csv: cannot hold out 48 of 48 samples",
		"--limit 49":      "--limit 49: flowers.csv has 48 training samples",

		"--validation 9 --fold 2": "--fold 2: the validation samples of flowers.csv are drawn: " +
			"another --seed draws others",
		"--center": "--center: the columns of flowers.csv are scaled already (--scale auto is standard here), " +
			"want --scale none",
	} {
		o := execute(t.Context(), append([]string{"--data", data}, strings.Fields(line)...)...)
		assert.Equal(t, exitUsage, o.code, line)
		assert.Contains(t, o.stderr, want)
	}
	o := execute(t.Context(), "--data", data, "--target", "colour")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, `no column "colour": it has length, soil, kind`)
}

// rowsOf are the samples of a table without its header and without its last column.
func rowsOf(t *testing.T, path string) []string {
	t.Helper()
	var rows []string
	for line := range strings.Lines(string(read(t, path))) {
		rows = append(rows, line[:strings.LastIndexByte(line, ',')])
	}
	return rows[1:]
}

// bareRows writes a table without its header and its target.
func bareRows(t *testing.T, data string) string {
	t.Helper()
	bare := filepath.Join(t.TempDir(), "bare.csv")
	require.NoError(t, os.WriteFile(bare, []byte(strings.Join(rowsOf(t, data), "\n")), 0o644))
	return bare
}

func TestATableIsMeasured(t *testing.T) {
	data, dir := flowers(t, 200), t.TempDir()
	model := filepath.Join(dir, "m")
	succeed(t, "--data", data, "--net", "8", "--epochs", "8", "--save", model)
	data = flowers(t, 199) // not the file that was divided
	var e struct {
		Part      string
		Samples   int
		Error     float64
		TestError *float64 `json:"test_error"`
		Balanced  float64  `json:"balanced_accuracy"`
		PerClass  []struct {
			Class             string
			Precision, Recall float64
		} `json:"per_class"`
	}
	o := succeed(t, "eval", "--model", model, "--data", data, "--json")
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &e))
	assert.Equal(t, "all", e.Part)
	assert.Equal(t, 199, e.Samples)
	assert.Nil(t, e.TestError)
	assert.Zero(t, e.Error)
	assert.EqualValues(t, 1, e.Balanced)
	require.Len(t, e.PerClass, 3)
	assert.Equal(t, "lily", e.PerClass[0].Class)
}

func TestRawRowsArePredicted(t *testing.T) {
	data, dir := flowers(t, 200), t.TempDir()
	model := filepath.Join(dir, "m")
	succeed(t, "--data", data, "--net", "8", "--epochs", "8", "--save", model)
	// With the target, and without it in another order of the columns, and without a header.
	want := succeed(t, "predict", "--model", model, "--data", data).stdout
	assert.Len(t, parseCSV(t, want), 201)
	bare, turned := bareRows(t, data), filepath.Join(dir, "turned.csv")
	rows := rowsOf(t, data)
	for i, row := range rows {
		length, soil, _ := strings.Cut(row, ",")
		rows[i] = soil + "," + length
	}
	require.NoError(t, os.WriteFile(turned, []byte("soil,length\n"+strings.Join(rows, "\n")), 0o644))
	for _, file := range []string{bare, turned} {
		assert.Equal(t, want, succeed(t, "predict", "--model", model, "--data", file).stdout, file)
	}

	predict := func(json string) outcome {
		return execute(t.Context(), argsOf("predict --top 2 --scores", "--model", model, "--data", bare, json)...)
	}
	o := predict("--json")
	require.Equal(t, exitDone, o.code, o.stderr)
	into := filepath.Join(t.TempDir(), "p.jsonl")
	assert.Empty(t, predict("--json="+into).stdout)
	assert.Equal(t, o.stdout, string(read(t, into)))
	assert.Equal(t, exitUsage, predict("--json="+bare).code, "it is read")
	lines := strings.Split(strings.TrimSpace(o.stdout), "\n")
	require.Len(t, lines, 200)
	var line struct {
		Class  string
		Score  float64
		Top    []struct{ Class string }
		Scores map[string]float64
	}
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &line))
	assert.Equal(t, "tulip", line.Class)
	assert.Equal(t, "tulip", line.Top[0].Class)
	assert.Equal(t, line.Score, line.Scores["tulip"])
}

func TestProbabilitiesAreCalibrated(t *testing.T) {
	data, dir := flowers(t, 200), t.TempDir()
	bare := bareRows(t, data)
	calibrated := filepath.Join(dir, "c")
	succeed(t, "--data", data, "--net", "8", "--epochs", "8", "--validation", "0.2", "--save", calibrated)
	o := succeed(t, "predict", "--model", calibrated, "--data", bare, "--probabilities")
	for _, row := range parseCSV(t, o.stdout)[1:] {
		probability, err := strconv.ParseFloat(row[3], 64)
		require.NoError(t, err)
		assert.Greater(t, probability, 0.5)
		assert.Less(t, probability, 1.)
	}
}

func TestRowsThatAModelDoesNotTake(t *testing.T) {
	data, dir := flowers(t, 200), t.TempDir()
	model := filepath.Join(dir, "m")
	succeed(t, "--data", data, "--net", "8", "--epochs", "8", "--save", model)
	bare, other := bareRows(t, data), flowers(t, 30)
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no probabilities": {[]string{"predict", "--data", data, "--probabilities"}, exitFailed,
			"trained neither with --loss softmax or softmax2 nor with --validation"},
		"no parts": {[]string{"eval", "--data", other, "--part", "test"}, exitUsage,
			"--part test: flowers.csv has no parts"},
		"no target": {[]string{"eval", "--data", bare}, exitFailed,
			"bare.csv: it has 2 columns, which are the inputs alone: the target is missing: there is nothing to " +
				"compare the answers with; train predict, with the same"},
		"other columns": {[]string{"predict", "--data", "digits"}, exitFailed,
			"digits: it has 64 columns of inputs, want 2"},
		"no probabilities of no data": {[]string{"predict", "--data", "nowhere.csv", "--probabilities"}, exitFailed,
			"--probabilities: "},
		"nothing to write": {[]string{"predict", "--data", data, "--top", "0"}, exitUsage, "--top"},
	} {
		o := execute(t.Context(), append(c.args, "--model", model)...)
		assert.Equal(t, c.code, o.code, name)
		assert.Contains(t, o.stderr, c.want, name)
	}
}

func TestAModelWithoutItsColumnsTakesFoldersOnly(t *testing.T) {
	data, model := shapes(t, 60, 30), filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--net", "8", "--save", model)
	want := succeed(t, "predict", "--model", model, "--data", data).stdout
	net, err := nn.Load[float32](model)
	require.NoError(t, err)
	net.Columns = nil
	require.NoError(t, net.Save(model))
	assert.Equal(t, want, succeed(t, "predict", "--model", model, "--data", data).stdout)
	o := execute(t.Context(), "predict", "--model", model, "--data", flowers(t, 9))
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "does not say how the columns that it was trained on were prepared")

	more := shapes(t, 60, 30)
	for part, samples := range map[string]int{"train": 60, "t10k": 30} {
		labels := append(header(0x801, samples), bytes.Repeat([]byte{4, 5, 6, 4, 5, 9}, samples/6)...)
		require.NoError(t, os.WriteFile(filepath.Join(more, part+"-labels-idx1-ubyte"), labels, 0o644))
	}
	wide := t.TempDir()
	writeIDX(t, wide, "train", 60, 3, 3)
	writeIDX(t, wide, "t10k", 30, 3, 3)
	for folder, want := range map[string]string{
		more: "has classes that " + model + " was not trained on: 9; it knows 4, 5, 6",
		wide: model + " takes 6 inputs, the samples of " + filepath.Base(wide) + " have 9: it was trained on other",
	} {
		o := execute(t.Context(), "eval", "--model", model, "--data", folder)
		assert.Equal(t, exitFailed, o.code)
		assert.Contains(t, o.stderr, want)
		assert.Empty(t, o.stdout)
	}
}

// fieldTables are files of RIDGE_TABLES with what has to be said about them.
var fieldTables = []struct {
	file, flags string
	classes     int
}{
	{"adult-train.csv.gz", "--limit 500 --test DIR/adult-test.csv.gz", 2},
	{"banknote.csv", "", 2},
	{"german.csv", "", 2},
	{"heart_scale.libsvm", "", 2},
	{"horse-colic.csv", "--target 24", 2},
	{"letter.csv.gz", "--target lettre --limit 500", 26},
	{"mammography.csv.gz", "--limit 500", 2},
	{"penguins.csv", "--target species", 3},
	{"phoneme.csv.gz", "--limit 500", 2},
	{"segment.csv.gz", "--target class", 7},
	{"vehicle.csv", "--target Class", 4},
	{"vowel.csv", "--target Class", 11},
	{"wine.csv", "--validation 0.2", 3},
	{"winequality-white.csv", "--limit 500", 7},
	{"abalone.csv", "--limit 500", 0},
	{"abalone.csv", "--task classes --limit 500", 28},
	{"winequality-white.csv", "--task regression --limit 500", 0},
}

func TestTablesFromTheField(t *testing.T) {
	dir := os.Getenv("RIDGE_TABLES")
	if dir == "" {
		t.Skip("RIDGE_TABLES does not name the folder of tables")
	}
	for _, c := range fieldTables {
		t.Run(c.file+" "+c.flags, func(t *testing.T) {
			data, model := filepath.Join(dir, c.file), filepath.Join(t.TempDir(), "m")
			flags := strings.ReplaceAll(c.flags, "DIR", dir)
			o := succeed(t, argsOf("--net 8 --epochs 1 --json - "+flags, "--data", data, "--save", model)...)
			var run struct {
				Classes   []string
				TestError *float64 `json:"test_error"`
			}
			require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
			assert.Len(t, run.Classes, c.classes)
			require.NotNil(t, run.TestError)
			guess := 1. // of a regression: the mean
			if c.classes > 0 {
				guess = 1 - 1/float64(c.classes+1)
			}
			assert.Less(t, *run.TestError, guess)
			predictions := parseCSV(t, succeed(t, "predict", "--model", model, "--data", data).stdout)
			assert.Greater(t, len(predictions), 100)
		})
	}
}

func TestWithoutDataAModelOfATableAsksForIt(t *testing.T) {
	data, model := flowers(t, 60), filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--net", "4", "--epochs", "1", "--save", model)
	for _, command := range []string{"predict", "eval"} {
		o := execute(t.Context(), command, "--model", model)
		assert.Equal(t, exitUsage, o.code)
		assert.Contains(t, o.stderr, "--data FILE is required: "+model+" was trained on a table")
	}
}
