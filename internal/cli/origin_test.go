package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
)

// judged is what eval says of the parts of a file.
type judged struct {
	Part       string
	Samples    int
	Error      float64
	Weighted   *float64 `json:"weighted_error"`
	TrainError *float64 `json:"train_error"`
	TestError  *float64 `json:"test_error"`
	Accuracy   []struct{ RMSE float64 }
	Others     []struct {
		Part     string
		Samples  int
		Error    float64
		Weighted *float64 `json:"weighted_error"`
		Accuracy []struct{ RMSE float64 }
	} `json:"other_parts"`
}

// evaluate runs eval, and returns what it says to people, too.
func evaluate(t *testing.T, args ...string) (e judged, said string) {
	t.Helper()
	o := succeed(t, append([]string{"eval", "--json"}, args...)...)
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &e))
	return e, inOneLine(o.stderr)
}

// noise writes a table of numbers that say nothing about the class.
func noise(t *testing.T, rows int) string {
	t.Helper()
	var b bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	for range rows {
		fmt.Fprintf(&b, "%.3f,%.3f,%s\n", r.Float64(), r.Float64(), []string{"no", "yes"}[r.IntN(2)])
	}
	path := filepath.Join(t.TempDir(), "noise.csv")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	return path
}

// TestTheFileThatWasDividedIsJudgedByItsTestSamples: the error of all of its rows is mostly that of the training.
func TestTheFileThatWasDividedIsJudgedByItsTestSamples(t *testing.T) {
	data, model := noise(t, 300), filepath.Join(t.TempDir(), "m")
	o := succeed(t, "--data", data, "--net", "30", "--epochs", "8", "--validation", "30", "--limit", "150", "--weight",
		"balanced", "--choose-lambda", "no", "--save", model, "--json", "-")
	var run struct {
		Test       float64 `json:"test_error"`
		Validation float64 `json:"validation_error"`
	}
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))

	e, said := evaluate(t, "--model", model, "--data", data)
	assert.Contains(t, said, "into 60 test, 60 unused, 30 validation, 150 train samples: the test samples are judged")
	assert.Contains(t, said, "data noise.csv: 60 test samples")
	assert.Equal(t, []any{"test", 60, run.Test}, []any{e.Part, e.Samples, e.Error})
	require.Len(t, e.Others, 3)
	for i, part := range []string{"unused", "validation", "train"} {
		assert.Equal(t, part, e.Others[i].Part)
	}
	assert.Equal(t, run.Test, *e.TestError)
	assert.Equal(t, e.Others[2].Error, *e.TrainError)
	assert.Less(t, *e.TrainError, run.Test)
	require.NotNil(t, e.Others[1].Weighted, "validation samples are judged as by the training")
	assert.InDelta(t, run.Validation, *e.Others[1].Weighted, 1e-12)
	assert.Nil(t, e.Others[2].Weighted)
	validation, said := evaluate(t, "--model", model, "--data", data, "--part", "validation")
	assert.Equal(t, e.Others[1].Weighted, validation.Weighted)
	assert.Contains(t, said, ", samples counting by --weight balanced")

	all, _ := evaluate(t, "--model", model, "--data", data, "--part", "all")
	assert.Equal(t, []any{"all", 300, 4}, []any{all.Part, all.Samples, len(all.Others)})
	trained, _ := evaluate(t, "--model", model, "--data", data, "--part", "train")
	assert.Equal(t, []any{"train", 150, *e.TrainError}, []any{trained.Part, trained.Samples, trained.Error})

	// The page has the same samples as that of the training.
	page := filepath.Join(t.TempDir(), "p.html")
	succeed(t, "eval", "--model", model, "--data", data, "--report", page)
	assert.Contains(t, string(read(t, page)), "the test samples")

	lines := strings.SplitAfter(string(read(t, data)), "\n")
	part := filepath.Join(t.TempDir(), "part.csv")
	require.NoError(t, os.WriteFile(part, []byte(strings.Join(lines[:100], "")), 0o644))
	_, said = evaluate(t, "--model", model, "--data", part)
	assert.Regexp(t, `note: \d+ of 100 rows of part.csv are the same as rows that have trained `, said)
	require.NoError(t, os.WriteFile(part, []byte(strings.ReplaceAll(lines[5], "0.", ".9")), 0o644))
	_, said = evaluate(t, "--model", model, "--data", part)
	assert.Contains(t, said, "part.csv has too few rows to tell whether they have trained "+model)
	lines[2], lines[200] = lines[200], lines[2]
	require.NoError(t, os.WriteFile(data, []byte(strings.Join(lines, "")), 0o644))
	e, said = evaluate(t, "--model", model, "--data", data)
	assert.Contains(t, said, "note: noise.csv has the rows that "+model+" was trained on, but in another order")
	assert.Equal(t, []any{"all", 300, 0}, []any{e.Part, e.Samples, len(e.Others)})
}

