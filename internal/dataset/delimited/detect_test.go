package delimited

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
	_ "ridge/internal/testgc"
)

// measured are rows of two numbers and a class, with row in the middle.
func measured(n int, row string) string {
	var b strings.Builder
	b.WriteString("a,b,y\n")
	for i := range n {
		if i == n/2 {
			b.WriteString(row)
		}
		fmt.Fprintf(&b, "%d.25,%d,%c\n", i, i%7, 'u'+rune(i%2))
	}
	return b.String()
}

func TestRowsWithoutATargetDoNotMakeTextOfNumbers(t *testing.T) {
	for name, text := range map[string]string{
		"a line of totals":  measured(50, "sum,1,\n"),
		"the first row":     strings.Replace(measured(50, ""), "\n", "\nunit,cm,?\n", 1),
		"the last row":      measured(50, "") + "Total,3,\n",
		"behind the sample": measured(3000, "") + "Total,3,\n",
		"several":           measured(50, "a,b,\nc,d,NA\ne,f,\n\"see below, page 3\",,\n"),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, []table.Column{{Name: "a"}, {Name: "b", Field: 1}}, got.Inputs)
		})
	}
}

// The text is in a row of which only the first column, the target, is missing.
func TestRowsWithoutAGivenTargetDoNotMakeTextOfNumbers(t *testing.T) {
	const text = "y,a,b\n1,2,3\n,x,4\n5,6,7\n"
	for _, targets := range [][]string{{"y"}, {"1"}} {
		got, err := readText(t, text, table.Options{Targets: targets})
		require.NoError(t, err)
		assert.Equal(t, "a b → y / 2 3 → 1 / 6 7 → 5", shown(got))
	}
	got, err := readText(t, text, table.Options{Targets: []string{"a"}})
	require.NoError(t, err)
	assert.Equal(t, "y b → a / 1 3 → 2 / ? 4 → x / 5 7 → 6", shown(got))
	got, err = readText(t, text, table.Options{Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, table.Text, got.Inputs[1].Kind, "without a target all rows are kept")
}

func TestASlipInARowWithATargetStaysAnError(t *testing.T) {
	_, err := readText(t, measured(50, "1x,2,u\nsum,1,\n"), table.Options{})
	assert.ErrorContains(t, err, `line 27, column 1 "a": "1x" is not a number, but 50 of 51 values of this column are`)
}

func TestAllSignsForMissingValuesAreNamedAtOnce(t *testing.T) {
	for more, want := range map[string]string{
		"1x,2,u\n-,2,u\n":               `"1x" is not a number, nor is "-", but 50 of 52 values of this column are: `,
		"1x,2,u\n-,2,u\n.,1,v\n?,1,v\n": `"1x" is not a number, nor are "-", ".", but 50 of 53 values`,
	} {
		_, err := readText(t, measured(50, more), table.Options{})
		assert.ErrorContains(t, err, want)
	}
}

func TestAllColumnsOfNumbersWithTextAreNamedAtOnce(t *testing.T) {
	text := "a,b,y\n1x,2,u\n3,-,u\n"
	for i := range 30 {
		text += fmt.Sprintf("%d,%d,v\n", i, 7*i)
	}
	_, err := readText(t, text, table.Options{})
	assert.ErrorContains(t, err, `line 2, column 1 "a": "1x" is not a number, but 31 of 32 values`)
	assert.ErrorContains(t, err, `; there is such text in 1 other column, too: 2 "b" ("-" on line 3)`)
}

func TestALineOfUnitsBelowTheNamesIsSuspected(t *testing.T) {
	const hint = "; or remove this line, if it is part of the header"
	text := measured(50, "")
	header, rows, _ := strings.Cut(text, "\n")
	_, err := readText(t, header+"\ncm,kg,-\n"+rows, table.Options{})
	assert.ErrorContains(t, err, `line 2, column 1 "a": "cm" is not a number, but 50 of 51 values`)
	assert.ErrorContains(t, err, hint)
	_, err = readText(t, text+"cm,kg,-\n", table.Options{})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), hint)
}

