package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sampleEvaluation() *Evaluation {
	return &Evaluation{
		Model: "m.safetensors", Network: []int{4, 8, 3}, Dataset: "shapes", Part: "test",
		Classes:   []string{"circle", "square", "star"},
		Confusion: Confusion{{0, 0, 48}, {0, 1, 2}, {1, 0, 1}, {1, 1, 9}},
	}
}

func TestAConfusionCountsPairsOfClasses(t *testing.T) {
	c := CountConfusion([]int{0, 1, 0, 1}, []int{2, 1, 0, 1})
	assert.Equal(t, Confusion{{0, 0, 1}, {0, 2, 1}, {1, 1, 2}}, c)
	assert.Equal(t, [][]int{{1, 0, 1}, {0, 2, 0}, {0, 0, 0}}, c.Dense(3))
	assert.Empty(t, CountConfusion(nil, nil))
}

func TestAnEvaluationCountsItsSamples(t *testing.T) {
	e := sampleEvaluation()
	assert.Equal(t, 60, e.Samples())
	assert.Equal(t, 3, e.Wrong())
	assert.InDelta(t, 0.05, e.ErrorRate(), 1e-15)
	assert.True(t, math.IsNaN((&Evaluation{}).ErrorRate()))
	assert.InDelta(t, (48./50+9./10)/2, e.BalancedAccuracy(), 1e-15, "a class without samples does not count")
	assert.True(t, math.IsNaN((&Evaluation{}).BalancedAccuracy()))
	class, wrong := e.Guess()
	assert.Equal(t, "circle", class)
	assert.InDelta(t, 10./60, wrong, 1e-15)
	_, wrong = (&Evaluation{}).Guess()
	assert.True(t, math.IsNaN(wrong))
}

func TestTheTableOfAnEvaluationHasTheConfusionMatrix(t *testing.T) {
	const want = `  class  circle  square  star    error
───────────────────────────────────────
 circle      48       2     ·   4.00 %
 square       1       9     ·  10.00 %
   star       ·       ·     ·        –

  class  samples  wrong   recall  precision
────────────────────────────────────────────
 circle       50      2  96.00 %    97.96 %
 square       10      1  90.00 %    81.82 %
   star        0      0        –          –

 model              m.safetensors
 network            4-8-3
 data               shapes: 60 test samples, 3 classes
 balanced accuracy  93.00 %
 test error         5.00 % (3 of 60)
 by guessing        16.67 % (10 of 60), always "circle"
`
	var b strings.Builder
	require.NoError(t, sampleEvaluation().WriteTable(&b, false))
	assert.Equal(t, want, b.String())
}

func TestAnEvaluationOfOneSampleSaysSo(t *testing.T) {
	e := sampleEvaluation()
	e.Confusion = Confusion{{0, 1, 1}}
	var b strings.Builder
	require.NoError(t, e.WriteTable(&b, false))
	assert.Contains(t, b.String(), "shapes: 1 test sample, 3 classes\n")
}

func TestEvaluationTableOfManyClasses(t *testing.T) {
	e := &Evaluation{Dataset: "letters", Part: "test", Network: []int{784, 26}}
	for i := range 26 {
		e.Classes = append(e.Classes, fmt.Sprintf("letter %c", 'a'+i))
	}
	e.Confusion = Confusion{{0, 1, 7}, {3, 3, 9}, {3, 14, 1}}
	var b strings.Builder
	require.NoError(t, e.WriteTable(&b, false))
	got := b.String()
	assert.LessOrEqual(t, text.LongestLineLen(got), Width)
	assert.Contains(t, got, " letter d       10      1  90.00 %   100.00 %\n")
	worst := strings.Index(got, " letter a  letter b      7\n")
	second := strings.Index(got, " letter d  letter o      1\n")
	assert.Positive(t, worst)
	assert.Greater(t, second, worst, "the most frequent mistake comes first")
}

func TestTheJSONOfAnEvaluationHasAllThatIsKnownOfIt(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, sampleEvaluation().WriteJSON(&b))
	assert.JSONEq(t, `{
		"model": "m.safetensors", "network": [4, 8, 3], "dataset": "shapes",
		"part": "test", "samples": 60, "train_error": null, "test_error": 0.05, "error": 0.05, "other_parts": [],
		"weighted_error": null,
		"guess_error": 0.16666666666666666, "balanced_accuracy": 0.9299999999999999,
		"classes": ["circle", "square", "star"],
		"confusion": [[48, 2, 0], [1, 9, 0], [0, 0, 0]], "confusions": [[0, 0, 48], [0, 1, 2], [1, 0, 1], [1, 1, 9]],
		"per_class": [
			{"class": "circle", "samples": 50, "wrong": 2,
				"error": 0.04, "precision": 0.9795918367346939, "recall": 0.96},
			{"class": "square", "samples": 10, "wrong": 1,
				"error": 0.1, "precision": 0.8181818181818182, "recall": 0.9},
			{"class": "star", "samples": 0, "wrong": 0,
				"error": null, "precision": null, "recall": null}
		]}`, b.String())
}

