package files

import (
	"fmt"
	"io"
	"os"

	"ridge/internal/memory"
)

// LimitError says that a file can't be read as a whole.
type LimitError struct {
	Path   string
	Reason string
}

func (e *LimitError) Error() string { return e.Path + ": " + e.Reason }

// Read returns the content of a regular file of at most limit bytes. Anything else, such as a
// larger one, a pipe, or /dev/zero, is a *[LimitError], and is not read.
func Read(path string, limit int64) ([]byte, error) {
	f, err := OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// The size that the system reports may be wrong, as in /proc, or no longer true.
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = &LimitError{path, fmt.Sprintf("larger than %s, which no such file is", memory.Bytes(limit))}
	}
	return text, err
}

// Exists reports whether there is anything at a path, at the end of symbolic links.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// OpenRegular opens a regular file. For anything else the error is a *[LimitError].
func OpenRegular(path string) (*os.File, error) {
	info, err := os.Stat(path) // before it is opened: a pipe would wait for its other side
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &LimitError{path, "it is no regular file"}
	}
	return os.Open(path)
}
