package delimited

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// like is the layout of a file "n,y,s" of numbers n, text s and the target y between them.
func like(names bool) *table.Layout {
	l := &table.Layout{
		Inputs:  []table.LayoutColumn{{Name: "n"}, {Name: "s", Kind: table.Text, Levels: []string{"q", "p", "#REF!"}}},
		Targets: []table.LayoutColumn{{Name: "y", Kind: table.Text, Levels: []string{"no", "yes"}}},
		At:      []int{1},
	}
	if !names {
		l.Inputs[0].Name, l.Inputs[1].Name, l.Targets[0].Name = "", "", ""
	}
	return l
}

func TestAnotherFileOfTheSameColumns(t *testing.T) {
	const bare = "1 2 → 1 / 1 p → no / ? r → yes"
	const named = "n s → y / 1 p → no / ? r → yes"
	for name, c := range map[string]struct {
		text       string
		names      bool
		unlabelled bool
		want       string
	}{
		"the same header":         {"n,y,s\n1,no,p\n?,yes,r\n", true, false, named},
		"another order and more":  {"s,x,n,y\np,7,1,no\nr,8,,yes\n", true, false, named},
		"no header":               {"1,no,p\n?,yes,r\n", true, false, named},
		"neither has one":         {"1,no,p\n?,yes,r\n", false, false, bare},
		"a header of other names": {"a,b,c\n1,no,p\n?,yes,r\n", false, false, bare},
		"no target by name":       {"s,n\np,1\nr,?\n", true, true, "n s → / 1 p → / ? r →"},
		"no target by position":   {"1,p\n?,r\n", false, true, "1 2 → / 1 p → / ? r →"},
		"a target not wanted":     {"1,no,p\n?,yes,r\n", false, true, "1 2 → / 1 p → / ? r →"},
		"all rows are kept":       {"n,y,s\n1,?,p\n,,r\n", true, true, "n s → / 1 p → / ? r →"},
		"text that looks numeric": {"n,y,s\n1,1.0,2\n3,2,5\n", true, false, "n s → y / 1 2 → 1.0 / 3 5 → 2"},
		"a level like a name":     {"1,no,s\n?,yes,r\n", true, false, "n s → y / 1 s → no / ? r → yes"},
		"levels of older models": {"n,y,s\n1,no,#REF!\n?,yes,\\N\n", true, false,
			"n s → y / 1 #REF! → no / ? ? → yes"},
		"text all over": {"n,y,s\n1,a,b\n", true, false, "n s → y / 1 b → a"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{Like: like(c.names), Unlabelled: c.unlabelled})
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(got))
			assert.Equal(t, []string{"q", "p", "#REF!"}, got.Inputs[1].Levels[:3],
				"levels that are known keep their index")
		})
	}
}

// For a layout without names, a first row must not be lost because nothing of it recurs below, or since it counts.
func TestTheFirstRowOfAFileWithoutNamesIsNotTakenForAHeader(t *testing.T) {
	number, text := table.LayoutColumn{}, table.LayoutColumn{Kind: table.Text, Levels: []string{"blue", "red", "1"}}
	ignored := table.LayoutColumn{Kind: table.Ignored}
	for name, c := range map[string]struct {
		text   string
		inputs []table.LayoutColumn
		rows   int
	}{
		"numbers that count":           {"1,2,3\n4,5,6\n", []table.LayoutColumn{number, number, number}, 2},
		"numbers with decimal commas":  {"1,5;2\n3;4\n", []table.LayoutColumn{number, number}, 2},
		"numbers from zero":            {"0,1,2,3\n4,5,6,7\n", []table.LayoutColumn{number, text, ignored, number}, 2},
		"a text that is known":         {"red,round\nblue,square\n", []table.LayoutColumn{text, text}, 2},
		"a text among missing numbers": {",red\n1,blue\n", []table.LayoutColumn{number, text}, 2},
		"texts that are not known":     {"colour,form\nblue,square\n", []table.LayoutColumn{text, text}, 1},
		"a text for a number":          {"n,red\n1,blue\n", []table.LayoutColumn{number, text}, 1},
		"an empty number, and a name":  {",colour\n1,blue\n", []table.LayoutColumn{number, text}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := &table.Layout{Inputs: c.inputs, Targets: []table.LayoutColumn{{}}, At: []int{len(c.inputs)}}
			l.DecimalComma = strings.Contains(c.text, ";")
			got, err := readText(t, c.text, table.Options{Like: l, Unlabelled: true})
			require.NoError(t, err)
			assert.Equal(t, c.rows, got.Rows, got.Notes)
		})
	}
}

