package compare

import (
	"errors"
	"io"
	"io/fs"

	"ridge/internal/files"
)

// WriteSealed writes v as a JSON object with a checksum, in the form of the files of a comparison: the file
// is complete, or is not there.
func WriteSealed(path string, v any) error {
	text, err := seal(v)
	if err != nil {
		return err
	}
	return files.Write(path, func(w io.Writer) error { return indent(w, text) })
}

// ReadSealed reads into v what [WriteSealed] wrote. ok is false if there is no such file. If the file is not as it was
// written the error is a *[FileError].
func ReadSealed(path string, v any) (ok bool, err error) {
	text, err := files.Read(path, resultLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, asFileError(path, err)
	}
	sealed, err := unseal(text, v)
	if err == nil && !sealed {
		err = errNoChecksum
	}
	if err != nil {
		return false, &FileError{path, err.Error()}
	}
	return true, nil
}
