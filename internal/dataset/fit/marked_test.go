package fit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// texts is a table of a column of numbers and one of these texts, each twice.
func texts(levels ...string) *table.Table {
	var rows [][]float32
	for i := range levels {
		rows = append(rows, []float32{float32(i), float32(i)}, []float32{-1, float32(i)})
	}
	return withText(tableOf(rows...), 1, levels...)
}

func TestTextThatLooksLikeNumbersIsNoted(t *testing.T) {
	for name, c := range map[string]struct {
		levels []string
		like   string // the example in the note, "" for none
	}{
		"per cent":        {[]string{"12.5%", "3 %", "7%"}, "12.5%"},
		"decimal commas":  {[]string{"12,5", "3", "-7,25"}, "12,5"},
		"thousands":       {[]string{"999", "1,234", "5,678,901.5", "-2,000"}, "1,234"},
		"… with points":   {[]string{"1.234.567", "2.345,5"}, "1.234.567"},
		"… with spaces":   {[]string{"1 234", "2\u00a0345,5", "1\u202f000"}, "1 234"},
		"dollars":         {[]string{"$5", "-$7.50", "$1,200"}, "$5"},
		"euros":           {[]string{"5 €", "7,50 €", "12€"}, "5 €"},
		"a minus sign":    {[]string{"1", "\u22127", "\u22120.523", "2"}, "\u22127"},
		"one slip of ten": {[]string{"1%", "2%", "3%", "4%", "5%", "6%", "7%", "8%", "9%", "low"}, "1%"},
		"two of ten":      {[]string{"1%", "2%", "3%", "4%", "5%", "6%", "7%", "8%", "low", "high"}, ""},
		"categories":      {[]string{"1", "2", "3+"}, ""},
		"words":           {[]string{"a", "b", "$"}, ""},
		"lists":           {[]string{"1,2", "1,2,3", "2,3,4"}, ""},
		"scores":          {[]string{"10:1", "10:2"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, notes, err := Columns(texts(c.levels...), nil, Options{Scale: columns.Auto, Workers: 1})
			require.NoError(t, err)
			want := fmt.Sprintf(
				"column 2 is text, but its values look like numbers, such as %q: to have them read as numbers, write "+
					"them with a decimal point and a plain minus, without %%, currency signs and thousands separators",
				c.like)
			if c.like == "" {
				assert.Equal(t,
					[]string{fmt.Sprintf(
						"columns of text, with the number of their values, each of which is an input: 2 (%d)",
						len(c.levels))}, notes)
			} else {
				assert.Contains(t, notes, want)
			}
		})
	}
}

func TestColumnsThatLookLikeNumbersShareANote(t *testing.T) {
	tab := tableOf([]float32{0, 1, 0, 0}, []float32{1, 2, 0, 1}, []float32{0, 3, 1, 2}, []float32{1, 4, 1, 3})
	tab = withText(withText(tab, 0, "1 %", "2 %"), 2, "1 %", "$6")
	tab = withText(tab, 3, "1%", "2%", "3%", "4%")
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	said := strings.Join(notes, "\n")
	assert.Contains(t, said, `columns 1, 3 are text, but their values look like numbers, such as "1 %": `)
	assert.Contains(t, said, `column 4 is left out: it is text, but its values look like numbers, such as "1%": `)
	assert.Equal(t, 2, strings.Count(said, "look like numbers"))
}

func TestAColumnThatIsLeftOutMayLookLikeNumbers(t *testing.T) {
	tab := withText(tableOf([]float32{1, 0}, []float32{2, 1}, []float32{3, 2}), 1, "1.5%", "2.5%", "3.5%")
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	require.Len(t, notes, 1, "one note for a column")
	assert.Contains(t, notes[0], `column 2 is left out: it is text, but its values look like numbers, such as "1.5%"`)
}

func TestAColumnOfWhichOnlyTheGapsAreLeftMayLookLikeNumbers(t *testing.T) {
	var rows [][]float32
	var prices []string
	for i := range 30 {
		cell := nan
		if i%3 > 0 {
			cell = float32(len(prices))
			prices = append(prices, fmt.Sprintf("$1,%d.50", 100+i))
		}
		rows = append(rows, []float32{float32(i%7) + 0.5, cell})
	}
	in, notes, err := Columns(withText(tableOf(rows...), 1, prices...), nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	require.True(t, hasOnlyGaps(&in.Columns[1]))
	require.Len(t, notes, 1, "one note for a column")
	assert.Contains(t, notes[0], "column 2 is left out, but for whether a value is there: it is text, but its values "+
		`look like numbers, such as "$1,101.50"`)
}

func TestAColumnOfTooManyTextsMayLookLikeNumbers(t *testing.T) {
	for want, some := range map[string][]string{
		`column 2 is left out: it is text, but its values look like numbers, such as "1.5%"`: {"1.5%", "2.5%", "3.5%"},
		"column 2 is left out: more than 65,536 different texts":                             {"1.5%", "a", "b"},
	} {
		tab := tableOf([]float32{1, nan}, []float32{2, nan}, []float32{3, nan})
		tab.Inputs[1] = table.Column{Kind: table.Text, Overflow: true, Some: some}
		_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
		require.NoError(t, err)
		require.Len(t, notes, 1)
		assert.Contains(t, notes[0], want)
	}
}

func TestWhereDecimalsHaveACommaANumberWithOneIsNoExample(t *testing.T) {
	tab := texts("203,66", "2\u00a0772,10", "-7,5")
	tab.DecimalComma = true
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(notes, "\n"), `look like numbers, such as "2\u00a0772,10": `)
}