func TestRowsWithoutATargetDoNotHideAHeader(t *testing.T) {
	const rows = "1,u\n2,v\n3,u\n" // only the first column tells: u is below both
	for text, want := range map[string]string{
		"a,u\n" + rows + "sum,\n":            "a → u / 1 → u / 2 → v / 3 → u",
		"a;b;u\n1;,5;u\nsum;3.5;\n2;1,5;v\n": "a b → u / 1 0.5 → u / 2 1.5 → v",
		"a,u,\n1,u,\nsum,,\n2,v,\n":          "a 2 → u / 1 ? → u / 2 ? → v",
	} {
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err, text)
		assert.Equal(t, want, shown(got), text)
	}
}

func TestARowNumberStaysOneIfRowsWithoutATargetAreLeftOut(t *testing.T) {
	for text, want := range map[string]bool{
		"1,5,1\n2,7,\n3,7,2\n4,1,1\n":       true,
		"1,5,\n2,7,1\n3,7,2\n4,1,1\n":       true,
		"0,5,\n1,7,1\n2,7,2\n3,1,1\n":       true,
		"1,5,1\nsum,7,\n3,7,2\n4,1,1\n":     true,
		"1,5,1\n2,7,\n2,7,2\n3,1,1\n":       false,
		"2,5,1\n2,7,\n3,7,2\n4,7,2\n":       false,
		"1,5,1\n2,7,1\n3,7,2\n4,1,1\n5,,\n": true,
	} {
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, got.Inputs[0].Counts, text)
	}
}

func TestTheHeaderMayLackAName(t *testing.T) {
	const note = "f.csv: the header has one name less than the lines have fields: the first column has no name, as " +
		"in tables that R writes"
	for name, c := range map[string]struct {
		text, want string
		noted      bool
	}{
		"commas at the end": {"p,x,y\n22,0.5,u,\n23,0.25,v,\n", "p x 3 → y / 22 0.5 ? → u / 23 0.25 ? → v",
			false},
		"… and rows without a target": {"p,x,y\n22,0.5,u,\nsum,1,,\n23,0.25,v,\n",
			"p x 3 → y / 22 0.5 ? → u / 23 0.25 ? → v", false},
		"semicolons at the end": {"p;x;y\n22;0,5;u;\n23;0,25;v;\n", "p x 3 → y / 22 0.5 ? → u / 23 0.25 ? → v",
			false},
		"names of rows": {"p,x,y\na,22,0.5,u\nb,23,0.25,v\n",
			"1 p x → y / a 22 0.5 → u / b 23 0.25 → v", true},
		"names of rows, one unlabelled": {"p,x,y\na,22,0.5,u\nb,23,0.25,\n", "1 p x → y / a 22 0.5 → u", true},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(got))
			if c.noted {
				assert.Contains(t, got.Notes, note)
			} else {
				assert.NotContains(t, got.Notes, note)
			}
		})
	}
	got, err := readText(t, "p,x,y\n22,0.5,u,\n23,0.25,v,\n", table.Options{Targets: []string{"x"}})
	require.NoError(t, err)
	assert.Equal(t, []int{1}, got.At)
}

func TestNamesThatAreNoTextsHideNoHeader(t *testing.T) {
	const rows = "5,1,4,x\n7,8,1,z\n1,2,4,x\n"
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"sodium":                  {"K,NA,CREA,outcome\n" + rows, true},
		"a year":                  {"q1,q2,2019,label\n" + rows, true},
		"an empty name":           {",NA,CREA,2019,y\n0,5,1,4,x\n1,7,8,1,z\n2,1,2,4,x\n", false},
		"a class of numbers":      {"K,NA,CREA,outcome\n5,1,4,0\n7,8,1,1\n1,2,4,0\n", true},
		"again further down":      {"q1,q2,2019,label\n" + rows + "q1,q2,2019,label\n" + rows, true},
		"one of three":            {"q1,2018,2019,label\n" + rows, false},
		"half of them":            {"K,NA,CREA,2019,y\n5,1,4,2,x\n7,8,1,3,z\n1,2,4,8,x\n", false},
		"twice the same":          {"-,-,2019,label\n" + rows, false},
		"few rows":                {"q1,q2,2019,label\n5,1,4,x\n7,8,1,z\n", false},
		"a number above texts":    {"q1,q2,4,2019\n" + rows, false},
		"a text among few texts":  {"x,u,2,r\ny,v,3,s\nx,v,4,s\ny,u,7,r\n", false},
		"one text and one number": {"x,2\n1,5\n2,7\n3,9\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.Contains(got.Notes[0], "a header"), got.Notes[0])
		})
	}
}

