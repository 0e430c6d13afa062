package cli

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset"
)

func TestWeightsRepeatSamples(t *testing.T) {
	set := &dataset.Set{Name: "s", Classes: []string{"a", "b:1", "c"}}
	labels := []int{0, 0, 1, 0, 2, 0, 2, 0, 0}
	for text, want := range map[string][3]int{ // of each class
		"balanced":        {6, 6, 6},
		"b:1:3":           {6, 3, 2},
		"c:2.5":           {6, 1, 5},
		"a:0.5,c:1":       {6, 2, 4},
		"a:1e-3,b:1:1e-3": {6, 1, 2000},
	} {
		w, err := parseWeights(text)
		require.NoError(t, err)
		assert.Equal(t, strings.ReplaceAll(text, "1e-3", "0.001"), w.String())
		p := parts{train: dataset.Samples{Dim: 1, X: []float32{0, 1, 2, 3, 4, 5, 6, 7, 8}, Labels: labels}}
		require.NoError(t, w.apply(set, &p, anyNumber))
		var have [3]int
		for i, label := range p.train.Labels {
			have[label]++
			assert.Equal(t, labels[int(p.train.X[i])], label, "a sample keeps its label")
		}
		assert.Equal(t, want, have, text)
		assert.Equal(t, 9, p.once.Len())
	}
}

// TestAClassWithoutTrainingSamplesDoesNotHideTheOthers: nothing that is learnt changes its error.
func TestAClassWithoutTrainingSamplesDoesNotHideTheOthers(t *testing.T) {
	set := &dataset.Set{Name: "s", Classes: []string{"a", "b", "none"}}
	samples := func(labels ...int) dataset.Samples {
		return dataset.Samples{Dim: 1, X: make([]float32, len(labels)), Labels: labels}
	}
	p := parts{train: samples(0, 0, 0, 0, 0, 0, 1, 1), validation: samples(1, 2, 0, 0)}
	w, err := parseWeights("balanced")
	require.NoError(t, err)
	require.NoError(t, w.apply(set, &p, anyNumber))
	assert.InDeltaSlice(t, []float64{1. / 2, 2. / 8, 1. / 6, 1. / 6}, p.judged, 1e-15)
	of, err := w.perClass(set, p.once.Labels)
	require.NoError(t, err)
	average := 0.
	for _, label := range p.once.Labels {
		average += of[label] / 8
	}
	assert.InDelta(t, average, p.judged[1], 1e-15)
}

func anyNumber(int) error { return nil }

func TestNamesWithCommasHaveQuotes(t *testing.T) {
	set := &dataset.Set{Name: "s", Classes: []string{"a,b:1", `5" pipe`, `"x"`}}
	samples := dataset.Samples{Dim: 1, X: []float32{0, 1, 2}, Labels: []int{0, 1, 2}}
	for text, want := range map[string]string{
		`"a,b:1":5`:                    `"a,b:1":5`,
		` "a,b:1" : 5 , 5" pipe:2`:     `"a,b:1":5,5" pipe:2`,
		`"5"" pipe":2,"""x""":3`:       `5" pipe:2,"""x""":3`,
		`"5"" pipe":0.5,"a,b:1":0.125`: `5" pipe:0.5,"a,b:1":0.125`,
	} {
		w, err := parseWeights(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, w.String())
		again, err := parseWeights(w.String())
		require.NoError(t, err)
		assert.Equal(t, w, again)
		assert.NoError(t, w.apply(set, &parts{train: samples}, anyNumber))
	}
	other, err := parseWeights("b:2")
	require.NoError(t, err)
	assert.EqualError(t, other.apply(set, &parts{train: samples}, anyNumber),
		`--weight: s has no class "b": it has "a,b:1", 5" pipe, """x"""`)

	path := filepath.Join(t.TempDir(), "d.csv")
	require.NoError(t, os.WriteFile(path, []byte("\"x,1\",\"y\",\"a,b\"\n"+strings.Repeat("1,2,u\n3,1,v\n", 9)), 0o644))
	o := succeed(t, "--data", path, "--net", "2", "--epochs", "1", "--choose-lambda", "no",
		"--target", `"a,b"`, "--drop", `"x,1"`)
	assert.Contains(t, o.stdout, " network      1-2-2,")
}

