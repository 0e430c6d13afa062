package delimited

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// readText reads a text with these options; Limit and Workers are set.
func readText(t *testing.T, text string, o table.Options) (*table.Table, error) {
	t.Helper()
	f, err := source.OfBytes(t.Context(), "f.csv", []byte(text))
	require.NoError(t, err)
	require.True(t, Format.Match(f.Probe()))
	if o.Limit == 0 {
		o.Limit = 1 << 30
	}
	o.Workers = 3
	return Format.Read(f, o)
}

// What Excel saves as Unicode text is UTF-16 between tabs.
func TestUnicodeTextIsRead(t *testing.T) {
	text := "ort\tjahr\twert\r\nKöln\t2020\t1,5\r\nŁódź\t2021\t2,25\r\n🍇\t?\t3\r\n"
	want, err := readText(t, text, table.Options{})
	require.NoError(t, err)
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		wide, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
		require.NoError(t, err)
		got, err := readText(t, wide, table.Options{})
		require.NoError(t, err)
		assert.Equal(t, shown(want), shown(got))
		assert.Equal(t, want.Notes, got.Notes)
	}
	_, err = readText(t, "\xff\xfe\"\x00a\x00\t\x001\x00\n\x00", table.Options{})
	assert.ErrorContains(t, err, "line 1: a quoted field")
}

// shown writes a table down: a header of the inputs and the targets, and the rows, with
// the text of levels and ? for what is missing.
func shown(t *table.Table) string {
	var b strings.Builder
	name := func(c table.Column, i int) string {
		if c.Name == "" {
			return fmt.Sprint(i + 1)
		}
		return c.Name
	}
	for i, c := range t.Inputs {
		fmt.Fprintf(&b, "%s ", name(c, i))
	}
	b.WriteString("→")
	for i, c := range t.Targets {
		fmt.Fprintf(&b, " %s", name(c, i))
	}
	cell := func(c table.Column, v float64) string {
		switch {
		case math.IsNaN(v):
			return "?"
		case c.Kind == table.Text:
			return c.Levels[int(v)]
		default:
			return fmt.Sprint(float32(v))
		}
	}
	for i := range t.Rows {
		b.WriteString(" / ")
		for j, c := range t.Inputs {
			b.WriteString(cell(c, float64(t.Cells[i*len(t.Inputs)+j])) + " ")
		}
		b.WriteString("→")
		for j, c := range t.Targets {
			b.WriteString(" " + cell(c, t.Values[i*len(t.Targets)+j]))
		}
	}
	return b.String()
}

