package delimited

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

func TestMarksBetweenThousandsAreReadWhereAFieldShowsThem(t *testing.T) {
	late := strings.Repeat("7,5;u\n8,5;v\n", 50_000)
	for name, c := range map[string]struct {
		text  string
		marks string // of the columns
		want  string // of the first column
		note  string // "" for none
	}{
		"points": {"a;y\n1.549,34;u\n12.345.678,9;v\n-2,5;u\n", ". ", "1549.34 1.2345679e+07 -2.5",
			`column 1 "a": points separate thousands: 1.549,34 is read as 1549.34`},
		"whole numbers beside them": {"a;y\n1.549;u\n1.549,5;v\n1.234.567;u\n7;v\n", ". ", "1549 1549.5 1.234567e+06 7",
			`column 1 "a": points separate thousands: 1.549 is read as 1549`},
		"whole numbers alone": {"a;b;y\n1.549;0,5;u\n2.000;0,5;v\n7;0,5;v\n", ".  ", "1549 2000 7",
			`column 1 "a": points separate thousands: 1.549 is read as 1549`},
		"in another column": {"a;b;y\n1.549;1.549,5;u\n2.000;2;v\n", ". . ", "1549 2000",
			`columns 1 "a", 2 "b": points separate thousands: 1.549 is read as 1549`},
		"two marks": {"a;y\n183.154;u\n3.677.472;v\n-5.123;u\n", ". ", "183154 3.677472e+06 -5123",
			`column 1 "a": points separate thousands: 183.154 is read as 183154`},
		"two marks elsewhere": {"a;b;y\n1.549;3.992.483;u\n200;2;v\n", ". . ", "1549 200",
			`columns 1 "a", 2 "b": points separate thousands: 1.549 is read as 1549`},
		"two marks, commas between": {"a,y\n183.154,u\n3.677.472,v\n", ". ", "183154 3.677472e+06", "183.154 is"},
		"two commas, in quotes": {"a,y\n\"183,154\",u\n\"3,677,472\",v\n", ", ", "183154 3.677472e+06",
			"commas"},
		"two marks, late":        {"a;y\n" + late + "3.677.472;u\n", ". ", "7.5 8.5", "3.677.472 is read as 3677472"},
		"lists of long codes":    {"a;b;y\n101,205;2;u\n101,205,300;3;v\n", "  ", "101,205 101,205,300", ""},
		"lists beside decimals":  {"b;a;y\n0,5;1,2;u\n1,5;1,234,567;v\n", "  ", "0.5 1.5", ""},
		"of a target":            {"b;y\n0,5;987\n2,5;1.234\n3,5;2.900\n", " .", "0.5 2.5 3.5", `column 2 "y": points`},
		"no decimals":            {"a;b;y\n1.549;2;u\n2.000;2;v\n", "  ", "1.549 2", ""},
		"only groups":            {"a;b;y\n1.549;1,500;u\n2.000;2,500;v\n", "  ", "1.549 2", ""},
		"a decimal point":        {"a;b;y\n1.549;0,5;u\n2.5;0,5;v\n", "  ", "1.549 2.5", ""},
		"decimals elsewhere":     {"a;b;c;y\n1.549;0,5;9.5;u\n2.000;0,5;9.5;v\n", "   ", "1.549 2", ""},
		"a zero before":          {"a;b;y\n0.549;0,5;u\n2.000;0,5;v\n", "  ", "0.549 2", ""},
		"tags":                   {"a;b;y\n1.549;1,2;u\n2.000;1,2,7;v\n3.000;1,3;v\n", "  ", "1.549 2 3", ""},
		"tags, first in a list":  {"1.549;1,2,7;u\n2.000;1,2;v\n3.000;1,3;v\n", "  ", "1.549 2 3", ""},
		"a header again":         {"a;b;y\n1.549;0,5;u\na;b;y\n2.000;0,5;v\n", ".  ", "1549 2000", "points separate"},
		"a list":                 {"a;b;y\n1.549;1,5,7;u\n2.000;1,5,7;v\n", "  ", "1.549 2", ""},
		"commas between both":    {"a,b,y\n1.549,\"0,5\",u\n2.000,\"0,5\",v\n", "  ", "1.549 2", ""},
		"commas, in quotes":      {"a,y\n\"1,549.34\",u\n2.5,v\n\"1,549\",u\n", ", ", "1549.34 2.5 1549", "commas"},
		"commas, between tabs":   {"a\ty\n1,549.34\tu\n1,549\tv\n", ", ", "1549.34 1549", "commas separate"},
		"points, commas between": {"a,y\n\"1.549,5\",u\n\"2,5\",v\n", ". ", "1549.5 2.5", "points separate"},
		"without a header":       {"1.549,5;2,5;u\n2,5;3,5;v\n", ".  ", "1549.5 2.5", "column 1: points"},
		"late in a large file":   {"a;y\n" + late + "1.549,5;u\n", ". ", "7.5 8.5", "1.549,5 is read as 1549.5"},
		"early, with a late point": {"a;y\n1.549,5;u\n" + late + "x;u\ny;v\nz;u\nr;v\ns;u\nt;v\n", " ",
			"1.549,5 7,5 8,5", ""},
		"both ways":        {"a;y\n1.549,5;u\n1,549.5;v\n", " ", "1.549,5 1,549.5", ""},
		"no groups beside": {"a;y\n1.549,5;u\n1.5;v\n", " ", "1.549,5 1.5", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			var marks []string
			for _, column := range append(got.Inputs, got.Targets...) {
				marks = append(marks, column.Thousands)
			}
			assert.Equal(t, c.marks, strings.Join(marks, " "))
			assert.True(t, strings.HasPrefix(firstColumn(got), c.want), firstColumn(got))
			assertNoted(t, got, c.note, "separate thousands")
		})
	}
}

