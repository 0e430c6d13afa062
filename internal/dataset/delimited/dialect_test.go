package delimited

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// A model of one input with decimal commas is asked about a file of one column, in which programs write no separator.
func TestAFileOfOneColumnForANetwork(t *testing.T) {
	one := func(name string) *table.Layout {
		return &table.Layout{Inputs: []table.LayoutColumn{{Name: name}}, Targets: []table.LayoutColumn{{Name: "y"}},
			At: []int{1}, DecimalComma: true}
	}
	points := one("x")
	points.DecimalComma = false
	grouped := one("x")
	grouped.Inputs[0].Thousands = "."
	some := one("x")
	some.Inputs, some.At = append(some.Inputs, table.LayoutColumn{Name: "id", Kind: table.Ignored}), []int{2}
	towns := one("town")
	towns.Inputs[0] = table.LayoutColumn{Name: "town", Kind: table.Text, Levels: []string{"New York", "Rome", "a, b"}}
	for name, c := range map[string]struct {
		like *table.Layout
		text string
		want string
	}{
		"a header":              {one("x"), "x\n1,5\n2,5\n3,5\n", "x → / 1.5 → / 2.5 → / 3.5 →"},
		"no header":             {one("x"), "1,5\n2,5\n", "x → / 1.5 → / 2.5 →"},
		"gaps and whole ones":   {one("x"), "x\n1,5\nNA\n3\n-1,25\n", "x → / 1.5 → / ? → / 3 → / -1.25 →"},
		"no names":              {one(""), "1,5\n2,5\n", "1 → / 1.5 → / 2.5 →"},
		"a name that it lacks":  {one(""), "size\n1,5\n2,5\n", "1 → / 1.5 → / 2.5 →"},
		"with the target":       {one("x"), "x,y\n1,5\n2,5\n", "x → / 1 → / 2 →"},
		"with row numbers":      {one("x"), ",x\n0,5\n1,6\n", "x → / 5 → / 6 →"},
		"points":                {points, "1,5\n2,5\n", "x → / 1 → / 2 →"},
		"decimals and points":   {grouped, "x\n1.549,25\n2,5\n", "x → / 1549.25 → / 2.5 →"},
		"without what is left":  {some, "x\n1,5\n2,5\n", "x id → / 1.5 ? → / 2.5 ? →"},
		"blanks in a text":      {towns, "town\nNew York\nNew Delhi\n", "town → / New York → / New Delhi →"},
		"blanks, and no header": {towns, "New York\nSan Marino\n", "town → / New York → / San Marino →"},
		"commas in a text":      {towns, "town\n\"a, b\"\n\"c, d\"\n", "town → / a, b → / c, d →"},
		"another column":        {towns, "Rome 3\nParis 4\n", "town → / Rome → / Paris →"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{Like: c.like, Unlabelled: true})
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.TrimSpace(strings.ReplaceAll(shown(got), "  ", " ")))
		})
	}
}

// Of several separators, the right one makes rows that a network can be asked about.
func TestTheSeparatorOfAFileForANetworkSuitsIt(t *testing.T) {
	text := func(name string, levels ...string) table.LayoutColumn {
		return table.LayoutColumn{Name: name, Kind: table.Text, Levels: levels}
	}
	two := &table.Layout{Inputs: []table.LayoutColumn{text("a", "3 rooms", "2 rooms"), text("b", "big house")},
		Targets: []table.LayoutColumn{{Name: "y", Kind: table.Text}}, At: []int{2}}
	for _, row := range []string{"3 rooms,big house\n", "3 rooms;small house\n", "a,b\n3 rooms,big house\n"} {
		got, err := readText(t, row, table.Options{Like: two, Unlabelled: true})
		require.NoError(t, err, row)
		require.Equal(t, 1, got.Rows, row)
		assert.Contains(t, shown(got), "/ 3 rooms ", row)
	}
}

