package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/term"
)

// sameFile reports whether two paths lead to the same file or folder.
func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// missingFolders are a folder and those that it is in, as far as there is nothing there, the innermost first.
func missingFolders(dir string) (list []string) {
	for dir = filepath.Clean(dir); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return list
		}
		list = append(list, dir)
	}
}

// sameAsOpen reports whether a path leads to the regular file, or the pipe, that is open.
func sameAsOpen(open *os.File, path string) bool {
	x, errX := open.Stat()
	y, errY := os.Stat(path)
	return errX == nil && errY == nil && (x.Mode().IsRegular() || x.Mode()&fs.ModeNamedPipe != 0) && os.SameFile(x, y)
}

// sameTwoWay reports whether a path leads to the terminal, or the socket, that is open: it may be read from, too.
func sameTwoWay(open *os.File, path string) bool {
	x, errX := open.Stat()
	y, errY := os.Stat(path)
	return errX == nil && errY == nil && os.SameFile(x, y) &&
		(x.Mode()&fs.ModeSocket != 0 || term.IsTerminal(int(open.Fd())))
}

// leadsToTerminal reports whether a path leads to a terminal.
func leadsToTerminal(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return false
	}
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0) // a modem may not be connected
	if err != nil {
		return false
	}
	defer f.Close()
	return term.IsTerminal(int(f.Fd()))
}

// isPipe reports whether a path leads to a pipe. One that is read and written by the same program waits for itself.
func isPipe(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0
}

// liesIn reports whether a file is in a folder, however deep.
func liesIn(path, folder string) bool {
	path, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if sameFile(dir, folder) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// unusedPath is a path under which there is nothing, made of another: itself, or with a number.
func unusedPath(path string) (string, bool) {
	const most = 1000
	for i := range most {
		candidate := path
		if i > 0 {
			candidate = fmt.Sprintf("%s.%d", path, i)
		}
		if _, err := os.Lstat(candidate); errors.Is(err, fs.ErrNotExist) {
			return candidate, true
		}
	}
	return "", false
}

// relative is the path to a folder from another.
func relative(from, to string) (string, error) {
	from, err := filepath.Abs(from)
	if err != nil {
		return "", err
	}
	if to, err = filepath.Abs(to); err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}
