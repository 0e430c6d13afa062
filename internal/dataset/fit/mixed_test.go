package fit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

func TestAColumnOfNumbersAndOtherTextsThatIsLeftOutNamesThese(t *testing.T) {
	const identifier = "different texts in 12 rows: an identifier or free text"
	for name, c := range map[string]struct {
		levels []string // of the rows, one after the other
		comma  bool     // decimals have one
		want   string
	}{
		"the most frequent first": {
			[]string{"1.5", "2.5", "-", "n.a.", "3", "n.a.", "4", "5", "6", "7", "8", "none"}, false,
			`11 different texts in 12 rows: most values are numbers, but not "n.a.", "-", "none": write ? or nothing ` +
				"where a value is missing",
		},
		"more of them": {
			[]string{"1", "2", "3", "4", "5", "6", "7", "a", "b", "c", "d", "e"}, false,
			`most values are numbers, but not "a", "b", "c" and 2 more: write`,
		},
		"decimal commas": {
			[]string{"1,5", "2,5", "3,5", "4,5", "5,5", "6,5", "7,5", "a", "b", "c", "d", "e"}, true,
			"most values are numbers",
		},
		"commas are no decimals": {
			[]string{"1,5,1", "2,5", "3", "4", "5", "6", "7", "a", "b", "c", "d", "e"}, false, identifier,
		},
		"half are numbers": {[]string{"1", "2", "3", "4", "5", "6", "a", "b", "c", "d", "e", "f"}, false, identifier},
	} {
		t.Run(name, func(t *testing.T) {
			_, notes, err := Columns(rowsOf(c.levels, c.comma), nil, Options{Scale: columns.Auto, Workers: 1})
			require.NoError(t, err)
			require.Len(t, notes, 1)
			assert.Contains(t, notes[0], "column 2 is left out: ")
			assert.Contains(t, notes[0], c.want)
		})
	}
}

// rowsOf is a table of a column of numbers and one of texts, of which a row has each.
func rowsOf(texts []string, comma bool) *table.Table {
	var rows [][]float32
	var levels []string
	code := map[string]int{}
	for i, text := range texts {
		if _, ok := code[text]; !ok {
			code[text] = len(levels)
			levels = append(levels, text)
		}
		rows = append(rows, []float32{float32(i%3) + 0.5, float32(code[text])})
	}
	t := withText(tableOf(rows...), 1, levels...)
	t.DecimalComma = comma
	return t
}

func TestAColumnOfTooManyTextsMayBeOneOfNumbers(t *testing.T) {
	tab := tableOf([]float32{1, nan}, []float32{2, nan}, []float32{3, nan})
	tab.Inputs[1] = table.Column{Kind: table.Text, Overflow: true, Some: []string{"1.5", "2.5", "n.a."}}
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0],
		`more than 65,536 different texts: most values are numbers, but not "n.a.": write ? or nothing`)
}
