package array

import (
	"bytes"
	"context"
	"os"
	"path/filepath"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
)

// LabelFile is the file that is read for the labels of a file of samples, "" if there is none: the one that is the
// target, or the one of the usual name next to the samples. If trained is not nil, it is the one that goes with these
// samples as somebody chose it to train with.
func LabelFile(samples string, targets []string, trained *columns.Arrays) string {
	path := ""
	switch {
	case trained != nil:
		if name := trained.LabelsOf(nameOf(samples)); name != "" {
			path, _ = OneOf(filepath.Join(filepath.Dir(samples), name))
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
