package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The files of a folder in the layout of MNIST.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

var layout = [...]string{trainImages, trainLabels, testImages, testLabels}

// Open reads the data set called name: "digits" is [Digits], "mnist" what [Fetch]
// put into [CacheDir], and anything else a folder of IDX files (see the package
// comment; a folder that is really called digits or mnist is "./digits").
//
// A label value of a folder's files becomes a class if it occurs in the training
// part; a test label without one is an error, as are image and label files of
// different counts and test images of another size than the training images.
// Cancelling ctx ends the reading within some 64 KiB.
func Open(ctx context.Context, name string) (*Set, error) {
	switch name {
	case "digits":
		return Digits()
	case "mnist":
		return openCached(ctx)
	default:
		return openFolder(ctx, name)
	}
}

func openCached(ctx context.Context) (*Set, error) {
	dir, err := CacheDir()
	if err != nil {
		return nil, err
	}
	set, err := readFolder(ctx, dir, "mnist")
	if _, missing := errors.AsType[*MissingError](err); missing {
		return nil, fmt.Errorf("MNIST is not in the cache: run `train fetch mnist`, or put its files there by hand: %w", err)
	}
	return set, err
}

func openFolder(ctx context.Context, dir string) (*Set, error) {
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no data set or folder %q: want digits, mnist or a folder with %s: %w",
			dir, strings.Join(layout[:], ", "), fs.ErrNotExist)
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, fmt.Errorf("%s is not a folder: want the one that holds %s", dir, strings.Join(layout[:], ", "))
	}
	abs, err := filepath.Abs(dir) // "." has no base name worth showing
	if err != nil {
		return nil, err
	}
	return readFolder(ctx, dir, filepath.Base(abs))
}

func readFolder(ctx context.Context, dir, name string) (*Set, error) {
	paths, err := locateAll(dir)
	if err != nil {
		return nil, err
	}
	train, err := readPart(ctx, paths[trainImages], paths[trainLabels])
	if err != nil {
		return nil, err
	}
	test, err := readPart(ctx, paths[testImages], paths[testLabels])
	if err != nil {
		return nil, err
	}
	if test.Rows != train.Rows || test.Cols != train.Cols {
		return nil, &FormatError{File: paths[testImages], Reason: fmt.Sprintf("images of %d×%d pixels, but those of %s have %d×%d",
			test.Rows, test.Cols, paths[trainImages], train.Rows, train.Cols)}
	}
	return newSet(name, train, test, paths)
}

// newSet numbers the classes and joins both parts.
func newSet(name string, train, test *part, paths map[string]string) (*Set, error) {
	classes, index := classesOf(train.labels)
	for i, label := range test.labels {
		if index[label] < 0 {
			return nil, &FormatError{File: paths[testLabels], Reason: fmt.Sprintf("label %d at index %d never occurs in %s",
				label, i, paths[trainLabels])}
		}
	}
	return &Set{Name: name, Classes: classes, Train: train.samples(index), Test: test.samples(index)}, nil
}

// classesOf returns the label values that occur, ascending, and for each value its
// index among them, or -1.
func classesOf(labels []byte) (names []string, index [256]int) {
	var seen [256]bool
	for _, label := range labels {
		seen[label] = true
	}
	for label := range index {
		index[label] = -1
		if seen[label] {
			index[label] = len(names)
			names = append(names, strconv.Itoa(label))
		}
	}
	return names, index
}

// part is an image file and its label file.
type part struct {
	*Images
	labels []byte
}

func readPart(ctx context.Context, imagesPath, labelsPath string) (*part, error) {
	images, err := readFile(ctx, imagesPath, ReadImages)
	if err != nil {
		return nil, err
	}
	labels, err := readFile(ctx, labelsPath, ReadLabels)
	if err != nil {
		return nil, err
	}
	if len(labels) != images.Count {
		return nil, &FormatError{File: labelsPath, Reason: fmt.Sprintf("%d labels for the %d images of %s",
			len(labels), images.Count, imagesPath)}
	}
	return &part{Images: images, labels: labels}, nil
}

func (p *part) samples(index [256]int) Samples {
	s := Samples{X: p.Pixels, Labels: make([]int, len(p.labels)), Dim: p.Rows * p.Cols}
	for i, label := range p.labels {
		s.Labels[i] = index[label]
	}
	return s
}

// readFile applies read to a file until ctx is cancelled.
func readFile[T any](ctx context.Context, path string, read func(io.Reader, string) (T, error)) (T, error) {
	var none T
	f, err := os.Open(path)
	if err != nil {
		return none, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return none, err
	}
	return read(&fileReader{ctx: ctx, f: f, size: info.Size()}, path)
}

// fileReader is a file that can be cancelled and knows its size.
type fileReader struct {
	ctx  context.Context
	f    *os.File
	size int64
}

func (r *fileReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.f.Read(p)
}

func (r *fileReader) Size() int64 { return r.size }

// locateAll finds the path of each file of the layout.
func locateAll(dir string) (map[string]string, error) {
	paths := make(map[string]string)
	var missing []string
	for _, name := range layout {
		path, ok := locate(dir, name)
		if !ok {
			missing = append(missing, name)
		}
		paths[name] = path
	}
	if missing != nil {
		return nil, &MissingError{Dir: dir, Missing: missing}
	}
	return paths, nil
}

// locate finds a file of the layout under any of its spellings. The one that Fetch
// writes comes first, so that nothing left beside it can stand in its way. What
// cannot be looked at counts as found: opening it will say why.
func locate(dir, name string) (path string, ok bool) {
	dotted := strings.Replace(name, "-idx", ".idx", 1)
	for _, spelling := range [...]string{name + ".gz", name, dotted + ".gz", dotted} {
		path := filepath.Join(dir, spelling)
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		return path, true
	}
	return "", false
}
