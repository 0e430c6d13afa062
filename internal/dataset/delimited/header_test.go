package delimited

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

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

// numpy.savetxt and gnuplot mark a line of names as a comment.
func TestAHashBeforeTheNamesIsNoneOfThem(t *testing.T) {
	const want = "a b → c / 1 2 → 3 / 4 5 → 7"
	for text, want := range map[string]string{
		"# a b c\n1 2 3\n4 5 7\n":        want,
		"#  a b c\n1 2 3\n":              "a b → c / 1 2 → 3",
		"#\ta\tb\tc\n1\t2\t3\n4\t5\t7\n": want,
		"# a,b,c\n1,2,3\n4,5,7\n":        "# a b → c / 1 2 → 3 / 4 5 → 7",
		"#,b,c,\n1,2,3\n4,5,7\n":         "# b → c / 1 2 → 3 / 4 5 → 7",
		"# a c\nr1 1 3\nr2 4 7\n":        "# a → c / r1 1 → 3 / r2 4 → 7",
	} {
		got, err := readText(t, text, table.Options{Targets: []string{"c"}})
		require.NoError(t, err, text)
		assert.Equal(t, want, shown(got), text)
	}
	got, err := readText(t, "# b a\n1 2\n", table.Options{Unlabelled: true, Like: named("", "a", "b", "y")})
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 1}, got.Cells)
}

func TestNamesThatAreNoTextsHideNoHeader(t *testing.T) {
	const rows = "5,1,4,x\n7,8,1,z\n1,2,4,x\n"
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"sodium":             {"K,NA,CREA,outcome\n" + rows, true},
		"a year":             {"q1,q2,2019,label\n" + rows, true},
		"an empty name":      {",NA,CREA,2019,y\n0,5,1,4,x\n1,7,8,1,z\n2,1,2,4,x\n", false},
		"a class of numbers": {"K,NA,CREA,outcome\n5,1,4,0\n7,8,1,1\n1,2,4,0\n", true},
		"again further down": {"q1,q2,2019,label\n" + rows + "q1,q2,2019,label\n" + rows, true},
		"one of three":       {"q1,2018,2019,label\n" + rows, false},
		"half of them":       {"K,NA,CREA,2019,y\n5,1,4,2,x\n7,8,1,3,z\n1,2,4,8,x\n", false},
		"twice the same":     {"-,-,2019,label\n" + rows, false},
		"names that are not there": {"q1,q2,q3,q4,2019,,,label\n5,1,4,2,1,,3,x\n7,8,1,3,1,2,,z\n" +
			"1,2,4,8,1,1,1,x\n", true},
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

// Columns without a name do not have the same one.
func TestSeveralNamesMayBeMissingInATableOfTexts(t *testing.T) {
	text := "v1,v2,,,\nham,go,,,\nspam,win,,,\nham,ok,so,,\n"
	got, err := readText(t, text, table.Options{Targets: []string{"v1"}})
	require.NoError(t, err)
	assert.Equal(t, "v2 2 3 4 → v1 / go ? ? ? → ham / win ? ? ? → spam / ok so ? ? → ham", shown(got))
	for _, text := range []string{"v1,v1,,,\nham,go,,,\nspam,win,,,\n", "ham,v,,,\nham,go,,,\nspam,win,,,\n"} {
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err)
		assert.Contains(t, strings.Join(got.Notes, "\n"), "no header")
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

// A line above the names, such as one that says how many rows there are, has no value of the target and is left out:
// the flag would mean that line.
func TestNamesBelowAnotherLineAreNotThoseOfTheFlag(t *testing.T) {
	rows := ""
	for i := range 30 {
		rows += fmt.Sprintf("%d,%d,%d\n", i, 2*i, i%3)
	}
	_, err := readText(t, "30,2,\n\"a\",\"b\",\"y\"\n"+rows, table.Options{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), `line 2, column 1: "a" is not a number, but 30 of 31 values of this column are`)
	assert.Contains(t, err.Error(), "; or, if this line has the names of the columns, remove the lines above it")
	assert.NotContains(t, err.Error(), "--header yes")

	got, err := readText(t, "4,5,\n450,550,species\n"+strings.Repeat("5,1,x\n7,8,z\n", 9), table.Options{})
	require.NoError(t, err)
	require.Len(t, got.Warnings, 1)
	assert.Contains(t, got.Warnings[0], `"species" of column 3 is on line 2 alone: if that line has the names of `+
		"the columns, remove the lines above it")
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
