package nn

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Save writes the network to a file, by way of a temporary file in the same folder that takes
// its place at the end: nobody ever sees half of a network. It keeps the mode of the file it
// replaces. A network that is not valid, with weights that are not finite say, is not written;
// the error is a *[SpecError].
func (n *Network[T]) Save(path string) error {
	var b bytes.Buffer
	if err := n.Encode(&b); err != nil {
		return err
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // so that a link stays one
	}
	if err := replace(path, b.Bytes()); err != nil {
		return fmt.Errorf("saving the network: %w", err)
	}
	return nil
}

// replace puts content in the place of a file.
func replace(path string, content []byte) error {
	mode := fs.FileMode(0o644)
	info, err := os.Stat(path)
	if err == nil {
		mode = info.Mode().Perm()
	}
	temp := filepath.Join(filepath.Dir(path), ".ridge-"+rand.Text()[:12]+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if info != nil {
		err = f.Chmod(mode) // the umask took some of it away
	}
	if err == nil {
		_, err = f.Write(content)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return nil
}