// assertNoted checks that the notes have this one or, if it is "", none of a kind.
func assertNoted(t *testing.T, got *table.Table, note, kind string) {
	t.Helper()
	notes := strings.Join(got.Notes, "\n")
	assert.Contains(t, notes, note)
	assert.Equal(t, note != "", strings.Contains(notes, kind))
}

func firstColumn(t *table.Table) string {
	var cells []string
	for i := 0; i < min(t.Rows, 10); i++ {
		x := t.Cells[i*len(t.Inputs)]
		if t.Inputs[0].Kind == table.Text {
			cells = append(cells, t.Inputs[0].Levels[int(x)])
		} else {
			cells = append(cells, fmt.Sprint(x))
		}
	}
	return strings.Join(cells, " ")
}

// What separates thousands in training separates them in other files, and any file may show it itself.
func TestMarksBetweenThousandsInAFileLikeAnother(t *testing.T) {
	like := func(mark string) *table.Layout {
		return &table.Layout{Inputs: []table.LayoutColumn{{Thousands: mark}, {}}, DecimalComma: true}
	}
	many := strings.Repeat("1;2\n", 100_000)
	for _, c := range []struct{ mark, text, want, err string }{
		{mark: ".", text: "1.549;2\n", want: "1549"},
		{mark: ".", text: "1.549,5;2,5\n7;2\n", want: "1549.5 7"},
		{mark: "", text: "1.549;2\n", want: "1.549"},
		{mark: "", text: "1.549;2,5\n1.549,5;2\n", want: "1549 1549.5"},
		{mark: "", text: "1.549;2\n" + many + "1.549,5;2\n", want: "1549 1"},
		{mark: ".", text: "1549.34;2\n",
			err: `column 1: "1549.34" is not a number where points separate thousands: write 1549,34`},
		{mark: ",", text: "0,5;2,5\n", err: `column 1: "0,5" is not a number where decimals have a point: write 0.5`},
		{mark: "", text: "1.549;2\n" + many + "1.549,5;2\n1.5;2\n",
			err: `line 100003, column 1: "1.5" is not a number`},
		{mark: "", text: "1.549,5;2\n" + many + "1,549.5;2\n",
			err: `line 100002, column 1: "1,549.5" is not a number`},
		{mark: "", text: "1.549;2\n" + many + "1.549,5;2\nx;2\n",
			err: `line 100003, column 1: "x" is not a number`},
	} {
		got, err := readText(t, c.text, table.Options{Like: like(c.mark), Unlabelled: true})
		if c.err != "" {
			assert.ErrorContains(t, err, c.err)
			continue
		}
		require.NoError(t, err, c.want)
		assert.True(t, strings.HasPrefix(firstColumn(got), c.want), "%s: %s", c.want, firstColumn(got))
	}
}

