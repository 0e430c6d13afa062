package files

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a temporary file in the same folder, which replaces the file when encode is done and the content has
// reached the disk: whenever the process or the machine dies, the name has either its old content or all of the new.
// The file keeps the mode of the one it replaces; a new one has 0644 less the umask. A symbolic link stays, and its
// target is written, even if that does not exist yet.
//
// Temporary files of processes that died while they wrote into the folder are removed first.
func Write(path string, encode func(io.Writer) error) error {
	path, err := Target(path)
	if err != nil {
		return err
	}
	return write(path, modeOf(path), encode)
}

// WritePrivate is [Write] for folders that all users share: the file is readable only by its owner, and a symbolic link
// is replaced, as another user may have made it.
func WritePrivate(path string, encode func(io.Writer) error) error {
	return write(path, mode{0o600, false}, encode)
}

// mode is that of a file. An exact one has nothing taken away by the umask.
type mode struct {
	fs.FileMode
	exact bool
}

// write replaces what is at a path, whatever that is.
func write(path string, m mode, encode func(io.Writer) error) error {
	dir := filepath.Dir(path)
	sweepOnce(dir)
	temp, err := create(dir, m.FileMode)
	if err != nil {
		return err
	}
	if err := fill(temp, m, encode); err != nil {
		return errors.Join(err, discard(temp))
	}
	// Closing releases the lock that keeps others from sweeping the file, so it is renamed first. Windows can't rename
	// an open file.
	if renamesOpen {
		return errors.Join(replace(temp.Name(), path), temp.Close())
	}
	if err := temp.Close(); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return replace(temp.Name(), path)
}

// replace gives the temporary file its name, durably.
func replace(temp, path string) error {
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	syncFolder(filepath.Dir(path)) // the file is there
	return nil
}

// syncFolder makes what there is in a folder outlive a crash of the machine, on file systems that can sync a folder.
// Tests have others.
var syncFolder = func(path string) {
	if dir, err := os.Open(path); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}

// MakeFolder is [os.MkdirAll], but the folders that it makes outlive a crash of the machine.
func MakeFolder(path string) error {
	var parents []string // of folders that are made
	for dir := filepath.Clean(path); !Exists(dir) && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		parents = append(parents, filepath.Dir(dir))
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	for _, dir := range parents {
		syncFolder(dir)
	}
	return nil
}

// modeOf is that of a file, or of a new one.
func modeOf(path string) mode {
	if info, err := os.Stat(path); err == nil {
		return mode{info.Mode().Perm(), true}
	}
	return mode{0o644, false}
}

// setMode gives the temporary file a mode of which the umask may have taken some away. Where they agree it changes
// nothing: some file systems refuse any change.
func setMode(temp *os.File, m mode) error {
	if now, err := temp.Stat(); !m.exact || err == nil && now.Mode().Perm() == m.FileMode {
		return nil
	}
	return temp.Chmod(m.FileMode)
}

// fill writes the content and the mode of a file.
func fill(temp *os.File, m mode, encode func(io.Writer) error) error {
	if err := setMode(temp, m); err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(temp, 1<<16)
	if err := encode(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return temp.Sync()
}

// mostLinks is how many symbolic links may lead from one to the next, as on Linux.
const mostLinks = 40

// Target is the file at the end of symbolic links, so that they can stay while it is replaced.
// Neither the file nor its folder need exist.
func Target(path string) (string, error) {
	for range mostLinks {
		link, err := os.Readlink(path)
		if err != nil {
			return path, nil // no link, or nothing there
		}
		if !filepath.IsAbs(link) {
			// Not path.Join, which would drop a/..: a may itself be a link.
			link = filepath.Dir(path) + string(filepath.Separator) + link
		}
		path = link
	}
	return "", &fs.PathError{Op: "readlink", Path: path, Err: fmt.Errorf("more than %d symbolic links", mostLinks)}
}
