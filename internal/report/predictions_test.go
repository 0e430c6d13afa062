package report

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func csvOf(t *testing.T, p Predictions, outputs ...[]float64) string {
	t.Helper()
	var b strings.Builder
	out, err := p.CSV(&b)
	require.NoError(t, err)
	for i, o := range outputs {
		require.NoError(t, out.Write(i, o))
	}
	require.NoError(t, out.Flush())
	return b.String()
}

func TestPredictionsBecomeCSVThatNoSpreadsheetRuns(t *testing.T) {
	names := []string{"7", `a "b", c`, "x"}
	outputs := [][]float64{{1.25, 0, -1}, {-2, -0.1, -0.1}}
	assert.Equal(t, "index,class,score\n0,7,1.25\n1,\"a \"\"b\"\", c\",-0.1\n",
		csvOf(t, Predictions{Classes: names}, outputs...))
	assert.Equal(t, "index,class,score,class_2,score_2,class_3,score_3\n0,7,1.25,\"a \"\"b\"\", c\",0,x,-1\n",
		csvOf(t, Predictions{Classes: names, Top: 5}, outputs[0]))
	assert.Equal(t, "index,class,score,score of 7,\"score of a \"\"b\"\", c\",score of x\n0,7,1.25,1.25,0,-1\n",
		csvOf(t, Predictions{Classes: names, Scores: true}, outputs[0]))
	assert.Contains(t, csvOf(t, Predictions{Classes: []string{"=1+1", "-1"}}, []float64{1, 0}, []float64{0, 1}),
		"0,'=1+1,1\n1,-1,1\n", "no formula for a spreadsheet")
	// e^(o/2): 1, 2 and 4 of 7.
	assert.Contains(t,
		csvOf(t, Predictions{Classes: names, Probabilities: true, Temperature: 2},
			[]float64{1e3, 1e3 + 2*math.Ln2, 1e3 + 4*math.Ln2}), ",0.571428571428")
}

func TestPredictionsAsJSONLines(t *testing.T) {
	for want, p := range map[string]Predictions{
		`{"index":3,"class":"b<","score":2}`:                                                          {},
		`{"index":3,"class":"b<","score":2,"probability":0.5}`:                                        {Temperature: 4},
		`{"index":3,"class":"b<","score":2,"top":[{"class":"b<","score":2},{"class":"c","score":2}]}`: {Top: 2},
		`{"index":3,"class":"b<","score":2,"scores":{"a":null,"b<":2,"c":2}}`:                         {Scores: true},
	} {
		p.Classes = []string{"a", "b<", "c"}
		var b strings.Builder
		out := p.JSON(&b)
		low := math.Inf(-1)
		require.NoError(t, out.Write(3, []float64{low, 2, 2}))
		require.NoError(t, out.Flush())
		assert.Equal(t, want+"\n", b.String())
	}
}

func TestPredictedNumbersAsJSONLines(t *testing.T) {
	n := NumberPredictions{Targets: []string{"R&D", "a<b"}}
	var b strings.Builder
	out := n.JSON(&b)
	require.NoError(t, out.Write(3, []float64{1.5, math.Inf(-1)}))
	require.NoError(t, out.Flush())
	assert.Equal(t, `{"index":3,"numbers":{"R&D":1.5,"a<b":null}}`+"\n", b.String())
}