func TestAnotherFileSaysWhatItIgnores(t *testing.T) {
	const note = "f.csv: not in the training data, and so left out: "
	for text, want := range map[string]string{
		"s,x,n,y\np,7,1,no\n":                         note + `column 2 "x"`,
		"s,a,b,c,d,e,f,n,y,g\np,1,2,3,4,5,6,7,no,8\n": note + `columns 2 "a", 3 "b", 4 "c", 5 "d", 6 "e" and 2 more`,
		"s,n,y\np,1,no\n":                             "",
		"n,y,s\n1,no,p\n":                             "",
	} {
		for _, unlabelled := range []bool{false, true} { // the target is not wanted then, but it is known
			got, err := readText(t, text, table.Options{Like: like(true), Unlabelled: unlabelled})
			require.NoError(t, err)
			if want == "" {
				assert.Len(t, got.Notes, 1, got.Notes)
			} else {
				assert.Contains(t, got.Notes, want)
			}
		}
	}
}

func TestAFileMayLackColumnsThatTrainingLeftOut(t *testing.T) {
	l := like(true)
	l.Inputs = append([]table.LayoutColumn{{Name: "id", Kind: table.Ignored}}, l.Inputs...)
	l.At = []int{2}
	got, err := readText(t, "s,n,y\np,1,no\nr,,yes\n", table.Options{Like: l})
	require.NoError(t, err)
	assert.Equal(t, "id n s → y / ? 1 p → no / ? ? r → yes", shown(got))
	assert.Len(t, got.Notes, 1)

	got, err = readText(t, "id,n,y,s\nx,1,no,p\n", table.Options{Like: l})
	require.NoError(t, err)
	assert.Equal(t, "id n s → y / ? 1 p → no", shown(got))

	for i := range fewAbsent {
		l.Inputs = append(l.Inputs, table.LayoutColumn{Name: fmt.Sprint("extra", i), Kind: table.Ignored})
	}
	_, err = readText(t, "s,n,y\np,1,no\n", table.Options{Like: l})
	assert.ErrorContains(t, err, `it has no column "extra31", which the training data has`,
		"more than the text of a row is worth")

	l.Inputs = append(l.Inputs, table.LayoutColumn{Name: "last", Kind: table.Ignored})
	more, row := strings.Repeat(",more", 14), strings.Repeat(",0", 14)
	for header, want := range map[string]string{
		"s,n,y" + more:                    "",
		"s,n" + more[:len(more)-5] + ",y": `it has no columns "extra31", "last"`,
	} {
		fields := strings.Count(header, ",") + 1
		_, err = readText(t, header+"\np,1"+row[:2*(fields-3)]+",no\n", table.Options{Like: l})
		if want == "" {
			assert.NoError(t, err, "twice its own 17 are the 34")
		} else {
			assert.ErrorContains(t, err, want, "twice its own 16 are not")
		}
	}
}

func TestAFileOfOtherColumnsIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		text       string
		names      bool
		unlabelled bool
		want       string
	}{
		"a column is missing": {"n,y\n1,no\n", true, false, `it has no column "s", which the training data has`},
		"the target":          {"n,s\n1,p\n", true, false, `it has no column "y"`},
		"too few":             {"1\n2\n", false, false, "it has 1 column, want 2, or 3 with the target"},
		"too many":            {"1,2,3,4\n5,6,7,8\n", false, false, "it has 4 columns, want 2, or 3 with the target"},
		"the inputs alone":    {"1,p\n2,q\n", false, false, "the target is missing"},
		"text among numbers": {"n,y,s\n1,no,p\nx,yes,r\n", true, false,
			`line 3, column 1 "n": "x" is not a number: write ? or nothing`},
		"beyond float32": {"1,no,p\n1e39,yes,r\n", false, false,
			`line 2, column 1: "1e39" is not among the numbers that are read`},
		"text, not in a block": {strings.Repeat("1,no,p\n", 100000) + "x,no,p\n", false, false,
			"line 100001, column 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText(t, c.text, table.Options{Like: like(c.names), Unlabelled: c.unlabelled})
			assert.ErrorContains(t, err, c.want)
			var format *source.FormatError
			require.ErrorAs(t, err, &format)
			assert.Equal(t, name == "the target" || name == "the inputs alone", format.NoTarget)
		})
	}
}

func TestLevelsBeyondTheMostAreOthers(t *testing.T) {
	var b strings.Builder
	for i := range table.MaxLevels + 10 {
		b.WriteString("1,no,n" + string(rune('a'+i%26)) + strings.Repeat("x", i%7) + columns.FormatNumber(float64(i)) +
			"\n")
	}
	b.WriteString("1,no,p\n")
	got, err := readText(t, b.String(), table.Options{Like: like(false)})
	require.NoError(t, err)
	assert.EqualValues(t, 1, got.Cells[2*got.Rows-1], "a known level, however late")
	assert.EqualValues(t, -1, got.Cells[2*got.Rows-3])
}

