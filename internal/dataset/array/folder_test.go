package array

import (
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLabelsInRunsAreNotInRandomOrder: of a set that is sorted, no block is as good to judge by as any.
func TestLabelsInRunsAreNotInRandomOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	labels := func(n, classes int, of func(i int) float64) (list []float64) {
		for range n {
			list = append(list, of(r.IntN(classes)))
		}
		return list
	}
	same := func(i int) float64 { return float64(i) }
	rare := func(i int) float64 { return float64(i / 99) }
	sorted := func(list []float64) []float64 { slices.Sort(list); return list }
	for name, c := range map[string]struct {
		labels []float64
		want   bool
	}{
		"none":                  {nil, false},
		"one":                   {[]float64{1}, false},
		"one class":             {labels(1000, 1, same), false},
		"too few to say":        {[]float64{0, 0, 1, 1}, false},
		"random":                {labels(1000, 10, same), false},
		"random, two classes":   {labels(60, 2, same), false},
		"random, a rare class":  {labels(5000, 100, rare), false},
		"random, 300 classes":   {labels(1000, 300, same), false},
		"in turns":              {slices.Repeat([]float64{0, 1, 2}, 100), false},
		"numbers":               {labels(1000, 1, func(int) float64 { return r.NormFloat64() }), false},
		"sorted":                {sorted(labels(1000, 10, same)), true},
		"sorted, two classes":   {sorted(labels(60, 2, same)), true},
		"sorted, a rare class":  {sorted(labels(5000, 100, rare)), true},
		"sorted, 300 classes":   {sorted(labels(1000, 300, same)), true},
		"two files, one on end": {slices.Repeat(sorted(labels(500, 10, same)), 2), true},
	} {
		assert.Equal(t, c.want, inRuns(c.labels), name)
	}
}

func TestMNISTIsInRandomOrder(t *testing.T) {
	dir := os.Getenv("RIDGE_MNIST")
	if dir == "" {
		t.Skip("RIDGE_MNIST does not name the folder of MNIST")
	}
	for _, name := range []string{Layout[1], Layout[3]} {
		file, err := os.Open(filepath.Join(dir, name+".gz"))
		require.NoError(t, err)
		defer file.Close()
		packed, err := gzip.NewReader(file)
		require.NoError(t, err)
		content, err := io.ReadAll(packed)
		require.NoError(t, err)
		var labels []float64
		for _, b := range content[8:] {
			labels = append(labels, float64(b))
		}
		assert.False(t, inRuns(labels), name)
	}
}
