package files

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A temporary file is called .ridge-XXXX.tmp, and its process holds a lock on it for as long as
// it lives. So a file without a lock belongs to nobody, whichever process on whichever machine made it.
const (
	tempPrefix = ".ridge-"
	tempSuffix = ".tmp"
)

// create makes a temporary file in a folder, open for writing, and locks it.
func create(dir string, mode fs.FileMode) (*os.File, error) {
	for {
		path := filepath.Join(dir, tempPrefix+rand.Text()[:12]+tempSuffix)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		// Another process may sweep it before it is locked, and may not have removed it yet.
		is, err := lockFile(f)
		if err != nil {
			return nil, errors.Join(err, discard(f))
		}
		if is != taken && is != removed && isStill(f, path) {
			return f, nil
		}
		if err := f.Close(); err != nil {
			return nil, err
		}
	}
}

// Probe tests whether files can be written into a folder, and leaves nothing there.
func Probe(dir string) error {
	sweepOnce(dir)
	f, err := create(dir, 0o600)
	if err != nil {
		return err
	}
	return discard(f)
}

// discard closes a temporary file and removes it, unless another process sweeps it, as nobody has a lock on it then.
func discard(f *os.File) error {
	err, removed := f.Close(), os.Remove(f.Name())
	if errors.Is(removed, fs.ErrNotExist) {
		removed = nil
	}
	return errors.Join(err, removed)
}

// isStill reports whether a path leads to the open file.
func isStill(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(open, there)
}

// swept are the folders that this process has swept.
var swept sync.Map

func sweepOnce(dir string) {
	if _, done := swept.LoadOrStore(dir, true); !done {
		sweep(dir)
	}
}

// sweep removes the temporary files in a folder whose processes died. It can't fail: files that it can't remove are
// left for the next process.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), tempPrefix) && strings.HasSuffix(e.Name(), tempSuffix) {
			removeUnlocked(filepath.Join(dir, e.Name()))
		}
	}
}

// removeUnlocked removes a file unless a process holds a lock on it.
func removeUnlocked(path string) {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if is, err := lockFile(f); err == nil && is == locked {
		_ = os.Remove(path)
	}
}