// A set with a test part of its own needs no note on what has trained the network.
func TestTheTrainingPartOfASetNeedsNoNote(t *testing.T) {
	data := shapes(t, 30, 9)
	e, said := evaluate(t, "--model", savedModel(t, data), "--data", data, "--part", "train")
	assert.Equal(t, []any{"train", 30}, []any{e.Part, e.Samples})
	assert.NotContains(t, said, "can't be told")
}

// The names of test images alone say that they have not trained the network.
func TestTheTestImagesOfASetMayStandAlone(t *testing.T) {
	data := shapes(t, 30, 9)
	model := savedModel(t, data)
	both, _ := evaluate(t, "--model", model, "--data", data)
	for _, name := range []string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte"} {
		require.NoError(t, os.Remove(filepath.Join(data, name)))
	}
	for _, more := range [][]string{nil, {"--part", "test"}} {
		e, said := evaluate(t, append([]string{"--model", model, "--data", data}, more...)...)
		assert.Equal(t, []any{"test", 9, both.Error}, []any{e.Part, e.Samples, e.Error})
		assert.NotContains(t, said, "can't be told")
	}
	o := execute(t.Context(), "eval", "--model", model, "--data", data, "--part", "train")
	assert.Equal(t, exitUsage, o.code)
	assert.Contains(t, o.stderr, "has no parts")
}

func TestNumbersOfTheFileThatWasDividedAreJudgedByItsTestSamples(t *testing.T) {
	data, model := heat(t, 100), filepath.Join(t.TempDir(), "m")
	train := []string{"--data", data, "--net", "4", "--epochs", "2", "--choose-lambda", "no", "--save", model,
		"--json", "-"}
	var run struct {
		Fit []struct{ RMSE float64 } `json:"test_accuracy"`
	}
	require.NoError(t, json.Unmarshal([]byte(succeed(t, train...).stdout), &run))
	e, said := evaluate(t, "--model", model, "--data", data)
	assert.InEpsilon(t, run.Fit[0].RMSE, e.Accuracy[0].RMSE, 1e-12, "but for the order in which samples are added")
	assert.Equal(t, []any{"test", 20}, []any{e.Part, e.Samples})
	require.Len(t, e.Others, 1)
	assert.Equal(t, []any{"train", 80}, []any{e.Others[0].Part, e.Others[0].Samples})
	assert.Contains(t, said, "train (80) RMSE")

	succeed(t, instead(train, "--split", "0")...)
	e, said = evaluate(t, "--model", model, "--data", data)
	assert.Contains(t, said, "note: heat.csv has trained "+model+": other samples tend to have larger errors")
	assert.Equal(t, []any{"train", 100, 0}, []any{e.Part, e.Samples, len(e.Others)})
	refused := execute(t.Context(), "eval", "--model", model, "--data", data, "--part", "test")
	assert.Equal(t, exitUsage, refused.code)
	assert.Contains(t, refused.stderr,
		"--part test: the training has no such samples of heat.csv, but 100 train samples")
}

// TestModelsThatDoNotSayWhatTheyWereTrainedOn are those of older programs, and of others that have other texts there.
func TestModelsThatDoNotSayWhatTheyWereTrainedOn(t *testing.T) {
	data, model := flowers(t, 60), filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--net", "4", "--epochs", "1", "--save", model)
	for name, metadata := range map[string]map[string]string{"none": nil, "another text": {originKey: "fresh ones"}} {
		net, err := nn.Load[float32](model)
		require.NoError(t, err)
		require.Contains(t, net.Metadata, originKey)
		net.Metadata = metadata
		other := filepath.Join(t.TempDir(), "m")
		require.NoError(t, net.Save(other))
		e, said := evaluate(t, "--model", other, "--data", data)
		assert.Equal(t, []any{"all", 60}, []any{e.Part, e.Samples}, name)
		assert.Contains(t, said, "whether rows of flowers.csv have trained "+other+" can't be told", name)
	}
	succeed(t, "--data", shapes(t, 30, 9), "--net", "4", "--epochs", "1", "--save", model)
	net, err := nn.Load[float32](model)
	require.NoError(t, err)
	assert.Nil(t, net.Metadata, "a set in the layout of MNIST has a test part of its own")
}

func TestCopiesAmongTheTestSamplesAreNoted(t *testing.T) {
	data := noise(t, 50)
	train := []string{"--data", data, "--net", "2", "--epochs", "1", "--choose-lambda", "no"}
	const note = "test samples are the same as training samples"
	assert.NotContains(t, succeed(t, train...).stderr, note)
	require.NoError(t, os.WriteFile(data, bytes.Repeat(read(t, data), 3), 0o644))
	assert.Contains(t, succeed(t, train...).stderr, note)
}
