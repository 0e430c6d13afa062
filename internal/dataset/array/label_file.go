package array

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// LabelFile is the file that is read for the labels of a file of samples, "" if there is none: the one that is the
// target, or the one of the usual name next to the samples. If trained is not nil, it is the one that goes with these
// samples as somebody chose it to train with.
func LabelFile(samples string, targets []string, trained *columns.Arrays) string {
	path := ""
	switch {
	case trained != nil:
		if name := trained.LabelsOf(nameOf(samples)); name != "" {
			path, _ = oneOf(filepath.Join(filepath.Dir(samples), name))
		}
	case len(targets) == 1:
		path = targets[0]
	case len(targets) == 0:
		path, _ = companion(samples)
	}
	if path == "" || !isArray(path) {
		return ""
	}
	return path
}

// Chosen are the names of samples and of the array that is their target; nil if the target is no array.
func Chosen(samples string, targets []string) *columns.Arrays {
	if len(targets) != 1 || LabelFile(samples, targets, nil) == "" {
		return nil
	}
	return &columns.Arrays{Samples: nameOf(samples), Labels: nameOf(targets[0])}
}

// isArray reports whether a path leads to a regular file that begins as an array does.
func isArray(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := source.Open(context.Background(), path)
	if err != nil {
		return false
	}
	defer f.Close()
	return bytes.HasPrefix(f.Head(), []byte(npyMagic)) || isIDX(f.Head())
}

// labelsFile is the file with the labels of one with samples, "" if there is none, and chosen who is whose, if somebody
// chose it: now, or for the layout.
func labelsFile(f *source.File, samples *stream, o table.Options) (path string, chosen *columns.Arrays, err error) {
	asked := o.Like == nil && len(o.Targets) > 0
	switch {
	case o.Like != nil && o.Like.Arrays != nil:
		path, err = likewise(f, o.Like.Arrays)
		return path, o.Like.Arrays, err
	case asked && (len(o.Targets) > 1 || !namesFile(o.Targets[0], samples)):
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

// namesFile reports whether a target is a file, and not the number of a column.
func namesFile(target string, samples *stream) bool {
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
	path, err := oneOf(filepath.Join(filepath.Dir(f.Path), name))
	if path == "" && err == nil {
		err = source.Bad(f.Name(), "training took the labels of %s for %s: want %s next to this file",
			trained.Labels, trained.Samples, name)
	}
	return path, err
}

var (
	idxDims = regexp.MustCompile(`idx[0-9]`)
	dashed  = regexp.MustCompile(`-idx[0-9]`)
	dotted  = regexp.MustCompile(`\.idx[0-9]`)
	lonelyX = regexp.MustCompile(`(^|[_.-])[xX]([_.-]|$)`)
)

// companion is the file with the labels for one with samples, by the usual names: images and labels, X and y. It is ""
// if there is none.
func companion(path string) (string, error) {
	dir, base := filepath.Split(path)
	var names []string
	if strings.Contains(base, "images") {
		name := labelName(base)
		names = append(names, name, OtherSpelling(name))
	}
	if lonelyX.MatchString(base) {
		names = append(names, lonelyX.ReplaceAllString(base, "${1}y$2"), lonelyX.ReplaceAllString(base, "${1}Y$2"))
	}
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		found, err := oneOf(filepath.Join(dir, strings.TrimSuffix(name, ".gz")))
		if found != "" || err != nil {
			return found, err
		}
	}
	return "", nil
}

// labelName is the name of the IDX file with the labels of the images in a file of this name.
func labelName(images string) string {
	return idxDims.ReplaceAllString(strings.Replace(images, "images", "labels", 1), "idx1")
}

// OtherSpelling is the name of an IDX file with ".idx" for "-idx", or the other way round.
func OtherSpelling(name string) string {
	if at := dashed.FindStringIndex(name); at != nil {
		return name[:at[0]] + "." + name[at[0]+1:]
	}
	if at := dotted.FindStringIndex(name); at != nil {
		return name[:at[0]] + "-" + name[at[0]+1:]
	}
	return name
}

// oneOf returns path, or path with .gz, whichever is a file; "" if neither is. If both are, that is an error, since
// nobody could know which one was read. A file that can't be examined counts as one: opening it will say why.
func oneOf(path string) (string, error) {
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
