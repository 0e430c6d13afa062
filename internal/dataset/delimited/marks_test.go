package delimited

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

func TestCommasThatMaySeparateThousandsAreAWarning(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // the beginning of the warning, after the name of the file
	}{
		"all": {"a;b;y\n987;1,5;u\n1,234;2,5;v\n2,900;3,5;u\n",
			`column 1 "a": 1,234 is read as 1.234, with a decimal comma`},
		"signs": {"a;y\n-12,234;u\n+2,900;v\n", `column 1 "a": -12,234 is read as -12.234`},
		"two columns": {"a;b;y\n1,234;5,678;u\n2,345;6,789;v\n",
			`columns 1 "a", 2 "b": 1,234 is read as 1.234`},
		"a target":             {"a;y\nu;1,234\nv;2,345\n", `column 2 "y": 1,234 is read as 1.234`},
		"another number":       {"a;y\n1,234;u\n1,5;v\n", ""},
		"a zero before":        {"a;y\n1,234;u\n0,500;v\n", ""},
		"four digits before":   {"a;y\n1,234;u\n1234,500;v\n", ""},
		"late in a large file": {"a;y\n" + strings.Repeat("1,234;u\n2,345;v\n", 50_000) + "1,5;u\n", ""},
		"only late": {"a;b;y\n" + strings.Repeat("7;1,5;u\n8;2,5;v\n", 50_000) + "1,234;1,5;u\n",
			`column 1 "a": 1,234 is read as 1.234`},
		"late, not early": {"a;y\n1,5;u\n" + strings.Repeat("1,234;u\n2,345;v\n", 50_000), ""},
		"the first of many": {"a;y\n1,234;u\n" + strings.Repeat("5,678;u\n2,345;v\n", 50_000),
			`column 1 "a": 1,234 is read as 1.234`},
		"text further down": {
			"a;b;y\n1,234;1,5;u\n" + strings.Repeat("5,678;2;u\n", 50_000) +
				"red;2;u\nblue;2;v\ngreen;2;u\ngrey;2;u\nwhite;2;u\nblack;2;u\n", "",
		},
		"points": {"a;y\n1.234;u\n2.345;v\n", ""},
		"points, and a late decimal comma": {
			"a;b;y\n987;2;u\n" + strings.Repeat("1.234;2;v\n", 50_000) + "2.900;0,5;u\n",
			`column 1 "a": 1.234 is read with a decimal point, but the point might separate thousands, as each ` +
				"number with a point has three digits after it, and there are decimal commas (0,5): write thousands " +
				"without separators (1234), or decimals with a point in all columns (0.5)"},
		"a point for certain":     {"a;b;y\n9.5;0,5;u\n1.234;2,5;v\n2.900;3,5;u\n", ""},
		"points, and a list":      {"a;b;y\n1.234;1,5,7;u\n2.345;2,5,7;v\n", ""},
		"points, and thousands":   {"a;b;y\n1.234;1,500;u\n2.345;2,500;v\n", ""},
		"points, commas separate": {"a,b,y\n1.234,\"0,5\",u\n2.345,\"2,5\",v\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			if c.want == "" {
				assert.Empty(t, got.Warnings)
				return
			}
			require.Len(t, got.Warnings, 1)
			assert.Contains(t, got.Warnings[0], ": "+c.want)
		})
	}
}

func TestTheFirstLineMayNameTheSeparator(t *testing.T) {
	const want = "a b → y / 1 2 → u / 3 4 → v"
	for name, text := range map[string]string{
		"semicolons":      "sep=;\na;b;y\n1;2;u\n3;4;v\n",
		"CRLF and a mark": "\xef\xbb\xbfsep=;\r\na;b;y\r\n1;2;u\r\n3;4;v\r\n",
		"tabs":            "SEP=\t\na\tb\ty\n1\t2\tu\n3\t4\tv\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, want, shown(got))
			assert.Equal(t, []int32{3, 4}, got.Lines, "as the file has them")
		})
	}
	got, err := readText(t, "sep=|\na,x|y\n1,5|u\n2,5|v\n", table.Options{})
	require.NoError(t, err)
	assert.Equal(t, "a,x → y / 1.5 → u / 2.5 → v", shown(got), "it decides, whatever else splits the lines")
}

