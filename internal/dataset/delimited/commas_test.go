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
