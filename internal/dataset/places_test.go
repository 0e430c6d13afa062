package dataset

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// likeWine is a table without names whose first column is the class, as wine.data of UCI is; its last column is number
// in one row.
func likeWine(number string) string {
	var b strings.Builder
	for i := range 60 {
		last := fmt.Sprintf("7.%02d", i%17)
		if i == 7 && number != "" {
			last = strings.TrimSpace(number)
		}
		fmt.Fprintf(&b, "%d,%d.5,%d.25,%s\n", 1+i%3, i%7, i%5, last)
	}
	return b.String()
}

// What is said of a column has its number in the file, also if the target stands before it and nobody asks for it.
func TestMessagesToPredictionsHaveTheNumbersOfTheFile(t *testing.T) {
	trained, err := Load(t.Context(), Request{Data: file(t, "wine.data", likeWine("")), Targets: []string{"1"}})
	require.NoError(t, err)
	for name, c := range map[string]struct{ number, note, err string }{
		"a gap":          {" ", "column 4: 1 of 60 values are missing", ""},
		"a far number":   {"1e9", "column 4: 1 of 60 numbers are more than", ""},
		"beyond float32": {"3e38", "", "line 8, column 4: "},
		"a text":         {"x", "", "line 8, column 4: "},
	} {
		for _, labelled := range []bool{false, true} {
			r := Request{Data: file(t, "new.data", likeWine(c.number))}
			set, err := LoadLike(t.Context(), r, trained.Description, labelled)
			if c.err != "" {
				assert.ErrorContains(t, err, c.err, name)
				continue
			}
			require.NoError(t, err)
			assert.Contains(t, fmt.Sprint(set.Unknown), c.note, name)
		}
	}
}

func TestColumnsOfArraysHaveTheNumbersOfTheFile(t *testing.T) {
	var cells, gap []float64
	for i := range 60 {
		cells = append(cells, float64(1+i%3), float64(i%7), float64(700+i%17))
	}
	gap = append(gap, cells...)
	gap[5] = float64(table.Missing)
	x := folder(t, map[string][]byte{"a.npy": npy("<f8", "(60, 3)", cells), "b.npy": npy("<f8", "(60, 3)", gap)})
	trained, err := Load(t.Context(), Request{Data: filepath.Join(x, "a.npy"), Targets: []string{"1"},
		Task: columns.Classes})
	require.NoError(t, err)
	for _, labelled := range []bool{false, true} {
		set, err := LoadLike(t.Context(), Request{Data: filepath.Join(x, "b.npy")}, trained.Description, labelled)
		require.NoError(t, err)
		assert.Contains(t, fmt.Sprint(set.Unknown), "column 3: 1 of 60 values are missing")
	}
}
