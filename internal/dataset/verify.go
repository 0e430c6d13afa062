package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// verify tells what is wrong with the file at path: nothing if its content, once
// unpacked, is f's. It reads at most one byte more than that has.
func (f File) verify(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	s, err := openStream(file, f.packed())
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.CopyN(sum, s.r, f.Size)
	if err == io.EOF && n < f.Size {
		return s.bad("%d bytes unpacked, want %d", n, f.Size)
	}
	if err == nil {
		err = s.expectEnd()
	}
	if err == errTrailing {
		return s.bad("more than the %d bytes unpacked that it should have", f.Size)
	}
	if err != nil {
		return s.fail(err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return s.bad("SHA-256 of the unpacked content is %s, want %s", got, f.SHA256)
	}
	return nil
}
