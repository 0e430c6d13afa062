package report

import (
	"bytes"
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
		Confusion: [][]int{{48, 2, 0}, {1, 9, 0}, {0, 0, 0}},
	}
}

func TestConfusionCounts(t *testing.T) {
	assert.Equal(t, [][]int{{1, 0, 1}, {0, 2, 0}, {0, 0, 0}},
		Confusion(3, []int{0, 1, 0, 1}, []int{2, 1, 0, 1}))
	assert.Empty(t, Confusion(0, nil, nil))
}

func TestEvaluationCounts(t *testing.T) {
	e := sampleEvaluation()
	assert.Equal(t, 60, e.Samples())
	assert.Equal(t, 3, e.Wrong())
	assert.InDelta(t, 0.05, e.Error(), 1e-15)
	assert.True(t, math.IsNaN((&Evaluation{}).Error()))
}

func TestEvaluationTable(t *testing.T) {
	const want = `  class  circle  square  star    error
───────────────────────────────────────
 circle      48       2     ·   4.00 %
 square       1       9     ·  10.00 %
   star       ·       ·     ·        –

 model       m.safetensors
 network     4-8-3
 data        shapes: 60 test samples, 3 classes
 test error  5.00 % (3 of 60)
`
	var b strings.Builder
	require.NoError(t, sampleEvaluation().WriteTable(&b, false))
	assert.Equal(t, want, b.String())
}

func TestEvaluationTableOfManyClasses(t *testing.T) {
	e := &Evaluation{Dataset: "letters", Part: "test", Network: []int{784, 26}}
	for i := range 26 {
		e.Classes = append(e.Classes, fmt.Sprintf("letter %c", 'a'+i))
	}
	e.Confusion = Confusion(26, nil, nil)
	e.Confusion[3][3] = 9
	e.Confusion[3][14] = 1
	e.Confusion[0][1] = 7
	var b strings.Builder
	require.NoError(t, e.WriteTable(&b, false))
	got := b.String()
	assert.LessOrEqual(t, text.LongestLineLen(got), Width)
	assert.Contains(t, got, " letter d       10      1   10.00 %\n")
	worst, second := strings.Index(got, " letter a  letter b      7\n"), strings.Index(got, " letter d  letter o      1\n")
	assert.Positive(t, worst)
	assert.Greater(t, second, worst, "the most frequent mistake comes first")
}

func TestEvaluationJSON(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, sampleEvaluation().WriteJSON(&b))
	assert.JSONEq(t, `{
		"model": "m.safetensors", "network": [4, 8, 3], "dataset": "shapes",
		"part": "test", "samples": 60, "train_error": null, "test_error": 0.05,
		"classes": ["circle", "square", "star"],
		"confusion": [[48, 2, 0], [1, 9, 0], [0, 0, 0]],
		"per_class": [
			{"class": "circle", "samples": 50, "wrong": 2, "error": 0.04},
			{"class": "square", "samples": 10, "wrong": 1, "error": 0.1},
			{"class": "star", "samples": 0, "wrong": 0, "error": null}
		]}`, b.String())
}

func TestEvaluationJSONOfTheTrainingPart(t *testing.T) {
	e := sampleEvaluation()
	e.Part = "train"
	var b bytes.Buffer
	require.NoError(t, e.WriteJSON(&b))
	assert.Contains(t, b.String(), `"train_error": 0.05,`)
	assert.Contains(t, b.String(), `"test_error": null,`)
}

func TestPredictionsCSV(t *testing.T) {
	var b strings.Builder
	require.NoError(t, WritePredictions(&b, []Prediction{{"7", 1.25}, {`a "b", c`, -0.1}, {"x", math.NaN()}}))
	assert.Equal(t, "index,class,score\n0,7,1.25\n1,\"a \"\"b\"\", c\",-0.1\n2,x,\n", b.String())
}
