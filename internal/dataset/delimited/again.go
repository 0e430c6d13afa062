package delimited

import (
	"fmt"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/words"
)

// headersAgain are the lines that are the header once more, as in files that were joined.
type headersAgain struct {
	count int
	first int // the first of these lines
}

func (h *headersAgain) see(line int) { h.add(headersAgain{1, line}) }

// add adds what comes later in the file.
func (h *headersAgain) add(later headersAgain) {
	if h.count == 0 {
		h.first = later.first
	}
	h.count += later.count
}

// notes say that there are some.
func (h *headersAgain) notes(file string) []string {
	switch h.count {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("%s: line %d is the header again, and left out", file, h.first)}
	}
	return []string{fmt.Sprintf("%s: %s are the header again, the first of them line %d, and left out", file,
		words.Counted(h.count, "line"), h.first)}
}

// findRepeatable keeps the header to recognize it further down, unless it may be a row, as it is all numbers.
func (p *plan) findRepeatable(header []string) {
	if p.header && slices.ContainsFunc(header, func(f string) bool { return f != "" && !isNumber(p.point(f)) }) {
		p.repeatable = header
	}
}

// isHeaderAgain reports whether a record is the header.
func (p *plan) isHeaderAgain(fields []string) bool {
	if len(fields) != len(p.repeatable) {
		return false
	}
	for i, f := range fields {
		if columns.Clean(f) != p.repeatable[i] {
			return false
		}
	}
	return true
}
