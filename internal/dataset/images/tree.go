package images

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ridge/internal/dataset/source"
	"ridge/internal/words"
)

// deepest is how many folders may lie in each other.
const deepest = 1 << 10

// tree goes over the files below a folder. It follows links, of which data sets are often made, but none that leads
// back to a folder that it is in: each file would come again and again.
type tree struct {
	ctx     context.Context // ends the walks
	back    []string        // links that lead back
	others  []string        // files that are no images
	entered map[string]bool // the names of folders without links
	again   int             // how many times one was entered that had been before
}

// mostTimes is how many times folders may be entered again, through different links, for each of them: on average, as
// all may share one. Few links to folders with links can make far more paths than there is memory or time for.
const mostTimes = 100

// walk calls do for the files below a folder, in the order of their names, down to a depth;
// it does not enter what is hidden.
func (t *tree) walk(dir string, depth int, do func(path string) error) error {
	within, err := t.enter(dir, nil)
	if err != nil {
		return err
	}
	return t.walkIn(dir, depth, within, do)
}

// enter returns the folders within which the files of dir are, dir among them; above are the others. It is nil if dir
// is one of these.
func (t *tree) enter(dir string, above []os.FileInfo) (within []os.FileInfo, err error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(above, func(a os.FileInfo) bool { return os.SameFile(a, info) }) {
		t.back = append(t.back, dir)
		return nil, nil
	}
	return append(slices.Clip(above), info), t.count(dir)
}

// count counts that a folder is entered, and returns an error if links have made that too often.
func (t *tree) count(dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return err
	}
	if t.entered == nil {
		t.entered = map[string]bool{}
	}
	if t.entered[real] {
		t.again++
	}
	t.entered[real] = true
	if t.again > mostTimes*len(t.entered) {
		return source.Bad(dir, "links lead again to this folder and others: more than %d times on average", mostTimes)
	}
	return nil
}

// walkIn is walk in a folder that was entered.
func (t *tree) walkIn(dir string, depth int, within []os.FileInfo, do func(path string) error) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case hidden(e.Name()):
		case !isDir(path, e):
			if err := do(path); err != nil {
				return err
			}
		case depth > 1:
			below, err := t.enter(path, within)
			if err == nil && below != nil {
				err = t.walkIn(path, depth-1, below, do)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// notes say which links were not followed, and which files are no images.
func (t *tree) notes(dir string) (notes []string) {
	const most = 5
	if t.back != nil {
		notes = append(notes, fmt.Sprintf("%s: left out, as they lead back to a folder that they are in: %s", dir,
			words.List(t.back, most)))
	}
	if t.others != nil {
		notes = append(notes, fmt.Sprintf("%s: left out, as the names of images end in %s: %s, such as %s", dir,
			strings.Join(Endings, ", "), words.Counted(len(t.others), "file"), t.others[0]))
	}
	return notes
}

// hidden reports whether file managers do not show a file of this name, some of which they put into folders of images.
func hidden(name string) bool {
	switch strings.ToLower(name) {
	case "thumbs.db", "desktop.ini":
		return true
	}
	return strings.HasPrefix(name, ".")
}

// isDir follows links: data sets are often made of them.
func isDir(path string, e os.DirEntry) bool {
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
