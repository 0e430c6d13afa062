package delimited

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"ridge/internal/dataset/source"
)

const (
	// blockSize is about how many bytes are parsed at a time.
	blockSize = 256 << 10
	// MaxRecord is the most bytes that a record may have: it must be held as a whole. It
	// is reached by a quote that is never closed.
	MaxRecord = 16 << 20
	// MaxColumns is the most columns that a table may have: what is known of a column
	// takes some hundred times the memory of the comma that claims it.
	MaxColumns = 1 << 18
)

// block is a piece of the text that has whole records.
type block struct {
	text []byte
	line int     // number of its first line, from 1
	done float64 // share of the file up to the end of the block
}

// foreignLine is the number of the first line that is not UTF-8, 0 if there is none.
func (b block) foreignLine() int {
	if utf8.Valid(b.text) {
		return 0
	}
	line := b.line
	for text := range bytes.Lines(b.text) {
		if !utf8.Valid(text) {
			break
		}
		line++
	}
	return line
}

// blocks cuts a text into blocks. A line's end ends a record unless the number of quotes
// since the record's start is odd: then it is part of a quoted field. Where white space separates the fields, every
// line's end does.
type blocks struct {
	r     *source.Reader
	rest  []byte // read but not handed out
	line  int    // of the first byte of rest
	size  int
	end   bool // r has nothing more
	sep   rune // the separator that a first line such as sep=; names, or 0
	lines bool // each line is a record
}

// newBlocks begins after the byte order mark and the line sep=;, if there are any.
func newBlocks(r *source.Reader, size int) (*blocks, error) {
	b := &blocks{r: r, line: 1, size: size}
	if err := b.fill(size); err != nil {
		return nil, err
	}
	b.rest = bytes.TrimPrefix(b.rest, []byte(utf8BOM))
	b.skipSeparator()
	return b, nil
}

// skipSeparator skips a first line that tells Excel the separator.
func (b *blocks) skipSeparator() {
	line, rest, ended := bytes.Cut(b.rest, newline)
	name, ok := strings.CutPrefix(strings.ToLower(strings.TrimSuffix(string(line[:min(len(line), 8)]), "\r")), "sep=")
	if !ended || !ok {
		return
	}
	for _, comma := range separators {
		if comma != blank && name == string(comma) {
			b.sep, b.rest, b.line = comma, rest, 2
		}
	}
}

const utf8BOM = "\xef\xbb\xbf"

// fill reads until rest has n bytes or the text ends.
func (b *blocks) fill(n int) error {
	have := len(b.rest)
	if b.end || have >= n {
		return nil
	}
	b.rest = append(make([]byte, 0, n), b.rest...)[:n]
	more, err := io.ReadFull(b.r, b.rest[have:])
	b.rest = b.rest[:have+more]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		b.end, err = true, nil
	}
	return err
}

// next is the next block; io.EOF ends them. The text of the block is not used again.
func (b *blocks) next() (block, error) {
	for size := b.size; ; size *= 2 {
		if err := b.fill(size); err != nil {
			return block{}, err
		}
		n := len(b.rest)
		if n == 0 {
			return block{}, io.EOF
		}
		switch {
		case b.end:
		case b.lines:
			n = lastLineEnd(b.rest)
		default:
			n = lastRecordEnd(b.rest)
		}
		if n > 0 {
			return b.take(n), nil
		}
		if size >= MaxRecord {
			return block{}, unclosedQuote(b.r.Name(), b.line)
		}
	}
}

// unclosedQuote is the error for a record that begins on a line and is too long.
func unclosedQuote(file string, line int) error {
	return &source.FormatError{File: file, Line: line,
		Reason: fmt.Sprintf("the record has more than %d MB: is a quote never closed?", MaxRecord>>20)}
}

// take hands the first n bytes of rest out.
func (b *blocks) take(n int) block {
	out := block{text: b.rest[:n:n], line: b.line, done: b.r.Done()}
	b.line += bytes.Count(out.text, newline)
	b.rest = b.rest[n:]
	return out
}

var newline = []byte{'\n'}

// lastLineEnd is the length of the whole lines that text begins with.
func lastLineEnd(text []byte) int { return bytes.LastIndexByte(text, '\n') + 1 }

// lastRecordEnd is the length of the whole records that text, which starts with one,
// begins with: 0 if there are none.
func lastRecordEnd(text []byte) int {
	odd := bytes.Count(text, quote)%2 == 1 // the quotes up to end
	for end := len(text); ; {
		n := bytes.LastIndexByte(text[:end], '\n')
		if n < 0 {
			return 0
		}
		odd = odd != (bytes.Count(text[n:end], quote)%2 == 1)
		if !odd {
			return n + 1
		}
		end = n
	}
}

// recordEnds counts the records that end in text, which starts with one, up to most. Empty lines are none.
func recordEnds(text []byte, most int) (n int) {
	odd := false // the quotes since the record's start
	for line := range bytes.Lines(text) {
		odd = odd != (bytes.Count(line, quote)%2 == 1)
		if !odd && bytes.HasSuffix(line, newline) && len(bytes.TrimSpace(line)) > 0 {
			n++
		}
		if n >= most {
			break
		}
	}
	return n
}

var quote = []byte{'"'}

// tooWide reports whether a line has more separators than a table may have columns. Parsing
// it would take the memory of that many fields.
func tooWide(text []byte, comma rune) bool {
	if len(text) <= MaxColumns {
		return false
	}
	for line := range bytes.Lines(text) {
		if comma == blank && runsOfBlanks(line) > MaxColumns ||
			comma != blank && bytes.Count(line, []byte(string(comma))) > MaxColumns {
			return true
		}
	}
	return false
}

// runsOfBlanks counts the places where white space begins.
func runsOfBlanks(line []byte) (runs int) {
	before := false
	for _, b := range line {
		white := strings.IndexByte(whiteSpace, b) >= 0 || b == '\n'
		if white && !before {
			runs++
		}
		before = white
	}
	return runs
}