func TestNumbersThatBeginWithAZeroMayBeCodes(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // the note, after the name of the file; "" for none
	}{
		"a ZIP code": {"zip,y\n94103,u\n02139,v\n00501,u\n",
			`column 1 "zip": 02139 is read as the number 2139: if it is a code, write text (n02139)`},
		"a target": {"a,zip\n1.5,94103\n2.5,02139\n", ""},
		"a target written in two ways": {"a,zip\n1.5,94103\n2.5,02139\n2.5,2139\n",
			`target 2 "zip": 02139 is read as the number 2139: if it is a code, write text (n02139)`},
		"two columns":      {"a,b,y\n007,00,u\n1,2,v\n", `columns 1 "a", 2 "b": 007 is read as the number 7`},
		"a fraction":       {"a,y\n0.5,u\n0,v\n1,u\n", ""},
		"a column of text": {"a,y\n02139,u\nx,v\ny,u\n", ""},
		"late in a large file": {"a;y\n" + strings.Repeat("1;u\n2;v\n", 50_000) + "03;u\n",
			`column 1 "a": 03 is read as the number 3`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			notes := strings.Join(got.Notes, "\n")
			if c.want == "" {
				assert.NotContains(t, notes, "is read as the number")
				return
			}
			assert.Contains(t, notes, ": "+c.want)
		})
	}
}

func TestTargetsThatBeginWithAZeroKeepTheirSpelling(t *testing.T) {
	many := strings.Repeat("1.5,02139\n2.5,10001\n", 50_000) // several blocks
	for name, c := range map[string]struct {
		text string
		want map[float64]string
	}{
		"ZIP codes": {"a,zip\n1.5,94103\n2.5,02139\n3.5,00501\n",
			map[float64]string{2139: "02139", 501: "00501"}},
		"zeros":                  {"a,code\n1.5,00\n2.5,01\n3.5,10\n", map[float64]string{0: "00", 1: "01"}},
		"also without":           {"a,code\n1.5,07\n2.5,7\n3.5,08\n", map[float64]string{8: "08"}},
		"with one and two zeros": {"a,code\n1.5,07\n2.5,007\n3.5,08\n", map[float64]string{8: "08"}},
		"several blocks":         {"a,zip\n" + many, map[float64]string{2139: "02139"}},
		"also without, later":    {"a,zip\n" + many + "1.5,2139\n", map[float64]string{}},
		"rows without a target":  {"a,zip\n1.5,94103\n2.5,\n3.5,00501\n", map[float64]string{501: "00501"}},
		"quantities":             {"a,y\n1,0\n2,0.5\n3,-1\n", map[float64]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Targets[0].Spelled)
		})
	}
}

func TestTargetsOfManyDigitsAreNoted(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want string // the note, after the name of the file; "" for none
	}{
		"codes": {"a,y\n1,9007199254740993\n2,9007199254740994\n",
			`target 2 "y" has whole numbers of more than the 53 bits that are kept of each (float64): ` +
				"9007199254740993 becomes 9007199254740992: if they are codes, write text (n9007199254740993)"},
		"negative": {"a,y\n1,-9007199254740993\n2,5\n", `target 2 "y"`},
		"late": {"a,y\n" + strings.Repeat("1,5\n2,6\n", 50_000) + "1,9007199254740993\n",
			`target 2 "y"`},
		"exact":               {"a,y\n1,9007199254740994\n2,+0018446744073709551616\n", ""},
		"powers of ten":       {"a,y\n1,1e25\n2,10000000000000000000000\n", ""},
		"fractions":           {"a,y\n1,9007199254740993.5\n2,0.1\n", ""},
		"inputs, noted apart": {"a,y\n9007199254740993,1\n2,5\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			notes := strings.Join(got.Notes, "\n")
			if c.want == "" {
				assert.NotContains(t, notes, "53 bits")
				return
			}
			assert.Contains(t, notes, ": "+c.want)
		})
	}
}
