package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"

	"ridge/internal/dataset/source"
)

// verify tells what is wrong with the file at path: nothing if its content, once
// unpacked, is f's. It reads at most one byte more than that has.
func (f FetchedFile) verify(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := source.NewReader(file, f.packed(), -1)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.CopyN(sum, r, f.Size)
	if err == io.EOF && n < f.Size {
		return source.Bad(f.packed(), "%d bytes unpacked, want %d", n, f.Size)
	}
	if err != nil {
		return err
	}
	switch more, err := io.CopyN(io.Discard, r, 1); {
	case more > 0:
		return source.Bad(f.packed(), "more than the %d bytes unpacked that it should have", f.Size)
	case err != io.EOF:
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return source.WrongSum(f.packed(), got, f.SHA256)
	}
	return nil
}