func TestNamesThatDifferOnlyInCapitalsAreNamedInTheError(t *testing.T) {
	_, err := readText(t, "N,s,y\n1,p,no\n2,q,yes\n", table.Options{Like: like(true)})
	require.ErrorContains(t, err,
		`it has no column "n", which the training data has; it has "N", which differs from "n" only in capitals`)
	_, err = readText(t, "z,s,y\n1,p,no\n2,q,yes\n", table.Options{Like: like(true)})
	require.ErrorContains(t, err, `it has no column "n", which the training data has`)
	assert.NotContains(t, err.Error(), "differs")
}

// Columns that share a name have no other mark than their order, wherever the others are.
func TestColumnsOfOneNameKeepTheirOrder(t *testing.T) {
	two := &table.Layout{
		Inputs:  []table.LayoutColumn{{Name: "x"}, {Name: "x"}, {Name: "z"}},
		Targets: []table.LayoutColumn{{Name: "y", Kind: table.Text, Levels: []string{"no", "yes"}}},
		At:      []int{3},
	}
	for name, text := range map[string]string{
		"as in the training data": "x,x,z,y\n1,2,3,no\n",
		"the others moved":        "z,x,y,x\n3,1,no,2\n",
		"with another":            "k,z,y,x,x\n7,3,no,1,2\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, text, table.Options{Like: two})
			require.NoError(t, err)
			assert.Equal(t, "x x z → y / 1 2 3 → no", shown(got))
		})
	}
}

func TestColumnsWithoutANameKeepTheirOrder(t *testing.T) {
	two := &table.Layout{Inputs: []table.LayoutColumn{{}, {Name: "a"}, {}}, Targets: []table.LayoutColumn{{Name: "y"}},
		At: []int{3}}
	got, err := readText(t, "a,y,,\n2,0,1,3\n5,1,4,6\n", table.Options{Like: two})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, got.Cells)
	assert.Equal(t, []float64{0, 1}, got.Values)
}

// The target is one of the columns that share its name: the first one here, wherever it stands among all columns.
func TestATargetThatSharesItsNameKeepsItsPlaceInTheOrder(t *testing.T) {
	first := &table.Layout{Inputs: []table.LayoutColumn{{Name: "a"}, {Name: "y"}},
		Targets: []table.LayoutColumn{{Name: "y"}}, At: []int{0}}
	for text, unlabelled := range map[string]bool{"a,y,y\n2,0,3\n5,1,6\n": false, "y,y,a\n0,3,2\n1,6,5\n": true} {
		got, err := readText(t, text, table.Options{Like: first, Unlabelled: unlabelled})
		require.NoError(t, err)
		assert.Equal(t, []float32{2, 3, 5, 6}, got.Cells, text)
	}
	got, err := readText(t, "a,y,y\n2,,3\n5,1,6\n", table.Options{Like: first})
	require.NoError(t, err)
	assert.Equal(t, []float32{5, 6}, got.Cells, "the row without a target is left out, and no other")
	_, err = readText(t, "y,a\n3,2\n6,5\n", table.Options{Like: first, Unlabelled: true})
	assert.ErrorContains(t, err, `it has 1 column called "y", and the training data has 2`)
}

func TestOtherNumbersOfColumnsOfOneNameAreRefused(t *testing.T) {
	two := func() *table.Layout {
		return &table.Layout{
			Inputs:  []table.LayoutColumn{{Name: "x"}, {Name: "x"}, {Name: "z"}, {}},
			Targets: []table.LayoutColumn{{Name: "y", Kind: table.Text, Levels: []string{"no", "yes"}}},
			At:      []int{4},
		}
	}
	for text, want := range map[string]string{
		"z,x,,y\n3,1,5,no\n": `it has 1 column called "x", and the training data has 2: ` +
			"which is which can't be told",
		"z,x,x,x,,y\n3,1,1,1,5,no\n": `it has 3 columns called "x", and the training data has 2`,
		"x,x,z,z,,y\n1,2,3,3,5,no\n": `it has 2 columns called "z", and the training data has 1`,
		"z,x,x,,,y\n3,1,2,5,6,no\n":  "it has 2 columns without a name, and the training data has 1",
	} {
		_, err := readText(t, text, table.Options{Like: two()})
		assert.ErrorContains(t, err, want)
	}
	unused := two()
	unused.Inputs[3].Kind = table.Ignored
	got, err := readText(t, "z,x,x,y,,\n3,1,2,no,,\n", table.Options{Like: unused})
	require.NoError(t, err, "columns that training did not use, such as empty ones at the end of all lines")
	assert.Equal(t, "x x z 4 → y / 1 2 3 ? → no", shown(got))
}