func TestEveryWayToWriteATable(t *testing.T) {
	const want = "a b → y / 1 2.5 → no / -3 ? → yes"
	const bare = "1 2 → 1 / 1 2.5 → no / -3 ? → yes"
	const inR = `"a" "b" "y"` + "\n" + `"r 1" 1 2.5 "no"` + "\n" + `"r 2" -3 NA "yes"` + "\n"
	for name, c := range map[string]struct{ text, want string }{
		"commas":                   {"a,b,y\n1,2.5,no\n-3,,yes\n", want},
		"no header":                {"1,2.5,no\n-3,,yes\n", bare},
		"CRLF":                     {"a,b,y\r\n1,2.5,no\r\n-3,?,yes\r\n", want},
		"byte order mark":          {"\ufeffa,b,y\n1,2.5,no\n-3,NA,yes\n", want},
		"no newline at the end":    {"a,b,y\n1,2.5,no\n-3,NaN,yes", want},
		"quotes":                   {"\"a\",\"b\",\"y\"\n\"1\",\"2.5\",\"no\"\n\"-3\",\"\",\"yes\"\n", want},
		"single quotes":            {"'a','b','y'\n'1','2.5','no'\n-3,'?','yes'\n", want},
		"spaces after commas":      {"a, b, y\n1, 2.5, no\n-3, ?, yes\n", want},
		"spaces and quotes":        {"a, \"b\", y\n1 , 2.5 ,\"no\"\n-3, ?, \"yes\"\n", want},
		"semicolons":               {"a;b;y\n1;2.5;no\n-3;;yes\n", want},
		"semicolons and commas":    {"a;b;y\n1;2,5;no\n-3;;yes\n", want},
		"tabs":                     {"a\tb\ty\n1\t2.5\tno\n-3\t\tyes\n", want},
		"tabs, the first is empty": {"b\ta\ty\n2.5\t1\tno\n\t-3\tyes\n", "b a → y / 2.5 1 → no / ? -3 → yes"},
		"tabs and decimal commas":  {"a\tb\ty\n1\t2,5\tno\n-3\t\tyes\n", want},
		"bars":                     {"a|b|y\n1|2.5|no\n-3||yes\n", want},
		"spaces":                   {"a b y\n1 2.5  no\n -3 ?   yes \n", want},
		"spaces and quotes in R":   {inR, "1 a b → y / r 1 1 2.5 → no / r 2 -3 ? → yes"},
		"several tabs":             {"1\t\t2.5\tno\n-3\t?\t\tyes\n4\t5\tno\n", bare + " / 4 5 → no"},
		"empty lines":              {"\na,b,y\n\n1,2.5,no\n\n-3,,yes\n\n", want},
		"lines of blanks":          {"  \na,b,y\n1,2.5,no\n \t\n-3,,yes\n  ", want},
		"the end of a DOS file":    {"a;b;y\r\n1;2,5;no\r\n-3;;yes\r\n\x1a", want},
		"… between spaces":         {"a b y\n1 2.5 no\n-3 ? yes\n\x1a", want},
		"a comma at the end":       {"1,2.5,no,\n-3,,yes,\n", "1 2 3 → 1 / 1 2.5 ? → no / -3 ? ? → yes"},
		"a line in a field":        {"a,b,y\n1,2.5,\"n\no\"\n-3,,yes\n", "a b → y / 1 2.5 → n\no / -3 ? → yes"},
		"a comma in a field":       {"a,b,y\n1,2.5,\"n,o\"\n-3,,yes\n", "a b → y / 1 2.5 → n,o / -3 ? → yes"},
		"a quote in a field":       {"a,b,y\n1,2.5,\"n\"\"o\"\n-3,,yes\n", "a b → y / 1 2.5 → n\"o / -3 ? → yes"},
		"Windows-1252":             {"a\x80,b,y\n1,2.5,n\xf6\n-3,,\x9cil\n", "a€ b → y / 1 2.5 → nö / -3 ? → œil"},
		"one row":                  {"1,2.5,no\n", "1 2 → 1 / 1 2.5 → no"},
		"text from the start":      {"a,b,y\nx,2.5,no\n-3,,yes\n", "a b → y / x 2.5 → no / -3 ? → yes"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(got))
		})
	}
}

func TestATextThatIsNoValidUTF16IsNoted(t *testing.T) {
	for content, want := range map[string]int{"": 0, "z\x00,\x004": 1, "\x00\xd8,\x001\x00\n\x00": 1} {
		text := "\xff\xfea\x00,\x00b\x00\n\x00x\x00,\x002\x00\n\x00y\x00,\x003\x00\n\x00" + content
		got, err := readText(t, text, table.Options{Unlabelled: true})
		require.NoError(t, err)
		assert.Equal(t, want, strings.Count(fmt.Sprint(got.Notes), "are not valid UTF-16"), "%q", content)
	}
}

