package dataset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/array"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// Open reads a set that has a training and a test part of its own, with the default
// settings: "digits", "mnist", or a folder (of IDX files in the layout of MNIST, or of images
// by class in the folders train and test; one that is really called digits or mnist is
// "./digits"). What comes from a table has to be stored with the network that is trained on
// it: [Load] reads those.
//
// A class is what occurs in the training part; a test label that does not is an error, as are
// image and label files of different counts and test images of another size than the training
// images. Cancelling ctx ends the reading within some 64 KiB.
func Open(ctx context.Context, name string) (*Set, error) {
	return OpenWithin(ctx, Request{Data: name})
}

// OpenWithin is Open of the Data of a request, of which it also takes Limit, Memory and Workers.
func OpenWithin(ctx context.Context, r Request) (*Set, error) {
	name := r.Data
	if name == "digits" {
		return Digits()
	}
	if name != "mnist" {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("no data set or folder %q: want digits, mnist or a folder: %w", name, fs.ErrNotExist)
		case err == nil && !info.IsDir():
			return nil, fmt.Errorf("%s is not a folder: want the one that holds its data", name)
		}
	}
	set, err := Load(ctx, Request{Data: name, Task: columns.Classes, Limit: r.Limit, Memory: r.Memory,
		Workers: r.Workers})
	if err == nil && set.Test.Len() == 0 {
		return nil, fmt.Errorf("%s has no test part", name)
	}
	return set, err
}

// notThere is the error for a name that is neither a built-in set nor a file or folder.
func notThere(name string) error {
	hint := ""
	if info, err := os.Stat(name + ".gz"); err == nil && info.Mode().IsRegular() {
		hint = fmt.Sprintf(" (but there is %s.gz)", name)
	}
	return fmt.Errorf(
		"no data set, file or folder %q%s: want digits, mnist, - for standard input, a file, or a folder: %w",
		name, hint, fs.ErrNotExist)
}

// openSource opens a file or a folder, or standard input.
func openSource(ctx context.Context, path string) (*source.File, error) {
	f, err := source.Open(ctx, path)
	if errors.Is(err, fs.ErrNotExist) && path != source.Stdin {
		return nil, notThere(path)
	}
	return f, err
}

// readNamed reads the set that a user names, and returns its display name.
func readNamed(ctx context.Context, name string, o table.Options) (t *table.Table, called string, err error) {
	switch name {
	case "digits":
		t, err = digitsTable()
	case "mnist":
		var dir string
		if dir, err = CacheDir(); err == nil {
			t, err = readCached(ctx, dir, mnistFiles, o)
		}
	case source.Stdin:
		t, err = readPath(ctx, name, o)
		return t, "stdin", err
	default:
		t, err = readPath(ctx, name, o)
		abs, absErr := filepath.Abs(name) // "." has no base name worth showing
		return t, filepath.Base(abs), errors.Join(err, absErr)
	}
	if err == nil {
		if _, statErr := os.Stat(name); statErr == nil {
			t.Notes = append(t.Notes,
				fmt.Sprintf("%s is the built-in data set; what lies here under that name is .%c%s",
					name, filepath.Separator, name))
		}
		if o.Like == nil && (o.Targets != nil) {
			err = source.Bad(name, "the target of a built-in data set can't be chosen")
		}
		if o.Drop != nil {
			err = source.Bad(name, "no part of a built-in data set can be left out")
		}
	}
	return t, name, err
}

// checkOnce returns an error if one of the files is in a folder in several spellings of its name.
func checkOnce(dir string, files []FetchedFile) error {
	for _, file := range files {
		if paths := located(dir, file.Name); len(paths) > 1 {
			return fmt.Errorf("MNIST in the cache: %w", source.Bad(paths[0],
				"there is also %s: remove one of them; if one is damaged, `train fetch mnist` does",
				filepath.Base(paths[1])))
		}
	}
	return nil
}

// readCached reads the files of MNIST from a folder; they must be those files.
func readCached(ctx context.Context, dir string, files []FetchedFile, o table.Options) (*table.Table, error) {
	if err := checkOnce(dir, files); err != nil {
		return nil, err
	}
	t, err := func() (*table.Table, error) {
		f, err := source.Open(ctx, dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &MissingError{Dir: dir, Missing: array.Layout[:]}
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		f.Sums = map[string]string{}
		for _, file := range files {
			f.Sums[file.Name], f.Sums[array.OtherSpelling(file.Name)] = file.SHA256, file.SHA256
			if len(located(dir, file.Name)) == 0 {
				return nil, &MissingError{Dir: dir, Missing: []string{file.Name}}
			}
		}
		return readFile(f, []table.Format{array.IDXFolder}, o)
	}()
	if _, missing := errors.AsType[*MissingError](err); missing {
		return nil, fmt.Errorf("MNIST is not in the cache: run `train fetch mnist`, or put its files there by hand: %w",
			err)
	}
	if _, bad := errors.AsType[*FormatError](err); bad {
		return nil, fmt.Errorf("MNIST in the cache is damaged: run `train fetch mnist` to get that file again: %w", err)
	}
	return t, err
}