// Each line has as many commas as another, and no header: "5", "1;red;big;0" and "2" are more numbers than texts.
func TestADecimalCommaIsNoSeparator(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"in two columns": {"5,1;red;big;0,2\n6,3;blue;small;0,4\n",
			"1 2 3 → 1 / 5.1 red big → 0.2 / 6.3 blue small → 0.4"},
		"in one":        {"x;1,5\ny;2,5\n", "1 → 1 / x → 1.5 / y → 2.5"},
		"around a text": {"1,5;a;2,5\n3,5;b;4,5\n", "1 2 → 1 / 1.5 a → 2.5 / 3.5 b → 4.5"},
		"between tabs": {"5,1\tred\tbig\t0,2\n6,3\tblue\told\t0,4\n",
			"1 2 3 → 1 / 5.1 red big → 0.2 / 6.3 blue old → 0.4"},
		"semicolons in a text":   {"1,2,a;3\n4,5,b;6\n", "1 2 → 1 / 1 2 → a;3 / 4 5 → b;6"},
		"blanks after commas":    {"abcd, 1, 2\nefgh, 3, 4\n", "1 2 → 1 / abcd 1 → 2 / efgh 3 → 4"},
		"only texts, and gaps":   {"a;;b,c\na;;e,f\n", "1 2 → 1 / a ? → b,c / a ? → e,f"},
		"semicolons in each row": {"1,2;3\n4,5;6\n", "1 → 1 / 1.2 → 3 / 4.5 → 6"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(got))
		})
	}
}

// Some programs end each line like a statement.
func TestASemicolonAtTheEndOfEachLineIsNoPartOfTheLastField(t *testing.T) {
	const note = "a semicolon at the end of each line"
	for name, c := range map[string]struct {
		text, want string
		noted      bool
	}{
		"commas":              {"33,run,0.5;\n34,sit,-2;\n", "1 2 → 1 / 33 run → 0.5 / 34 sit → -2", true},
		"white space":         {"33 run 0.5;\n34 sit -2; \n", "1 2 → 1 / 33 run → 0.5 / 34 sit → -2", true},
		"a header":            {"a,b,c\n33,1,0.5;\n34,2,-2;\n", "a b → c / 33 1 → 0.5 / 34 2 → -2", true},
		"a header like lines": {"a,b,c;\n33,1,0.5;\n34,2,-2;\n", "a b → c / 33 1 → 0.5 / 34 2 → -2", true},
		"a gap":               {"33,4,run;\n35,?,sit;\n36,?,;\n", "1 2 → 1 / 33 4 → run / 35 ? → sit", true},
		"CRLF":                {"33,run,0.5;\r\n34,sit,-2;\r\n", "1 2 → 1 / 33 run → 0.5 / 34 sit → -2", true},
		"not each line":       {"33,4,run;\n34,5,sit\n", "1 2 → 1 / 33 4 → run; / 34 5 → sit", false},
		"lists":               {"33,4,a;b;\n34,5,c;\n", "1 2 → 1 / 33 4 → a;b; / 34 5 → c;", false},
		"semicolons":          {"1,5;7;\n2,5;8;\n", "1 2 → 1 / 1.5 ? → 7 / 2.5 ? → 8", false},
	} {
		got, err := readText(t, c.text, table.Options{})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, shown(got), name)
		assert.Equal(t, c.noted, strings.Contains(strings.Join(got.Notes, "\n"), note), name)
	}
	got, err := readText(t, "34,sit,;\n", table.Options{Unlabelled: true, Like: &table.Layout{At: []int{2},
		Inputs:  []table.LayoutColumn{{}, {Kind: table.Text, Levels: []string{"run", "sit"}}},
		Targets: make([]table.LayoutColumn, 1)}})
	require.NoError(t, err)
	assert.Equal(t, 1, got.Rows)
	got, err = readText(t, "5,foo;\n6,bar;\n", table.Options{Unlabelled: true, Like: &table.Layout{
		Inputs: []table.LayoutColumn{{}, {Kind: table.Text, Levels: []string{"bar;", "foo;"}}}}})
	require.NoError(t, err)
	assert.Equal(t, []float32{5, 1, 6, 0}, got.Cells, "the training had them")
	// Further down each line is cut in the same way.
	text := strings.Repeat("1,2,a;\n2,3,b;\n", 2*blockSize/14) + "5,6,c;\n"
	got, err = readText(t, text, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "c"}, got.Targets[0].Levels)
}
