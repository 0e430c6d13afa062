package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"al.essio.dev/pkg/shellescape"
)

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