// In a table of one column such a line may be a missing value.
func TestALineOfBlanksIsARowOfOneColumn(t *testing.T) {
	got, err := readText(t, "1\n  \n3\n", table.Options{Like: &table.Layout{Inputs: make([]table.LayoutColumn, 1)},
		Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, "1 → / 1 → / ? → / 3 →", shown(got))
}

func TestATextThatIsNotUTF8IsNotedOnceWithItsLine(t *testing.T) {
	const note = "f.csv: line %d is not UTF-8: texts that are not are read as Windows-1252"
	for name, c := range map[string]struct {
		text string
		line int
	}{
		"UTF-8":            {"a,y\n€,n\nö,p\n", 0},
		"a mark of UTF-8":  {"\ufeffa,y\n€,n\nö,p\n", 0},
		"two lines of it":  {"a,y\n€,n\n\x80,n\n\xf6,p\n", 3},
		"the header":       {"sep=,\n\x80,y\n1,n\n2,p\n", 2},
		"in two blocks":    {"a,y\n\x80,n\n" + strings.Repeat("1,n\n", blockSize) + "2,\xe9\n", 2},
		"far from the top": {"a,y\n" + strings.Repeat("1,n\n", blockSize) + "2,\xe9\n", blockSize + 2},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			var notes []string
			for _, n := range got.Notes {
				if strings.Contains(n, "UTF-8") {
					notes = append(notes, n)
				}
			}
			if c.line == 0 {
				assert.Empty(t, notes)
			} else {
				assert.Equal(t, []string{fmt.Sprintf(note, c.line)}, notes)
			}
		})
	}
}

func TestTheHeaderIsFoundOut(t *testing.T) {
	for text, want := range map[string]bool{
		"1,2,0\n3,4,1\n":                     false,
		"a,b,y\n3,4,1\n":                     true,
		"39, State-gov, <=50K\n50, x, <=50K": false,
		"x,x,o\nx,o,o\no,o,x\n":              false, // the first record comes apart in names that are the same
		"p,q,yes\nr,s,no\nt,u,yes\n":         false, // yes occurs twice
		"p,q,class\nr,s,no\nt,u,yes\n":       true,
		"RI,Na,Type\n1.5,13,1\n":             true, // Na is sodium
		"?,x,1\n?,y,2\n":                     false,
		"NA,b,c\n1,2,x\n":                    false,
		",a,y\n0,5,1\n1,7,2\n":               true, // what pandas writes with the rows' numbers
		"0,1,2,3\n5,6,7,8\n":                 true, // and for columns without names
		"0,1,2,label\n5,6,7,a\n":             true,
		"0,1,2,3\n0,1,2,3\n":                 false,
		"label,1,2,3\n5,6,7,8\n":             true,
		"0,1\n1,0\n":                         false, // too few to tell
		"a,x\n1,x\nq,y\n":                    false, // numbers and text below a, and x again
		"2019,2020,y\n1,2,x\n":               false,
	} {
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err, text)
		assert.Equal(t, want, strings.Contains(got.Notes[0], "a header"), "%q: %s", text, got.Notes[0])
	}
}

func TestTheHeaderCanBeSettled(t *testing.T) {
	got, err := readText(t, "2019,2020,y\n1,2,x\n3,4,z\n", table.Options{Header: table.WithHeader})
	require.NoError(t, err)
	assert.Equal(t, "2019 2020 → y / 1 2 → x / 3 4 → z", shown(got))
	got, err = readText(t, "a,b\nc,d\n", table.Options{Header: table.WithoutHeader})
	require.NoError(t, err)
	assert.Equal(t, "1 → 1 / a → b / c → d", shown(got))
}

func TestTargetsByNameAndNumber(t *testing.T) {
	const text = "a,b,2\n1,2,3\n4,5,6\n"
	for _, c := range []struct {
		targets []string
		want    string
		at      []int
	}{
		{nil, "a b → 2 / 1 2 → 3 / 4 5 → 6", []int{2}},
		{[]string{"a"}, "b 2 → a / 2 3 → 1 / 5 6 → 4", []int{0}},
		{[]string{"1"}, "b 2 → a / 2 3 → 1 / 5 6 → 4", []int{0}},
		{[]string{"2"}, "a b → 2 / 1 2 → 3 / 4 5 → 6", []int{2}}, // the name goes first
		{[]string{"3", "a"}, "b → 2 a / 2 → 3 1 / 5 → 6 4", []int{2, 0}},
	} {
		got, err := readText(t, text, table.Options{Targets: c.targets, Header: table.WithHeader})
		require.NoError(t, err)
		assert.Equal(t, c.want, shown(got))
		assert.Equal(t, c.at, got.At)
	}
}

