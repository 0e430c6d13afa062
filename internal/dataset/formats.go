package dataset

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/array"
	"ridge/internal/dataset/delimited"
	"ridge/internal/dataset/images"
	"ridge/internal/dataset/libsvm"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// formats are all formats that can be read. The first one that matches a file reads it, so those that a file's first
// bytes identify come first, and the one that takes any text comes last. A format is a package with a table.Format, and
// a line here.
var formats = []table.Format{
	array.IDX,
	array.NPY,
	array.NPZ,
	images.Format,
	array.IDXFolder,
	libsvm.Format,
	delimited.Format,
}

// UnknownFormatError says that no format matches a file.
type UnknownFormatError struct {
	File       string
	Known      []string // the names of the formats
	Is, Remedy string   // what it is instead, "a Parquet file", and what to do; empty if that is not known
}

// Error implements error; it lists the formats that can be read.
func (e *UnknownFormatError) Error() string {
	if e.Is != "" {
		return fmt.Sprintf("%s: is %s, which is not read here: %s", e.File, e.Is, e.Remedy)
	}
	return fmt.Sprintf("%s: not a file that can be read: want %s (plain or .gz), or a folder in the layout of MNIST",
		e.File, strings.Join(e.Known, ", "))
}

// FolderError says that a folder has nothing in it that can be read as one data set.
type FolderError struct {
	Dir  string
	File string // one of the files in it or in its folders that a format matches, empty if none is found
}

// Error implements error; it says what was looked for, and what the folder has.
func (e *FolderError) Error() string {
	what := "no other file that can be read was found in it"
	if e.File != "" {
		what = fmt.Sprintf("to read %q, name that file", e.File)
	}
	return fmt.Sprintf("%s: the folder has neither images (%s), in a folder for each class (cats/1.png, dogs/1.png), "+
		"nor IDX files (%s): %s", e.Dir, strings.Join(images.Endings, ", "), strings.Join(array.Layout[:], ", "), what)
}

// aFile is the name of the first file in a folder that a format matches, or else in the folders in it; empty if there
// is none. It leaves out hidden files and those about the data, and looks into a few files only.
func aFile(ctx context.Context, dir string) string {
	const most = 100
	looked := 0
	for pattern := "*"; strings.Count(pattern, "*") <= 3; pattern = filepath.Join(pattern, "*") {
		paths, _ := fs.Glob(os.DirFS(dir), filepath.ToSlash(pattern)) // the pattern is a valid one
		for _, path := range paths {
			info, err := os.Stat(filepath.Join(dir, path))
			if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(path, ".") ||
				strings.Contains(path, "/.") || isAboutData(path) {
				continue
			}
			if looked++; looked > most {
				return ""
			}
			if hasFormat(ctx, filepath.Join(dir, path)) {
				return path
			}
		}
	}
	return ""
}

// isAboutData reports whether a file is named like one for people to read.
func isAboutData(path string) bool {
	stem, _, _ := strings.Cut(strings.ToLower(filepath.Base(path)), ".")
	return stem == "readme" || stem == "license" || stem == "licence"
}

// hasFormat reports whether a format matches a file.
func hasFormat(ctx context.Context, path string) bool {
	f, err := openSource(ctx, path)
	if err != nil {
		return false
	}
	defer f.Close()
	for _, format := range formats {
		if format.Name == delimited.Format.Name {
			if is, _ := foreign(f.Probe()); is != "" {
				return false
			}
		}
		if format.Match(f.Probe()) {
			return true
		}
	}
	return false
}

// readFile reads a file in the first of these formats that matches it.
func readFile(f *source.File, formats []table.Format, o table.Options) (*table.Table, error) {
	unknown := &UnknownFormatError{File: f.Name()}
	for _, format := range formats {
		if probe := f.Probe(); format.Name == delimited.Format.Name && !probe.Dir {
			unknown.Is, unknown.Remedy = foreign(probe)
		}
		if unknown.Is != "" {
			break
		}
		matches := format.Match(f.Probe())
		if err := f.Context().Err(); err != nil {
			return nil, err
		}
		if matches {
			if err := f.Complete(); err != nil {
				return nil, err
			}
			t, err := format.Read(f, o)
			if err != nil || format.Name == delimited.Format.Name { // which sees to all options itself
				return t, err
			}
			if o.Header != table.FindHeader {
				t.Notes = append(t.Notes, fmt.Sprintf("%s is %s, which has no header: --header changes nothing",
					f.Name(), format.Name))
			}
			if o.Drop != nil {
				err = t.Drop(o.Drop)
			}
			return t, err
		}
		unknown.Known = append(unknown.Known, format.Name)
	}
	if f.Dir {
		return nil, &FolderError{Dir: f.Path, File: aFile(f.Context(), f.Path)}
	}
	if err := f.Probe().BadByte(f.Name()); err != nil && unknown.Is == "" {
		return nil, err
	}
	return nil, unknown
}

// readPath reads a file, a folder or standard input.
func readPath(ctx context.Context, path string, o table.Options) (*table.Table, error) {
	f, err := openSource(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readFile(f, formats, o)
}

// ReadsFile reports whether a file of this name in a folder would be read with the folder.
func ReadsFile(path string) bool {
	return images.IsImage(path) || array.IsOfFolder(path)
}

// LabelFile is the file that is read for the labels of samples that are an array in a file, "" if there is none.
// trained, if not nil, are the arrays that somebody chose to train with; targets are then those of the training.
func LabelFile(samples string, targets []string, trained *columns.Arrays) string {
	return array.LabelFile(samples, targets, trained)
}

// ChosenArrays are the names of samples and of the file that is their target; nil if the target is no array.
func ChosenArrays(samples string, targets []string) *columns.Arrays {
	return array.Chosen(samples, targets)
}
