package delimited

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// Answers are counted by rows: an empty line, which spreadsheets write for a missing value of a single column, is none.
func TestEmptyLinesOfASingleColumnAreNoted(t *testing.T) {
	one := &table.Layout{Inputs: []table.LayoutColumn{{Name: "x"}}}
	const note = "f.csv: 2 empty lines between the rows, and none of them is a row: write ? where a value is missing"
	for text, want := range map[string]bool{
		"x\n1\n\n2\n\r\n3\n": true,
		"1\n\n2\n\n3\n":      true,
		"x\n1\n2\n3\n\n\n":   false,
		"x\n1\n?\nx\n2\n3\n": false,
	} {
		got, err := readText(t, text, table.Options{Like: one, Unlabelled: true})
		require.NoError(t, err, text)
		assert.Equal(t, want, slices.Contains(got.Notes, note), "%q: %v", text, got.Notes)
	}
}