func TestAFirstLineThatMayHaveNamesIsAWarning(t *testing.T) {
	rows := strings.Repeat("5,1,4,x\n7,8,1,z\n3,8,2,y\n", 4)
	for name, c := range map[string]struct {
		text string
		o    table.Options
		want string
	}{
		"a class": {"450,550,650,species\n" + rows, table.Options{}, `f.csv: "species" of column 4 is on line 1 ` +
			"alone: if that line has the names of the columns, --header yes"},
		"an input":         {"q1,2018,2019,x\n" + rows, table.Options{}, `f.csv: "q1" of column 1 is on line 1 alone`},
		"another class":    {"4,5,6,w\n" + rows + "5,1,4,v\n", table.Options{}, ""},
		"no class":         {"4,5,6,x\n" + rows, table.Options{}, ""},
		"it is known":      {"450,550,650,species\n" + rows, table.Options{Header: table.WithoutHeader}, ""},
		"few rows":         {"450,550,650,species\n5,1,4,x\n5,1,4,x\n", table.Options{}, ""},
		"further down":     {rows + "5,1,4,w\n", table.Options{}, ""},
		"a column of text": {"r,5,4,x\n" + strings.Repeat("s,5,1,x\nt,8,1,z\n", 9), table.Options{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, c.o)
			require.NoError(t, err)
			if c.want == "" {
				assert.Empty(t, got.Warnings)
				return
			}
			require.Len(t, got.Warnings, 1)
			assert.Contains(t, got.Warnings[0], c.want)
		})
	}
}

func TestTheErrorForTextOnTheFirstLineNamesTheHeader(t *testing.T) {
	text := "a,2018,2019,y\n"
	for i := range 30 {
		text += fmt.Sprintf("%d,1,2,u\n", i)
	}
	_, err := readText(t, text, table.Options{})
	assert.ErrorContains(t, err, `line 1, column 1: "a" is not a number, but 30 of 31 values of this column are: `+
		"write ? or nothing where a value is missing, or leave the column out (--drop); "+
		"or, if this line has the names of the columns, --header yes")
}

func TestTheHeaderAloneMayEndInASeparator(t *testing.T) {
	const want = "p x → y / 22 0.5 → u / 23 0.25 → v"
	for name, c := range map[string]struct {
		text string
		o    table.Options
		want string
	}{
		"commas":                {"p,x,y,\n22,0.5,u\n23,0.25,v\n", table.Options{}, want},
		"semicolons":            {"p;x;y; \n22;0,5;u\n23;0,25;v\n", table.Options{}, want},
		"one row":               {"p,x,y,\n22,0.5,3\n", table.Options{}, "p x → y / 22 0.5 → 3"},
		"rows without a target": {"p,x,y,\nsum,1,\n22,0.5,u\n23,0.25,v\n", table.Options{}, want},
		"a target by its name": {"y,p,x,\nu,22,0.5\nv,23,0.25\n,a,b\n", table.Options{Targets: []string{"y"}},
			"p x → y / 22 0.5 → u / 23 0.25 → v"},
		"like another": {"p,x,y,\n22,0.5,u\n23,0.25,v\n", table.Options{Like: &table.Layout{
			Inputs:  []table.LayoutColumn{{Name: "p"}, {Name: "x"}},
			Targets: []table.LayoutColumn{{Name: "y", Kind: table.Text}}, At: []int{2}}}, want},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, c.o)
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(got))
		})
	}
	_, err := readText(t, "p,x,y,z\n22,0.5,u\n23,0.25,v\n", table.Options{})
	assert.ErrorContains(t, err, "line 1: 4 fields, but most of the lines below have 3")
}