// What training read as 1.549 must not become 1549 as another number of the file has points between thousands.
func TestDecimalsOfTrainingAreNotTakenForThousands(t *testing.T) {
	many := strings.Repeat("1;2\n", 100_000)
	point := `"1.549" may be 1549 or, as in training, a fraction, as other numbers of the column have thousands ` +
		`separated by ".": write 1549 or 1,549, whichever it is`
	for _, c := range []struct {
		name        string
		comma       bool
		text        string
		want, wrong string
	}{
		{name: "a point", text: "1.549;2\n1.549,5;2\n", wrong: "line 1, column 1: " + point},
		{name: "far above", text: "1.549;2\n" + many + "1.549,5;2\n", wrong: "line 1, column 1: " + point},
		{name: "far below", text: "1.549,5;2\n" + many + "1.549;2\n", wrong: "line 100002, column 1: " + point},
		{name: "only clear numbers", text: "1.549,5;2\n12,5;2\n7;2\n1.234.567;2\n",
			want: "1549.5 12.5 7 1.234567e+06"},
		{name: "commas between thousands", text: "1,549.5;2\n1,549;2\n", want: "1549.5 1549"},
		{name: "decimal commas in training", comma: true, text: "1,549.5;2\n1,549;2\n",
			wrong: `"1,549" may be 1549 or, as in training, a fraction`},
	} {
		like := &table.Layout{Inputs: []table.LayoutColumn{{}, {}}, DecimalComma: c.comma}
		got, err := readText(t, c.text, table.Options{Like: like, Unlabelled: true})
		if c.wrong != "" {
			assert.ErrorContains(t, err, c.wrong, c.name)
			continue
		}
		require.NoError(t, err, c.name)
		assert.Equal(t, c.want, firstColumn(got), c.name)
	}
}

// Numbers with marks between thousands count as such where a column has a slip.
func TestASlipAmongNumbersWithMarksBetweenThousandsIsAnError(t *testing.T) {
	text := "a;y\n"
	for i := range 30 {
		text += "1.5" + string(rune('0'+i/10)) + string(rune('0'+i%10)) + ",5;u\n"
	}
	_, err := readText(t, text+"12x;v\n", table.Options{})
	assert.ErrorContains(t, err, `"12x" is not a number, but 30 of 31 values of this column are`)
}

// A number in groups of digits that may be a list is not read, but the error says how to write it.
func TestTheErrorForANumberInGroupsNamesItWithoutMarks(t *testing.T) {
	text := "a;y\n"
	for i := range 30 {
		text += fmt.Sprintf("183.1%02d;u\n", i)
	}
	_, err := readText(t, text+"123.456.789;v\n", table.Options{})
	assert.ErrorContains(t, err, `"123.456.789" is not a number, but 30 of 31 values of this column are: if its `+
		"groups of digits are one, write 123456789, or leave the column out (--drop)")
}