// The weight that the error names fits, and the next larger one does not.
func TestTooManyCopiesAreRefusedWithTheWeightsThatFit(t *testing.T) {
	set := &dataset.Set{Name: "s", Classes: []string{"a", "b", "c"}}
	p := parts{train: dataset.Samples{Dim: 1, X: []float32{0, 1, 2}, Labels: []int{0, 1, 2}}}
	w, err := parseWeights("a:1e300")
	require.NoError(t, err)
	err = w.apply(set, &p, anyNumber)
	assert.ErrorContains(t, err,
		"--weight a:1e+300: it repeats the 3 training samples, so that there are more than "+
			"1,000,000,000,000,000,000. 1,000,000,000,000,000,000 training samples take more than 9.2 EB of memory, ")
	assert.Regexp(t, `: want no weight more than [1-9](,?[0-9])?[0,]* times another one$`, err)

	path := filepath.Join(t.TempDir(), "d.csv")
	require.NoError(t, os.WriteFile(path, []byte("x,y\n"+strings.Repeat("1,u\n2,v\n", 50)), 0o644))
	for command, copies := range map[string]string{
		"":     "80 training samples, so that there are 40,000,040",
		"tune": "40 training samples, so that there are 20,000,020",
	} {
		args := append(strings.Fields(command), "--data", path, "--net", "2",
			"--weight", "u:1000000", "--memory", "60MB")
		if command == "tune" {
			args = append(args, "--folds", "2")
		}
		o := execute(t.Context(), args...)
		assert.Equal(t, exitUsage, o.code)
		assert.Contains(t, o.stderr, "--weight u:1e+06: it repeats the "+copies)
		assert.Regexp(t,
			`want no weight more than [1-9][0-9,]+ times another one; --memory [0-9.]+[MG]B allows it, too`, o.stderr)
	}
}

// However many samples have the largest weight, their copies are a number, and too many.
func TestTooManyCopiesAreANumber(t *testing.T) {
	set := &dataset.Set{Name: "s", Classes: []string{"a", "b"}}
	for _, weight := range []string{"b:1e308", "b:1e306", "b:1e18"} {
		w, err := parseWeights(weight)
		require.NoError(t, err)
		labels := []int{0}
		for range 200 {
			labels = append(labels, 1)
			train := dataset.Samples{Dim: 1, X: make([]float32, len(labels)), Labels: labels}
			_, _, err := w.repeated(set, train, anyNumber)
			require.ErrorContains(t, err, ", so that there are more than 1,000,000,000,000,000,000. ", weight)
			counted, err := w.counted(set, labels)
			require.NoError(t, err)
			require.EqualValues(t, min(1_000_000_000_000_000_000, math.MaxInt), counted, weight)
		}
	}
}

// Only ratios of weights matter, however large or small they are, and those that no float64 holds are refused.
func TestTheRangeOfWeights(t *testing.T) {
	set := &dataset.Set{Name: "s", Classes: []string{"a", "b", "c"}}
	for text, want := range map[string]string{
		"a:1e300,b:1e-300":  "--weight a:1e+300,b:1e-300: one weight is more than 1e308 times another",
		"a:1e-310":          "--weight a:1e-310: one weight is more than 1e308 times another",
		"b:1e308,c:1e308":   "",
		"b:1e-307,c:1e-307": "", // of what lies in between there are no samples
	} {
		w, err := parseWeights(text)
		require.NoError(t, err)
		p := parts{train: dataset.Samples{Dim: 1, X: []float32{0, 1, 2}, Labels: []int{1, 1, 2}},
			validation: dataset.Samples{Dim: 1, X: []float32{0, 1, 2}, Labels: []int{1, 1, 2}}}
		err = w.apply(set, &p, anyNumber)
		if want != "" {
			assert.ErrorContains(t, err, want)
			continue
		}
		require.NoError(t, err, text)
		assert.Equal(t, 3, p.train.Len(), text)
		assert.False(t, math.IsInf(p.judged[0]+p.judged[1]+p.judged[2], 0), text)
		assert.Equal(t, p.judged[0], p.judged[2], text)
	}
}

