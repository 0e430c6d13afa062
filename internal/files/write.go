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
func Write(path string, encode func(io.Writer) error) error { return write(path, 0o644, encode) }

// WritePrivate is [Write], but a new file is readable only by its owner: for folders that all users share.
func WritePrivate(path string, encode func(io.Writer) error) error { return write(path, 0o600, encode) }

// write gives a new file the mode fresh, less the umask.
func write(path string, fresh fs.FileMode, encode func(io.Writer) error) error {
	path, err := Target(path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	sweepOnce(dir)
	temp, err := create(dir, modeOf(path, fresh))
	if err != nil {
		return err
	}
	if err := fill(temp, path, encode); err != nil {
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
	// Not all file systems can sync a folder, and the file is there.
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
	return nil
}

// modeOf is that of a file, or fresh.
func modeOf(path string, fresh fs.FileMode) fs.FileMode {
	if info, err := os.Stat(path); err == nil {
		return info.Mode().Perm()
	}
	return fresh
}

// keepMode gives the temporary file the mode of a file that it is to replace, of which the umask took some away. Where
// they agree it changes nothing: some file systems refuse any change.
func keepMode(temp *os.File, path string) error {
	old, err := os.Stat(path)
	if err != nil {
		return nil // there is none
	}
	if now, err := temp.Stat(); err == nil && now.Mode().Perm() == old.Mode().Perm() {
		return nil
	}
	return temp.Chmod(old.Mode().Perm())
}

// fill writes the content and the mode of the file that is to be at path.
func fill(temp *os.File, path string, encode func(io.Writer) error) error {
	if err := keepMode(temp, path); err != nil {
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
