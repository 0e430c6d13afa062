package fit

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// textsOf is a column of texts n00000, n00001 …, each in its count of rows, and one of numbers.
func textsOf(counts ...int) *table.Table {
	var rows [][]float32
	names := make([]string, len(counts))
	for i, n := range counts {
		names[i] = fmt.Sprintf("n%05d", i)
		for k := range n {
			rows = append(rows, []float32{float32(i), float32(k)})
		}
	}
	return withText(tableOf(rows...), 0, names...)
}

// TestTheMostFrequentOfManyTextsAreInputs: shops are no identifiers of rows, though each has less than one row of a
// thousand.
func TestTheMostFrequentOfManyTextsAreInputs(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		inputs int
		last   string
	}{
		"1,115 shops":            {slices.Repeat([]int{25}, 1115), 1000, "n00999"},
		"the last most frequent": {append(slices.Repeat([]int{25}, 1115), 26), 1000, "n01115"},
		"some in 20 rows":        {append(slices.Repeat([]int{19}, 1500), 20, 20, 21), 3, "n01502"},
		"fewer rows":             {append(slices.Repeat([]int{4}, 1000), 5, 3), 1, "n01000"},
	} {
		t.Run(name, func(t *testing.T) {
			levels := fit(t, textsOf(c.counts...), columns.Auto).Columns[0].Levels
			require.Len(t, levels, c.inputs)
			assert.Equal(t, c.last, levels[len(levels)-1])
			assert.True(t, slices.IsSorted(levels))
		})
	}
}

func TestTextsThatAreTooManyAreLeftOutByName(t *testing.T) {
	assert.Equal(t,
		"2,000 different texts in 24,000 rows: too many, as none is in more than 12 rows, and an input needs 20",
		fit(t, textsOf(slices.Repeat([]int{12}, 2000)...), columns.Auto).Columns[0].Why)
}