// A network that was trained on decimal commas reads them in any file, and points, too.
func TestAFileForANetworkOfDecimalCommas(t *testing.T) {
	l := &table.Layout{Inputs: []table.LayoutColumn{{}, {}}, DecimalComma: true}
	for text, want := range map[string]string{
		"1;2\n3;4\n":               "1 2 / 1 2 / 3 4",
		"1,5;2\n3;4\n":             "1 2 / 1.5 2 / 3 4",
		"\"1,5\",2\n3,4.5\n":       "1 2 / 1.5 2 / 3 4.5",
		"\"-1,5\",\"0,25\"\n3,4\n": "1 2 / -1.5 0.25 / 3 4",
	} {
		got, err := readText(t, text, table.Options{Like: l, Unlabelled: true})
		require.NoError(t, err, text)
		assert.Equal(t, want, strings.TrimSuffix(strings.ReplaceAll(shown(got), " →", ""), " "), text)
	}
	l.DecimalComma = false
	_, err := readText(t, "\"1,5\",2\n3,4.5\n", table.Options{Like: l, Unlabelled: true})
	require.ErrorContains(t, err, `line 1, column 1: "1,5" is not a number where decimals have a point: write 1.5`)
	_, err = readText(t, "\"1,500\",2\n3,4.5\n", table.Options{Like: l, Unlabelled: true})
	require.ErrorContains(t, err,
		`"1,500" is not a number where decimals have a point: write 1500 or 1.500, whichever it is`)
	_, err = readText(t, "\"1,5,0\",2\n3,4.5\n", table.Options{Like: l, Unlabelled: true})
	require.ErrorContains(t, err, `"1,5,0" is not a number: write ? or nothing where a value is missing`)
}

// The note says how numbers are written. Of columns of text, those that are left out, and of a model that has read
// decimal commas elsewhere, there is nothing to say.
func TestDecimalCommasAreNotedWhereNumbersHaveThem(t *testing.T) {
	texts := &table.Layout{Inputs: []table.LayoutColumn{{Kind: table.Text, Levels: []string{"1,5"}}, {}}}
	for _, c := range []struct {
		text string
		o    table.Options
		want bool
	}{
		{"a;b;y\n1,5;2;u\n3;4;v\n", table.Options{}, true},
		{"a;y\nu;1,5\nv;2\n", table.Options{}, true},
		{"a;b;y\n1,5;2;u\nx;4;v\n", table.Options{}, false},
		{"a;b;y\n1,5;2;u\n3;4;v\n", table.Options{Drop: []string{"a"}}, false},
		{"1,5;2\n1,5;3\n", table.Options{Like: texts, Unlabelled: true}, false},
		{"1,5;2,5\n1,5;3\n", table.Options{Like: texts, Unlabelled: true}, true},
		{"2;2.5\n1;3\n",
			table.Options{Like: &table.Layout{Inputs: []table.LayoutColumn{{}, {}}, DecimalComma: true},
				Unlabelled: true}, false},
	} {
		got, err := readText(t, c.text, c.o)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, strings.Contains(got.Notes[0], "columns between semicolons, decimal commas,"),
			"%q: %v", c.text, got.Notes)
	}
}

// TestNamesOfVeryManyColumnsAreLookedUp: comparing each with each would take hours.
func TestNamesOfVeryManyColumnsAreLookedUp(t *testing.T) {
	l := &table.Layout{Inputs: make([]table.LayoutColumn, MaxColumns/2)}
	header := make([]string, MaxColumns/2)
	for i := range header {
		l.Inputs[i].Name, header[i] = fmt.Sprint("there", i), fmt.Sprint("here", i)
	}
	p := &plan{file: "f", o: table.Options{Like: l}}
	l.Inputs[len(header)-1].Name, header[len(header)-1] = "END", "end"
	err := p.layOutByName(header)
	assert.ErrorContains(t, err, `it has no columns "there0", "there1", `)
	assert.ErrorContains(t, err, `the training data has; it has "end", which differs from "END" only in capitals`)
	p.noteIgnored(header)
	assert.Equal(t, []string{`f: not in the training data, and so left out: columns 1 "here0", 2 "here1", ` +
		`3 "here2", 4 "here3", 5 "here4" and 131067 more`}, p.notes)
}
