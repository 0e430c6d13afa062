package fit

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// knowing describes as many columns, of which those of text know the levels a and b.
func knowing(t *table.Table) *columns.Inputs {
	in := &columns.Inputs{}
	for _, c := range t.Inputs {
		column := columns.Column{Name: c.Name, Kind: columns.Number, Divisor: 1}
		if c.Kind == table.Text {
			column = columns.Column{Name: c.Name, Kind: columns.Levels, Levels: []string{"a", "b"},
				Means: []float64{0, 0}, Divisor: 1}
		}
		in.Columns = append(in.Columns, column)
	}
	return in
}

func TestTextsThatTrainingDoesNotKnowAreCountedForEachColumn(t *testing.T) {
	const few = " texts were not in the training data, or in too few of its rows"
	long := strings.Repeat("ö", exampleLength+1)
	for name, c := range map[string]struct {
		levels []string
		cells  []float32
		want   []string
	}{
		"all are known":        {[]string{"b", "a"}, []float32{0, 1, 1, nan}, nil},
		"a level without rows": {[]string{"a", "b", "z"}, []float32{0, 1}, nil},
		"missing ones do not count": {[]string{"a", "z"}, []float32{0, 1, nan, 1},
			[]string{`column 7 "city": 2 of 3` + few + `: "z"`}},
		"the first three are shown": {[]string{"z", "a", "y", "x", "w"}, []float32{0, 1, 2, 3, 4, 0},
			[]string{`column 7 "city": 5 of 6` + few + `: "z", "y", "x" and 1 more`}},
		"a long one is cut": {[]string{long}, []float32{0},
			[]string{`column 7 "city": 1 of 1` + few + `: "` + long[:2*exampleLength] + `…"`}},
		"too many to be told apart": {[]string{"a"}, []float32{0, -1}, []string{`column 7 "city": 1 of 2` + few}},
		"other capitals": {[]string{"z", "B", "A"}, []float32{0, 1, 2}, []string{`column 7 "city": 3 of 3` + few +
			`: "z", "B", "A"; "B" differs only in capitals from "b", which was: write them alike`}},
		"a space without a width": {[]string{"\u200bb"}, []float32{0}, []string{`column 7 "city": 1 of 1` + few +
			`: "\u200bb"; "\u200bb" differs only in how letters are encoded from "b", which was: write them alike`}},
		"no row has a text": {[]string{"a"}, []float32{nan, nan}, nil},
		"control characters in text": {[]string{"c\n"}, []float32{0},
			[]string{`column 7 "city": 1 of 1` + few + `: "c\n"`}},
	} {
		t.Run(name, func(t *testing.T) {
			var rows [][]float32
			for _, x := range c.cells {
				rows = append(rows, []float32{-5, x}) // next to numbers
			}
			tab := withText(tableOf(rows...), 1, c.levels...)
			tab.Inputs[1].Name, tab.Inputs[1].Field = "city", 6
			assert.Equal(t, c.want, UnknownTexts(knowing(tab), tab))
		})
	}
}

func TestNotesAboutUnknownTextsAreFew(t *testing.T) {
	tab := tableOf(make([]float32, mostListed+2))
	for j := range tab.Inputs {
		withText(tab, j, "z").Inputs[j].Field = j
	}
	notes := UnknownTexts(knowing(tab), tab)
	require.Len(t, notes, mostListed+1)
	assert.Contains(t, notes[0], "column 1: 1 of 1 texts")
	assert.Equal(t, "2 more columns have texts that were not in the training data, or in too few of its rows",
		notes[mostListed])
}
