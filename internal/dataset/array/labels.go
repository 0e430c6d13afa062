package array

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/words"
)

// labels are the targets of an array, which come from another one.
type labels struct {
	source  string
	rows    int
	columns []table.Column
	values  []float64 // rows×len(columns)
	bytes   bool      // they are stored as bytes, as measurements never are
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
	values, err := numbers[float64](s, o)
	if err != nil {
		return nil, err
	}
	return &labels{s.r.Name(), int(s.shape[0]), table.Numbers(int(n)), values, n == 1 && s.Size == 1}, nil
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
		code, ok := dict.Code(columns.Clean(s.decodeText(element)))
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
func findLabels(folder, f *source.File, o table.Options) (*labels, error) {
	if o.Unlabelled || o.Like != nil && o.Like.At != nil {
		return nil, nil
	}
	path, err := companion(f.Path)
	switch {
	case err != nil:
		return nil, err
	case len(o.Targets) > 0 && o.Like == nil:
		if _, err := os.Stat(o.Targets[0]); len(o.Targets) > 1 || err != nil {
			return nil, nil // numbers of columns
		}
		path = o.Targets[0]
	case path == "" && o.Like != nil:
		return nil, source.Bad(f.Name(), "there is no file with its labels next to it")
	case path == "":
		return nil, nil
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
	return readLabels(s, o)
}

var (
	idxDims = regexp.MustCompile(`idx[0-9]`)
	lonelyX = regexp.MustCompile(`(^|[_.-])[xX]([_.-]|$)`)
)

// companion is the file with the labels for one with samples, by the usual names: images and labels, X and y. It is ""
// if there is none.
func companion(path string) (string, error) {
	dir, base := filepath.Split(path)
	var names []string
	if strings.Contains(base, "images") {
		name := idxDims.ReplaceAllString(strings.Replace(base, "images", "labels", 1), "idx1")
		names = append(names, name, otherSpelling(name))
	}
	if lonelyX.MatchString(base) {
		names = append(names, lonelyX.ReplaceAllString(base, "${1}y$2"), lonelyX.ReplaceAllString(base, "${1}Y$2"))
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		found, err := OneOf(filepath.Join(dir, strings.TrimSuffix(name, ".gz")))
		if found != "" || err != nil {
			return found, err
		}
	}
	return "", nil
}

// otherSpelling is a name with ".idx1" for "-idx1", or the other way round.
func otherSpelling(name string) string {
	if strings.Contains(name, "-idx1") {
		return strings.Replace(name, "-idx1", ".idx1", 1)
	}
	return strings.Replace(name, ".idx1", "-idx1", 1)
}

// OneOf returns path, or path with .gz, whichever is a file; "" if neither is. If both are, that is an error, since
// nobody could know which one was read. A file that can't be examined counts as one: opening it will say why.
func OneOf(path string) (string, error) {
	isFile := func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.Mode().IsRegular() || err != nil && !errors.Is(err, fs.ErrNotExist)
	}
	plain, packed := isFile(path), isFile(path+".gz")
	switch {
	case plain && packed:
		return "", source.Bad(path, "there is also %s: remove one of them", filepath.Base(path)+".gz")
	case plain:
		return path, nil
	case packed:
		return path + ".gz", nil
	default:
		return "", nil
	}
}

// beside returns the options for what is read in addition to an array of the given number of
// elements.
func beside(o table.Options, numbers int64) table.Options {
	return o.Without(memory.Product(numbers, 4))
}