func TestErrorsOfOtherPartsAreShownApart(t *testing.T) {
	e := sampleEvaluation()
	e.Others = []PartError{{"validation", 10, 2, &WeightedError{"a\n:3", .125}}, {"train", 200, 1, nil}}
	var b bytes.Buffer
	require.NoError(t, e.WriteTable(&b, false))
	assert.True(t, strings.HasSuffix(b.String(), `
 test error         5.00 % (3 of 60)
 by guessing        16.67 % (10 of 60), always "circle"
 validation error   20.00 % (2 of 10); 12.50 %, samples counting by --weight
                    a\n:3
 train error        0.50 % (1 of 200)
`), b.String())
	b.Reset()
	require.NoError(t, e.WriteJSON(&b))
	var written map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &written))
	assert.EqualValues(t, 0.005, written["train_error"])
	assert.EqualValues(t, 0.05, written["test_error"])
	assert.Equal(t, []any{
		map[string]any{"part": "validation", "samples": 10., "wrong": 2., "error": 0.2, "weighted_error": 0.125},
		map[string]any{"part": "train", "samples": 200., "wrong": 1., "error": 0.005, "weighted_error": nil},
	}, written["other_parts"])
}

func TestEvaluationJSONOfTheTrainingPart(t *testing.T) {
	e := sampleEvaluation()
	e.Part = "train"
	var b bytes.Buffer
	require.NoError(t, e.WriteJSON(&b))
	assert.Contains(t, b.String(), `"train_error": 0.05,`)
	assert.Contains(t, b.String(), `"test_error": null,`)
}

// TestJSONOfManyClassesHasThoseThatOccur: a small model can have millions that do not.
func TestJSONOfManyClassesHasThoseThatOccur(t *testing.T) {
	for classes, want := range map[int]int{mostDense: mostDense, mostDense + 1: 3} {
		e := &Evaluation{Classes: make([]string, classes), Confusion: Confusion{{5, 5, 2}, {5, 7, 1}, {9, 5, 4}}}
		var b bytes.Buffer
		require.NoError(t, e.WriteJSON(&b))
		var written struct {
			Classes  []string
			PerClass []struct{ Samples, Wrong int } `json:"per_class"`
		}
		require.NoError(t, json.Unmarshal(b.Bytes(), &written))
		assert.Len(t, written.Classes, classes)
		assert.Len(t, written.PerClass, want)
		samples := 0
		for _, c := range written.PerClass {
			samples += c.Samples
		}
		assert.Equal(t, 7, samples)
	}
}

// TestTwentyThousandClassesTakeNoSquareMatrix: a matrix of them would take 3.2 GB.
func TestTwentyThousandClassesTakeNoSquareMatrix(t *testing.T) {
	const classes = 20_000
	e := &Evaluation{Dataset: "words", Part: "all", Network: []int{9, classes}}
	labels, answers := make([]int, classes), make([]int, classes)
	for i := range classes {
		e.Classes = append(e.Classes, fmt.Sprint("w", i))
		labels[i], answers[i] = i, i/2
	}
	e.Confusion = CountConfusion(labels, answers)
	var b strings.Builder
	require.NoError(t, e.WriteTable(&b, false))
	assert.Contains(t, b.String(), "… and 19,950 more")
	assert.Less(t, b.Len(), 10_000)
	var written struct {
		Confusion  [][]int
		Confusions [][3]int
		Error      float64
	}
	var j bytes.Buffer
	require.NoError(t, e.WriteJSON(&j))
	require.NoError(t, json.Unmarshal(j.Bytes(), &written))
	assert.Nil(t, written.Confusion)
	assert.Len(t, written.Confusions, classes)
	assert.InDelta(t, 1-1./classes, written.Error, 1e-12)
}

// Where a matrix is too wide and nothing is confused, there is no table of confusions without a row.
func TestNoMistakesOfManyClassesHaveNoTable(t *testing.T) {
	e := new(Evaluation)
	for i := range 60 {
		e.Classes = append(e.Classes, fmt.Sprintf("class%d", i))
		e.Confusion = append(e.Confusion, Confused{i, i, 2})
	}
	var b strings.Builder
	require.NoError(t, e.WriteTable(&b, false))
	assert.NotContains(t, b.String(), "times")
	e.Confusion[0].Answer = 1
	require.NoError(t, e.WriteTable(&b, false))
	assert.Contains(t, b.String(), "times")
}