// TestARareClassIsFound: nine of ten samples are of one class, and both look nearly the same.
func TestARareClassIsFound(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,kind\n")
	for i := range 1000 {
		if i%10 == 0 {
			b.WriteString(string(rune('3'+i/10%4)) + ",rare\n")
		} else {
			b.WriteString(string(rune('0'+i%5)) + ",usual\n")
		}
	}
	data, model := filepath.Join(t.TempDir(), "d.csv"), filepath.Join(t.TempDir(), "m")
	require.NoError(t, os.WriteFile(data, []byte(b.String()), 0o644))
	recall := func(flags ...string) float64 {
		o := succeed(t, append([]string{"--data", data, "--net", "9", "--epochs", "5", "--save", model}, flags...)...)
		if flags != nil {
			assert.Contains(t, inOneLine(o.stdout),
				"800 training (1,440 with those repeated by --weight balanced), 200 test samples")
		}
		var e struct {
			PerClass []struct{ Recall float64 } `json:"per_class"`
		}
		require.NoError(t,
			json.Unmarshal([]byte(succeed(t, "eval", "--model", model, "--data", data, "--json").stdout), &e))
		return e.PerClass[0].Recall
	}
	assert.Greater(t, recall("--weight", "balanced"), recall()+0.1)
}

// One of ten samples is of a class that counts a hundred times and can't be told from the other one: whoever takes all
// samples for it has nine of ten wrong, but a twelfth of their weight.
func TestTrainingsAreJudgedByTheWeights(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,kind\n")
	for i := range 200 {
		b.WriteString(string(rune('0'+i/10%7)) + map[bool]string{true: ",rare\n", false: ",usual\n"}[i%10 == 0])
	}
	data, dir := filepath.Join(t.TempDir(), "d.csv"), t.TempDir()
	require.NoError(t, os.WriteFile(data, []byte(b.String()), 0o644))
	flags := []string{"--data", data, "--net", "4", "--weight", "rare:100", "--epochs", "3"}

	args := append([]string{"--validation", "40", "--early-stop", "2", "--choose-lambda", "no", "--json"}, flags...)
	o := succeed(t, args...)
	var run struct {
		Validation float64 `json:"validation_error"`
		Test       float64 `json:"test_error"`
	}
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
	assert.InDelta(t, 36./436, run.Validation, 1e-12)
	assert.InDelta(t, 0.9, run.Test, 1e-12)
	assert.Contains(t, o.stderr, " validation error  8.26 %, samples counting by --weight rare:100\n")

	o = succeed(t,
		append([]string{"tune", "--trials", "2", "--grid", "gamma=1,2", "--folds", "2", "--csv",
			filepath.Join(dir, "t.csv"), "--out", filepath.Join(dir, "tune")}, flags...)...)
	assert.Contains(t, inOneLine(o.stdout),
		"judged by 2 folds, 1 seed, samples counting by --weight rare:100; ")
	for _, line := range parseCSV(t, string(read(t, filepath.Join(dir, "t.csv"))))[1:] {
		assert.Equal(t, "0.08256880733944955", line[1])
	}
	// Runs that were judged otherwise, by a program before this one, are not taken for these.
	runs, err := filepath.Glob(filepath.Join(dir, "tune", "*.json"))
	require.NoError(t, err)
	assert.Contains(t, string(read(t, runs[0])), "weighted by --weight rare:100")
}

func TestOfManyClassesThoseWithWeightsAreShown(t *testing.T) {
	o := succeed(t, "--net", "5", "--limit", "200", "--epochs", "1", "--weight", "7:2")
	assert.Regexp(t, ` recall +"7" [0-9.]+ % .*; the +lowest +of +10 classes: "`,
		inOneLine(o.stdout))
}

// The copies fit as they are, but not with their columns in pieces, which nobody asked for.
func TestPiecesForWhoseCopiesThereIsNoRoomAreNotTried(t *testing.T) {
	var b strings.Builder
	b.WriteString("x,y\n")
	for i := range 100 {
		b.WriteString(strconv.Itoa(i*7%13) + map[bool]string{true: ",u\n", false: ",v\n"}[i%2 == 0])
	}
	data := filepath.Join(t.TempDir(), "d.csv")
	require.NoError(t, os.WriteFile(data, []byte(b.String()), 0o644))
	for weight, tried := range map[string]bool{"u:10": true, "u:1000": false} {
		o := succeed(t, "--data", data, "--net", "1", "--epochs", "1", "--weight", weight, "--memory", "43MB")
		assert.Contains(t, o.stdout,
			" choice of λ by samples that are held out, with their weights: 3 divisions into\n 3 folds, ")
		assert.Equal(t, tried, strings.Contains(o.stdout, "  pieces  "), o.stdout)
	}
}
