package delimited

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// numbered is the layout of a table whose columns are called 0, 1, 2 …, the last of them the target.
func numbered(inputs int) *table.Layout {
	l := &table.Layout{Targets: []table.LayoutColumn{{Name: strconv.Itoa(inputs)}}, At: []int{inputs}}
	for j := range inputs {
		l.Inputs = append(l.Inputs, table.LayoutColumn{Name: strconv.Itoa(j)})
	}
	return l
}

// A row may have the numbers that columns are called by. It is not lost, and no column is another one.
func TestARowOfNumbersIsNoHeaderOfNumbers(t *testing.T) {
	digits := strings.Repeat("0,1,2,3,15,16,16,7,", 8)
	digits = digits[:len(digits)-1] + "\n"
	for name, c := range map[string]struct {
		text   string
		inputs int
		rows   int
		first  float32 // cell of the first row
	}{
		"a row that has the names":          {"1,0,2\n5,6,7\n", 3, 2, 1},
		"with the target":                   {"1,0,2,3\n5,6,7,8\n", 3, 2, 1},
		"names again and again":             {digits + digits, 64, 2, 0},
		"one row":                           {"3,1,2,0\n", 4, 1, 3},
		"rows of ranks":                     {"3,1,2,0\n1,0,2,3\n", 4, 2, 3},
		"the header":                        {"0,1,2,3\n1,0,2,3\n", 3, 1, 1},
		"the header of the inputs":          {"0,1,2\n1,0,2\n", 3, 1, 1},
		"a header in another order":         {"3,1,2,0\n5,6,7,8\n", 4, 1, 8},
		"in another order with more to it":  {"7,3,1,2,0\n4,5,6,7,8\n", 4, 1, 8},
		"a header in joined files":          {"3,1,2,0\n5,6,7,8\n3,1,2,0\n4,5,6,7\n", 4, 3, 8},
		"rows that are alike":               {"3,1,2,0\n3,1,2,0\n", 4, 2, 3},
		"with a text that no row has":       {"id,2,0,1\n5,6,7,8\n", 3, 1, 7},
		"in another order, with the target": {"4,3,1,2,0\n4,5,6,7,8\n", 4, 1, 8},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{Like: numbered(c.inputs), Unlabelled: true})
			require.NoError(t, err)
			assert.Equal(t, c.rows, got.Rows)
			assert.Equal(t, c.first, got.Cells[0])
		})
	}
}

// named is the layout of columns of these names, the last of them the target; those in left out are so.
func named(leftOut string, names ...string) *table.Layout {
	last := len(names) - 1
	l := &table.Layout{Targets: []table.LayoutColumn{{Name: names[last]}}, At: []int{last}}
	for _, name := range names[:last] {
		c := table.LayoutColumn{Name: name}
		if name == leftOut {
			c.Kind = table.Ignored
		}
		l.Inputs = append(l.Inputs, c)
	}
	return l
}

// A header whose names are numbers need not have the columns that training left out, or that have no name.
func TestAHeaderOfNumbersNeedNotHaveWhatTrainingLeftOut(t *testing.T) {
	for name, c := range map[string]struct {
		like *table.Layout
		text string
		rows int
	}{
		"a constant":               {named("3", "0", "1", "2", "3", "4", "5"), "0,1,2,4,5\n7,8,9,7,6\n", 1},
		"a constant, other order":  {named("3", "0", "1", "2", "3", "4", "5"), "4,1,2,0,5\n7,8,9,7,6\n", 1},
		"a constant, no target":    {named("3", "0", "1", "2", "3", "4", "5"), "0,1,2,4\n7,8,9,7\n", 1},
		"a constant of few":        {named("1", "0", "1", "2", "3"), "0,2,3\n7,8,9\n", 1},
		"row numbers without name": {named("", "", "7", "8", "9", "10", "11"), "7,8,9,10,11\n1,2,3,4,5\n", 1},
		"the header of R":          {named("", "", "7", "8", "11"), "7,8,11\nr1,2,3,4\nr2,3,4,5\n", 2},
		"rows":                     {named("3", "0", "1", "2", "3", "4", "5"), "0,1,2,4,7,5\n0,1,4,2,9,6\n", 2},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{Like: c.like, Unlabelled: true})
			require.NoError(t, err)
			assert.Equal(t, c.rows, got.Rows)
		})
	}
}

