package array

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// Layout are the files of a folder in the layout of MNIST; each may be plain or .gz, with
// "-idx" or ".idx" in its name.
var Layout = [4]string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
	"t10k-labels-idx1-ubyte"}

// MissingError says that a folder lacks files. It is an fs.ErrNotExist to errors.Is.
type MissingError struct {
	Dir     string
	Missing []string // names without the .gz they may carry
}

// Error implements error; it names the missing files and all that are expected.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s: no %s; the folder must hold %s, each plain or .gz",
		e.Dir, strings.Join(e.Missing, ", "), strings.Join(Layout[:], ", "))
}

// Unwrap returns fs.ErrNotExist.
func (e *MissingError) Unwrap() error { return fs.ErrNotExist }

// matchFolder reports whether a folder has files whose names are those of IDX files.
func matchFolder(p source.Probe) bool {
	images, err := imagesIn(p.Path)
	return p.Dir && err == nil && len(images) > 0
}

// imagesIn are the IDX files of a folder that have images, without .gz, each once.
func imagesIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".gz")
		if !e.IsDir() && strings.Contains(name, "images") && idxDims.MatchString(name) &&
			!strings.HasSuffix(name, ".part") && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names, nil
}

// beginsTest is where a word of a name begins with test, as that of latest does not.
var beginsTest = regexp.MustCompile(`(^|[^a-zA-Z])test`)

// isTest reports whether a file is of the test part, by its name.
func isTest(name string) bool {
	return beginsTest.MatchString(name) || strings.Contains(name, "t10k")
}

// readFolder reads a folder with images and labels to train by, and perhaps others to test
// by, which have "test" or "t10k" in their names.
func readFolder(f *source.File, o table.Options) (*table.Table, error) {
	names, err := imagesIn(f.Path)
	if err != nil {
		return nil, err
	}
	var train, test []string
	for _, name := range names {
		if isTest(name) {
			test = append(test, name)
		} else {
			train = append(train, name)
		}
	}
	alone := len(train) == 0 && (o.Unlabelled || o.Like != nil) // nothing is trained by it
	if alone {
		train, test = test, nil
	}
	if len(train) == 0 {
		return nil, &MissingError{Dir: f.Path, Missing: Layout[:1]}
	}
	if len(train) > 1 || len(test) > 1 {
		return nil, source.Bad(f.Name(), "it has several sets of images (%s): name one of these files",
			strings.Join(names, ", "))
	}
	read := func(name string) reading {
		return func(o table.Options) (*table.Table, error) { return readPair(f, name, o) }
	}
	if len(test) == 0 {
		t, err := read(train[0])(o)
		if err == nil {
			t.LikeMNIST = alone // its name says that it has not trained
		}
		return t, err
	}
	t, err := readBoth(o, claimedBy(f, train[0]), read(train[0]), read(test[0]))
	if err == nil {
		t.LikeMNIST, t.Random = true, !inRuns(t.Values)
	}
	return t, err
}

// inRuns reports whether equal labels follow one another far more often than in random order, as in a set that is
// sorted by class: they change less than half as often, and by more than chance would explain. Of random labels, the
// number of changes has a deviation of less than the square root of its mean.
func inRuns(labels []float64) bool {
	count, changes := map[float64]int{}, 0
	for i, label := range labels {
		count[label]++
		if i > 0 && label != labels[i-1] {
			changes++
		}
	}
	n, alike := float64(len(labels)), 0. // pairs of equal labels
	for _, c := range count {
		alike += float64(c) * float64(c-1)
	}
	mean := n - 1 - alike/max(1, n)
	return float64(changes) < mean/2 && mean-float64(changes) > 3*math.Sqrt(mean)
}

// claimedBy is what the header of a file of a folder claims, in numbers, -1 if it can't be read.
func claimedBy(f *source.File, name string) int64 {
	path, err := oneOf(filepath.Join(f.Path, name))
	if err != nil {
		return -1
	}
	file, err := f.Child(path)
	if err != nil {
		return -1
	}
	defer file.Close()
	s, err := open(file)
	if err != nil {
		return -1
	}
	return s.claims()
}

// readPair reads images of a folder and their labels, which must be there.
func readPair(f *source.File, name string, o table.Options) (*table.Table, error) {
	path, err := oneOf(filepath.Join(f.Path, name))
	if err != nil {
		return nil, err
	}
	if !o.Unlabelled {
		found, err := companion(path)
		if err == nil && found == "" {
			err = &MissingError{Dir: f.Path, Missing: []string{labelName(name)}}
		}
		if err != nil {
			return nil, err
		}
	}
	images, err := f.Child(path)
	if err != nil {
		return nil, err
	}
	defer images.Close()
	return readWith(f, images, o)
}

// IsOfFolder reports whether a file has the name of one of the IDX files of a folder.
func IsOfFolder(path string) bool {
	name := filepath.Base(path)
	return idxDims.MatchString(name) && (strings.Contains(name, "images") || strings.Contains(name, "labels"))
}
