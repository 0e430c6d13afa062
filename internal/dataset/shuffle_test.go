package dataset

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/split"
)

func TestASortedFileCanBeShuffled(t *testing.T) {
	data := file(t, "p.csv", people(30))
	load := func(r Request) []float64 {
		r.Data, r.Targets = data, []string{"income"}
		set, err := Load(t.Context(), r)
		require.NoError(t, err)
		return set.Train.Targets
	}
	sorted, shuffled := load(Request{}), load(Request{Shuffle: true, Seed: 3})
	assert.NotEqual(t, sorted, shuffled)
	assert.Equal(t, shuffled, load(Request{Shuffle: true, Seed: 3}))
	assert.NotEqual(t, shuffled, load(Request{Shuffle: true, Seed: 4}))
	slices.Sort(sorted)
	slices.Sort(shuffled)
	assert.Equal(t, sorted, shuffled, "none is lost")
	drawn := Request{Split: split.Amount{Count: 5}, Seed: 3}
	same := drawn
	same.Shuffle = true
	assert.Equal(t, load(drawn), load(same), "what is drawn is in random order already")
}
