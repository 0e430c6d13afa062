package delimited

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

func TestNumbersAsSpreadsheetsWriteThemAreNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"price,y\n\"$1,234.50\",1\n$7,0\n":       "price → y / 1234.5 → 1 / 7 → 0",
		"price;y\n1.234,50 €;1\n7,00 €;0\n":      "price → y / 1234.5 → 1 / 7 → 0",
		"price;y\n7,50 €;1\n12 €;0\n":            "price → y / 7.5 → 1 / 12 → 0",
		"price;x;y\n€1,234;0.5;1\n€999;1.5;0\n":  "price x → y / 1234 0.5 → 1 / 999 1.5 → 0",
		"share,y\n12.5 %,a\n?,b\n\u22127%,a\n":   "share → y / 12.5 → a / ? → b / -7 → a",
		"n,y\n1 234 567,1\n12,0\n":               "n → y / 1.234567e+06 → 1 / 12 → 0",
		"a,price\n1,\"$1,000\"\n2,$250\n3,$10\n": "a → price / 1 → 1000 / 2 → 250 / 3 → 10",
		"5%,50%,y\n1,2,0\n3,4,1\n":               "5% 50% → y / 1 2 → 0 / 3 4 → 1", // quantiles
		"$5,a\n$7,b\n$9,a\n":                     "1 → 1 / 5 → a / 7 → b / 9 → a",  // no header
	} {
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err, text)
		assert.Equal(t, want, shown(got), text)
	}
}

func TestAmbiguousNumbersStayText(t *testing.T) {
	for _, values := range []string{"\"1,234\" 999", "5% 0.05", "$5 €5", "$5 free", "$5 5"} {
		text := "x,y\n" + strings.Join(strings.Fields(values), ",1\n") + ",0\n"
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err, text)
		assert.Equal(t, table.Text, got.Inputs[0].Kind, text)
		assert.Nil(t, got.Inputs[0].Marks, text)
	}
}

func TestWhatIsReadAsANumberIsNoted(t *testing.T) {
	got, err := readText(t, "price,share,y\n\"$1,234.50\",3%,1\n$7,4%,0\n", table.Options{})
	require.NoError(t, err)
	assert.Contains(t, got.Notes, `f.csv: read as numbers: columns 1 "price" ($1,234.50 is 1234.5), 2 "share" (3% is 3)`)
	many, err := readText(t, "1%,1%,1%,1%,1%,1%,1%,0\n2%,2%,2%,2%,2%,2%,2%,1\n", table.Options{})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(many.Notes, "\n"), "5 (1% is 1) and 2 more")
}

// A column whose later fields have other marks, or none, is text as a whole, and no plain number in it is taken for a code.
func TestAMarkedColumnMayTurnOutToBeText(t *testing.T) {
	for _, late := range []string{"5", "€5", "free"} {
		text := "x,y\n" + strings.Repeat("$5,1\n$7,0\n", 40_000) + late + ",1\n"
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err)
		assert.Equal(t, []string{"$5", "$7", late}, got.Inputs[0].Levels)
		assert.EqualValues(t, 2, got.Cells[80_000])
	}
}

func TestAnotherFileHasTheMarksOfTheFirst(t *testing.T) {
	l := &table.Layout{Inputs: []table.LayoutColumn{{Name: "price", Marks: &columns.Marks{Unit: "$", Thousands: ","}}}, Targets: []table.LayoutColumn{{Name: "tax", Marks: &columns.Marks{Unit: "%"}}}, At: []int{1}}
	got, err := readText(t, "price,tax\n$5,7%\n\"$1,234\",8%\n", table.Options{Like: l})
	require.NoError(t, err)
	assert.Equal(t, "price → tax / 5 → 7 / 1234 → 8", shown(got))
	assert.NotContains(t, strings.Join(got.Notes, ""), "read as numbers")
	_, err = readText(t, "price,tax\n$5,7%\n1234,8%\n", table.Options{Like: l})
	assert.ErrorContains(t, err, `line 3, column 1 "price": "1234" is not a number like "$1,234", as those of the training data are`)
	_, err = readText(t, "price,tax\n$5,7%\n$6,8\n", table.Options{Like: l})
	assert.ErrorContains(t, err, `line 3, column 2 "tax": "8" is not a number like "1234%"`)
}
