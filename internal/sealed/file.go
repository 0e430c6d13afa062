package sealed

import (
	"errors"
	"io"
	"io/fs"

	"ridge/internal/files"
)

// Limit is the size in bytes above which a file is refused.
const Limit = 4 << 20

// FileError says what is wrong with a file, and what to do.
type FileError struct {
	Path   string
	Reason string
}

func (e *FileError) Error() string { return e.Path + ": " + e.Reason }

// AsFileError is an error of package files about the file at path: a *[FileError] if the file is none that is read.
func AsFileError(path string, err error) error {
	if limit, ok := errors.AsType[*files.LimitError](err); ok {
		return &FileError{path, limit.Reason}
	}
	return err
}

// Write writes v as a JSON object with a checksum, over several lines: the file is complete, or is not there.
func Write(path string, v any) error {
	text, err := Encode(v)
	if err != nil {
		return err
	}
	return files.Write(path, func(w io.Writer) error { return indent(w, text) })
}

// Read reads into v what [Write] wrote. ok is false if there is no such file. If the file is not as it was
// written the error is a *[FileError].
func Read(path string, v any) (ok bool, err error) {
	text, err := files.Read(path, Limit)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, AsFileError(path, err)
	}
	sealed, err := Decode(text, v)
	if err == nil && !sealed {
		err = ErrNoChecksum
	}
	if err != nil {
		return false, &FileError{path, err.Error()}
	}
	return true, nil
}
