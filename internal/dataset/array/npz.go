package array

import (
	"archive/zip"
	"fmt"
	"math"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// pairs are the names that samples and labels go by in archives, in small letters: those
// to train by, and those of a test part, or "".
var pairs = [][4]string{
	{"x_train", "y_train", "x_test", "y_test"},
	{"train_x", "train_y", "test_x", "test_y"},
	{"train_images", "train_labels", "test_images", "test_labels"},
	{"train_data", "train_labels", "test_data", "test_labels"},
	{"x", "y", "", ""},
	{"data", "target", "", ""},
	{"data", "labels", "", ""},
	{"images", "labels", "", ""},
	{"features", "labels", "", ""},
	{"arr_0", "arr_1", "", ""},
}

// archive is a file of several arrays.
type archive struct {
	f       *source.File
	members map[string]*zip.File // by their names without .npy
	names   []string             // in their order
}

func openArchive(f *source.File) (*archive, error) {
	z, err := zip.NewReader(f.Raw(), f.Size())
	if err != nil {
		return nil, &source.FormatError{File: f.Name(), Reason: "is not an archive of arrays that can be read",
			Err: err}
	}
	a := &archive{f: f, members: map[string]*zip.File{}}
	for _, member := range z.File {
		if name, ok := strings.CutSuffix(member.Name, ".npy"); ok {
			a.members[name] = member
			a.names = append(a.names, name)
		}
	}
	return a, nil
}

// open reads the header of an array of the archive.
func (a *archive) open(name string) (*stream, error) {
	member := a.members[name]
	r, err := member.Open()
	if err != nil {
		return nil, &source.FormatError{File: a.f.Name(), Reason: fmt.Sprintf("the array %s can't be read", name),
			Err: err}
	}
	// The directory may say anything: nothing of the file takes more bytes than all of it.
	stored := min(member.CompressedSize64, uint64(a.f.Size()))
	may := stored
	if member.Method != zip.Store {
		may = min(may, math.MaxInt64/source.DeflateRatio) * source.DeflateRatio
	}
	may = min(may, member.UncompressedSize64)
	return openNPY(source.Member(r, a.f.Name()+": "+name, int64(stored), int64(may)))
}

// named is the array of this name, or else one whose name differs from it only in capitals; "" if there is none.
func (a *archive) named(name string) string {
	if a.members[name] != nil {
		return name
	}
	if i := slices.IndexFunc(a.names, func(other string) bool { return strings.EqualFold(name, other) }); i >= 0 {
		return a.names[i]
	}
	return ""
}

// choose returns the names of the arrays to read; the names of those that do not exist are "".
func (a *archive) choose(o table.Options) (names [4]string, err error) {
	if names, err = a.find(o); err != nil {
		return names, err
	}
	asked := o.Targets
	if o.Like != nil && o.Like.Arrays != nil {
		asked = []string{o.Like.Arrays.Samples, o.Like.Arrays.Labels}
	}
	for k, name := range names {
		if labels := k%2 == 1; labels && o.Unlabelled {
			continue // they are not read
		}
		if err := a.checkAlone(name, slices.Contains(asked, name)); err != nil {
			return names, err
		}
	}
	return names, nil
}

// checkAlone returns an error if another array has the name of one that is read, or, unless that is asked for by its
// name, a name that differs from it only in capitals.
func (a *archive) checkAlone(name string, asked bool) error {
	var alike []string
	for _, other := range a.names {
		if name != "" && (name == other || !asked && strings.EqualFold(name, other)) {
			alike = append(alike, other)
		}
	}
	if len(alike) > 1 {
		return source.Bad(a.f.Name(), "which of the arrays %s is meant can't be told: give each a name of its own",
			strings.Join(alike, ", "))
	}
	return nil
}

// find is choose without a look at other arrays of these names.
func (a *archive) find(o table.Options) (names [4]string, err error) {
	if o.Like != nil && o.Like.Arrays != nil {
		if names, err = a.findLike(o.Like.Arrays, o.Unlabelled); names[0] != "" || err != nil {
			return names, err
		}
	}
	if len(o.Targets) == 1 && a.named(o.Targets[0]) != "" {
		return a.findFor(a.named(o.Targets[0]))
	}
	if len(a.names) == 1 {
		return [4]string{a.names[0]}, nil
	}
	if len(o.Targets) > 0 && o.Like == nil {
		return names, source.Bad(a.f.Name(),
			"it has the arrays %s, and none is called %q: want the one with the labels as the target",
			strings.Join(a.names, ", "), strings.Join(o.Targets, ","))
	}
	for _, p := range pairs {
		for k, name := range p {
			p[k] = a.named(name)
		}
		if p[0] != "" && (p[1] != "" || o.Unlabelled) {
			if p[2] == "" || p[3] == "" && !o.Unlabelled {
				p[2], p[3] = "", ""
			}
			return p, nil
		}
	}
	return names, source.Bad(a.f.Name(),
		"it has the arrays %s: want X and y, x_train and y_train (and x_test and y_test), data and target, or images "+
			"and labels; or the name of the labels as the target", strings.Join(a.names, ", "))
}

// findFor finds the samples for the labels of the array y: the array that is paired with it, or the only other one.
func (a *archive) findFor(y string) (names [4]string, err error) {
	for _, p := range pairs {
		for k := 0; k < 4; k += 2 {
			if x := a.named(p[k]); x != "" && strings.EqualFold(p[k+1], y) {
				return [4]string{x, y}, nil
			}
		}
	}
	if len(a.names) == 2 {
		if i := slices.IndexFunc(a.names, func(name string) bool { return name != y }); i >= 0 {
			return [4]string{a.names[i], y}, nil
		}
	}
	return names, source.Bad(a.f.Name(), "it has the arrays %s: which of them has the samples of %s?",
		strings.Join(a.names, ", "), y)
}

// findLike finds the arrays that somebody chose to train with. Without these samples, others are taken for them if
// they can be told.
func (a *archive) findLike(trained *columns.Arrays, unlabelled bool) (names [4]string, err error) {
	member := func(name string) string { return a.named(strings.TrimSuffix(name, ".npy")) }
	x, y := member(trained.Samples), member(trained.Labels)
	switch {
	case x != "" && (y != "" || unlabelled):
		return [4]string{x, y}, nil
	case unlabelled:
		return names, nil
	case y != "":
		return a.findFor(y)
	}
	return names, source.Bad(a.f.Name(), "it has the arrays %s: want %q, as the labels were called in training",
		strings.Join(a.names, ", "), strings.TrimSuffix(trained.Labels, ".npy"))
}

// readNPZ reads an archive of arrays.
func readNPZ(f *source.File, o table.Options) (*table.Table, error) {
	a, err := openArchive(f)
	if err != nil {
		return nil, err
	}
	names, err := a.choose(o)
	if err != nil {
		return nil, err
	}
	read := func(x, y string) reading {
		return func(o table.Options) (*table.Table, error) { return a.read(x, y, o) }
	}
	if names[2] == "" {
		return read(names[0], names[1])(o)
	}
	claimed := int64(-1)
	if s, err := a.open(names[0]); err == nil {
		claimed = s.claims()
	}
	return readBoth(o, claimed, read(names[0], names[1]), read(names[2], names[3]))
}

// read reads samples and, unless y is "", their labels.
func (a *archive) read(x, y string, o table.Options) (*table.Table, error) {
	s, err := a.open(x)
	if err != nil {
		return nil, err
	}
	if len(s.shape) == 1 {
		return nil, s.bad("it has one number a sample: want an array of samples")
	}
	t, err := readSamples(s, o, func() (*labels, error) {
		switch {
		case y == "" && lacksTarget(s, o):
			return nil, source.Bad(a.f.Name(), "it has no array with the labels of %s: add one to it", x)
		case y == "" || o.Unlabelled:
			return nil, nil
		}
		s, err := a.open(y)
		if err != nil {
			return nil, err
		}
		l, err := readLabels(s, o)
		if err == nil && o.Like == nil && len(o.Targets) > 0 {
			l.chosen = &columns.Arrays{Samples: x, Labels: y}
		}
		return l, err
	})
	if err == nil {
		noteLabels(t, o)
	}
	return t, err
}

// sameShape returns an error unless a test part has samples like the training part.
func sameShape(train, test *table.Table) error {
	if len(train.Inputs) == len(test.Inputs) && slices.Equal(train.Shape, test.Shape) &&
		len(train.Targets) == len(test.Targets) {
		return nil
	}
	shape := func(t *table.Table) []int {
		if t.Shape != nil {
			return t.Shape
		}
		return []int{len(t.Inputs)}
	}
	return source.Bad(test.Source, "samples of shape %v and %d targets, but those of %s have %v and %d",
		shape(test), len(test.Targets), train.Source, shape(train), len(train.Targets))
}
