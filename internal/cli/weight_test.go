package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
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
		require.NoError(t, w.apply(set, &p))
		var have [3]int
		for i, label := range p.train.Labels {
			have[label]++
			assert.Equal(t, labels[int(p.train.X[i])], label, "a sample keeps its label")
		}
		assert.Equal(t, want, have, text)
		assert.Equal(t, 9, p.once.Len())
	}
	p := parts{train: dataset.Samples{Dim: 1, X: []float32{0, 1, 2}, Labels: []int{0, 1, 2}}}
	require.Error(t, weights{of: []classWeight{{"a", 1e300}}}.apply(set, &p), "so many copies take more memory than there is")
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
			assert.Contains(t, strings.Join(strings.Fields(o.stdout), " "), "800 training (1,440 with those repeated by --weight balanced), 200 test samples")
		}
		var e struct {
			PerClass []struct{ Recall float64 } `json:"per_class"`
		}
		require.NoError(t, json.Unmarshal([]byte(succeed(t, "eval", "--model", model, "--data", data, "--json").stdout), &e))
		return e.PerClass[0].Recall
	}
	assert.Greater(t, recall("--weight", "balanced"), recall()+0.1)
}
