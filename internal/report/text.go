package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"al.essio.dev/pkg/shellescape"
	"github.com/jedib0t/go-pretty/v6/table"
)

// Text from files, such as the names of classes and of files, may contain anything. Each function here makes it safe
// for one kind of place, and leaves ordinary text alone.

// Printable is text that a terminal shows and does not obey: control characters, those that change the direction of the
// text that follows, and invalid bytes are written as Go escape sequences. Line feeds stay.
func Printable(s string) string { return escaped(s, true) }

// OneLine is Printable without line feeds.
func OneLine(s string) string { return escaped(s, false) }

func escaped(s string, lines bool) string {
	harmless := func(r rune, size int) bool {
		return r == '\n' && lines || unicode.IsPrint(r) && !(r == utf8.RuneError && size == 1)
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if harmless(r, size) {
			b.WriteString(s[i : i+size])
		} else {
			quoted := strconv.QuoteToASCII(s[i : i+size])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		i += size
	}
	return b.String()
}

// PrintableWriter returns a writer that writes the [Printable] form of a text to w. The text may come in pieces. An
// incomplete character at its very end is dropped.
func PrintableWriter(w io.Writer) io.Writer { return &printable{w: w} }

type printable struct {
	w    io.Writer
	rest []byte // the beginning of a character whose end has not come yet
}

// Write implements io.Writer.
func (p *printable) Write(b []byte) (int, error) {
	text := append(p.rest, b...)
	whole := len(text) - unfinished(text)
	p.rest = bytes.Clone(text[whole:])
	if _, err := io.WriteString(p.w, Printable(string(text[:whole]))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// unfinished is the length of the part of a character that text ends with.
func unfinished(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if end := text[len(text)-n:]; utf8.RuneStart(end[0]) {
			if utf8.FullRune(end) {
				return 0
			}
			return n
		}
	}
	return 0
}

// ShellWord is text as one word of a command line. Control characters are written as numbers in $'…', which has been in
// POSIX since 2024 and in bash, zsh and ksh for long.
func ShellWord(text string) string {
	if OneLine(text) == text {
		return shellescape.Quote(text)
	}
	var b strings.Builder
	b.WriteString("$'")
	for len(text) > 0 {
		_, size := utf8.DecodeRuneInString(text)
		switch char := text[:size]; {
		case char == "'" || char == `\`:
			b.WriteString(`\` + char)
		case OneLine(char) == char:
			b.WriteString(char)
		default:
			for _, c := range []byte(char) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
		text = text[size:]
	}
	return b.String() + "'"
}

// styled is text with our own escape sequences.
type styled string

// escaping is a table whose cells are text from files, unless they are styled.
type escaping struct{ table.Writer }

// AppendHeader implements [table.Writer].
func (e escaping) AppendHeader(row table.Row, configs ...table.RowConfig) {
	e.Writer.AppendHeader(escapedRow(row), configs...)
}

// AppendRow implements [table.Writer].
func (e escaping) AppendRow(row table.Row, configs ...table.RowConfig) {
	e.Writer.AppendRow(escapedRow(row), configs...)
}

// AppendRows implements [table.Writer].
func (e escaping) AppendRows(rows []table.Row, configs ...table.RowConfig) {
	for _, row := range rows {
		e.AppendRow(row, configs...)
	}
}

func escapedRow(row table.Row) table.Row {
	out := make(table.Row, len(row))
	for i, cell := range row {
		out[i] = cell
		if text, ok := cell.(string); ok {
			out[i] = OneLine(text)
		}
	}
	return out
}

// markdown is text for a line or a cell of Markdown, with everything escaped that Markdown would interpret.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range OneLine(s) {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_[]|#~$!", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fenced is a block of code in Markdown, which nothing in it can end.
func fenced(language, code string) string {
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	return fmt.Sprintf("%s%s\n%s\n%[1]s\n", fence, language, code)
}

// csvText is text for a cell of CSV that a spreadsheet does not take for a formula: text that begins like one, and is
// not a number, gets an apostrophe before it.
func csvText(s string) string {
	if len(s) < 2 || !strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}

// csvNumber has as many digits as it takes to read the same float64 back.
func csvNumber(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