// The columns of a test file need not all be there, as long as training leaves out those that are not.
func TestAHeaderOfNumbersMayLackSpareColumns(t *testing.T) {
	for text, rows := range map[string]int{
		"0,1,2,4,5\n7,8,9,7,6\n":     1,
		"5,4,1,2,0\n7,8,9,7,6\n":     1,
		"4,2,0,1,5,3\n7,8,9,7,6,1\n": 1,
		"4,2,0,1,5,3\n0,1,2,3,4,5\n": 2,
	} {
		like := named("", "0", "1", "2", "3", "4", "5")
		for j := range like.Inputs {
			like.Inputs[j].Spare = true
		}
		got, err := readText(t, text, table.Options{Like: like})
		require.NoError(t, err, text)
		assert.Equal(t, rows, got.Rows, text)
	}
}

// Names and levels are kept as UTF-8, also of files in Latin-1, in which they are recognized.
func TestNamesAreKnownInLatin1(t *testing.T) {
	l := like(true)
	l.Inputs[0].Name, l.Inputs[1].Name = "größe", "süß"
	got, err := readText(t, "gr\xf6\xdfe,s\xfc\xdf,y\n1,a,b\n", table.Options{Like: l})
	require.NoError(t, err)
	assert.Equal(t, 1, got.Rows)

	bare := &table.Layout{
		Inputs:  []table.LayoutColumn{{Kind: table.Text, Levels: []string{"grün"}}, {Kind: table.Text}},
		Targets: []table.LayoutColumn{{}}, At: []int{2},
	}
	got, err = readText(t, "gr\xfcn,a\nrot,b\n", table.Options{Like: bare, Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, 2, got.Rows)
	assert.Equal(t, "grün", columns.UTF8("gr\xfcn"))
}

// Rows of texts alone look like names above others. A model with names knows its own.
func TestAFirstRowOfTextsIsNotTakenForAHeader(t *testing.T) {
	text := func(name string, levels ...string) table.LayoutColumn {
		return table.LayoutColumn{Name: name, Kind: table.Text, Levels: levels}
	}
	l := &table.Layout{Targets: []table.LayoutColumn{text("y")}, At: []int{3},
		Inputs: []table.LayoutColumn{text("colour", "blue", "red"), text("form", "round"), text("size")}}
	for text, rows := range map[string]int{
		"red,round,small\nblue,square,large\n":           2,
		"red,round,small,yes\nblue,square,large,no\n":    2,
		"colour,form,size\nblue,square,large\n":          1,
		"size,weight,colour,form\nlarge,9,blue,square\n": 1,
	} {
		got, err := readText(t, text, table.Options{Like: l, Unlabelled: true})
		require.NoError(t, err, text)
		assert.Equal(t, rows, got.Rows, text)
	}
	const lacks, hint = `it has no columns "colour", "form", "size", which the training data has`,
		"; if its first line is a row, say --header no"
	for text, want := range map[string]string{
		"green,oval,small\nblue,square,large\n": lacks + hint,
		"a,b,c\nblue,square,large\n":            lacks + hint,
		"y,b,c\nblue,square,large\n":            lacks,
	} {
		_, err := readText(t, text, table.Options{Like: l, Unlabelled: true})
		require.ErrorContains(t, err, want, text)
		assert.Equal(t, strings.HasSuffix(want, hint), strings.HasSuffix(err.Error(), hint), text)
	}
	_, err := readText(t, "a,b,c\nblue,square,large\n",
		table.Options{Like: l, Unlabelled: true, Header: table.WithHeader})
	assert.NotContains(t, err.Error(), hint)
	_, err = readText(t, "0,1,2\n4,5,6\n", table.Options{Like: named("", "a", "b", "c", "y"), Unlabelled: true})
	assert.ErrorContains(t, err, `it has no columns "a", "b", "c"`)
}
