package images

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ridge/internal/dataset/source"
)

// parts are the folders of the parts of a set.
type parts struct {
	train, test, validation string // paths; "" is a part that there is not
	beside                  string // the first thing in it that is taken for one, or for images; "" if there is none
	others                  []string
}

// findParts looks for parts in a folder, by their names.
func findParts(dir string, entries []os.DirEntry) (p parts) {
	for _, e := range entries {
		if hidden(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		part := p.named(e.Name())
		switch {
		case part != nil && *part == "" && isDir(path, e):
			*part = path
		case part == nil && !isDir(path, e) && !IsImage(path) && !isUnread(path):
			p.others = append(p.others, path)
		case p.beside == "":
			p.beside = path
		}
	}
	return p
}

// named is the part that a folder of this name is, nil if it is none.
func (p *parts) named(name string) *string {
	switch strings.ToLower(name) {
	case "train", "training":
		return &p.train
	case "test", "testing":
		return &p.test
	case "val", "valid", "validation", "dev":
		return &p.validation
	}
	return nil
}

// partsOf are the folders of the training and of the test part of a folder, and notes about them; test is "" if there
// is none. Classes in the folder itself are the training part. One of them may be called like a part, "train" only if
// images lie in it: if there are folders in it, classes beside it would be parts that are taken for classes.
func partsOf(dir string) (train, test string, notes []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", "", nil, err
	}
	p := findParts(dir, entries)
	switch {
	case p.train == "" || hasImages(p.train):
		return dir, "", nil, nil
	case p.beside != "":
		return "", "", nil, p.strange()
	case p.validation == "":
	case p.test == "":
		p.test = p.validation
		notes = append(notes, p.validation+": the validation part is taken for the test part, as there is no other")
	default:
		notes = append(notes, p.validation+": the validation part is not used: name this folder to test with it")
	}
	return p.train, p.test, append(notes, (&tree{others: p.others}).notes(dir)...), nil
}

// strange is the error for what is beside the training part.
func (p *parts) strange() error {
	flags := "--data " + p.train
	if p.test != "" {
		flags += " --test " + p.test
	}
	return source.Bad(p.beside,
		"stands beside the training part %s, where only a test and a validation part may be (test, val): take it "+
			"away, or name the parts (%s); if %s is a class, its images must lie in it, not in folders",
		p.train, flags, filepath.Base(p.train))
}

// hasImages reports whether images lie in a folder itself.
func hasImages(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return IsImage(e.Name()) && !hidden(e.Name()) && !isDir(filepath.Join(dir, e.Name()), e)
	})
}