// The decimal mark of such numbers is that of the other columns, too, also if it is only seen far down.
func TestNumbersInGroupsShowTheDecimalMarkOfAllColumns(t *testing.T) {
	many := strings.Repeat("3;4;v\n", 100_000)
	got, err := readText(t, "a;b;y\n1.549,5;2;u\n"+many+"1;2,5;u\n", table.Options{})
	require.NoError(t, err)
	assert.True(t, got.DecimalComma)
	assert.Equal(t, table.Number, got.Inputs[1].Kind)
}

// The beginning of the file shows one mark, and a number far down the other one.
func TestAColumnWithBothMarksBetweenThousandsIsText(t *testing.T) {
	many := strings.Repeat("3;4;v\n", 100_000)
	got, err := readText(t, "a;b;y\n1.549,5;2;u\n"+many+"1,549.5;2;u\n", table.Options{})
	require.NoError(t, err)
	assert.Equal(t, table.Text, got.Inputs[0].Kind)
	assert.Equal(t, table.Number, got.Inputs[1].Kind)
}

// Points that may separate thousands are a warning where it is only far down that another column has numbers in groups
// with a decimal comma.
func TestPointsNextToNumbersInGroupsAreAWarning(t *testing.T) {
	many := strings.Repeat("1.234;7;u\n", 100_000)
	got, err := readText(t, "a;b;y\n"+many+"2.900;2.345,5;v\n", table.Options{})
	require.NoError(t, err)
	require.Len(t, got.Warnings, 1)
	assert.Contains(t, got.Warnings[0],
		"there are decimal commas (2.345,5): write thousands without separators (1234), or "+
			"decimals with a point in all columns (2345.5)")
}

// guessed begins like a table in which points separate thousands, as column b has decimal commas.
func guessed(more string) string {
	return "a;b;y\n" + strings.Repeat("5.702;0,5;u\n7.130;1,5;v\n", 600) + more
}

// That points separate thousands is a guess from another column: a number of the column itself that can't have any
// shows that they begin decimals.
func TestANumberOfTheColumnItselfRefutesThatPointsSeparateThousands(t *testing.T) {
	for name, more := range map[string]string{
		"a zero before":       "0.512;0,5;u\n",
		"one digit after it":  "9.5;0,5;u\n",
		"several such":        "0.512;0,5;u\n0.613;0,5;u\n0.714;0,5;u\n0.1;0,5;u\n0.2;0,5;u\n0.3;0,5;u\n",
		"after other slips":   "NA;0,5;u\n9.5;0,5;u\n",
		"without a new guess": "0.512;0,5;u\n5.703;0,5;u\n",
	} {
		got, err := readText(t, guessed(more), table.Options{})
		require.NoError(t, err, name)
		assert.Equal(t, table.Number, got.Inputs[0].Kind, name)
		assert.Empty(t, got.Inputs[0].Thousands, name)
		assert.True(t, strings.HasPrefix(firstColumn(got), "5.702 7.13 "), name)
	}
	got, err := readText(t, guessed("9.5;0,5;u\n1.549,5;0,5;v\n"), table.Options{})
	require.NoError(t, err)
	assert.Equal(t, table.Text, got.Inputs[0].Kind, "its numbers contradict each other")
	got, err = readText(t, guessed(strings.Repeat("x;0,5;u\n", 600)+"9.5;0,5;u\n"), table.Options{})
	require.NoError(t, err)
	assert.Equal(t, table.Text, got.Inputs[0].Kind)
}

