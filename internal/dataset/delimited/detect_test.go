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
	const hint = "; or, if this line is part of the header, remove it or the one above it"
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
