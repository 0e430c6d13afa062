package nn

import (
	"bytes"
	"fmt"
	"io"

	"ridge/internal/files"
)

// Save writes the network to a temporary file in the same folder, which replaces the file at the end: nobody ever sees
// half a network. It keeps the mode of the file it replaces, and a symbolic link stays a link. It removes what
// processes that were killed while they saved have left in the folder. A network that is not valid, for example with
// weights that are not finite, or whose loss is not registered, is not written; the error is a *[SpecError].
func (net *Network[T]) Save(path string) error {
	var b bytes.Buffer
	if err := net.Encode(&b); err != nil {
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