// In a file that is to be like another one, columns of text and those that are left out say nothing of the numbers, and
// numbers with a point are what they were in training unless their own column has others.
func TestOtherColumnsDoNotChangeTheNumbersOfATrainedColumn(t *testing.T) {
	like := func(b table.Kind, comma bool) table.Options {
		return table.Options{Unlabelled: true, Like: &table.Layout{DecimalComma: comma,
			Inputs: []table.LayoutColumn{{}, {Kind: b, Levels: []string{"1,2", "1,3"}}, {}}}}
	}
	const text = "5.702;1,2;12\n7.130;1,3;9\n"
	for _, kind := range []table.Kind{table.Text, table.Ignored} {
		got, err := readText(t, text, like(kind, false))
		require.NoError(t, err)
		assert.Equal(t, "5.702 7.13", firstColumn(got))
		assert.Empty(t, got.Warnings)
	}
	got, err := readText(t, text, like(table.Number, true))
	require.NoError(t, err)
	assert.Equal(t, "5.702 7.13", firstColumn(got))
	require.Len(t, got.Warnings, 1)
	assert.Contains(t, got.Warnings[0], "column 1: 5.702 is read with a decimal point, but the point might separate "+
		"thousands, as each number with a point has three digits after it, and there are decimal commas (1,2)")
	_, err = readText(t, text, like(table.Number, false))
	assert.ErrorContains(t, err, `line 1, column 2: "1,2" is not a number where decimals have a point: write 1.2`)

	options := like(table.Text, false)
	options.Like.Inputs[0].Name, options.Like.Inputs[1].Name, options.Like.Inputs[2].Name = "a", "b", "c"
	options.Like.Inputs = append(options.Like.Inputs, table.LayoutColumn{Name: "d"})
	options.Like.DecimalComma = true
	got, err = readText(t, "a;b;c;d\n5.702;1,2;12;1,5\n7.130;1,3;9;2,5\n", options)
	require.NoError(t, err)
	assert.Len(t, got.Warnings, 1, "with a header, too")

	for _, drop := range [][]string{nil, {"id"}} {
		got, err = readText(t, "id;a;b;y\n7;1.549;0,5;u\n8;2.730;0,7;v\n", table.Options{Drop: drop})
		require.NoError(t, err)
		assert.Equal(t, []float32{1549, 0.5, 2730, 0.7}, withoutFirst(got), "%v", drop)
	}

	got, err = readText(t, "a;b;c;y\n5.702;1,2;12;u\n7.130;1,3;9;v\n", table.Options{Drop: []string{"b"}})
	require.NoError(t, err)
	assert.Equal(t, "5.702 7.13", firstColumn(got), "column b is not read")
}

// Numbers of which each with a point has three digits after it, and each without one at most three, look like whole
// numbers with separators of thousands.
func TestPointsThatMightSeparateThousandsAreAWarningWhereNothingElseShowsIt(t *testing.T) {
	rows := func(format string, step int) string {
		var b strings.Builder
		b.WriteString("a,y\n")
		for i := range 200 {
			v := 107 + step*i
			if v < 1000 {
				fmt.Fprintf(&b, "%d,u\n", v)
			} else {
				fmt.Fprintf(&b, format+",v\n", v/1000, v%1000)
			}
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"thousands":          {rows("%d.%03d", 37), 1},
		"too few":            {rows("%d.%03d", 5), 0},
		"without separators": {rows("%d%03d", 37), 0},
		"another with four":  {rows("%d.%03d", 37) + "1234,u\n", 0},
		"another with one":   {rows("%d.%03d", 37) + "12.5,u\n", 0},
		"all have a point":   {strings.Repeat("1.234,u\n2.345,v\n", 60), 0},
	} {
		got, err := readText(t, c.text, table.Options{})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, strings.Count(strings.Join(got.Warnings, "\n"), "no other has more than three"), name)
	}
}

// withoutFirst are the cells of a table, without its first column.
func withoutFirst(t *table.Table) (cells []float32) {
	for i, v := range t.Cells {
		if i%len(t.Inputs) > 0 {
			cells = append(cells, v)
		}
	}
	return cells
}

// BenchmarkManyPoints reads the beginning of a table of many columns.
func BenchmarkManyPoints(b *testing.B) {
	text := []byte(strings.Repeat(strings.Repeat("1.234\t", 20_000)+"0,5\n", 10))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		d, _ := findDialect(text, 0, table.Options{})
		require.Len(b, d.thousands, 20_000)
	}
}
