package report

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATerminalShowsTextAndDoesNotObeyIt(t *testing.T) {
	for text, want := range map[string]string{
		"plain, größer, 数字":     "plain, größer, 数字",
		"\x1b[31mred":           `\x1b[31mred`,
		"\u009b2J":              `\u009b2J`, // the same in one character
		"bell\a back\b cr\r":    `bell\a back\b cr\r`,
		"\u202eleft":            `\u202eleft`,
		"\u2066a\u2069\u200bb":  `\u2066a\u2069\u200bb`,
		"no text \xff\xfe":      `no text \xff\xfe`,
		"a replacement \ufffd!": "a replacement \ufffd!",
		"\x00\x7f":              `\x00\x7f`,
		"a\ttab":                `a\ttab`,
	} {
		assert.Equal(t, want, Printable(text))
		assert.Equal(t, want, OneLine(text))
	}
	assert.Equal(t, "two\nlines", Printable("two\nlines"))
	assert.Equal(t, `two\nlines`, OneLine("two\nlines"))
}

func TestMarkdownMeansNothingButItself(t *testing.T) {
	for text, want := range map[string]string{
		"plain, größer (1)":     "plain, größer (1)",
		"a|b":                   `a\|b`,
		"<script>x</script>":    "&lt;script&gt;x&lt;/script&gt;",
		"&lt;":                  "&amp;lt;",
		"`code`":                "\\`code\\`",
		"**bold** __x__":        `\*\*bold\*\* \_\_x\_\_`,
		"[link](http://x)":      `\[link\](http://x)`,
		"![image](x)":           `\!\[image\](x)`,
		"# head\n| x |\n|---|":  `\# head\\n\| x \|\\n\|---\|`,
		`\`:                     `\\`,
		"~~gone~~ $x^2$":        `\~\~gone\~\~ \$x^2\$`,
		"\x1b[2J":               `\\x1b\[2J`,
		"autolinks <http://x>":  "autolinks &lt;http://x&gt;",
		"a cell | that ends it": `a cell \| that ends it`,
	} {
		assert.Equal(t, want, markdown(text))
	}
}

// TestNothingEndsABlockOfCode before its end.
func TestNothingEndsABlockOfCode(t *testing.T) {
	assert.Equal(t, "```sh\nls\n```\n", fenced("sh", "ls"))
	assert.Equal(t, "`````sh\na```b````c\n`````\n", fenced("sh", "a```b````c"))
}

func TestASpreadsheetTakesTextForNoFormula(t *testing.T) {
	for text, want := range map[string]string{
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"+1+2":               "'+1+2",
		"-x":                 "'-x",
		"@SUM(A1)":           "'@SUM(A1)",
		"\t=1":               "'\t=1",
		"\r=1":               "'\r=1",
		"\n=1":               "'\n=1",
		"-1.5e-3":            "-1.5e-3", // numbers stay numbers
		"+7":                 "+7",
		"-":                  "-",
		"":                   "",
		"a=b":                "a=b",
		"x":                  "x",
	} {
		assert.Equal(t, want, csvText(text))
	}
}

// evil are names that do harm where they are taken for more than names.
var evil = []string{"=1+1", "\x1b[2J", "a|b", "<script>", "two\nlines", `quo"te`, "a,b"}

func TestTablesShowNamesAsTheyAre(t *testing.T) {
	c := table.Row{"class"}
	w := newTable(false)
	w.AppendHeader(c)
	for _, name := range evil {
		w.AppendRow(table.Row{name})
	}
	var b bytes.Buffer
	require.NoError(t, render(&b, w))
	assert.NotContains(t, b.String(), "\x1b")
	assert.Contains(t, b.String(), `\x1b[2J`)
	assert.Contains(t, b.String(), `two\nlines`)
	assert.Equal(t, 2+len(evil), strings.Count(b.String(), "\n"), "a line each")
}

func TestNamesInPredictions(t *testing.T) {
	for _, name := range evil {
		p := Predictions{Classes: []string{name, "b"}, Scores: true}
		var b bytes.Buffer
		w, err := p.CSV(&b)
		require.NoError(t, err)
		require.NoError(t, w.Write(0, []float64{1, 0}))
		require.NoError(t, w.Flush())
		rows, err := csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		assert.Equal(t,
			[][]string{{"index", "class", "score", "score of " + name, "score of b"},
				{"0", csvText(name), "1", "1", "0"}}, rows)

		b.Reset()
		numbers, err := (&NumberPredictions{Targets: []string{name}}).CSV(&b)
		require.NoError(t, err)
		require.NoError(t, numbers.Flush())
		rows, err = csv.NewReader(&b).ReadAll()
		require.NoError(t, err)
		assert.Equal(t, [][]string{{"index", csvText(name)}}, rows)
	}
}

// TestNamesInTheReportOfAComparison: that of the data set, and what the runs say of their machine.
func TestNamesInTheReportOfAComparison(t *testing.T) {
	c := sampleComparison()
	c.Dataset = "# <script>`x`|\n[a](b)"
	c.Command = "train compare --data '```\x1b'"
	c.Origins = []Origin{{CPU: "<img src=x>", Runs: 1, Solvers: c.Solvers}}
	var b bytes.Buffer
	require.NoError(t, c.WriteMarkdown(&b, func(string) string { return "" }))
	shown := b.String()
	assert.Contains(t, shown, "## Solvers on \\# &lt;script&gt;\\`x\\`\\|\\\\n\\[a\\](b)\n")
	assert.Contains(t, shown, "````sh\ntrain compare --data '```\\x1b'\n````\n")
	assert.Contains(t, shown, "&lt;img src=x&gt;")
	for _, bad := range []string{"<script", "<img", "\x1b"} {
		assert.NotContains(t, shown, bad)
	}
	b.Reset()
	require.NoError(t, c.WriteTable(&b, false))
	assert.Contains(t, b.String(), `# <script>`)
	assert.NotContains(t, b.String(), "\n[a](b)")
}

// TestTextForATerminalMayComeInPieces: a character that is cut in two is shown, and no piece of an escape gets through.
func TestTextForATerminalMayComeInPieces(t *testing.T) {
	const text, want = "größer\u202e\x1b[2J数\n", `größer\u202e\x1b[2J数` + "\n"
	for size := 1; size < len(text); size++ {
		var b strings.Builder
		p := PrintableWriter(&b)
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			written, err := io.WriteString(p, rest[:n])
			require.NoError(t, err)
			assert.Equal(t, n, written)
			rest = rest[n:]
		}
		assert.Equal(t, want, b.String(), size)
	}
}

func TestLinesAreBrokenBetweenWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"one two", "one two"},
		{"four five six", "four five\nsix"},
		{"a/long/path is one word", "a/long/path\nis one\nword"},
		{"see a/long/path", "see\na/long/path"},
		{"λ and λ₁, ½", "λ and λ₁,\n½"},
		{"two lines\nof their own", "two lines\nof their\nown"},
		{"  as it  was", "  as it \nwas"},
	} {
		assert.Equal(t, c.want, Wrap(c.text, 9), c.text)
	}
}
