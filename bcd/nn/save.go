package nn

import (
	"bytes"
	"fmt"
	"io"

	"ridge/internal/files"
)

// Save writes the network to a file, by way of a temporary file in the same folder that takes
// its place at the end: nobody ever sees half of a network. It keeps the mode of the file it
// replaces; a symbolic link stays one; what a process that was killed while it saved left in the
// folder is removed. A network that is not valid, with weights that are not finite say, is not written;
// the error is a *[SpecError].
func (n *Network[T]) Save(path string) error {
	var b bytes.Buffer
	if err := n.Encode(&b); err != nil {
		return err
	}
	err := files.Write(path, func(w io.Writer) error {
		_, err := b.WriteTo(w)
		return err
	})
	if err != nil {
		return fmt.Errorf("saving the network: %w", err)
	}
	return nil
}
