package array

import (
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// labels are the targets of an array, which come from another one.
type labels struct {
	source  string
	rows    int
	columns []table.Column
	values  []float64       // rows×len(columns)
	bytes   bool            // they are stored as bytes, as measurements never are
	floats  bool            // they are stored as floats, as measurements are
	chosen  *columns.Arrays // nil if nobody chose them
	notes   []string
}

// readLabels reads an array of one label a sample, numbers or strings, or of several
// numbers.
func readLabels(s *stream, o table.Options) (*labels, error) {
	n := s.each()
	if len(s.shape) > 2 || s.text() && n != 1 {
		return nil, s.bad("it is an array of %s: labels are one number or string a sample, or several numbers",
			s.describe())
	}
	if n > table.MaxLevels {
		return nil, s.bad("it has %d numbers a sample: want at most %d as targets", n, table.MaxLevels)
	}
	if s.text() {
		return readTexts(s, o)
	}
	s.exact = true
	values, err := numbers[float64](s, o)
	if err != nil {
		return nil, err
	}
	return &labels{source: s.r.Name(), rows: int(s.shape[0]), columns: table.Numbers(int(n)), values: values,
		bytes: n == 1 && s.Size == 1, floats: s.Kind == 'f', notes: s.longNotes(o)}, nil
}

// readTexts reads strings.
func readTexts(s *stream, o table.Options) (*labels, error) {
	if err := s.check(o, 8); err != nil {
		return nil, err
	}
	var dict table.Dictionary
	l := &labels{source: s.r.Name(), rows: int(s.shape[0])}
	element := make([]byte, s.Size)
	for i := range l.rows {
		if _, err := io.ReadFull(s.r, element); err != nil {
			return nil, s.ended(err, int64(i))
		}
		text := columns.Clean(s.decodeText(element))
		if columns.IsMissing(text) {
			l.values = append(l.values, math.NaN())
			continue
		}
		code, ok := dict.Code(text)
		if !ok {
			return nil, s.bad("it has more than %s different strings", words.Group(table.MaxLevels))
		}
		l.values = append(l.values, float64(code))
	}
	l.columns = []table.Column{{Kind: table.Text, Levels: dict.Levels()}}
	return l, s.expectEnd()
}

// decodeText is the string that an element stands for. NUL pads it.
func (t Type) decodeText(b []byte) string {
	if t.Kind == 'S' {
		return strings.TrimRight(string(b), "\x00")
	}
	order := t.order()
	var out []rune
	for i := 0; i+4 <= len(b); i += 4 {
		r := rune(order.Uint32(b[i:]))
		if !utf8.ValidRune(r) {
			r = utf8.RuneError
		}
		out = append(out, r)
	}
	return strings.TrimRight(string(out), "\x00")
}

// findLabels returns the labels of a file that come from another one, or nil if the
// targets are columns of the file itself, or are not asked for.
func findLabels(folder, f *source.File, samples *stream, o table.Options) (*labels, error) {
	if o.Unlabelled || o.Like != nil && o.Like.At != nil {
		return nil, nil
	}
	path, chosen, err := labelsFile(f, samples, o)
	if path == "" || err != nil {
		return nil, err
	}
	other, err := folder.Child(path)
	if err != nil {
		return nil, err
	}
	defer other.Close()
	s, err := open(other)
	if err != nil {
		return nil, err
	}
	l, err := readLabels(s, o)
	if err == nil {
		l.chosen = chosen
	}
	return l, err
}