func TestRowsWithoutATargetAreLeftOut(t *testing.T) {
	got, err := readText(t, "1,a\n2,?\n3,\n4,b\n5,NA\n", table.Options{Targets: []string{"2"}})
	require.NoError(t, err)
	assert.Equal(t, "1 → 1 / 1 → a / 4 → b", shown(got))
	assert.Contains(t, got.Notes, "f.csv: 3 rows without a value of the target are left out")
}

// late is a table whose first column becomes text far beyond the part that the file is judged by.
func late(rows int, text string) string {
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d\n", i%10, i%2)
	}
	return b.String() + text
}

func TestAColumnMayTurnOutToBeText(t *testing.T) {
	const rows = 300_000
	got, err := readText(t, late(rows, "3+,1\n,1\n"), table.Options{})
	require.NoError(t, err)
	require.Equal(t, rows+2, got.Rows)
	assert.Equal(t, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "3+"}, got.Inputs[0].Levels)
	assert.Equal(t, 1, got.Inputs[0].Missing)
	assert.EqualValues(t, 10, got.Cells[rows])
	for i := range rows {
		if got.Cells[i] != float32(i%10) || got.Values[i] != float64(i%2) {
			require.Failf(t, "wrong", "row %d: %v → %v", i, got.Cells[i], got.Values[i])
		}
	}
}

func TestASlipInAColumnOfNumbersIsAnError(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,size,y\n")
	for i := range 100_000 {
		fmt.Fprintf(&b, "%d,%d.5,%d\n", i, i, i%2)
	}
	_, err := readText(t, b.String()+"7,12x,1\n", table.Options{})
	bad, ok := errors.AsType[*source.FormatError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, 100_002, bad.Line)
	assert.EqualError(t, err, `f.csv: line 100002, column 2 "size": `+
		`"12x" is not a number, but 100,000 of 100,001 values of this column are: `+
		"write ? or nothing where a value is missing, or leave the column out (--drop)")
}

func TestColumnsWithTooManyTextsAreMarked(t *testing.T) {
	var b strings.Builder
	for i := range table.MaxLevels + 10 {
		fmt.Fprintf(&b, "n%d,%d,%d\n", i, i%5, i%2)
	}
	got, err := readText(t, b.String(), table.Options{})
	require.NoError(t, err)
	assert.True(t, got.Inputs[0].Overflow)
	assert.Nil(t, got.Inputs[0].Levels)
	assert.Len(t, got.Inputs[0].Some, someTexts)
	assert.Equal(t, []string{"n0", "n1"}, got.Inputs[0].Some[:2])
	assert.True(t, math.IsNaN(float64(got.Cells[0])))
	assert.EqualValues(t, 0, got.Inputs[0].Missing)

	_, err = readText(t, b.String(), table.Options{Targets: []string{"1"}})
	assert.ErrorContains(t, err, "f.csv: column 1: the target has more than 65,536 different texts, such as ")
}

func TestAColumnThatCountsTheRowsIsMarked(t *testing.T) {
	for text, want := range map[string]bool{
		",a,y\n0,5,1\n1,7,2\n2,7,2\n": true,
		"1,5,1\n2,7,2\n3,7,2\n":       true,
		"2,5,1\n3,7,2\n4,7,2\n":       false,
		"1,5,1\n2,7,2\n4,7,2\n":       false,
		"5,1,1\n7,2,2\n7,3,2\n":       false,
	} {
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, got.Inputs[0].Counts, text)
	}
}

// The first blocks say that there are four times as many rows as there are, which the limit would not allow.
func TestShortRowsAtTheBeginningRefuseNothing(t *testing.T) {
	const short, long = 4 * blockSize / 4, 12 * blockSize / 64
	row := strings.Repeat("1", 31) + "," + strings.Repeat("2", 31) + "\n"
	text := strings.Repeat("0,1\n", short) + strings.Repeat(row, long)
	got, err := readText(t, text, table.Options{Limit: 61 * (short + long)})
	require.NoError(t, err)
	assert.Equal(t, short+long, got.Rows)
	assert.LessOrEqual(t, 4*cap(got.Cells)+8*cap(got.Values), 61*(short+long))
}
