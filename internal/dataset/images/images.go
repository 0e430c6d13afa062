// Package images reads folders of PNG and JPEG images, a folder for each class:
//
//	cats/1.png cats/2.jpg dogs/a.png …
//	train/cats/… train/dogs/… test/cats/… test/dogs/…
//
// The name of the folder is the class. Without a test part a validation part (val/) is one. All images have one size. A
// sample is an image, row by row: one byte a pixel if all images are grey, else three, red, green and blue, one after
// the other. Transparent pixels are on black. Hidden files are left out, and so are other files that are no images: a
// note counts them. An image in another format is an error, or left out where no classes are asked for: there images
// may lie anywhere in the folder.
package images

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// Format is folders of images by class.
var Format = table.Format{Name: "a folder of images by class", Match: match, Read: read}

// Endings are what names of files end with that are read as images.
var Endings = []string{".png", ".jpg", ".jpeg"}

// IsImage reports whether a file has the name of an image that is read.
func IsImage(name string) bool {
	return slices.Contains(Endings, strings.ToLower(filepath.Ext(name)))
}

// unread are what names of files end with that hold images that are not read.
var unread = []string{".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".svg",
	".pgm", ".ppm", ".pbm", ".pnm"}

// isUnread reports whether a file has the name of an image that is not read.
func isUnread(name string) bool { return slices.Contains(unread, strings.ToLower(filepath.Ext(name))) }

// match reports whether a folder has folders with images, or images alone, or a file is one.
func match(p source.Probe) bool {
	if !p.Dir {
		return bytes.HasPrefix(p.Head, []byte("\x89PNG\r\n")) || bytes.HasPrefix(p.Head, []byte("\xff\xd8\xff"))
	}
	const depth = 3 // train/class/image
	found := false
	t := tree{ctx: p.Context}
	_ = t.walk(p.Path, depth, func(path string) error {
		if IsImage(path) {
			found = true
			return filepath.SkipAll
		}
		return nil
	})
	return found
}

// picture is a file and the class of its folder.
type picture struct {
	path  string
	class int
}

// list finds the pictures of a folder of classes.
func (t *tree) list(dir string) (pictures []picture, classes []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	above, err := t.enter(dir, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if hidden(e.Name()) {
			continue
		}
		if !isDir(path, e) {
			if IsImage(path) || isUnread(path) {
				return nil, nil, source.Bad(path, "want folders of images here, a folder for each class: %s has "+
					"images in it; to read anything else, name it", dir)
			}
			t.others = append(t.others, path)
			continue
		}
		within, err := t.enter(path, above)
		if err != nil {
			return nil, nil, err
		}
		if within == nil {
			continue
		}
		class := len(classes)
		classes = append(classes, columns.UTF8(e.Name()))
		before := len(pictures)
		err = t.walkIn(path, deepest, within, func(path string) error {
			if isUnread(path) {
				return source.Bad(path, "is an image in a format that is not read: want %s",
					strings.Join(Endings, ", "))
			}
			if !IsImage(path) {
				t.others = append(t.others, path)
				return nil
			}
			pictures = append(pictures, picture{path, class})
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		if len(pictures) == before {
			return nil, nil, source.Bad(path, "has no images, whose names end in %s: %s is read as a folder of images "+
				"for each class", strings.Join(Endings, ", "), dir)
		}
	}
	return pictures, classes, nil
}

// read reads the folder, with the test part that it may have.
func read(f *source.File, o table.Options) (*table.Table, error) {
	if len(o.Targets) > 0 && o.Like == nil {
		return nil, source.Bad(f.Name(), "the target of images is the name of their folder: no column can be chosen")
	}
	switch {
	case !f.Dir && f.Path == source.Stdin:
		return nil, source.Bad(f.Name(), "is an image: want the name of a file or a folder")
	case !f.Dir && !o.Unlabelled:
		return nil, source.Bad(f.Name(), "is a single image: want a folder of images, in a folder for each class")
	case !f.Dir:
		return decodeAll(f, f.Path, []picture{{path: f.Path}}, o, nil)
	case o.Unlabelled:
		return readAlone(f, o)
	}
	train, test, notes, err := partsOf(f.Path)
	if err != nil {
		return nil, err
	}
	t, err := readPart(f, train, o, nil)
	if err != nil {
		return nil, err
	}
	t.Notes = append(t.Notes, notes...)
	if test == "" {
		return t, nil
	}
	t.Test, err = readPart(f, test, o.Without(t.Bytes()), t.Shape)
	return t, err
}

// readPart reads a folder of classes. shape is what the images must have, nil for any.
func readPart(f *source.File, dir string, o table.Options, shape []int) (*table.Table, error) {
	files := tree{ctx: f.Context()}
	pictures, classes, err := files.list(dir)
	if err != nil {
		return nil, err
	}
	t, err := decodeAll(f, dir, pictures, o, shape)
	if err != nil {
		return nil, err
	}
	t.Targets, t.Labels = []table.Column{{Kind: table.Text, Levels: classes}}, true
	for _, p := range pictures {
		t.Values = append(t.Values, float64(p.class))
	}
	t.Notes = append(t.Notes,
		fmt.Sprintf("%s: %s images of %v in %d folders", dir, words.Group(t.Rows), t.Shape, len(classes)))
	t.Notes = append(t.Notes, files.notes(dir)...)
	return t, nil
}

// readAlone reads images without classes: those of the training and of the test part, if the folder has both, or else
// all that are in it.
func readAlone(f *source.File, o table.Options) (*table.Table, error) {
	train, test, notes, err := partsOf(f.Path)
	if err != nil || test == "" {
		return readAll(f, f.Path, o, nil)
	}
	t, err := readAll(f, train, o, nil)
	if err != nil {
		return nil, err
	}
	t.Notes = append(t.Notes, notes...)
	t.Test, err = readAll(f, test, o.Without(t.Bytes()), t.Shape)
	return t, err
}

// readAll reads all images below a folder, without classes. shape is what they must have, nil for any.
func readAll(f *source.File, dir string, o table.Options, shape []int) (*table.Table, error) {
	var pictures []picture
	files := tree{ctx: f.Context()}
	err := files.walk(dir, deepest, func(path string) error {
		if IsImage(path) {
			pictures = append(pictures, picture{path: path})
		} else {
			files.others = append(files.others, path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t, err := decodeAll(f, dir, pictures, o, shape)
	if err != nil {
		return nil, err
	}
	t.Notes = append(t.Notes, files.notes(dir)...)
	return t, nil
}
