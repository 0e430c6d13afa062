package array

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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
	values  []float64       // rows×len(columns)
	bytes   bool            // they are stored as bytes, as measurements never are
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
		bytes: n == 1 && s.Size == 1, notes: s.longNotes(o)}, nil
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

// labelsFile is the file with the labels of one with samples, "" if there is none, and chosen who is whose, if somebody
// chose it: now, or for the layout.
func labelsFile(f *source.File, samples *stream, o table.Options) (path string, chosen *columns.Arrays, err error) {
	asked := o.Like == nil && len(o.Targets) > 0
	switch {
	case o.Like != nil && o.Like.Arrays != nil:
		path, err = likewise(f, o.Like.Arrays)
		return path, o.Like.Arrays, err
	case asked && (len(o.Targets) > 1 || !isFile(o.Targets[0], samples)):
		return "", nil, nil // numbers of columns
	case asked:
		path = o.Targets[0]
		return path, &columns.Arrays{Samples: nameOf(f.Path), Labels: nameOf(path)}, nil
	}
	path, err = companion(f.Path)
	if path == "" && err == nil && o.Like != nil {
		err = source.Bad(f.Name(), "there is no file with its labels next to it")
	}
	return path, nil, err
}

// isFile reports whether a target is a file, and not the number of a column.
func isFile(target string, samples *stream) bool {
	if n, err := strconv.ParseInt(target, 10, 64); err == nil && n >= 1 && n <= samples.each() {
		return false
	}
	info, err := os.Stat(target)
	return err == nil && !info.IsDir()
}

// nameOf is the name of a file for [columns.Arrays].
func nameOf(path string) string { return strings.TrimSuffix(filepath.Base(path), ".gz") }

// likewise is the file with the labels of one with samples, whose names differ as those that somebody chose to train
// with. Others, however they are called, would be other labels.
func likewise(f *source.File, trained *columns.Arrays) (string, error) {
	name := trained.LabelsOf(nameOf(f.Path))
	if name == "" {
		return "", source.Bad(f.Name(),
			"training took the labels of %[2]s for %[1]s, and what has those of this file can't be told: call the "+
				"two %[1]s and %[2]s, in a folder of their own", trained.Samples, trained.Labels)
	}
	path, err := OneOf(filepath.Join(filepath.Dir(f.Path), name))
	if path == "" && err == nil {
		err = source.Bad(f.Name(), "training took the labels of %s for %s: want %s next to this file",
			trained.Labels, trained.Samples, name)
	}
	return path, err
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