func TestColumnsOfTheSameNameAreNoted(t *testing.T) {
	for header, want := range map[string]string{
		"a,b,c,d":   "",
		",b,,d":     "",
		"a,b,a,d":   `f.csv: columns 1 and 3 are both called "a"`,
		"a,b,a,b":   `f.csv: columns 1 and 3 are both called "a", and 1 more column has the name of another`,
		"a,a,a,b":   `f.csv: columns 1 and 2 are both called "a", and 1 more column has the name of another`,
		"a,a,a,a":   `f.csv: columns 1 and 2 are both called "a", and 2 more columns have the name of another`,
		"a,b,c,a":   `f.csv: columns 1 and 4 are both called "a"`,
		"a,A,b,a b": "",
	} {
		got, err := readText(t, header+"\n1,2,3,4\n5,6,7,8\n", table.Options{})
		require.NoError(t, err)
		if want == "" {
			assert.Len(t, got.Notes, 1, header)
		} else {
			assert.Contains(t, got.Notes, want)
		}
	}
}

func TestAnInputWithTheNameOfTheTargetIsNoted(t *testing.T) {
	const note = `f.csv: column 1 has the name of the target, "a": if it is a copy, leave it out (--drop 1)`
	for name, c := range map[string]struct {
		text  string
		o     table.Options
		noted bool
	}{
		"a copy":         {"a,b,a\n1,2,3\n5,6,7\n", table.Options{}, true},
		"two copies":     {"a,a,a\n1,2,3\n5,6,7\n", table.Options{}, true},
		"another target": {"a,b,a\n1,2,3\n5,6,7\n", table.Options{Targets: []string{"b"}}, false},
		"left out":       {"a,b,a\n1,2,3\n5,6,7\n", table.Options{Drop: []string{"1"}}, false},
		"no names":       {",b,\n1,2,3\n5,6,7\n", table.Options{Header: table.WithHeader}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, c.o)
			require.NoError(t, err)
			if c.noted {
				assert.Contains(t, got.Notes, note)
				return
			}
			for _, other := range got.Notes {
				assert.NotContains(t, other, "the name of the target")
			}
		})
	}
}

func TestNumbersThatLieEvenlyAreNames(t *testing.T) {
	const rows = "5,1,4,2,x\n7,8,1,2,z\n1,2,4,8,x\n"
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"years":               {"2019,2020,2021,2022,y\n" + rows, true},
		"years after a name":  {"town,2019,2020,2021,2022\na,5,1,4,2\nb,7,8,1,2\nc,1,,4,8\n", true},
		"wavelengths":         {"1100.52,1098.60,1096.67,1094.74,y\n" + rows, true},
		"no steps":            {"3,3,3,3,y\n" + rows, false},
		"another distance":    {"2019,2020,2021,2023,y\n" + rows, false},
		"another row is even": {"2019,2020,2021,2022,y\n" + rows + "3,5,7,9,z\n", false},
		"… or has one number": {"2019,2020,2021,2022,y\n" + rows + "3,3,3,3,z\n", false},
		"few rows":            {"2019,2020,2021,2022,y\n5,1,4,2,x\n7,8,1,2,z\n", false},
		"three numbers":       {"2019,2020,2021,a,y\n" + rows, false},
		"a number elsewhere":  {"2019,2020,2021,2022,y,7\n5,1,4,2,x,1\n7,8,1,2,z,4\n1,2,4,8,x,3\n", false},
		"a missing value":     {"2019,2020,2021,2022,NA\n" + rows, false},
		"decimal commas":      {"1,5;2,0;2,5;3,0;y\n0,5;1;4;2;x\n7;8;1;2;z\n1;2;4;8;x\n", true},
		"no header":           {rows, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.Contains(got.Notes[0], "a header"), got.Notes[0])
		})
	}
	like := &table.Layout{Inputs: make([]table.LayoutColumn, 3), Targets: make([]table.LayoutColumn, 1), At: []int{3}}
	got, err := readText(t, "10,20,30,40\n5,1,4,2\n7,8,1,2\n1,2,4,8\n", table.Options{Like: like})
	require.NoError(t, err)
	assert.Equal(t, 4, got.Rows, "rows for a network of columns without names")
}
