package delimited

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
)

// blank stands for any run of white space as the separator.
const blank = ' '

// records reads a piece of text one record at a time, so that the fields need no memory of their own.
type records interface {
	// read returns the fields of the next record, in a slice that the next call reuses, or
	// io.EOF. Lines without anything on them are no records.
	read() ([]string, error)
	// line is that of the piece on which field i of the last record begins, from 1.
	line(i int) int
}

// newRecords reads text with this separator.
func newRecords(text []byte, comma rune) records {
	text = withoutMarks(text)
	if comma == blank {
		return &blankRecords{rest: text}
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = comma
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	// A quoted field may follow ", ". Other separators are not followed by a space, and a tab,
	// which is white space, must not be trimmed.
	r.TrimLeadingSpace = comma == ','
	return &csvRecords{r}
}

// withoutMarks is text without the byte order marks at the beginning of its lines, as files have them that were joined.
func withoutMarks(text []byte) []byte {
	mark := []byte(utf8BOM)
	if !bytes.Contains(text, mark) {
		return text
	}
	return bytes.ReplaceAll(bytes.TrimPrefix(text, mark), slices.Concat(newline, mark), newline)
}

// isEmpty reports whether nothing can be seen of the record of a table with several fields: of a line of blanks, or one
// of the end of a file of DOS.
func isEmpty(fields []string) bool {
	return len(fields) == 1 && strings.Trim(columns.Clean(fields[0]), "\x1a") == ""
}

type csvRecords struct{ r *csv.Reader }

func (c *csvRecords) read() ([]string, error) { return c.r.Read() }

func (c *csvRecords) line(i int) int {
	line, _ := c.r.FieldPos(i)
	return line
}

// blankRecords are lines of fields between runs of white space. A field in double quotes
// may have white space in it.
type blankRecords struct {
	rest   []byte
	fields []string
	at     int
}

func (b *blankRecords) line(int) int { return b.at }

func (b *blankRecords) read() ([]string, error) {
	for len(b.rest) > 0 {
		var text []byte
		if n := bytes.IndexByte(b.rest, '\n'); n >= 0 {
			text, b.rest = b.rest[:n], b.rest[n+1:]
		} else {
			text, b.rest = b.rest, nil
		}
		b.at++
		if err := b.split(string(text)); err != nil {
			return nil, err
		}
		if len(b.fields) > 0 {
			return b.fields, nil
		}
	}
	return nil, io.EOF
}

const whiteSpace = " \t\r\f\v"

// split makes fields of a line.
func (b *blankRecords) split(text string) error {
	b.fields = b.fields[:0]
	for {
		text = strings.TrimLeft(text, whiteSpace)
		if text == "" {
			return nil
		}
		end := strings.IndexAny(text, whiteSpace)
		if end < 0 {
			end = len(text)
		}
		if text[0] == '"' {
			closing := strings.IndexByte(text[1:], '"')
			if closing < 0 {
				return &csv.ParseError{StartLine: b.at, Line: b.at, Column: 1, Err: csv.ErrQuote}
			}
			b.fields = append(b.fields, text[1:closing+1])
			text = text[closing+2:]
			continue
		}
		b.fields = append(b.fields, text[:end])
		text = text[end:]
	}
}

// parseError says in our words what encoding/csv has found in a block that begins on a
// line of the file.
func parseError(file string, err error, line int) error {
	bad, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return err
	}
	reason := bad.Err.Error()
	switch bad.Err {
	case csv.ErrBareQuote:
		reason = `a " inside of a field without quotes: put the field into quotes and double those in it`
	case csv.ErrQuote:
		reason = `a quoted field that goes on after its closing ", or has none`
	}
	return &source.FormatError{File: file, Line: line + bad.StartLine - 1, Reason: reason}
}
