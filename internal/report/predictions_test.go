package report

import (
	"io"
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

// Indices do not tell which file was answered.
func TestPredictionsOfFilesNameThem(t *testing.T) {
	files := []string{"a/1.png", "=b.png"}
	outputs := [][]float64{{1, 0}, {0, 2}}
	p := Predictions{Classes: []string{"x", "y"}, Files: files}
	assert.Equal(t, "index,file,class,score\n0,a/1.png,x,1\n1,'=b.png,y,2\n", csvOf(t, p, outputs...))
	n := NumberPredictions{Targets: []string{"size", "file"}, Files: files}
	written := func(open func(io.Writer) (PredictionWriter, error)) string {
		var b strings.Builder
		out, err := open(&b)
		require.NoError(t, err)
		for i, o := range outputs {
			require.NoError(t, out.Write(i, o))
		}
		require.NoError(t, out.Flush())
		return b.String()
	}
	assert.Equal(t, "index,file,size,_file\n0,a/1.png,1,0\n1,'=b.png,0,2\n", written(n.CSV))
	assert.Equal(t, `{"index":0,"file":"a/1.png","class":"x","score":1}`+"\n"+
		`{"index":1,"file":"=b.png","class":"y","score":2}`+"\n",
		written(func(w io.Writer) (PredictionWriter, error) { return p.JSON(w), nil }))
	assert.Equal(t, `{"index":0,"file":"a/1.png","numbers":{"size":1,"file":0}}`+"\n"+
		`{"index":1,"file":"=b.png","numbers":{"size":0,"file":2}}`+"\n",
		written(func(w io.Writer) (PredictionWriter, error) { return n.JSON(w), nil }))
}

// Readers of CSV take the last of columns that share a name.
func TestATargetCalledIndexIsNotTheIndex(t *testing.T) {
	n := NumberPredictions{Targets: []string{"_index", "index", "y"}}
	var b strings.Builder
	out, err := n.CSV(&b)
	require.NoError(t, err)
	require.NoError(t, out.Write(0, []float64{1, 2, 3}))
	require.NoError(t, out.Flush())
	assert.Equal(t, "index,_index,__index,y\n0,1,2,3\n", b.String())
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
